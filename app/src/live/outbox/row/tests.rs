use super::*;
use domain::{message::Author, time::Timestamp, wire::Problem};
use proptest::prelude::*;
use uuid::Uuid;

fn key(n: u64) -> ClientKey {
    ClientKey(Uuid::from_u128(n.into()))
}

fn entry(seq: u64, client: u64) -> Entry {
    let content = Content::Message { author: Author::Customer, text: String::new(), client: key(client) };
    Entry { seq, pub_seq: Some(seq), ts: Timestamp(0), content }
}

fn pending(n: u64, stage: Stage) -> Pending {
    Pending { client: key(n), text: String::new(), note: false, ordinal: n, created_at: Timestamp(0), stage, trouble: None }
}

fn shown(rows: &[Row]) -> Vec<u64> {
    rows.iter()
        .map(|row| match row {
            Row::Confirmed(entry) => client(entry).map_or(0, |key| key.0.as_u128() as u64),
            Row::Pending(pending) => pending.ordinal,
        })
        .collect()
}

#[test]
fn rows_stand_once_and_in_order() {
    let acked = |seq| Stage::Acknowledged { seq };
    let cases: [(&str, Vec<Entry>, Vec<Pending>, Vec<u64>); 5] = [
        ("confirmed, then pending", vec![entry(1, 10)], vec![pending(11, Stage::Queued)], vec![10, 11]),
        ("the stream has it", vec![entry(1, 10), entry(2, 11)], vec![pending(11, acked(Some(2)))], vec![10, 11]),
        ("the stream has it before the acknowledgement", vec![entry(1, 11)], vec![pending(11, Stage::Sending)], vec![11]),
        (
            "an acknowledged one stands before one refused earlier",
            vec![entry(1, 10)],
            vec![pending(11, Stage::Failed(Problem::Forbidden)), pending(12, acked(Some(2))), pending(13, Stage::Queued)],
            vec![10, 12, 11, 13],
        ),
        (
            "acknowledged ones by their number, unknown numbers last",
            vec![],
            vec![pending(1, acked(None)), pending(2, acked(Some(9))), pending(3, acked(Some(8)))],
            vec![3, 2, 1],
        ),
    ];
    for (case, entries, waiting, expected) in cases {
        assert_eq!(shown(&merge(&entries, &waiting)), expected, "{case}");
    }
}

proptest! {
    /// M6 and M7: each message is there exactly once, whether confirmed, pending or both.
    #[test]
    fn each_message_is_there_once(confirmed in proptest::collection::btree_set(1_u64..30, 0..20), waiting in proptest::collection::btree_set(1_u64..30, 0..20)) {
        let entries: Vec<_> = confirmed.iter().enumerate().map(|(at, n)| entry(at as u64 + 1, *n)).collect();
        let left: Vec<_> = waiting.iter().map(|n| pending(*n, if n % 2 == 0 { Stage::Queued } else { Stage::Acknowledged { seq: None } })).collect();
        let rows = merge(&entries, &left);
        let mut all = shown(&rows);
        prop_assert_eq!(&all[..confirmed.len()], &confirmed.iter().copied().collect::<Vec<_>>()[..]);
        all.sort_unstable();
        prop_assert_eq!(all, confirmed.union(&waiting).copied().collect::<Vec<_>>());
        let keys: HashSet<_> = rows.iter().map(Row::key).collect();
        prop_assert_eq!(keys.len(), rows.len());
    }
}
