//! What the agent does: one call to the desk each, then the screen follows. What comes of it everybody, this screen
//! too, learns from the live stream; a problem is shown where the agent is.

use super::{browser, desk::Desk, frame::A_MOMENT};
use crate::{api, boundary::AppError, live::person, ui::Toast};
use domain::{
    conversation::Refusal,
    ids::{ClientKey, ConversationId, OfferId},
    presence::Wish,
    wire::{Closing, Problem},
};
use leptos::prelude::*;

/// What happens to the agent's place on the screen when a chat is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Move {
    /// The new chat has the focus.
    Go,
    /// Everything stays as it is.
    Stay,
}

/// Whether somebody else has the chat that was wanted.
fn is_taken(problem: &Problem) -> bool {
    matches!(problem, Problem::Refused { refusal: Refusal::NotYours | Refusal::NotWaiting })
}

impl Desk {
    /// How a plain Accept moves: into the first chat, but never away from another one or from half a sentence.
    pub fn plain_accept(self) -> Move {
        let alone = self.mine.with_untracked(Vec::is_empty);
        if alone && !browser::is_writing() { Move::Go } else { Move::Stay }
    }

    /// Takes an offered chat; gives it if the agent shall be taken there.
    pub async fn accept(self, offer: OfferId, chat: ConversationId, way: Move) -> Option<ConversationId> {
        let taken = self.taken(api::offers::accept(offer).await, Some(chat))?;
        self.show(taken, way)
    }

    pub async fn reject(self, offer: OfferId, chat: ConversationId) {
        self.taken(api::offers::reject(offer).await, Some(chat));
    }

    /// Takes a waiting chat from the list.
    pub async fn join(self, chat: ConversationId) -> Option<ConversationId> {
        match api::chats::join(chat).await {
            Ok(()) => self.show(chat, Move::Go),
            Err(AppError(problem)) if is_taken(&problem) => {
                // Who was faster stands in the queue's stream, which may come a moment after the answer.
                set_timeout(move || self.report(&problem, Some(chat)), A_MOMENT);
                None
            }
            Err(AppError(problem)) => {
                self.report(&problem, Some(chat));
                None
            }
        }
    }

    fn show(self, chat: ConversationId, way: Move) -> Option<ConversationId> {
        match way {
            Move::Go => {
                self.windows.go_to(chat);
                Some(chat)
            }
            Move::Stay => {
                self.windows.open_beside(chat);
                None
            }
        }
    }

    pub async fn set_wish(self, wish: Wish) {
        self.taken(api::state::set(wish).await, None);
    }

    /// Ends the agent's chat, or answers the open question about its ticket. `Err` keeps the dialog open.
    pub async fn end(self, chat: ConversationId, closing: Closing) -> Result<(), Problem> {
        let number = api::chats::end(chat, closing).await.map_err(|error| error.0)?;
        if let Some(number) = number {
            let (texts, shown) = (self.texts(), number.to_string());
            let toast = Toast::success(texts.with("console.ticket_created", &[("number", &shown)]));
            self.toasts.show(toast.text(texts.get("console.ticket_created_text")));
        }
        Ok(())
    }

    pub async fn leave(self, chat: ConversationId) {
        if self.taken(api::chats::leave(chat).await, Some(chat)).is_some() {
            self.windows.close(chat);
        }
    }

    /// Ends the work on an abandoned chat. `key` stays the same while the agent tries again.
    pub async fn end_abandoned(self, chat: ConversationId, key: ClientKey, note: String) -> Result<(), Problem> {
        api::chats::end_abandoned(chat, key, note).await.map_err(|error| error.0)?;
        self.windows.close(chat);
        self.live.unfollow(chat);
        Ok(())
    }

    /// Opens a window for the chat behind a card: one's own to work in, another one to look into.
    pub fn look_into(self, chat: ConversationId) {
        if self.mine.with_untracked(|cards| cards.iter().any(|card| card.conversation == chat)) {
            self.windows.go_to(chat);
        } else {
            self.live.follow(chat);
            self.windows.visit(chat);
        }
    }

    /// "Close chat" of a window: asks first while the customer is there and waits for an answer.
    pub fn close_window(self, chat: ConversationId) {
        let asks = self.is_with_customer(chat);
        if asks { self.closing.set(Some(chat)) } else { self.close_now(chat) }
    }

    /// Closes the window; the chat itself stays where it is.
    pub fn close_now(self, chat: ConversationId) {
        let visiting = self.windows.read_untracked(|panes| panes.find(chat).is_some_and(|pane| pane.visiting));
        self.windows.close(chat);
        if visiting {
            self.live.unfollow(chat);
        }
    }

    /// Whether an own chat goes on and its customer has not gone, as far as is known.
    pub fn is_with_customer(self, chat: ConversationId) -> bool {
        use domain::state::Phase;
        let is_mine = self.mine.with_untracked(|cards| cards.iter().any(|card| card.conversation == chat));
        let Some(live) = untrack(move || self.live.chat(chat)).filter(|_| is_mine) else {
            return false;
        };
        let goes_on = live.state.with_untracked(|state| matches!(state.phase, Phase::Active { .. }));
        goes_on && live.customer_here.get_untracked() != Some(false)
    }

    /// "End chat session" and "Leave": what is due for this chat.
    pub fn finish(self, chat: ConversationId) {
        if !self.is_decided(chat) {
            self.ending.set(Some(chat));
        }
    }

    /// Sends what is written; it is shown at once and kept until the desk has it.
    pub fn say(self, chat: ConversationId, text: &str) {
        let seen = untrack(move || self.live.chat(chat)).map_or(0, |live| live.state.with_untracked(|state| state.head));
        self.outbox.push(chat, text, seen);
    }

    /// Leaves words that only agents see, kept and shown like a message until the desk has them.
    pub fn note(self, chat: ConversationId, text: &str) {
        let seen = untrack(move || self.live.chat(chat)).map_or(0, |live| live.state.with_untracked(|state| state.head));
        self.outbox.push_note(chat, text, seen);
    }

    /// A fresh key for something that may have to be sent twice.
    pub fn fresh_key() -> ClientKey {
        person::random_key()
    }
}
