use super::*;
use domain::conversation::Refusal;
use proptest::prelude::*;
use uuid::Uuid;

fn chat(n: u128) -> ConversationId {
    ConversationId::new(Uuid::from_u128(n))
}

fn key(n: u128) -> ClientKey {
    ClientKey(Uuid::from_u128(n))
}

fn message(n: u64) -> Outgoing {
    Outgoing {
        client: key(n.into()),
        conversation: chat(1),
        text: format!("text {n}"),
        ordinal: n,
        seen: 0,
        created_at: Timestamp(0),
        note: false,
    }
}

fn lasting() -> Problem {
    Problem::Forbidden
}

/// Messages 1..=n, stored.
fn ledger(n: u64) -> Ledger {
    let mut ledger = Ledger::default();
    for n in 1..=n {
        ledger.push(message(n));
        ledger.saved(key(n.into()), true);
    }
    ledger
}

fn next(ledger: &Ledger) -> Option<u64> {
    ledger.next(chat(1)).map(|message| message.ordinal)
}

fn record(n: u64, failed: Option<Problem>) -> Record {
    Record { message: message(n), failed }
}

#[test]
fn nothing_is_sent_before_it_is_stored() {
    let mut ledger = Ledger::default();
    ledger.push(message(1));
    ledger.push(message(2));
    ledger.saved(key(2), true);
    assert_eq!(next(&ledger), None, "the second must not overtake the first");
    assert_eq!(ledger.unsaved(), vec![record(1, None)]);
    ledger.saved(key(1), false);
    assert_eq!(next(&ledger), Some(1), "where storage is denied, memory must do");
    assert!(ledger.unsaved().is_empty());
}

#[test]
fn the_next_goes_only_after_the_one_before_is_through() {
    let mut ledger = ledger(3);
    ledger.sending(key(1));
    assert_eq!(next(&ledger), Some(1));
    ledger.troubled(key(1), Problem::Offline);
    assert_eq!(next(&ledger), Some(1));
    assert_eq!(ledger.pending(chat(1))[0].trouble, Some(Problem::Offline));
    ledger.acknowledged(key(1), Some(7));
    assert_eq!(next(&ledger), Some(2));
    assert_eq!(ledger.failed(key(2), lasting()), Some(record(2, Some(lasting()))));
    assert_eq!(next(&ledger), Some(3), "one that is refused for good does not hold up the others");
    assert_eq!(ledger.waiting(), 2);
}

#[test]
fn conversations_do_not_wait_for_each_other() {
    let mut ledger = ledger(1);
    let other = Outgoing { client: key(9), conversation: chat(2), ordinal: 9, ..message(9) };
    ledger.push(other);
    ledger.saved(key(9), true);
    assert_eq!(ledger.next(chat(2)).map(|message| message.ordinal), Some(9));
    assert_eq!(ledger.conversations(), BTreeSet::from([chat(1), chat(2)]));
}

#[test]
fn ordinals_only_grow_even_when_the_clock_is_set_back() {
    let mut ledger = Ledger::default();
    let first = ledger.next_ordinal(Timestamp(1_000));
    ledger.push(Outgoing { ordinal: first, ..message(1) });
    assert!(ledger.next_ordinal(Timestamp(1_000)) > first);
    assert!(ledger.next_ordinal(Timestamp(5)) > first);
}

#[test]
fn an_acknowledged_message_stays_until_the_stream_brings_it() {
    let mut ledger = ledger(2);
    ledger.acknowledged(key(1), Some(4));
    assert_eq!(ledger.stage(key(1)), Some(Stage::Acknowledged { seq: Some(4) }));
    ledger.acknowledged(key(1), None);
    assert_eq!(ledger.stage(key(1)), Some(Stage::Acknowledged { seq: Some(4) }));
    assert!(!ledger.discard(key(1)));
    assert_eq!(ledger.settle(|_| false), None);
    assert_eq!(ledger.settle(|client| client == key(1)), Some(vec![]), "storage has let go of it already");
    assert_eq!(ledger.stage(key(1)), None);
}

#[test]
fn a_message_that_the_stream_brings_first_is_through() {
    let mut ledger = ledger(2);
    ledger.sending(key(1));
    assert_eq!(ledger.settle(|client| client == key(1)), Some(vec![key(1)]));
    ledger.troubled(key(1), Problem::Offline);
    assert_eq!(next(&ledger), Some(2));
    ledger.absorb(vec![record(1, None), record(2, None)], &ledger.stored());
    assert_eq!(ledger.stage(key(1)), None, "storage that lags does not bring it back");
}

#[test]
fn a_refused_message_is_kept_for_its_author() {
    let mut ledger = ledger(1);
    ledger.failed(key(1), Problem::Refused { refusal: Refusal::Ended });
    assert_eq!(next(&ledger), None);
    assert!(ledger.retry(key(1)));
    assert!(!ledger.retry(key(1)));
    assert_eq!(ledger.unsaved(), vec![record(1, None)], "storage must hear that it is wanted again");
    ledger.failed(key(1), lasting());
    assert!(ledger.discard(key(1)));
    assert!(ledger.pending(chat(1)).is_empty());
}

#[test]
fn what_other_tabs_do_is_taken_over() {
    let mut ledger = ledger(4);
    ledger.failed(key(3), lasting());
    ledger.failed(key(4), lasting());
    let known = ledger.stored();
    ledger.push(message(5));
    ledger.absorb(vec![record(2, Some(lasting())), record(4, None), record(6, None)], &known);
    assert_eq!(ledger.stage(key(1)), Some(Stage::Acknowledged { seq: None }), "gone from storage: another tab has sent it");
    assert_eq!(ledger.stage(key(2)), Some(Stage::Failed(lasting())));
    assert_eq!(ledger.stage(key(3)), None, "discarded");
    assert_eq!(ledger.stage(key(4)), Some(Stage::Queued), "tried again");
    assert_eq!(ledger.stage(key(5)), Some(Stage::Queued), "not stored yet, so not missing");
    assert_eq!(ledger.stage(key(6)), Some(Stage::Queued), "written there");
    assert!(ledger.next_ordinal(Timestamp(0)) > 6);
}

#[test]
fn a_server_that_asks_for_a_pause_gets_it() {
    let mut ledger = ledger(1);
    assert_eq!(ledger.asked_pause_ms(key(1)), 0);
    ledger.troubled(key(1), Problem::SlowDown { after_ms: 4_000 });
    assert_eq!(ledger.asked_pause_ms(key(1)), 4_000);
}

#[test]
fn records_read_back() {
    let record = record(3, Some(lasting()));
    let text = serde_json::to_string(&record).unwrap();
    assert_eq!(serde_json::from_str::<Record>(&text).unwrap(), record);
}

proptest! {
    /// Whatever happens, what is sent goes out in the order written, and nothing is lost without an answer.
    #[test]
    fn order_is_kept_and_nothing_is_lost(steps in proptest::collection::vec(0_u8..8, 1..120)) {
        let mut ledger = Ledger::default();
        let (mut written, mut through, mut refused) = (0_u64, Vec::new(), 0_usize);
        for step in steps {
            match step {
                0 | 1 => { written += 1; ledger.push(message(written)); }
                2 | 3 => for record in ledger.unsaved() { ledger.saved(record.message.client, step == 2); },
                4 => { let stored = ledger.stored(); ledger.absorb(Vec::new(), &BTreeSet::new()); prop_assert_eq!(stored, ledger.stored()); }
                _ => if let Some(message) = ledger.next(chat(1)) {
                    ledger.sending(message.client);
                    match step {
                        5 => ledger.troubled(message.client, Problem::Offline),
                        6 => { ledger.failed(message.client, lasting()); refused += 1; }
                        _ => { ledger.acknowledged(message.client, Some(message.ordinal)); through.push(message.ordinal); }
                    }
                },
            }
        }
        prop_assert!(through.is_sorted());
        prop_assert_eq!(ledger.pending(chat(1)).len(), written as usize);
        prop_assert_eq!(ledger.waiting(), written as usize - through.len());
        prop_assert!(refused <= ledger.waiting());
    }
}
