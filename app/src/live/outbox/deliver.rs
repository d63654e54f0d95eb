//! Brings the ledger's messages to storage and to the server.

use super::{
    Outgoing,
    ledger::{Ledger, Record},
};
use crate::live::{platform, retry::delay_ms, socket::REACHED};
use domain::{
    ids::{ClientKey, ConversationId},
    wire::{Problem, Sent},
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    future::{Future, poll_fn},
    pin::Pin,
    rc::Rc,
    task::Poll,
};

pub type Attempt = Pin<Box<dyn Future<Output = Result<Sent, Problem>>>>;
type Sender = Box<dyn Fn(Outgoing) -> Attempt>;

/// An attempt that takes longer counts as not passed. Trying again is safe: the key is the same.
const ATTEMPT_MS: u32 = 20_000;
/// The longest pause between two attempts; shorter while somebody looks, who is promised an end within ten seconds of the
/// network's return.
const LONGEST_MS: u64 = 30_000;
const LONGEST_SEEN_MS: u64 = 8_000;

/// What the tabs of one browser tell each other. Hints: storage is what counts.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "t", rename_all = "snake_case")]
enum Hint {
    Changed,
    Acknowledged { client: ClientKey, seq: u64 },
    Dropped { clients: Vec<ClientKey> },
}

/// Why messages left the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gone {
    /// The stream has brought them.
    Delivered,
    /// Their author does not want them any more.
    Dropped,
}

#[derive(Default)]
struct Lane {
    running: bool,
    /// Asked for while running: look once more.
    again: bool,
    tries: u32,
    timer: Option<platform::Timer>,
}

pub struct Delivery {
    owner: String,
    ledger: RwSignal<Ledger>,
    saved: RwSignal<bool>,
    send: Sender,
    store: RefCell<Option<platform::Store>>,
    channel: RefCell<Option<platform::Channel>>,
    /// Storage was asked for and has answered.
    opened: Cell<bool>,
    lanes: RefCell<BTreeMap<ConversationId, Lane>>,
    closed: Cell<bool>,
}

impl Delivery {
    pub fn start(owner: String, ledger: RwSignal<Ledger>, saved: RwSignal<bool>, send: Sender) -> Rc<Self> {
        let delivery = Rc::new(Self {
            owner,
            ledger,
            saved,
            send,
            store: RefCell::default(),
            channel: RefCell::default(),
            opened: Cell::new(false),
            lanes: RefCell::default(),
            closed: Cell::new(false),
        });
        let hearing = Rc::downgrade(&delivery);
        let channel = platform::Channel::open(&format!("deskbell-outbox/{}", delivery.owner), move |text| {
            if let (Some(delivery), Ok(hint)) = (hearing.upgrade(), serde_json::from_str(&text)) {
                delivery.hear(hint);
            }
        });
        delivery.channel.replace(channel);
        let opening = delivery.clone();
        platform::spawn(async move {
            let store = platform::Store::open().await;
            opening.saved.try_set(store.is_some());
            opening.store.replace(store);
            opening.opened.set(true);
            opening.reload().await;
            opening.save().await;
            opening.kick();
        });
        delivery
    }

    pub fn owner(&self) -> &str {
        &self.owner
    }

    /// Ends after the attempts that are under way.
    pub fn close(&self) {
        self.closed.set(true);
        self.channel.take();
        self.lanes.borrow_mut().values_mut().for_each(|lane| lane.timer = None);
    }

    /// Stores what is not stored yet, then sends.
    pub fn save_new(self: &Rc<Self>) {
        let delivery = self.clone();
        platform::spawn(async move {
            delivery.save().await;
            delivery.say(&Hint::Changed);
            delivery.kick();
        });
    }

    /// Takes messages out of storage that are out of the ledger already.
    pub fn forget(self: &Rc<Self>, clients: Vec<ClientKey>, why: Gone) {
        if clients.is_empty() {
            return;
        }
        let delivery = self.clone();
        platform::spawn(async move {
            for client in &clients {
                delivery.erase(*client).await;
            }
            delivery.say(&match why {
                Gone::Delivered => Hint::Changed,
                Gone::Dropped => Hint::Dropped { clients },
            });
            delivery.kick();
        });
    }

    /// Tries every conversation that has something to send, without waiting longer.
    pub fn kick(self: &Rc<Self>) {
        if let Some(conversations) = self.ledger.try_with_untracked(Ledger::conversations) {
            conversations.into_iter().for_each(|conversation| self.run(conversation));
        }
    }

    fn hear(self: &Rc<Self>, hint: Hint) {
        match hint {
            Hint::Changed => {
                let delivery = self.clone();
                platform::spawn(async move {
                    delivery.reload().await;
                    delivery.kick();
                });
            }
            Hint::Acknowledged { client, seq } => self.change(|ledger| ledger.acknowledged(client, Some(seq))),
            Hint::Dropped { clients } => self.change(|ledger| {
                for client in clients {
                    ledger.discard(client);
                }
            }),
        }
    }

    fn say(&self, hint: &Hint) {
        if let (Some(channel), Ok(text)) = (&*self.channel.borrow(), serde_json::to_string(hint)) {
            channel.say(&text);
        }
    }

    /// Changes the ledger; its readers hear of it if it became another.
    fn change(&self, change: impl FnOnce(&mut Ledger)) {
        self.ledger.try_maybe_update(|ledger| {
            let before = ledger.clone();
            change(ledger);
            (*ledger != before, ())
        });
    }

    /// Takes over what storage holds, of all tabs.
    async fn reload(&self) {
        let Some(store) = self.store.borrow().clone() else { return };
        let Some(known) = self.ledger.try_with_untracked(Ledger::stored) else {
            return;
        };
        match store.all(&self.owner).await {
            Some(texts) => {
                let records = texts.iter().filter_map(|text| serde_json::from_str::<Record>(text).ok()).collect();
                self.change(|ledger| ledger.absorb(records, &known));
            }
            None => self.deny(),
        }
    }

    async fn save(&self) {
        if !self.opened.get() {
            return;
        }
        for record in self.ledger.try_with_untracked(Ledger::unsaved).unwrap_or_default() {
            let durable = self.write(&record).await;
            self.change(|ledger| ledger.saved(record.message.client, durable));
        }
    }

    async fn write(&self, record: &Record) -> bool {
        let store = self.store.borrow().clone();
        let (Some(store), Ok(text)) = (store, serde_json::to_string(record)) else {
            return false;
        };
        let durable = store.put(&record.message.client.to_string(), &self.owner, &text).await.is_some();
        if !durable {
            self.deny();
        }
        durable
    }

    async fn erase(&self, client: ClientKey) {
        let store = self.store.borrow().clone();
        if let Some(store) = store
            && store.remove(&client.to_string()).await.is_none()
        {
            self.deny();
        }
    }

    /// Storage stopped working: on in memory.
    fn deny(&self) {
        self.store.take();
        self.saved.try_set(false);
    }

    fn run(self: &Rc<Self>, conversation: ConversationId) {
        let mut lanes = self.lanes.borrow_mut();
        let lane = lanes.entry(conversation).or_default();
        if self.closed.get() || !self.opened.get() {
            return;
        }
        if lane.running {
            lane.again = true;
            return;
        }
        (lane.running, lane.again, lane.timer) = (true, false, None);
        let (delivery, name) = (self.clone(), format!("deskbell-outbox/{}/{conversation}", self.owner));
        platform::spawn(async move {
            let work = delivery.clone();
            platform::with_lock(&name, async move { work.flush(conversation).await }).await;
            delivery.rest(conversation);
        });
    }

    /// The lane is free again: look once more if asked to, else after a pause if something is left.
    fn rest(self: &Rc<Self>, conversation: ConversationId) {
        let left = self.ledger.try_with_untracked(|ledger| ledger.next(conversation)).flatten();
        let (again, pause) = {
            let mut lanes = self.lanes.borrow_mut();
            let lane = lanes.entry(conversation).or_default();
            lane.running = false;
            (std::mem::take(&mut lane.again), self.pause_ms(lane.tries, left.as_ref()))
        };
        if again {
            self.run(conversation);
        } else if left.is_some() && !self.closed.get() {
            let delivery = Rc::downgrade(self);
            let timer = platform::after(u32::try_from(pause).unwrap_or(u32::MAX), move || {
                if let Some(delivery) = delivery.upgrade() {
                    delivery.run(conversation);
                }
            });
            self.lanes.borrow_mut().entry(conversation).or_default().timer = Some(timer);
        }
    }

    fn pause_ms(&self, tries: u32, next: Option<&Outgoing>) -> u64 {
        let longest = if platform::is_visible() { LONGEST_SEEN_MS } else { LONGEST_MS };
        let asked = next.and_then(|next| self.ledger.try_with_untracked(|ledger| ledger.asked_pause_ms(next.client))).unwrap_or_default();
        delay_ms(tries.saturating_sub(1), longest, platform::random()).max(asked)
    }

    /// Sends what waits in a conversation, one after the other, until nothing is left or one does not pass.
    async fn flush(self: Rc<Self>, conversation: ConversationId) {
        self.reload().await;
        while !self.closed.get() {
            let Some(Some(message)) = self.ledger.try_with_untracked(|ledger| ledger.next(conversation)) else {
                return;
            };
            let client = message.client;
            self.change(|ledger| ledger.sending(client));
            match within(ATTEMPT_MS, (self.send)(message)).await.unwrap_or(Err(Problem::Offline)) {
                Ok(sent) => self.acknowledged(conversation, client, sent.seq).await,
                Err(problem) if problem.is_passing() => {
                    self.set_tries(conversation, |tries| tries.saturating_add(1));
                    return self.change(|ledger| ledger.troubled(client, problem));
                }
                Err(problem) => self.failed(conversation, client, problem).await,
            }
        }
    }

    async fn acknowledged(&self, conversation: ConversationId, client: ClientKey, seq: u64) {
        self.set_tries(conversation, |_| 0);
        self.change(|ledger| ledger.acknowledged(client, Some(seq)));
        self.say(&Hint::Acknowledged { client, seq });
        platform::announce(REACHED);
        self.erase(client).await;
    }

    async fn failed(&self, conversation: ConversationId, client: ClientKey, problem: Problem) {
        self.set_tries(conversation, |_| 0);
        let mut record = None;
        self.change(|ledger| record = ledger.failed(client, problem));
        if let Some(record) = record {
            self.write(&record).await;
            self.say(&Hint::Changed);
        }
    }

    fn set_tries(&self, conversation: ConversationId, change: impl FnOnce(u32) -> u32) {
        let mut lanes = self.lanes.borrow_mut();
        let lane = lanes.entry(conversation).or_default();
        lane.tries = change(lane.tries);
    }
}

/// The outcome of `work`, or `None` when it takes longer than `ms`.
async fn within<T>(ms: u32, mut work: Pin<Box<dyn Future<Output = T>>>) -> Option<T> {
    let mut limit = Box::pin(platform::sleep(ms));
    poll_fn(move |context| match work.as_mut().poll(context) {
        Poll::Ready(outcome) => Poll::Ready(Some(outcome)),
        Poll::Pending => limit.as_mut().poll(context).map(|()| None),
    })
    .await
}
