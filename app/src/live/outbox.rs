//! What people wrote and the server has not acknowledged yet. It survives reload, crash and restart of the browser.
//!
//! A message is stored before the first attempt to send it and goes only on acknowledgement, or on a lasting refusal when
//! its author discards it. Per conversation, messages are sent one after the other in the order written, by one tab at a
//! time. An acknowledged one stays on the screen until the stream has brought it.

mod deliver;
mod ledger;
mod row;

pub use ledger::{Ledger, Outgoing, Pending, Stage};
pub use row::{Row, RowKey, merge};

use super::{local::Local, platform, socket::LINKED};
use deliver::{Delivery, Gone};
use domain::{
    ids::{ClientKey, ConversationId},
    state::ChatState,
    wire::{Problem, Sent},
};
use leptos::prelude::*;
use std::{cell::RefCell, future::Future, rc::Rc};
use uuid::Uuid;

#[derive(Clone, Copy)]
pub struct Outbox {
    ledger: RwSignal<Ledger>,
    saved: RwSignal<bool>,
    delivery: Local<RefCell<Option<Rc<Delivery>>>>,
}

impl Default for Outbox {
    fn default() -> Self {
        Self::new()
    }
}

impl Outbox {
    /// An outbox that shows and keeps what is pushed, and sends once opened.
    pub fn new() -> Self {
        let outbox =
            Self { ledger: RwSignal::new(Ledger::default()), saved: RwSignal::new(true), delivery: Local::new(|| RefCell::new(None)) };
        on_cleanup(move || outbox.close());
        for name in [LINKED, "online", "pageshow"] {
            super::person::on_window_event(name, move |_| outbox.kick());
        }
        super::person::on_document_event("visibilitychange", move |_| outbox.kick());
        outbox
    }

    /// Finds what `owner` (an agent, a conversation) left here and sends it and what comes. Opened for another owner, it
    /// shows nothing of the one before; that one's messages stay stored.
    pub fn open<F, Fut>(&self, owner: String, send: F)
    where
        F: Fn(Outgoing) -> Fut + 'static,
        Fut: Future<Output = Result<Sent, Problem>> + 'static,
    {
        let Some(kept) = self.delivery.get() else { return };
        if let Some(before) = kept.take() {
            let same = before.owner() == owner;
            before.close();
            if !same {
                self.ledger.set(Ledger::default());
            }
        }
        let send = Box::new(move |message| -> deliver::Attempt { Box::pin(send(message)) });
        kept.replace(Some(Delivery::start(owner, self.ledger, self.saved, send)));
    }

    fn close(&self) {
        if let Some(delivery) = self.delivery.get().and_then(|kept| kept.take()) {
            delivery.close();
        }
    }

    fn delivery(&self) -> Option<Rc<Delivery>> {
        self.delivery.get().and_then(|kept| kept.borrow().clone())
    }

    /// Takes a message whose author had seen the stream up to `seen`. It is shown at once.
    pub fn push(&self, conversation: ConversationId, text: &str, seen: u64) -> ClientKey {
        self.take(conversation, text, seen, false)
    }

    /// Takes a private note.
    pub fn push_note(&self, conversation: ConversationId, text: &str, seen: u64) -> ClientKey {
        self.take(conversation, text, seen, true)
    }

    fn take(&self, conversation: ConversationId, text: &str, seen: u64, note: bool) -> ClientKey {
        let (client, now) = (ClientKey(Uuid::new_v4()), platform::now());
        self.ledger.try_update(|ledger| {
            let ordinal = ledger.next_ordinal(now);
            ledger.push(Outgoing { client, conversation, text: text.to_owned(), ordinal, seen, created_at: now, note });
        });
        if let Some(delivery) = self.delivery() {
            delivery.save_new();
        }
        client
    }

    /// What of a conversation is not confirmed by the stream, also from other tabs: acknowledged first, then as written.
    pub fn pending(&self, conversation: ConversationId) -> Signal<Vec<Pending>> {
        let ledger = self.ledger;
        Memo::new(move |_| ledger.with(|ledger| ledger.pending(conversation))).into()
    }

    /// How it stands with one message; `None` when the stream has brought it or it was discarded.
    pub fn stage(&self, client: ClientKey) -> Signal<Option<Stage>> {
        let ledger = self.ledger;
        Memo::new(move |_| ledger.with(|ledger| ledger.stage(client))).into()
    }

    /// How many messages, of all conversations, are not acknowledged.
    pub fn waiting(&self) -> Signal<usize> {
        let ledger = self.ledger;
        Memo::new(move |_| ledger.with(Ledger::waiting)).into()
    }

    /// Whether messages survive the page. Only known to be so after the browser has shown it.
    pub fn is_saved(&self) -> Signal<bool> {
        self.saved.into()
    }

    /// Forgets what the stream has brought.
    pub fn settle(&self, state: &ChatState) {
        let settled = self.change(|ledger| ledger.settle(|client| state.holds(client)));
        if let (Some(delivery), Some(unheard)) = (self.delivery(), settled) {
            delivery.forget(unheard, Gone::Delivered);
        }
    }

    /// Sends a refused message once more, under the same key.
    pub fn retry(&self, client: ClientKey) {
        let again = self.change(|ledger| ledger.retry(client).then_some(()));
        if let (Some(delivery), Some(())) = (self.delivery(), again) {
            delivery.save_new();
        }
    }

    /// Drops a message that was refused for good or waits to be tried. What is on its way or acknowledged stays.
    pub fn discard(&self, client: ClientKey) {
        let gone = self.change(|ledger| ledger.discard(client).then_some(client));
        if let (Some(delivery), Some(client)) = (self.delivery(), gone) {
            delivery.forget(vec![client], Gone::Dropped);
        }
    }

    /// Forgets everything of this owner, stored or not.
    pub fn clear(&self) {
        let gone = self.change(|ledger| Some(ledger.clear()).filter(|gone| !gone.is_empty()));
        if let (Some(delivery), Some(clients)) = (self.delivery(), gone) {
            delivery.forget(clients, Gone::Dropped);
        }
    }

    /// Tries again at once: the network or the page is back.
    pub fn kick(&self) {
        if let Some(delivery) = self.delivery() {
            delivery.kick();
        }
    }

    /// Changes the ledger, telling its readers only if something came of it.
    fn change<T>(&self, change: impl FnOnce(&mut Ledger) -> Option<T>) -> Option<T> {
        let changed = self.ledger.try_maybe_update(|ledger| {
            let outcome = change(ledger);
            (outcome.is_some(), outcome)
        });
        changed.flatten()
    }
}
