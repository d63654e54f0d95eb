use super::*;
use domain::{event::PublicBody, ids::ClientKey, message::Author, time::Timestamp};
use proptest::prelude::*;
use uuid::Uuid;

fn epoch(n: u128) -> Epoch {
    Epoch::new(Uuid::from_u128(n))
}

fn event(seq: u64) -> PublicEvent {
    let body = PublicBody::Message { author: Author::Customer, text: format!("{seq}"), client: ClientKey(Uuid::from_u128(seq.into())) };
    PublicEvent { seq, ts: Timestamp(seq as i64), body }
}

fn state(head: u64) -> ChatState {
    let mut state = ChatState::default();
    for seq in 1..=head {
        state.apply_public(&event(seq));
    }
    state
}

/// Caught up at `head` in epoch 1.
fn at(head: u64) -> (Follower, ChatState) {
    let mut follower = Follower::new(Some(epoch(1)));
    follower.open(head);
    follower.welcome(epoch(1), head);
    assert_eq!(follower.caught_up(head, head), Outcome::NOTHING);
    (follower, state(head))
}

#[test]
fn the_next_is_applied_and_the_old_dropped() {
    let (mut follower, mut chat) = at(2);
    assert_eq!(follower.event(&mut chat, &event(3)), Outcome::CHANGED);
    assert_eq!(follower.event(&mut chat, &event(3)), Outcome::NOTHING);
    assert_eq!(follower.event(&mut chat, &event(1)), Outcome::NOTHING);
    assert_eq!(chat, state(3));
}

#[test]
fn a_gap_is_asked_for_once_until_it_is_answered() {
    let (mut follower, mut chat) = at(2);
    assert_eq!(follower.event(&mut chat, &event(5)).ask, Some(Cursor { epoch: Some(epoch(1)), seq: 2 }));
    assert_eq!(follower.event(&mut chat, &event(6)), Outcome::NOTHING);
    for seq in 3..=5 {
        assert!(follower.event(&mut chat, &event(seq)).changed);
    }
    assert_eq!(follower.caught_up(6, 5).ask.map(|cursor| cursor.seq), Some(5), "what was dropped meanwhile is fetched too");
    assert!(follower.event(&mut chat, &event(6)).changed);
    assert_eq!(follower.caught_up(6, 6), Outcome::NOTHING);
    assert_eq!(chat, state(6));
}

#[test]
fn silent_loss_is_found_by_the_heartbeat() {
    let (mut follower, _) = at(2);
    assert_eq!(follower.heartbeat(2, 2), Outcome::NOTHING);
    assert_eq!(follower.heartbeat(4, 2).ask.map(|cursor| cursor.seq), Some(2));
    assert_eq!(follower.heartbeat(4, 2), Outcome::NOTHING);
    assert!(follower.heartbeat(4, 2).ask.is_some(), "an answer that never comes is asked for again");
}

#[test]
fn a_server_that_answers_nothing_is_not_asked_for_ever() {
    let (mut follower, _) = at(2);
    let asked = (0..20).filter(|_| follower.caught_up(9, 2).ask.is_some()).count();
    assert_eq!(asked, usize::from(FRUITLESS));
    assert!(follower.heartbeat(9, 2).ask.is_some());
}

#[test]
fn another_epoch_replaces_the_state() {
    let (mut follower, mut chat) = at(9);
    assert_eq!(follower.open(9), Cursor { epoch: Some(epoch(1)), seq: 9 });
    follower.welcome(epoch(2), 9);
    assert_eq!(follower.event(&mut chat, &event(10)), Outcome::NOTHING, "a number of another epoch means nothing here");
    assert!(follower.snapshot(&mut chat, state(4), epoch(2)).changed);
    assert_eq!(follower.caught_up(4, 4), Outcome::NOTHING);
    assert!(follower.event(&mut chat, &event(5)).changed);
    assert_eq!(follower.alarms(), 0);
    assert!(follower.is_caught_up());
}

#[test]
fn from_nothing_the_servers_epoch_is_taken() {
    let mut follower = Follower::new(None);
    assert_eq!(follower.open(0), Cursor { epoch: None, seq: 0 });
    follower.welcome(epoch(3), 0);
    let mut chat = ChatState::default();
    assert!(follower.event(&mut chat, &event(1)).changed);
    assert_eq!(follower.cursor(1), Cursor { epoch: Some(epoch(3)), seq: 1 });
}

#[test]
fn history_is_not_news_but_what_was_missed_is() {
    let mut follower = Follower::new(None);
    follower.open(0);
    follower.welcome(epoch(1), 0);
    assert!(!follower.is_known());
    follower.caught_up(3, 3);
    assert!(follower.is_known());
    follower.open(3);
    assert!(follower.is_known() && !follower.is_caught_up());
    assert!(Follower::new(Some(epoch(1))).is_known(), "with first data");
}

#[test]
fn a_server_behind_us_is_believed_only_when_it_insists() {
    let (mut follower, mut chat) = at(9);
    assert_eq!(follower.snapshot(&mut chat, state(7), epoch(1)).ask, Some(Cursor { epoch: Some(epoch(1)), seq: 9 }));
    assert_eq!((chat.head, follower.alarms()), (9, 0));
    assert!(follower.snapshot(&mut chat, state(7), epoch(1)).changed);
    assert_eq!((chat.head, follower.alarms()), (7, 1));
}

#[test]
fn a_head_behind_us_leads_to_a_snapshot() {
    let (mut follower, mut chat) = at(9);
    assert_eq!(follower.caught_up(7, 9).ask, Some(Cursor { epoch: Some(epoch(1)), seq: 9 }));
    assert_eq!(follower.caught_up(7, 9).ask, Some(Follower::from_snapshot()));
    assert!(follower.snapshot(&mut chat, state(7), epoch(1)).changed);
    assert_eq!(follower.caught_up(7, 7), Outcome::NOTHING);
    assert_eq!(follower.alarms(), 1);
}

#[test]
fn an_answer_beside_the_stream_never_goes_back() {
    let (mut follower, mut chat) = at(5);
    assert!(!follower.beside(&mut chat, state(4), epoch(1)));
    assert!(!follower.beside(&mut chat, state(5), epoch(1)));
    assert!(follower.beside(&mut chat, state(7), epoch(1)));
    assert_eq!(follower.event(&mut chat, &event(6)), Outcome::NOTHING);
    assert!(follower.beside(&mut chat, state(1), epoch(2)));
    assert_eq!(chat, state(1));
}

proptest! {
    /// Whatever a socket loses, repeats or cuts off: with the next heartbeats the state is that of the log.
    #[test]
    fn the_state_becomes_that_of_the_log(start in 0_u64..5, log in 5_u64..40, fates in proptest::collection::vec(0_u8..5, 0..80)) {
        let (mut follower, mut chat) = at(start);
        let mut asks: Vec<u64> = Vec::new();
        let mut live = start;
        let mut before = chat.head;
        for fate in fates {
            let outcome = match fate {
                0 | 1 if live < log => { live += 1; follower.event(&mut chat, &event(live)) }
                2 if live < log => { live += 1; Outcome::NOTHING }
                3 if live > 0 => follower.event(&mut chat, &event(live)),
                _ => follower.heartbeat(live, chat.head),
            };
            asks.extend(outcome.ask.map(|cursor| cursor.seq));
            // Answers come late, and in one piece.
            if fate == 4 && let Some(from) = asks.pop() {
                for seq in from + 1..=live { follower.event(&mut chat, &event(seq)); }
                asks.extend(follower.caught_up(live, chat.head).ask.map(|cursor| cursor.seq));
            }
            prop_assert!(chat.head >= before);
            before = chat.head;
        }
        for _ in 0..4 {
            if let Some(cursor) = follower.heartbeat(log, chat.head).ask {
                for seq in cursor.seq + 1..=log { follower.event(&mut chat, &event(seq)); }
                follower.caught_up(log, chat.head);
            }
        }
        prop_assert_eq!(&chat, &state(log));
        prop_assert_eq!(follower.alarms(), 0);
    }
}
