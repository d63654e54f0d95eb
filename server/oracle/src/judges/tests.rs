//! Every judge is silent on a sound desk and speaks of the one that was broken for it.

use super::weigh;
use crate::{Audience, Bubble, Heard, History, Log, Message, Moment, Outcome, Side, Step, Verdict, View, log::Row};
use uuid::Uuid;

const CHAT: Uuid = Uuid::from_u128(1);

fn key(n: u64) -> Uuid {
    Uuid::from_u128(u128::from(n) + 100)
}

/// Three public messages of a customer and an agent, with a note between them: seq 1..4, pub_seq 1, 2, -, 3.
const WRITTEN: [(u64, Option<u64>, Side); 4] =
    [(1, Some(1), Side::Customer), (2, Some(2), Side::Agent), (3, None, Side::Agent), (4, Some(3), Side::Customer)];

fn row((seq, pub_seq, side): (u64, Option<u64>, Side)) -> Row {
    Row {
        conversation: CHAT,
        seq,
        pub_seq,
        audience: if pub_seq.is_some() { Audience::Public } else { Audience::Internal },
        kind: if pub_seq.is_some() { "message" } else { "note" }.into(),
        sender: format!("{side:?}"),
        client_id: Some(key(seq)),
        text: Some(format!("words {seq}")),
        ts: 0,
    }
}

fn message(row: &Row, side: Side) -> Message {
    let seq = if side == Side::Customer { row.pub_seq.unwrap() } else { row.seq };
    Message {
        key: key(row.seq),
        chat: CHAT,
        side,
        audience: row.audience,
        outbox: side as u64,
        ordinal: row.seq,
        text: row.text.clone().unwrap(),
        invoked: Moment(row.seq * 10),
        outcome: Outcome::Acknowledged { at: Moment(row.seq * 10 + 5), seq },
    }
}

fn bubble(row: &Row, side: Side) -> Bubble {
    let seq = (side == Side::Agent).then_some(row.seq);
    Bubble { key: key(row.seq), seq, pub_seq: row.pub_seq, text: row.text.clone().unwrap() }
}

/// A screen that was loaded after the first message and then followed.
fn view(viewer: &str, side: Side, log: &Log) -> View {
    let seen = log.rows.iter().filter(|row| side == Side::Agent || row.pub_seq.is_some());
    let mut bubbles = seen.map(|row| bubble(row, side));
    let first = Step::Whole(bubbles.by_ref().take(1).collect());
    View { viewer: viewer.into(), chat: CHAT, side, steps: [first].into_iter().chain(bubbles.map(Step::Added)).collect(), quiet: true }
}

fn sound() -> (History, Log) {
    let log = Log { rows: WRITTEN.map(row).to_vec() };
    let messages = log.rows.iter().zip(WRITTEN).map(|(row, (_, _, side))| message(row, side)).collect();
    let views = vec![view("priya", Side::Customer, &log), view("ana", Side::Agent, &log), view("ana's other tab", Side::Agent, &log)];
    let heard = vec![Heard { viewer: "priya".into(), bytes: "words 1, words 2".into() }];
    (History { messages, views, heard, canaries: vec!["words 3".into()] }, log)
}

/// What the judges say after `deed`.
fn after(deed: impl FnOnce(&mut History, &mut Log)) -> Verdict {
    let (mut history, mut log) = sound();
    deed(&mut history, &mut log);
    weigh(&history, &log)
}

fn says(verdict: &Verdict, words: &str) -> bool {
    verdict.findings.iter().any(|line| line.starts_with(words))
}

/// Takes the last bubble of a screen off it.
fn last(view: &mut View) -> Bubble {
    let Some(Step::Added(bubble)) = view.steps.pop() else { panic!("a bubble was added last") };
    bubble
}

#[test]
fn a_sound_desk_is_clean() {
    assert_eq!(after(|_, _| {}), Verdict::default());
}

#[test]
fn m1_a_row_that_is_gone() {
    let verdict = after(|history, log| {
        log.rows.pop();
        history.views.clear();
    });
    assert_eq!(verdict.lost, 1, "{verdict:?}");
}

#[test]
fn m1_a_row_with_other_words_or_another_number() {
    assert_eq!(after(|_, log| log.rows[1].text = Some("other".into())).lost, 1);
    assert_eq!(after(|_, log| log.rows[3].pub_seq = Some(9)).lost, 1);
    assert_eq!(after(|_, log| log.rows[2].seq = 9).lost, 1);
    assert_eq!(after(|_, log| log.rows[2].conversation = key(5)).lost, 1);
}

#[test]
fn m2_a_row_twice() {
    let verdict = after(|_, log| {
        let again = Row { seq: 5, pub_seq: Some(4), ..log.rows[3].clone() };
        log.rows.push(again);
    });
    assert!(verdict.duplicated == 1 && says(&verdict, "M2"), "{verdict:?}");
}

#[test]
fn m7_a_bubble_twice() {
    let verdict = after(|history, _| {
        let again = history.views[0].steps.last().unwrap().clone();
        history.views[0].steps.push(again);
    });
    assert!(verdict.duplicated == 1 && says(&verdict, "M7"), "{verdict:?}");
    let verdict = after(|history, log| {
        let whole: Vec<_> = log.rows.iter().chain(&log.rows[..1]).map(|row| bubble(row, Side::Agent)).collect();
        history.views[1].steps.push(Step::Whole(whole));
    });
    assert_eq!(verdict.duplicated, 1, "{verdict:?}");
}

#[test]
fn m5_written_first_and_stored_second() {
    let verdict = after(|history, _| history.messages[3].ordinal = 0);
    assert!(verdict.reordered == 1 && says(&verdict, "M5"), "{verdict:?}");
}

#[test]
fn m4_shown_first_and_numbered_second() {
    let verdict = after(|history, _| history.views[1].steps.swap(2, 3));
    assert!(verdict.reordered == 1 && says(&verdict, "M4 shown"), "{verdict:?}");
    assert!(verdict.contradictions > 0, "not what the log has: {verdict:?}");
}

#[test]
fn m4_one_number_for_two_messages() {
    let verdict = after(|history, log| {
        history.views[2].quiet = false;
        let mut wrong = last(&mut history.views[2]);
        (wrong.key, wrong.text) = (key(9), "words 9".into());
        history.views[2].steps.push(Step::Added(wrong));
        log.rows.push(Row { client_id: Some(key(9)), seq: 4, ..row((9, Some(9), Side::Agent)) });
    });
    assert!(says(&verdict, "M4 contradiction") && verdict.contradictions >= 1, "{verdict:?}");
}

#[test]
fn m4_customer_and_agent_do_not_see_one_order() {
    let verdict = after(|history, _| {
        let mut wrong = last(&mut history.views[0]);
        wrong.pub_seq = Some(2);
        history.views[0].steps.push(Step::Added(wrong));
    });
    assert!(says(&verdict, "M4 contradiction"), "{verdict:?}");
}

#[test]
fn m4_a_screen_that_misses_one_in_quiet() {
    let miss = |history: &mut History, quiet| {
        history.views[0].quiet = quiet;
        last(&mut history.views[0]);
    };
    let verdict = after(|history, _| miss(history, true));
    assert!(verdict.contradictions == 1 && says(&verdict, "M4 not equal"), "{verdict:?}");
    assert_eq!(after(|history, _| miss(history, false)), Verdict::default(), "it may still be on its way");
}

#[test]
fn m6_a_bubble_that_vanishes() {
    let verdict = after(|history, log| {
        let fewer = log.rows[..3].iter().map(|row| bubble(row, Side::Agent)).collect();
        history.views[1].steps.push(Step::Whole(fewer));
        history.views[1].quiet = false;
    });
    assert!(verdict.contradictions == 1 && says(&verdict, "M6"), "{verdict:?}");
}

#[test]
fn m8_a_row_that_nobody_wrote() {
    let verdict = after(|history, _| drop(history.messages.remove(0)));
    assert!(verdict.phantoms == 1 && says(&verdict, "M8 nobody"), "{verdict:?}");
}

#[test]
fn m8_a_row_whose_author_was_told_no() {
    let refused = Outcome::Refused { at: Moment(1), why: "the chat is over".into() };
    let verdict = after(|history, _| history.messages[1].outcome = refused);
    assert!(verdict.phantoms == 1 && says(&verdict, "M8 stored though"), "{verdict:?}");
}

#[test]
fn m8_a_row_with_other_words_than_were_written() {
    let verdict = after(|history, _| {
        history.messages[0].outcome = Outcome::Pending;
        history.messages[0].text = "other".into();
    });
    assert!(says(&verdict, "M8 altered"), "{verdict:?}");
}

#[test]
fn m8_a_bubble_without_a_row() {
    let verdict = after(|history, _| {
        let ghost = Bubble { key: key(7), seq: None, pub_seq: Some(7), text: "boo".into() };
        history.views[0].steps.push(Step::Added(ghost));
    });
    assert!(verdict.phantoms == 1 && says(&verdict, "M8 phantom"), "{verdict:?}");
}

#[test]
fn m9_neither_acknowledged_nor_failed() {
    let verdict = after(|history, _| history.messages[3].outcome = Outcome::Pending);
    assert!(verdict.limbo == 1 && says(&verdict, "M9"), "{verdict:?}");
}

#[test]
fn m12_a_canary_among_what_a_customer_received() {
    let verdict = after(|history, _| history.heard[0].bytes.push_str("… words 3 …"));
    assert!(verdict.leaked == 1 && says(&verdict, "M12"), "{verdict:?}");
    let verdict = after(|history, log| {
        let note = Bubble { pub_seq: Some(3), ..bubble(&log.rows[2], Side::Customer) };
        history.views[0].steps.push(Step::Added(note));
    });
    assert!(says(&verdict, "M8 phantom"), "a note on a customer's screen: {verdict:?}");
}

#[test]
fn until_a_moment_nothing_later_has_happened() {
    let (history, _) = sound();
    let then = history.until(Moment(22));
    let acknowledged: Vec<_> = then.iter().map(Message::is_acknowledged).collect();
    assert_eq!(acknowledged, [true, false], "the second is on its way, the third not written");
}
