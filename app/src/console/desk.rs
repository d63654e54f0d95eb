//! What all parts of the console share: the live state, the outbox, the windows, and what the agent can do.

use super::{browser, explain::explain, why::Why, windows::Windows};
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
    desk::{Card, DeskSnapshot, OfferView, Place, QueueBrief, QueueState},
    ids::{AgentId, ConversationId, QueueId},
    message::{AgentRef, Side},
    presence::{AgentView, AlertPrefs, Reason, Role, Wish},
    queue::Distribution,
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
    /// Chats that are announced to this agent now, the newest first.
    pub requests: Memo<Vec<Card>>,
    /// Unread messages of customers in the agent's own chats.
    pub unread: Memo<usize>,
    /// The chat whose end is being decided.
    pub ending: RwSignal<Option<ConversationId>>,
    /// The abandoned chat whose work is being ended.
    pub following_up: RwSignal<Option<ConversationId>>,
    /// The chat whose window shall be closed although its customer is there.
    pub closing: RwSignal<Option<ConversationId>>,
    /// The chat that is being sent elsewhere, and how.
    pub handing: RwSignal<Option<(ConversationId, Handing)>>,
    /// What the desk is asked to explain.
    pub why: RwSignal<Option<Why>>,
    /// How the agent wants to be alerted.
    pub prefs: RwSignal<AlertPrefs>,
    /// Nobody is signed in here any more.
    pub signed_out: RwSignal<bool>,
    pub reasons: StoredValue<Vec<Reason>>,
    /// Every queue of the desk: those that are followed as they are now, the others as they were when the page was opened.
    pub queues: Memo<Vec<QueueBrief>>,
    /// Everybody at the desk, by name.
    pub colleagues: StoredValue<Vec<AgentRef>>,
    texts: StoredValue<Texts>,
}

/// How a chat is sent elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Handing {
    /// One that nobody has joined, to another queue.
    Move,
    /// One's own, to a colleague or to whoever is free in a queue.
    Transfer,
    /// One's own, to a queue: the same dialog, begun at its queues.
    TransferToQueue,
    /// Anybody's, to an agent whom a supervisor chooses.
    Assign,
}

const PREFS_KEY: &str = "deskbell.prefs";

/// Builds the desk from the first data and hands it to everything below.
pub fn provide_desk(first: &DeskSnapshot) -> Desk {
    let live = ConsoleLive::new(first);
    let (me, mine, offers, cards) = (live.me(), live.mine(), live.offers(), live.cards());
    let prefs = RwSignal::new(first.prefs);
    let desk = Desk {
        live,
        outbox: Outbox::new(),
        windows: Windows::new(first.agent.mine.keys().copied()),
        toasts: use_toasts(),
        me,
        mine,
        offers,
        cards,
        requests: requests(live, me, cards, prefs),
        unread: Memo::new(move |_| mine.with(|cards| cards.iter().map(|card| unread_in(live, card.conversation)).sum())),
        ending: RwSignal::new(None),
        following_up: RwSignal::new(None),
        closing: RwSignal::new(None),
        handing: RwSignal::new(None),
        why: RwSignal::new(None),
        prefs,
        signed_out: RwSignal::new(false),
        reasons: StoredValue::new(first.reasons.clone()),
        queues: queues(first.desk.clone(), live),
        colleagues: StoredValue::new(first.colleagues.clone()),
        texts: StoredValue::new(use_texts()),
    };
    Effect::new(move |_| browser::on_stored(PREFS_KEY, move |text| desk.take_prefs(&text)));
    provide_context(desk);
    desk
}

/// What is known of the queues: live of those that are followed.
fn queues(first: Vec<QueueBrief>, live: ConsoleLive) -> Memo<Vec<QueueBrief>> {
    Memo::new(move |_| {
        let followed = live.queues.get();
        let mut all: Vec<QueueBrief> = first.iter().filter(|brief| !followed.contains_key(&brief.id)).cloned().collect();
        all.extend(followed.values().map(|queue| queue.with(|queue| queue.brief.clone())));
        all.sort_by(|one, other| one.name.cmp(&other.name));
        all
    })
}

/// What is announced to the agent: waiting chats of their queues that ring at everybody, while the agent can take one.
fn requests(live: ConsoleLive, me: Memo<AgentView>, cards: Memo<Vec<Card>>, prefs: RwSignal<AlertPrefs>) -> Memo<Vec<Card>> {
    let announced = Memo::new(move |_| {
        let mine = live.agent.with(|agent| agent.member_of.clone());
        let rings = |queue: &ArcRwSignal<QueueState>| queue.with(|queue| queue.brief.distribution == Distribution::Announce);
        live.queues.with(|queues| mine.into_iter().filter(|id| queues.get(id).is_some_and(rings)).collect::<Vec<_>>())
    });
    let listens = Memo::new(move |_| {
        me.with(|me| {
            let wants = match me.wish {
                Wish::Ready => true,
                Wish::NotReady(_) => prefs.with(|prefs| prefs.when_away),
                Wish::Offline => false,
            };
            wants && me.load < me.capacity
        })
    });
    Memo::new(move |_| {
        let announced = announced.get();
        if announced.is_empty() || !listens.get() {
            return Vec::new();
        }
        let is_announced = |card: &&Card| matches!(card.place, Place::Waiting { .. }) && announced.contains(&card.queue);
        let mut found: Vec<Card> = cards.with(|cards| cards.iter().filter(is_announced).cloned().collect());
        found.sort_by_key(|card| std::cmp::Reverse((card.enqueued_at, card.conversation)));
        found
    })
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
        self.queues.with(|queues| queues.iter().any(|brief| brief.id == queue && brief.ticket_required))
    }

    /// The name of a Not ready reason: as an admin wrote it, or the catalogue's for those that the desk knows by itself.
    pub fn reason_name(self, key: &str) -> String {
        let own = self.reasons.with_value(|all| all.iter().find(|reason| reason.key == key).map(|reason| reason.name.clone()));
        let first = first_name(key);
        match own {
            Some(name) if first != Some(name.as_str()) => name,
            Some(_) | None => self.texts().get(&format!("reason.{key}")),
        }
    }

    /// Somebody's name, where it is known.
    pub fn name_of(self, agent: AgentId) -> Option<String> {
        self.colleagues.with_value(|all| all.iter().find(|one| one.id == agent).map(|one| one.name.clone()))
    }
    /// Whether this agent sees and does what supervisors do.
    pub fn is_supervisor(self) -> bool {
        self.me.with(|me| matches!(me.role, Role::Supervisor | Role::Admin))
    }

    /// Takes over what another tab has saved.
    fn take_prefs(self, text: &str) {
        if let Ok(prefs) = serde_json::from_str(text) {
            self.prefs.set(prefs);
        }
    }
    /// Keeps how the agent wants to be alerted, here and in the other tabs; what the desk refuses is shown and taken back.
    pub async fn save_prefs(self, prefs: AlertPrefs) -> bool {
        let before = self.prefs.get_untracked();
        self.prefs.set(prefs);
        let saved = self.taken(crate::api::state::set_prefs(prefs).await, None).is_some();
        if !saved {
            self.prefs.set(before);
        } else if let Ok(text) = serde_json::to_string(&prefs) {
            browser::store(PREFS_KEY, &text);
        }
        saved
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

    /// The colleague who has this chat, if one has.
    pub fn owner_of(self, chat: ConversationId) -> Option<String> {
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
    let Outgoing { conversation, client, text, seen, note, .. } = outgoing;
    let message = SendMessage { client, text, seen };
    let sent = if note {
        crate::api::messages::note(conversation, message).await
    } else {
        crate::api::messages::send(conversation, message).await
    };
    sent.map_err(|AppError(problem)| problem)
}

/// How the reasons of the beginning are called until somebody names them otherwise.
fn first_name(key: &str) -> Option<&'static str> {
    match key {
        "break" => Some("Break"),
        "lunch" => Some("Lunch"),
        "meeting" => Some("Meeting"),
        "training" => Some("Training"),
        _ => None,
    }
}
