//! Two who want the same chat at the same moment: one wins, and the other is told why (R4, R5, R10, R11). 1,000 races of
//! each kind, on one node, on two in this process, and on two processes.

mod desk;

use crate::support::{Half, Setup, TestApp, nats, nats_is_here, run};
use desk::{Desk, Race, owners};
use domain::{conversation::Refusal, offer::OfferEnd, wire::Problem};
use futures_util::{StreamExt, future::join, stream};
use rand::seq::SliceRandom;
use std::time::Instant;

/// How many races go on at once.
const AT_ONCE: usize = 48;

/// Both sides of each race at once; which of the two is polled first changes from one to the next.
async fn together<'a, A, B>(
    races: &'a [Race],
    one: impl AsyncFn(&'a Race) -> A,
    other: impl AsyncFn(&'a Race) -> B,
) -> Vec<(&'a Race, A, B)> {
    let begun = Instant::now();
    let (one, other) = (&one, &other);
    let run = async move |(n, race): (usize, &'a Race)| {
        if n % 2 == 0 {
            let (a, b) = join(one(race), other(race)).await;
            (race, a, b)
        } else {
            let (b, a) = join(other(race), one(race)).await;
            (race, a, b)
        }
    };
    let outcomes = stream::iter(races.iter().enumerate()).map(run).buffer_unordered(AT_ONCE).collect().await;
    println!("{} races in {} ms", races.len(), begun.elapsed().as_millis());
    outcomes
}

/// Both tabs are told the same, and the agent joins once.
async fn accept_against_accept(desk: Desk) {
    let races = desk.races().await;
    let outcomes = together(&races, async |race| desk.accepts(0, race).await, async |race| desk.accepts(1, race).await).await;
    let owners = owners(&desk).await;
    for (race, one, other) in outcomes {
        assert_eq!((&one, &other), (&Ok(race.chat.id), &Ok(race.chat.id)));
        assert_eq!(owners.get(&race.chat.id), Some(&race.agent.id));
    }
    assert_eq!(desk.number("select count(*) from event where kind = 'joined'").await as usize, races.len(), "each joined once");
}

/// All deadlines pass in one moment, in which a yes still counts.
async fn accept_against_expire(desk: Desk) {
    let mut races = desk.races().await;
    races.shuffle(&mut rand::rng());
    desk.deadlines_pass().await;
    let begun = Instant::now();
    let accept = async |race| (race, desk.accepts(0, race).await);
    let outcomes: Vec<_> = stream::iter(&races).map(accept).buffer_unordered(8).collect().await;
    desk.nobody_rings().await;
    println!("{} races in {} ms", races.len(), begun.elapsed().as_millis());
    let owners = owners(&desk).await;
    let mut won = 0;
    for (race, answer) in outcomes {
        let owner = owners.get(&race.chat.id);
        match answer {
            Ok(_) => {
                assert_eq!(owner, Some(&race.agent.id));
                won += 1;
            }
            Err(Problem::OfferGone { end: OfferEnd::Expired }) => assert_ne!(owner, Some(&race.agent.id)),
            Err(other) => panic!("{other:?}"),
        }
    }
    println!("{won} accepted in time");
    assert!(0 < won && won < races.len(), "{won} of {} were accepted: no race", races.len());
    let ended = |end: &str| format!("select count(*) from offer where state = '{end}'");
    assert_eq!(desk.number(&ended("accepted")).await as usize, won);
    assert_eq!(desk.number(&ended("expired")).await as usize, races.len() - won);
}

/// R10: nobody opens a ghost chat.
async fn accept_against_cancel(desk: Desk) {
    let races = desk.races().await;
    let outcomes = together(&races, async |race| desk.accepts(0, race).await, async |race| desk.cancels(1, race).await).await;
    let owners = owners(&desk).await;
    let mut accepted = 0;
    for (race, accept, cancel) in outcomes {
        let owner = owners.get(&race.chat.id);
        match (accept, cancel) {
            (Ok(_), Err(Problem::Refused { refusal: Refusal::TooEarly { .. } })) => {
                assert_eq!(owner, Some(&race.agent.id));
                accepted += 1;
            }
            (Err(Problem::OfferGone { end: OfferEnd::Cancelled }), Ok(())) => assert_eq!(owner, None),
            other => panic!("{other:?}"),
        }
    }
    println!("{accepted} accepted before the customer left");
    assert!(0 < accepted && accepted < races.len(), "{accepted} of {} were accepted: no race", races.len());
}

/// R11: another agent takes the chat from the list while it rings.
async fn accept_against_take_over(desk: Desk) {
    let races = desk.races().await;
    let outcomes = together(&races, async |race| desk.accepts(0, race).await, async |race| desk.takes_over(1, race).await).await;
    let owners = owners(&desk).await;
    let mut accepted = 0;
    for (race, accept, take_over) in outcomes {
        let owner = owners.get(&race.chat.id);
        match (accept, take_over) {
            (Ok(_), Err(Problem::Refused { refusal: Refusal::NotYours })) => {
                assert_eq!(owner, Some(&race.agent.id));
                accepted += 1;
            }
            (Err(Problem::OfferGone { end: OfferEnd::Cancelled }), Ok(())) => assert_eq!(owner, Some(&desk.rival(race).id)),
            other => panic!("{other:?}"),
        }
    }
    println!("{accepted} accepted before they were taken over");
    assert!(0 < accepted && accepted < races.len(), "{accepted} of {} were accepted: no race", races.len());
}

/// One node, on the database of `half`.
fn on_one<F: Future<Output = ()>>(half: Half, race: impl FnOnce(Desk) -> F) {
    run(half, Setup::default(), async |app: TestApp| race(Desk::of(vec![app], 30).await).await);
}

/// Two nodes in this process.
fn on_two<F: Future<Output = ()>>(race: impl FnOnce(Desk) -> F) {
    if !nats_is_here() {
        return;
    }
    run(Half::Postgres, Setup::among_others(), async |a: TestApp| {
        let b = a.further_node("second", nats()).await;
        race(Desk::of(vec![a, b.clone()], 30).await).await;
        b.stop().await;
    });
}

/// Two processes, and none of the nodes here.
fn on_processes<F: Future<Output = ()>>(race: impl FnOnce(Desk) -> F) {
    if !nats_is_here() {
        return;
    }
    run(Half::Postgres, Setup { real_clock: true, ..Setup::among_others() }, async |app: TestApp| {
        app.stop().await;
        let nodes = vec![app.further_process("first").await, app.further_process("second").await];
        race(Desk::of(nodes.clone(), 600).await).await;
        for node in nodes {
            node.stop().await;
        }
    });
}

macro_rules! everywhere {
    ($($(#[$meta:meta])* $name:ident: $race:ident)*) => {$(
        $(#[$meta])*
        mod $name {
            use super::*;

            #[test]
            fn sqlite() {
                on_one(Half::Sqlite, $race);
            }
            #[test]
            fn postgres() {
                on_one(Half::Postgres, $race);
            }
            #[test]
            fn two_nodes() {
                on_two($race);
            }
            #[test]
            fn two_processes() {
                on_processes($race);
            }
        }
    )*};
}

everywhere! {
    r05_accept_against_accept: accept_against_accept
    r04_accept_against_expire: accept_against_expire
    r10_accept_against_cancel: accept_against_cancel
    r11_accept_against_take_over: accept_against_take_over
}
