//! What the virtual clients did and saw: written down while it happens, judged afterwards by the oracle.

use crate::place::Fixtures;
use domain::{
    ids::{ClientKey, ConversationId},
    message::Side,
    state::{ChatState, Content, Entry},
    wire::Problem,
};
use oracle::{Audience, Bubble, Heard, Message, Moment, Outcome, Step, View};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// One message from the moment that its author meant to send it.
#[derive(Debug, Clone)]
pub struct Written {
    pub chat: ConversationId,
    pub by: Side,
    pub text: String,
    /// The device that sends it.
    pub outbox: u64,
    /// Place among what this device wrote: 0, 1, 2…
    pub ordinal: u64,
    /// When it was due by the schedule: latencies count from here.
    pub due: Moment,
    pub outcome: Outcome,
    /// When the other party first held it.
    pub delivered: Option<Moment>,
    pub attempts: u32,
}

/// A screen: one person's view of one chat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Viewer {
    pub chat: ConversationId,
    pub side: Side,
    /// Tabs of the same person are told apart.
    pub tab: u32,
}

/// What one screen has shown so far.
#[derive(Debug, Clone, Default)]
pub struct Shown {
    pub steps: Vec<Step>,
    /// Frames that were no news: doubled or old.
    pub stale: u64,
    /// Times that a number was missing and the client had to pull.
    pub gaps: u64,
}

#[derive(Default)]
struct Book {
    written: HashMap<ClientKey, Written>,
    ordinals: HashMap<u64, u64>,
    shown: HashMap<Viewer, Shown>,
    /// First messages of chats that were begun during the run.
    begun: Vec<Message>,
    leaks: Vec<String>,
}

/// Shared by all clients of a run; cheap to clone.
#[derive(Clone, Default)]
pub struct History(Arc<Mutex<Book>>);

/// How many were acknowledged, how many refused, how many are still on their way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    pub acknowledged: usize,
    pub refused: usize,
    pub open: usize,
}

/// While it happens.
impl History {
    fn book(&self) -> MutexGuard<'_, Book> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Something goes into a device's outbox that was due at `due`.
    pub fn writes(&self, client: ClientKey, outbox: u64, (chat, by): (ConversationId, Side), text: &str, due: Moment) {
        let mut book = self.book();
        let next = book.ordinals.entry(outbox).or_default();
        let ordinal = *next;
        *next += 1;
        let outcome = Outcome::Pending;
        let message = Written { chat, by, text: text.into(), outbox, ordinal, due, outcome, delivered: None, attempts: 0 };
        book.written.insert(client, message);
    }

    /// A chat began with this message.
    pub fn begins(&self, chat: ConversationId, (client, seq): (ClientKey, u64), text: &str, invoked: Moment) {
        let message = Message {
            key: client.0,
            chat: chat.uuid(),
            side: oracle::Side::Customer,
            audience: Audience::Public,
            outbox: rand::random(),
            ordinal: 0,
            text: text.into(),
            invoked,
            outcome: Outcome::Acknowledged { at: Moment::now(), seq },
        };
        self.book().begun.push(message);
    }

    pub fn tries(&self, client: ClientKey) {
        if let Some(message) = self.book().written.get_mut(&client) {
            message.attempts += 1;
        }
    }

    pub fn acknowledged(&self, client: ClientKey, seq: u64) {
        self.settles(client, Outcome::Acknowledged { at: Moment::now(), seq });
    }

    pub fn refused(&self, client: ClientKey, problem: &Problem) {
        self.settles(client, Outcome::Refused { at: Moment::now(), why: problem.to_string() });
    }

    fn settles(&self, client: ClientKey, outcome: Outcome) {
        if let Some(message) = self.book().written.get_mut(&client) {
            message.outcome = outcome;
        }
    }

    /// A screen appended a message. Other entries are passed over.
    pub fn appended(&self, viewer: Viewer, entry: &Entry) {
        let Some((client, bubble)) = bubble(viewer.side, entry) else { return };
        let mut book = self.book();
        book.arrives(viewer, client);
        book.shown.entry(viewer).or_default().steps.push(Step::Added(bubble));
    }

    /// A screen was given a whole state.
    pub fn replaced(&self, viewer: Viewer, state: &ChatState) {
        let mut book = self.book();
        let mut whole = Vec::new();
        for (client, bubble) in state.entries.iter().filter_map(|entry| bubble(viewer.side, entry)) {
            book.arrives(viewer, client);
            whole.push(bubble);
        }
        book.shown.entry(viewer).or_default().steps.push(Step::Whole(whole));
    }

    pub fn stale(&self, viewer: Viewer) {
        self.book().shown.entry(viewer).or_default().stale += 1;
    }

    pub fn gap(&self, viewer: Viewer) {
        self.book().shown.entry(viewer).or_default().gaps += 1;
    }

    /// A customer was sent what holds a canary.
    pub fn leaked(&self, frame: &str) {
        self.book().leaks.push(frame.to_owned());
    }
}

impl Book {
    fn arrives(&mut self, viewer: Viewer, client: ClientKey) {
        if let Some(message) = self.written.get_mut(&client)
            && message.by != viewer.side
            && message.delivered.is_none()
        {
            message.delivered = Some(Moment::now());
        }
    }
}

/// Afterwards.
impl History {
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for message in self.book().written.values() {
            match message.outcome {
                Outcome::Acknowledged { .. } => counts.acknowledged += 1,
                Outcome::Refused { .. } => counts.refused += 1,
                Outcome::Pending => counts.open += 1,
            }
        }
        counts
    }

    /// Everything that was written, by client id.
    pub fn written(&self) -> HashMap<ClientKey, Written> {
        self.book().written.clone()
    }

    /// Whether everything acknowledged in a chat is in this list.
    pub fn are_all_in(&self, chat: ConversationId, list: &[ClientKey]) -> bool {
        let listed: std::collections::HashSet<_> = list.iter().collect();
        let book = self.book();
        let mut acknowledged =
            book.written.iter().filter(|(_, message)| message.chat == chat && matches!(message.outcome, Outcome::Acknowledged { .. }));
        acknowledged.all(|(client, _)| listed.contains(client))
    }

    pub fn shown(&self) -> HashMap<Viewer, Shown> {
        self.book().shown.clone()
    }

    /// As the oracle takes it. `quiet`: everybody is connected, has caught up, and nobody writes any more.
    pub fn told(&self, fixtures: &Fixtures, canary: &str, quiet: bool) -> oracle::History {
        let book = self.book();
        let before = fixtures.chats.iter().flat_map(crate::place::ChatKey::before);
        let begun = book.begun.iter().cloned();
        let messages = before.chain(begun).chain(book.written.iter().map(|(client, message)| message.told(*client))).collect();
        let view = |(viewer, shown): (&Viewer, &Shown)| View {
            viewer: format!("{:?} {} of {}", viewer.side, viewer.tab, viewer.chat),
            chat: viewer.chat.uuid(),
            side: side(viewer.side),
            steps: shown.steps.clone(),
            quiet,
        };
        let heard = book.leaks.iter().map(|bytes| Heard { viewer: "a customer".into(), bytes: bytes.clone() });
        oracle::History {
            messages,
            views: book.shown.iter().map(view).collect(),
            heard: heard.collect(),
            canaries: vec![canary.to_owned()],
        }
    }
}

impl Written {
    fn told(&self, client: ClientKey) -> Message {
        Message {
            key: client.0,
            chat: self.chat.uuid(),
            side: side(self.by),
            audience: Audience::Public,
            outbox: self.outbox,
            ordinal: self.ordinal,
            text: self.text.clone(),
            invoked: self.due,
            outcome: self.outcome.clone(),
        }
    }
}

fn side(side: Side) -> oracle::Side {
    match side {
        Side::Customer => oracle::Side::Customer,
        Side::Agent => oracle::Side::Agent,
    }
}

/// The bubble of a message or note. A customer's entries know the public number only.
fn bubble(viewer: Side, entry: &Entry) -> Option<(ClientKey, Bubble)> {
    let (Content::Message { text, client, .. } | Content::Note { text, client, .. }) = &entry.content else { return None };
    let seq = (viewer == Side::Agent).then_some(entry.seq);
    Some((*client, Bubble { key: client.0, seq, pub_seq: entry.pub_seq, text: text.clone() }))
}

/// The messages of a state in its order.
pub fn listed(state: &ChatState) -> Vec<ClientKey> {
    let key = |entry: &Entry| match &entry.content {
        Content::Message { client, .. } => Some(*client),
        _ => None,
    };
    state.entries.iter().filter_map(key).collect()
}
