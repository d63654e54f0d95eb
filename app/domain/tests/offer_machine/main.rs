//! The offer machine, checked in every order that can happen: two agents with two tabs each, two chats, offers that are
//! accepted, rejected, expired, cancelled, stolen and withdrawn, browsers that die and come back, a node that dies between
//! any two steps, and requests that arrive late, twice or never.
//!
//! What is decided is the product's own ([`rules`] calls `domain`); [`transaction`] does around it what the engine does, in
//! small. Each guard of it can be taken away ([`guards`]): the check must then find which promise breaks.

mod guards;
mod model;
mod promises;
mod rules;
mod state;
mod transaction;

use guards::{Guard, Guards};
use model::Machine;
use state::Stand;
use stateright::{Checker, HasDiscoveries, Model};
use std::time::Instant;

/// The machine's own promises and what must be reachable: all of it, in every state there is.
#[test]
fn every_promise_holds_in_every_order() {
    let begun = Instant::now();
    let checked = Machine::with(Guards::ALL).checker().threads(2).spawn_bfs().join();
    println!("{} states, {} steps, {:.1} s", checked.unique_state_count(), checked.state_count(), begun.elapsed().as_secs_f64());
    checked.assert_properties();
    let missing = checked.model().seen.missing();
    assert!(missing.is_empty(), "never happened: {missing:?}");
}

/// Who is told "yours" is who may write: the rule, for everywhere a chat can stand.
#[test]
fn only_the_owner_writes() {
    let offered = Stand::Offered { offer: 0, agent: 0 };
    let stands = [Stand::Waiting, offered, Stand::WrapUp { agent: 0 }, Stand::Gone, Stand::Left, Stand::Closed];
    assert!(stands.iter().all(|stand| !rules::may_write(*stand, 0)));
    assert!(rules::may_write(Stand::Active { agent: 0 }, 0) && !rules::may_write(Stand::Active { agent: 0 }, 1));
}

/// Takes one guard away at a time; each must break the promise that it is there for.
#[test]
fn without_any_one_guard_a_promise_breaks() {
    for guard in Guard::ALL {
        let begun = Instant::now();
        let promise = guard.keeps();
        let machine = Machine::with(guard.gone());
        let wanted = HasDiscoveries::AllOf([promise].into());
        let checked = machine.checker().threads(2).finish_when(wanted).spawn_bfs().join();
        let found = checked.discovery(promise).unwrap_or_else(|| panic!("without {guard:?} nothing broke {promise:?}"));
        let states = checked.unique_state_count();
        println!(
            "{guard:?}: {promise} after {} steps; {states} states, {:.1} s",
            found.into_actions().len(),
            begun.elapsed().as_secs_f64()
        );
    }
}

/// The index of pending offers is a second line: as long as chats are locked nothing reaches it. Without the lock it still
/// holds its own promise, in every order.
#[test]
fn the_index_of_pending_offers_holds_where_the_lock_does_not() {
    let machine = Machine::with(Guards::ALL.without(Guard::LockChat));
    let promise = Guard::PendingUnique.keeps();
    let checked = machine.checker().threads(2).target_max_depth(UNLOCKED_DEPTH).spawn_bfs().join();
    assert!(checked.discovery(promise).is_none(), "two offers of one chat rang: {:?}", checked.discovery(promise));
    println!("{} states without the lock", checked.unique_state_count());
}

/// Without the lock there are far more orders, most of them already broken: a search of this depth meets the index often.
const UNLOCKED_DEPTH: usize = 7;
