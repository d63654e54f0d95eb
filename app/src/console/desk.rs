//! What all parts of the console share: the live state, the outbox, the windows, and what the agent can do.

use super::{explain::explain, windows::Windows};
use crate::{
    boundary::{Answer, AppError},
    live::{
        console::{ConsoleLive, LiveChat},
        outbox::{Outbox, Outgoing},
    },
    texts::use_texts,
    ui::{Toast, Toasts, use_toasts},
};
use domain::{
    desk::{Card, DeskSnapshot, OfferView, Place},
    ids::{ConversationId, QueueId},
    message::Side,
    presence::AgentView,
    text::Texts,
    wire::{Problem, SendMessage, Sent},
};
use leptos::prelude::*;

/// The desk of one agent. Cheap to copy; found by [`use_desk`] anywhere in the console.
#[derive(Clone, Copy)]
pub struct Desk {
    pub live: ConsoleLive,
    pub outbox: Outbox,
    pub windows: Windows,
    pub toasts: Toasts,
    pub me: Memo<AgentView>,
    pub mine: Memo<Vec<Card>>,
    pub offers: Memo<Vec<OfferView>>,
    /// The cards of all queues that the agent serves.
    pub cards: Memo<Vec<Card>>,
    /// Unread messages of customers in the agent's own chats.
    pub unread: Memo<usize>,
    /// The chat whose end is being decided.
    pub ending: RwSignal<Option<ConversationId>>,
    /// The abandoned chat whose work is being ended.
    pub following_up: RwSignal<Option<ConversationId>>,
    /// The chat whose window shall be closed although its customer is there.
    pub closing: RwSignal<Option<ConversationId>>,
    /// Nobody is signed in here any more.
    pub signed_out: RwSignal<bool>,
    pub reasons: StoredValue<Vec<String>>,
    ticket_required: StoredValue<Vec<QueueId>>,
    texts: StoredValue<Texts>,
}

/// Builds the desk from the first data and hands it to everything below.
pub fn provide_desk(first: &DeskSnapshot) -> Desk {
    let live = ConsoleLive::new(first);
    let (mine, offers) = (live.mine(), live.offers());
    let desk = Desk {
        live,
        outbox: Outbox::new(),
        windows: Windows::new(first.agent.mine.keys().copied()),
        toasts: use_toasts(),
        me: live.me(),
        mine,
        offers,
        cards: live.cards(),
        unread: Memo::new(move |_| mine.with(|cards| cards.iter().map(|card| unread_in(live, card.conversation)).sum())),
        ending: RwSignal::new(None),
        following_up: RwSignal::new(None),
        closing: RwSignal::new(None),
        signed_out: RwSignal::new(false),
        reasons: StoredValue::new(first.reasons.clone()),
        ticket_required: StoredValue::new(first.ticket_required.clone()),
        texts: StoredValue::new(use_texts()),
    };
    provide_context(desk);
    desk
}

/// The desk around this component.
///
/// # Panics
/// Outside the console: a mistake in the tree of components, seen at the first render.
pub fn use_desk() -> Desk {
    expect_context::<Desk>()
}

fn unread_in(live: ConsoleLive, chat: ConversationId) -> usize {
    live.chat(chat).map_or(0, |chat| chat.state.with(|state| state.unread_by(Side::Agent)))
}

impl Desk {
    pub fn texts(self) -> Texts {
        self.texts.get_value()
    }

    /// The chat's live state, once it is followed.
    pub fn chat(self, id: ConversationId) -> Option<LiveChat> {
        self.live.chat(id)
    }
    /// Whether the customer's browser is connected; nothing is known of chats that are not followed.
    pub fn chat_here(self, id: ConversationId) -> Signal<Option<bool>> {
        Signal::derive(move || self.live.chat(id).and_then(|live| live.customer_here.get()))
    }
    /// The card of a chat: the agent's own, else the queue's.
    pub fn card(self, id: ConversationId) -> Option<Card> {
        let of = |cards: &Vec<Card>| cards.iter().find(|card| card.conversation == id).cloned();
        self.mine.with(of).or_else(|| self.cards.with(of))
    }
    /// Whether `id` is one of the agent's own chats.
    pub fn is_mine(self, id: ConversationId) -> bool {
        self.mine.with(|cards| cards.iter().any(|card| card.conversation == id))
    }
    /// Whether the agent has a chat open beside the one that is offered.
    pub fn has_chats(self) -> bool {
        self.mine.with(|cards| !cards.is_empty())
    }
    /// Whether nothing but leaving is left to do for an own chat.
    pub fn is_decided(self, chat: ConversationId) -> bool {
        self.mine.with_untracked(|cards| cards.iter().any(|card| card.conversation == chat && is_decided(card)))
    }
    pub fn unread_in(self, chat: ConversationId) -> usize {
        unread_in(self.live, chat)
    }
    /// Whether chats of this queue end with a ticket, always.
    pub fn requires_ticket(self, queue: QueueId) -> bool {
        self.ticket_required.with_value(|queues| queues.contains(&queue))
    }

    /// Shows what went wrong. A lost sign-in has a screen of its own.
    pub fn report(self, problem: &Problem, about: Option<ConversationId>) {
        if *problem == Problem::SignedOut {
            return self.signed_out.set(true);
        }
        let by = about.and_then(|chat| self.owner_of(chat));
        let told = explain(problem, by.as_deref(), &self.texts());
        let text = [Some(told.text), told.incident].into_iter().flatten().collect::<Vec<_>>().join(" ");
        self.toasts.show(Toast::danger(told.title).text(text));
    }

    /// The answer, or nothing once the problem has been shown.
    pub fn taken<T>(self, answer: Answer<T>, about: Option<ConversationId>) -> Option<T> {
        answer.map_err(|AppError(problem)| self.report(&problem, about)).ok()
    }

    /// Says that a colleague has this chat now, if one has.
    pub fn tell_taken(self, chat: ConversationId) -> Option<()> {
        let name = self.owner_of(chat)?;
        let texts = self.texts();
        let toast = Toast::plain(texts.with("console.problem.taken", &[("name", &name)]));
        self.toasts.show(toast.text(texts.get("console.problem.taken_text")));
        Some(())
    }

    fn owner_of(self, chat: ConversationId) -> Option<String> {
        let me = self.me.with_untracked(|me| me.id);
        self.cards.with_untracked(|cards| {
            cards.iter().find(|card| card.conversation == chat).and_then(|card| match &card.place {
                Place::Active { agent, .. } | Place::WrapUp { agent, .. } if agent.id != me => Some(agent.name.clone()),
                _ => None,
            })
        })
    }
}

/// Whether the question about the ticket of an ended chat is answered.
pub fn is_decided(card: &Card) -> bool {
    matches!(card.place, Place::WrapUp { decided: true, .. } | Place::Closed { .. })
}

/// How the outbox sends: by the server function, so that only a durable message is acknowledged.
pub async fn send(outgoing: Outgoing) -> Result<Sent, Problem> {
    let Outgoing { conversation, client, text, seen, .. } = outgoing;
    crate::api::messages::send(conversation, SendMessage { client, text, seen }).await.map_err(|AppError(problem)| problem)
}
