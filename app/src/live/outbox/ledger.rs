//! Which messages wait, how it stands with each, and which is next: the rules, without storage or network.

use domain::{
    ids::{ClientKey, ConversationId},
    time::Timestamp,
    wire::Problem,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A message on its way out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outgoing {
    pub client: ClientKey,
    pub conversation: ConversationId,
    pub text: String,
    /// The order of writing, over all tabs of a browser.
    pub ordinal: u64,
    /// The last number of the stream that the author had seen.
    pub seen: u64,
    pub created_at: Timestamp,
    /// A private note, not a message.
    #[serde(default)]
    pub note: bool,
}

/// How it stands with a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stage {
    /// Not tried yet, or tried and waiting to be tried again.
    Queued,
    Sending,
    /// Stored by the server; the stream has not brought it yet.
    Acknowledged {
        seq: Option<u64>,
    },
    /// Refused for good; kept for its author.
    Failed(Problem),
}

/// A message as the screen shows it until the stream has brought it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending {
    pub client: ClientKey,
    pub text: String,
    pub note: bool,
    pub ordinal: u64,
    pub created_at: Timestamp,
    pub stage: Stage,
    /// Why the last attempt did not pass; it is tried again.
    pub trouble: Option<Problem>,
}

/// What is kept of a message in the browser's storage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    pub message: Outgoing,
    pub failed: Option<Problem>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Item {
    message: Outgoing,
    stage: Stage,
    trouble: Option<Problem>,
    kept: Kept,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kept {
    NotYet,
    Stored,
    /// Storage was denied: as good as it gets.
    MemoryOnly,
}

/// The messages of one owner, in the order written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ledger {
    items: Vec<Item>,
    last_ordinal: u64,
    /// Keys that are done with: storage may still tell of them for a moment.
    done: BTreeSet<ClientKey>,
}

impl Ledger {
    /// A number after all that were given here or seen from other tabs.
    pub fn next_ordinal(&self, now: Timestamp) -> u64 {
        let by_clock = u64::try_from(now.0).unwrap_or_default().saturating_mul(1_000);
        by_clock.max(self.last_ordinal + 1)
    }

    pub fn push(&mut self, message: Outgoing) {
        self.insert(Item { message, stage: Stage::Queued, trouble: None, kept: Kept::NotYet });
    }

    fn insert(&mut self, item: Item) {
        self.last_ordinal = self.last_ordinal.max(item.message.ordinal);
        let order = |item: &Item| (item.message.ordinal, item.message.client);
        let at = self.items.partition_point(|other| order(other) < order(&item));
        self.items.insert(at, item);
    }

    fn item_mut(&mut self, client: ClientKey) -> Option<&mut Item> {
        self.items.iter_mut().find(|item| item.message.client == client)
    }

    fn item(&self, client: ClientKey) -> Option<&Item> {
        self.items.iter().find(|item| item.message.client == client)
    }

    /// What has to be written to storage before it may be sent.
    pub fn unsaved(&self) -> Vec<Record> {
        self.items.iter().filter(|item| item.kept == Kept::NotYet).map(Item::record).collect()
    }

    /// What storage is believed to hold.
    pub fn stored(&self) -> BTreeSet<ClientKey> {
        self.items.iter().filter(|item| item.kept == Kept::Stored).map(|item| item.message.client).collect()
    }

    /// Storage has taken the message, or (`durable` false) refused it: either way it may be sent now.
    pub fn saved(&mut self, client: ClientKey, durable: bool) {
        if let Some(item) = self.item_mut(client) {
            item.kept = if durable { Kept::Stored } else { Kept::MemoryOnly };
        }
    }

    /// The one message of a conversation that may be sent: the first that is neither acknowledged nor refused. Until it
    /// is one of these, nothing after it may go.
    pub fn next(&self, conversation: ConversationId) -> Option<Outgoing> {
        let item = self.items.iter().find(|item| item.message.conversation == conversation && item.waits())?;
        (item.kept != Kept::NotYet).then(|| item.message.clone())
    }

    /// The conversations with something to send.
    pub fn conversations(&self) -> BTreeSet<ConversationId> {
        self.items.iter().filter(|item| item.waits()).map(|item| item.message.conversation).collect()
    }

    pub fn sending(&mut self, client: ClientKey) {
        self.set(client, |item| item.stage = Stage::Sending);
    }

    /// The server has it.
    pub fn acknowledged(&mut self, client: ClientKey, seq: Option<u64>) {
        self.set(client, |item| {
            if !matches!(item.stage, Stage::Acknowledged { seq: Some(_) }) {
                item.stage = Stage::Acknowledged { seq };
            }
            item.trouble = None;
        });
    }

    /// It did not pass; trying again may help.
    pub fn troubled(&mut self, client: ClientKey, problem: Problem) {
        self.set(client, |item| (item.stage, item.trouble) = (Stage::Queued, Some(problem)));
    }

    /// Refused for good. Gives what storage should keep of it.
    pub fn failed(&mut self, client: ClientKey, problem: Problem) -> Option<Record> {
        self.set(client, |item| (item.stage, item.trouble) = (Stage::Failed(problem), None));
        self.item(client).map(Item::record)
    }

    fn set(&mut self, client: ClientKey, change: impl FnOnce(&mut Item)) {
        if let Some(item) = self.item_mut(client) {
            change(item);
        }
    }

    /// Whether a refused message is to be sent again.
    pub fn retry(&mut self, client: ClientKey) -> bool {
        let Some(item) = self.item_mut(client).filter(|item| matches!(item.stage, Stage::Failed(_))) else {
            return false;
        };
        (item.stage, item.kept) = (Stage::Queued, Kept::NotYet);
        true
    }

    /// Whether the message is gone now.
    pub fn discard(&mut self, client: ClientKey) -> bool {
        let droppable = self.item(client).is_some_and(|item| matches!(item.stage, Stage::Queued | Stage::Failed(_)));
        if droppable {
            self.items.retain(|item| item.message.client != client);
            self.done.insert(client);
        }
        droppable
    }

    /// Forgets the messages that the stream has brought; `None` if it has brought none. Gives those whose acknowledgement
    /// was not heard, which storage still holds.
    pub fn settle(&mut self, is_there: impl Fn(ClientKey) -> bool) -> Option<Vec<ClientKey>> {
        let (gone, left): (Vec<Item>, Vec<Item>) =
            std::mem::take(&mut self.items).into_iter().partition(|item| is_there(item.message.client));
        self.items = left;
        if gone.is_empty() {
            return None;
        }
        self.done.extend(gone.iter().map(|item| item.message.client));
        Some(gone.iter().filter(|item| !matches!(item.stage, Stage::Acknowledged { .. })).map(|item| item.message.client).collect())
    }

    /// Forgets everything, and names it.
    pub fn clear(&mut self) -> Vec<ClientKey> {
        let all: Vec<ClientKey> = self.items.drain(..).map(|item| item.message.client).collect();
        self.done.extend(&all);
        all
    }

    /// Takes over what storage holds now. `known` is what it was believed to hold before it was read: what of that is
    /// missing was acknowledged or, if it had been refused, discarded in another tab.
    pub fn absorb(&mut self, records: Vec<Record>, known: &BTreeSet<ClientKey>) {
        let present: BTreeSet<ClientKey> = records.iter().map(|record| record.message.client).collect();
        for record in records {
            self.absorb_one(record);
        }
        let missing = |item: &Item| known.contains(&item.message.client) && !present.contains(&item.message.client);
        self.items.retain(|item| !(missing(item) && matches!(item.stage, Stage::Failed(_))));
        for item in &mut self.items {
            if missing(item) && item.waits() {
                (item.stage, item.trouble) = (Stage::Acknowledged { seq: None }, None);
            }
        }
    }

    fn absorb_one(&mut self, record: Record) {
        let Record { message, failed } = record;
        if self.done.contains(&message.client) {
            return;
        }
        let stage = failed.map_or(Stage::Queued, Stage::Failed);
        match self.item_mut(message.client) {
            None => self.insert(Item { message, stage, trouble: None, kept: Kept::Stored }),
            Some(item) => match (&item.stage, &stage) {
                (Stage::Queued, Stage::Failed(_)) | (Stage::Failed(_), Stage::Queued) if item.kept == Kept::Stored => item.stage = stage,
                (Stage::Queued | Stage::Sending | Stage::Acknowledged { .. } | Stage::Failed(_), _) => {}
            },
        }
    }

    pub fn pending(&self, conversation: ConversationId) -> Vec<Pending> {
        let mut pending: Vec<Pending> =
            self.items.iter().filter(|item| item.message.conversation == conversation).map(Item::pending).collect();
        pending.sort_by_key(super::row::place);
        pending
    }

    pub fn stage(&self, client: ClientKey) -> Option<Stage> {
        self.item(client).map(|item| item.stage.clone())
    }

    /// How long the server asked to be left alone before this message comes again.
    pub fn asked_pause_ms(&self, client: ClientKey) -> u64 {
        match self.item(client).and_then(|item| item.trouble.as_ref()) {
            Some(Problem::SlowDown { after_ms } | Problem::Unavailable { after_ms }) => *after_ms,
            Some(_) | None => 0,
        }
    }

    /// How many are not acknowledged.
    pub fn waiting(&self) -> usize {
        self.items.iter().filter(|item| !matches!(item.stage, Stage::Acknowledged { .. })).count()
    }
}

impl Item {
    fn waits(&self) -> bool {
        matches!(self.stage, Stage::Queued | Stage::Sending)
    }
    fn record(&self) -> Record {
        let failed = match &self.stage {
            Stage::Failed(problem) => Some(problem.clone()),
            Stage::Queued | Stage::Sending | Stage::Acknowledged { .. } => None,
        };
        Record { message: self.message.clone(), failed }
    }
    fn pending(&self) -> Pending {
        let Outgoing { client, conversation: _, text, ordinal, seen: _, created_at, note } = self.message.clone();
        Pending { client, text, note, ordinal, created_at, stage: self.stage.clone(), trouble: self.trouble.clone() }
    }
}

#[cfg(test)]
mod tests;
