use super::*;
use crate::{
    live::outbox::merge,
    widget::first::sample::{OPENED, says, sofia, state},
};
use domain::{event::PublicBody, state::ChatState};
use uuid::Uuid;

fn key(n: u128) -> ClientKey {
    ClientKey(Uuid::from_u128(n))
}

fn pending(n: u128, stage: Stage) -> Pending {
    Pending { client: key(n), text: format!("pending {n}"), note: false, ordinal: n as u64, created_at: OPENED, stage, trouble: None }
}

fn joined() -> PublicBody {
    PublicBody::Joined { agent: sofia(), waited: Millis(0) }
}

fn shape(chat: &ChatState, pending: &[Pending], day: impl Fn(Timestamp) -> i64) -> Vec<String> {
    let short = |client: &ClientKey| client.0.as_u128();
    lines(&merge(&chat.entries, pending), day)
        .iter()
        .map(|line| match line {
            Line::Day { day, .. } => format!("day {day}"),
            Line::Bubble { client, .. } => format!("bubble {}", short(client)),
            Line::Under { client, at, .. } => format!("under {}{}", short(client), if at.is_some() { "" } else { " pending" }),
            Line::System { seq, .. } => format!("system {seq}"),
        })
        .collect()
}

fn talk() -> ChatState {
    state(vec![
        says(Author::Customer, "a", 1),
        says(Author::Customer, "b", 2),
        joined(),
        says(Author::Agent(sofia()), "c", 3),
        says(Author::Customer, "d", 4),
    ])
}

#[test]
fn groups_carry_their_mark_once() {
    assert_eq!(shape(&talk(), &[], |_| 0), ["bubble 1", "bubble 2", "under 2", "system 4", "bubble 3", "under 3", "bubble 4", "under 4"]);
}

#[test]
fn what_is_pending_stands_last_in_a_group_of_its_own() {
    let refused = Stage::Failed(Problem::KeyReused);
    assert_eq!(
        shape(&talk(), &[pending(5, Stage::Sending), pending(6, Stage::Queued), pending(7, refused)], |_| 0)[6..],
        ["bubble 4", "under 4", "bubble 5", "bubble 6", "under 6 pending", "bubble 7", "under 7 pending"]
    );
}

#[test]
fn a_stored_message_keeps_its_row() {
    let before = shape(&talk(), &[pending(5, Stage::Sending)], |_| 0);
    let mut chat = talk();
    let seq = chat.head + 1;
    chat.apply_public(&domain::event::PublicEvent { seq, ts: OPENED + Millis::minutes(1), body: says(Author::Customer, "pending 5", 5) });
    let after = shape(&chat, &[pending(5, Stage::Acknowledged { seq: Some(seq) })], |_| 0);
    assert!(before.contains(&"bubble 5".to_owned()));
    assert_eq!(after.iter().filter(|line| line.as_str() == "bubble 5").count(), 1);
}

#[test]
fn a_new_day_is_marked_and_ends_a_group() {
    let day = |at: Timestamp| i64::from(at >= OPENED + Millis::seconds(20));
    assert_eq!(shape(&talk(), &[], day)[..5], ["bubble 1", "under 1", "day 1", "bubble 2", "under 2"]);
}

#[test]
fn marks_follow_the_agent() {
    let chat = talk();
    let rows = merge(
        &chat.entries,
        &[pending(5, Stage::Sending), pending(6, Stage::Acknowledged { seq: Some(9) }), pending(7, Stage::Failed(Problem::KeyReused))],
    );
    let facts = facts(&rows, Marks { delivered: 3, read: 2 });
    let shown: Vec<_> = [1, 2, 3, 4, 5, 6, 7].map(|n| facts[&key(n)].delivery).into();
    let own = [Delivery::Read, Delivery::Delivered, Delivery::Sent, Delivery::Queued, Delivery::Sent, Delivery::Failed];
    assert_eq!(shown, [Some(own[0]), Some(own[1]), None, Some(own[2]), Some(own[3]), Some(own[4]), Some(own[5])]);
    assert_eq!((facts[&key(3)].seq, facts[&key(5)].seq, facts[&key(6)].seq), (Some(5), None, Some(9)));
}

#[test]
fn what_was_written_after_the_end_is_kept_aside() {
    let late = pending(5, Stage::Failed(Problem::Refused { refusal: Refusal::Ended }));
    assert!(!shape(&talk(), std::slice::from_ref(&late), |_| 0).contains(&"bubble 5".to_owned()));
    assert_eq!(too_late(&[late, pending(6, Stage::Queued)]), ["pending 5"]);
}
