//! This node's followers: who wants to hear of which stream, each with a bounded queue.
//!
//! What is committed is handed to [`Hub::publish`]; a follower that cannot keep up loses its queue, is told so
//! ([`Item::Lagged`]) and reads what it missed from the database.

use crate::{bugs::Bug, database::Outgoing};
use domain::{
    board::Board,
    desk::{AgentEvent, Numbered, QueueEvent},
    event::{Event, Pulse},
    ids::{AgentId, ConversationId, CustomerId, InstanceId, QueueId, SessionId},
    live::Stream,
    time::Timestamp,
};
use serde::{Deserialize, Serialize};
use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
};
use tokio::sync::Notify;

/// The most items and bytes that wait for one follower.
pub const QUEUE_ITEMS: usize = 256;
pub const QUEUE_BYTES: usize = 1 << 20;

/// What a follower hears.
#[derive(Debug, Clone)]
pub enum Item {
    Chat(ConversationId, Arc<Event>),
    Agent(AgentId, Arc<Numbered<AgentEvent>>),
    Queue(QueueId, Arc<Numbered<QueueEvent>>),
    Pulse(Stream, Pulse),
    /// The stream is at least at this number; what was committed was not told here: read it from its cursor.
    Behind(Stream, u64),
    /// What let this socket in may be over: ask.
    Recheck,
    Board(Arc<Board>),
    /// Items were dropped: read the followed streams from their cursors.
    Lagged,
    /// Another socket took this instance's place.
    Fenced,
    /// What let this socket in is over.
    SignedOut,
    /// The node is stopping.
    Closing,
}

/// Whose queue it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Owner {
    pub instance: InstanceId,
    /// What it was let in by; `None` for the desk's own.
    pub entry: Option<Entry>,
}

/// What lets somebody follow; with its end their sockets end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Entry {
    /// A sign-in of an agent.
    Session(SessionId),
    /// The tokens of a customer.
    Customer(CustomerId),
}

/// The bounded queue of one follower.
#[derive(Debug)]
pub struct Inbox {
    owner: Owner,
    queue: Mutex<Queue>,
    ready: Notify,
}

#[derive(Debug, Default)]
struct Queue {
    items: VecDeque<(Item, usize)>,
    bytes: usize,
    lagged: bool,
    /// Fenced, signed out or closing: said before anything else.
    last_word: Option<Item>,
    /// When the lease of the socket was last renewed, while it holds one.
    renewed_at: Option<Timestamp>,
}

impl Queue {
    /// Whether something that waits already says as much; a hint of the same stream then says the furthest number.
    fn covers(&mut self, item: &Item) -> bool {
        match item {
            Item::Behind(stream, seq) => {
                let same = self.items.iter_mut().find_map(|(waiting, _)| match waiting {
                    Item::Behind(of, at) if of == stream => Some(at),
                    _ => None,
                });
                same.map(|at| *at = (*at).max(*seq)).is_some()
            }
            Item::Recheck => self.items.iter().any(|(waiting, _)| matches!(waiting, Item::Recheck)),
            Item::Chat(..) | Item::Agent(..) | Item::Queue(..) | Item::Board(..) | Item::Pulse(..) => false,
            Item::Lagged | Item::Fenced | Item::SignedOut | Item::Closing => false,
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Inbox {
    fn new(owner: Owner, renewed_at: Option<Timestamp>) -> Self {
        Self { owner, queue: Mutex::new(Queue { renewed_at, ..Queue::default() }), ready: Notify::new() }
    }

    /// When the lease that this socket holds was last renewed; one that took another's place holds that one's lease.
    pub fn renewed_at(&self) -> Option<Timestamp> {
        lock(&self.queue).renewed_at
    }

    /// The lease was taken or renewed.
    pub fn renewed(&self, at: Timestamp) {
        lock(&self.queue).renewed_at = Some(at);
    }

    /// Takes the lease out, to be given up: no successor takes it over any more. `None` if there is none to give up, or one
    /// has.
    pub fn take_lease(&self) -> Option<Timestamp> {
        let mut queue = lock(&self.queue);
        if let Some(Item::Fenced) = queue.last_word { None } else { queue.renewed_at.take() }
    }

    /// Another socket takes this one's place, and its lease if it is the same person's.
    fn give_way(&self, to: &Owner) -> Option<Timestamp> {
        let mut queue = lock(&self.queue);
        let held = if self.owner == *to && queue.last_word.is_none() { queue.renewed_at.take() } else { None };
        queue.last_word.get_or_insert(Item::Fenced);
        drop(queue);
        self.ready.notify_one();
        held
    }

    /// The next item; waits for one. After a last word (fenced, signed out, closing) only that comes again.
    pub async fn next(&self) -> Item {
        loop {
            if let Some(item) = self.take() {
                return item;
            }
            self.ready.notified().await;
        }
    }

    /// The next item if there is one.
    pub fn take(&self) -> Option<Item> {
        let mut queue = lock(&self.queue);
        if let Some(word) = &queue.last_word {
            return Some(word.clone());
        }
        if std::mem::take(&mut queue.lagged) {
            return Some(Item::Lagged);
        }
        let (item, size) = queue.items.pop_front()?;
        queue.bytes -= size;
        Some(item)
    }

    fn push(&self, item: Item, size: usize) {
        let mut queue = lock(&self.queue);
        let is_pulse = matches!(item, Item::Pulse(..));
        let half_full = queue.items.len() >= QUEUE_ITEMS / 2 || queue.bytes >= QUEUE_BYTES / 2;
        if queue.last_word.is_some() || (is_pulse && half_full) || queue.covers(&item) {
            return;
        }
        if queue.items.len() >= QUEUE_ITEMS || queue.bytes + size > QUEUE_BYTES {
            metrics::counter!("deskbell_lagged_total").increment(1);
            queue.items.clear();
            queue.bytes = 0;
            queue.lagged = true;
        } else if !queue.lagged {
            queue.bytes += size;
            queue.items.push_back((item, size));
        }
        drop(queue);
        self.ready.notify_one();
    }

    fn say_last(&self, word: Item) {
        lock(&self.queue).last_word.get_or_insert(word);
        self.ready.notify_one();
    }
}

/// Who follows what on this node; cheap to clone.
#[derive(Clone, Default)]
pub struct Hub(Arc<Inner>);

#[derive(Default)]
struct Inner {
    followers: Mutex<HashMap<Stream, Vec<Weak<Inbox>>>>,
    inboxes: Mutex<Inboxes>,
    /// Woken when something committed should make the router or the timers look.
    pub route: Notify,
    pub deadline: Notify,
    /// Woken when something committed may have changed the wallboard.
    pub board: Notify,
}

#[derive(Default)]
struct Inboxes {
    by_instance: HashMap<InstanceId, Weak<Inbox>>,
    /// At how many those that are gone are looked for. It doubles, so that thousands who come at once do not look through
    /// thousands each.
    tidied_at: usize,
}

impl Inboxes {
    fn tidy(&mut self) {
        if self.by_instance.len() >= self.tidied_at {
            self.by_instance.retain(|_, inbox| inbox.strong_count() > 0);
            self.tidied_at = (self.by_instance.len() * 2).max(64);
        }
    }
}

impl Hub {
    /// A new follower. One with the same instance that still lives is fenced; if it let the same person in, the new one
    /// holds its lease.
    pub fn inbox(&self, owner: Owner) -> Arc<Inbox> {
        let mut inboxes = lock(&self.0.inboxes);
        inboxes.tidy();
        let old = inboxes.by_instance.remove(&owner.instance).and_then(|old| old.upgrade());
        let inbox = Arc::new(Inbox::new(owner, old.and_then(|old| old.give_way(&owner))));
        inboxes.by_instance.insert(owner.instance, Arc::downgrade(&inbox));
        inbox
    }

    pub fn follow(&self, inbox: &Arc<Inbox>, stream: Stream) {
        let mut followers = lock(&self.0.followers);
        let list = followers.entry(stream).or_default();
        list.retain(|follower| follower.strong_count() > 0);
        if !list.iter().any(|follower| std::ptr::eq(follower.as_ptr(), Arc::as_ptr(inbox))) {
            list.push(Arc::downgrade(inbox));
        }
    }

    pub fn unfollow(&self, inbox: &Arc<Inbox>, stream: Stream) {
        let mut followers = lock(&self.0.followers);
        if let Some(list) = followers.get_mut(&stream) {
            list.retain(|follower| follower.strong_count() > 0 && !std::ptr::eq(follower.as_ptr(), Arc::as_ptr(inbox)));
            if list.is_empty() {
                followers.remove(&stream);
            }
        }
    }

    /// Tells the followers what was committed, in its order.
    pub fn publish(&self, outgoing: Vec<Outgoing>) {
        if outgoing.iter().any(is_on_the_board) {
            self.0.board.notify_one();
        }
        for told in outgoing {
            match told {
                Outgoing::Chat(chat, event) => {
                    let size = size_of_event(&event);
                    let twice = Bug::ApplyTwice.strikes_every(50).then(|| once_more(&event));
                    self.send(Stream::ChatInternal(chat), &Item::Chat(chat, Arc::clone(&event)), size);
                    if event.pub_seq.is_some() {
                        self.send(Stream::ChatPublic(chat), &Item::Chat(chat, event), size);
                    }
                    if let Some(event) = twice {
                        self.send(Stream::ChatInternal(chat), &Item::Chat(chat, Arc::clone(&event)), size);
                        self.send(Stream::ChatPublic(chat), &Item::Chat(chat, event), size);
                    }
                }
                Outgoing::Agent(agent, event) => self.send(Stream::Agent(agent), &Item::Agent(agent, event), 1_024),
                Outgoing::Queue(queue, event) => self.send(Stream::Queue(queue), &Item::Queue(queue, event), 1_024),
                Outgoing::Route => self.0.route.notify_one(),
                Outgoing::Deadline => self.0.deadline.notify_one(),
            }
        }
    }

    /// Tells the followers of a stream something that is stale in ten seconds.
    pub fn pulse(&self, stream: Stream, pulse: Pulse) {
        self.send(stream, &Item::Pulse(stream, pulse), 128);
    }

    /// Another node committed to a stream: its followers here read it from their cursors.
    pub(crate) fn behind(&self, stream: Stream, seq: u64) {
        self.send(stream, &Item::Behind(stream, seq), 64);
    }

    /// What let these followers in may be over: they ask the database.
    pub(crate) fn recheck(&self, entry: Entry) {
        let inboxes: Vec<_> = lock(&self.0.inboxes).by_instance.values().filter_map(Weak::upgrade).collect();
        for inbox in inboxes.iter().filter(|inbox| inbox.owner.entry == Some(entry)) {
            inbox.push(Item::Recheck, 64);
        }
    }

    /// The streams that are followed on this node.
    pub(crate) fn followed(&self) -> Vec<Stream> {
        let followers = lock(&self.0.followers);
        let followed = followers.iter().filter(|(_, list)| list.iter().any(|follower| follower.strong_count() > 0));
        followed.map(|(stream, _)| *stream).collect()
    }

    /// Tells the followers of the wallboard all of it.
    pub fn tell_board(&self, board: Arc<Board>) {
        let size = size_of_board(&board);
        self.send(Stream::Board, &Item::Board(board), size);
    }

    /// Waits until something was committed that the wallboard may show.
    pub async fn board_changed(&self) {
        self.0.board.notified().await;
    }

    /// Whether anybody on this node follows a stream.
    pub fn is_followed(&self, stream: Stream) -> bool {
        lock(&self.0.followers).get(&stream).is_some_and(|list| list.iter().any(|follower| follower.strong_count() > 0))
    }

    /// Whether any customer on this node follows their chat.
    pub fn has_customers(&self) -> bool {
        lock(&self.0.followers).keys().any(|stream| matches!(stream, Stream::ChatPublic(_)))
    }

    /// Ends the sockets of one sign-in.
    pub fn end_session(&self, session: SessionId) {
        self.end(Entry::Session(session));
    }

    /// Ends the sockets of a customer whose tokens are worthless.
    pub fn end_customer(&self, customer: CustomerId) {
        self.end(Entry::Customer(customer));
    }

    fn end(&self, entry: Entry) {
        self.tell_all(Item::SignedOut, |owner| owner.entry == Some(entry));
    }

    /// Tells every follower that the node is stopping.
    pub fn close(&self) {
        self.tell_all(Item::Closing, |_| true);
    }

    /// Waits until something was committed that the router should see.
    pub async fn routing_wanted(&self) {
        self.0.route.notified().await;
    }

    /// Waits until a deadline was added or moved.
    pub async fn deadline_moved(&self) {
        self.0.deadline.notified().await;
    }

    pub fn wake_router(&self) {
        self.0.route.notify_one();
    }

    pub(crate) fn wake_timers(&self) {
        self.0.deadline.notify_one();
    }

    /// The time this follower's queue has been full is for its socket to watch; this is the number of followers.
    pub fn connected(&self) -> usize {
        lock(&self.0.inboxes).by_instance.values().filter(|inbox| inbox.strong_count() > 0).count()
    }

    fn tell_all(&self, word: Item, which: impl Fn(&Owner) -> bool) {
        let inboxes: Vec<_> = lock(&self.0.inboxes).by_instance.values().filter_map(Weak::upgrade).collect();
        for inbox in inboxes.iter().filter(|inbox| which(&inbox.owner)) {
            inbox.say_last(word.clone());
        }
    }

    fn send(&self, stream: Stream, item: &Item, size: usize) {
        let followers: Vec<_> = match lock(&self.0.followers).get(&stream) {
            Some(list) => list.iter().filter_map(Weak::upgrade).collect(),
            None => return,
        };
        for follower in followers {
            follower.push(item.clone(), size);
        }
    }
}

/// Messages and marks are not: only what changes a card, somebody's state or how chats go round.
fn is_on_the_board(told: &Outgoing) -> bool {
    match told {
        Outgoing::Agent(..) | Outgoing::Queue(..) | Outgoing::Route => true,
        Outgoing::Chat(..) | Outgoing::Deadline => false,
    }
}

/// About what a board weighs in a queue, in bytes.
fn size_of_board(board: &Board) -> usize {
    let chats: usize = board.agents.iter().map(|agent| agent.chats.len()).sum();
    256 + 320 * board.queues.len() + 240 * board.agents.len() + 200 * chats
}

/// The same event under the next numbers.
fn once_more(event: &Event) -> Arc<Event> {
    Arc::new(Event { seq: event.seq + 1, pub_seq: event.pub_seq.map(|seq| seq + 1), ..event.clone() })
}

/// About what an event weighs in a queue, in bytes.
fn size_of_event(event: &Event) -> usize {
    use domain::event::{EventBody, InternalBody, PublicBody};
    let text = match &event.body {
        EventBody::Public(PublicBody::Message { text, .. }) | EventBody::Internal(InternalBody::Note { text, .. }) => text.len(),
        _ => 0,
    };
    256 + text
}

/// A moment of a committed change, for lag metrics.
#[must_use]
pub fn lag(event: Timestamp, now: Timestamp) -> f64 {
    (now - event).0 as f64 / 1_000.0
}

#[cfg(test)]
#[path = "live/tests.rs"]
mod tests;
