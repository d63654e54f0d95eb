use super::{Pending, Stage};
use domain::{
    ids::ClientKey,
    state::{Content, Entry},
};
use std::collections::HashSet;

/// A row of a conversation: confirmed by the stream, or not yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Row {
    Confirmed(Entry),
    Pending(Pending),
}

/// What tells rows apart on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RowKey {
    Confirmed(u64),
    Pending(ClientKey),
}

impl Row {
    pub fn key(&self) -> RowKey {
        match self {
            Row::Confirmed(entry) => RowKey::Confirmed(entry.seq),
            Row::Pending(pending) => RowKey::Pending(pending.client),
        }
    }
}

/// The rows of a conversation: what the stream has brought in its order, then what it has not. A message stands there
/// once, whichever way it came first; an acknowledged one comes before all that is not.
pub fn merge(entries: &[Entry], pending: &[Pending]) -> Vec<Row> {
    let confirmed: HashSet<ClientKey> = if pending.is_empty() { HashSet::new() } else { entries.iter().filter_map(client).collect() };
    let mut left: Vec<&Pending> = pending.iter().filter(|pending| !confirmed.contains(&pending.client)).collect();
    left.sort_by_key(|pending| place(pending));
    entries.iter().cloned().map(Row::Confirmed).chain(left.into_iter().cloned().map(Row::Pending)).collect()
}

fn client(entry: &Entry) -> Option<ClientKey> {
    match &entry.content {
        Content::Message { client, .. } | Content::Note { client, .. } => Some(*client),
        Content::Joined { .. }
        | Content::Requeued { .. }
        | Content::Abandoned { .. }
        | Content::Resumed
        | Content::Ended { .. }
        | Content::Ticket { .. }
        | Content::Moved { .. }
        | Content::Transferred { .. }
        | Content::TakenOver { .. }
        | Content::Assisting { .. }
        | Content::AssistEnded { .. }
        | Content::Parked { .. }
        | Content::Unparked
        | Content::CallbackAsked
        | Content::InactivityWarned { .. }
        | Content::HandedOver { .. } => None,
    }
}

/// Acknowledged ones by their number, then the others as they were written.
pub(super) fn place(pending: &Pending) -> (bool, u64, u64, ClientKey) {
    let (waits, seq) = match pending.stage {
        Stage::Acknowledged { seq } => (false, seq.unwrap_or(u64::MAX)),
        Stage::Queued | Stage::Sending | Stage::Failed(_) => (true, 0),
    };
    (waits, seq, pending.ordinal, pending.client)
}

#[cfg(test)]
mod tests;
