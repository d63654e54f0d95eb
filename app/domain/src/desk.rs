//! What the console follows beside the conversations: the agent's own stream and one stream a queue.
//!
//! Events carry whole cards, so that applying one twice or reading a fresh snapshot gives the same picture.

use crate::{
    callback::Callback,
    conversation::{Conversation, HandOver, Status},
    event::{AbandonReason, ParkReason},
    ids::{AgentId, ConversationId, CustomerId, Epoch, OfferId, QueueId, SkillId},
    message::AgentRef,
    offer::OfferEnd,
    presence::{AgentView, AlertPrefs, Reason, Shown},
    queue::Distribution,
    settings::Skill,
    state::{Applied, ChatState},
    time::{Millis, Timestamp},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A chat as it stands in the session manager.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    pub conversation: ConversationId,
    pub customer_id: CustomerId,
    pub customer: String,
    pub email: Option<String>,
    pub queue: QueueId,
    pub service: String,
    /// The site the customer came from.
    pub site: String,
    /// The first words of the request.
    pub words: String,
    pub enqueued_at: Timestamp,
    pub priority: i64,
    #[serde(flatten)]
    pub place: Place,
    pub ticket: Option<i64>,
    /// As claimed by the customer or their page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub company: Option<String>,
    /// The customer's language: `de`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<SkillId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub callback: Option<Callback>,
    /// Handed on, and not taken yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handover: Option<HandOver>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub helpers: Vec<AgentRef>,
}

/// Which list shows the chat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "place", rename_all = "snake_case")]
pub enum Place {
    Waiting {
        since: Timestamp,
    },
    /// Waiting, and ringing at somebody.
    Offered {
        since: Timestamp,
        agent: AgentId,
    },
    Active {
        agent: AgentRef,
        since: Timestamp,
    },
    WrapUp {
        agent: AgentRef,
        since: Timestamp,
        decided: bool,
    },
    Abandoned {
        since: Timestamp,
        reason: AbandonReason,
    },
    /// Waits for the office to open, or for the queue to have somebody.
    Parked {
        since: Timestamp,
        why: ParkReason,
        until: Option<Timestamp>,
    },
    /// The customer is to be called.
    Callback {
        since: Timestamp,
    },
    Closed {
        at: Timestamp,
    },
}

impl From<&Status> for Place {
    fn from(status: &Status) -> Self {
        match status.clone() {
            Status::Waiting { since } => Place::Waiting { since },
            Status::Offered { since, offer: _, agent } => Place::Offered { since, agent },
            Status::Active { agent, since } => Place::Active { agent, since },
            Status::WrapUp { agent, since, closing } => Place::WrapUp { agent, since, decided: closing.is_some() },
            Status::Abandoned { since, reason } => Place::Abandoned { since, reason },
            Status::Parked { since, reason: why, until } => Place::Parked { since, why, until },
            Status::Callback { since } => Place::Callback { since },
            Status::Closed { outcome: _, at } => Place::Closed { at },
        }
    }
}

/// What a card shows beside the conversation's own row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardFacts {
    pub email: Option<String>,
    pub service: String,
    pub site: String,
    pub words: String,
    pub company: Option<String>,
}

impl Card {
    pub fn of(chat: &Conversation, facts: CardFacts) -> Self {
        let CardFacts { email, service, site, words, company } = facts;
        Self {
            conversation: chat.id,
            customer_id: chat.customer,
            customer: chat.customer_name.clone(),
            email,
            queue: chat.queue,
            service,
            site,
            words,
            enqueued_at: chat.enqueued_at,
            priority: chat.priority,
            place: Place::from(&chat.status),
            ticket: chat.ticket,
            company,
            language: chat.extra.language.clone(),
            needs: chat.extra.needs.clone(),
            callback: chat.extra.callback.clone(),
            handover: chat.extra.handover.clone(),
            helpers: chat.extra.helpers.clone(),
        }
    }
    /// In the line or ringing: not parked.
    pub fn is_waiting(&self) -> bool {
        matches!(self.place, Place::Waiting { .. } | Place::Offered { .. })
    }
    /// Shown in the list of those that wait.
    pub fn is_unanswered(&self) -> bool {
        matches!(self.place, Place::Waiting { .. } | Place::Offered { .. } | Place::Parked { .. })
    }
    pub fn is_callback(&self) -> bool {
        matches!(self.place, Place::Callback { .. })
    }
    pub fn is_abandoned(&self) -> bool {
        matches!(self.place, Place::Abandoned { .. })
    }
    /// Active with, or written up by, `agent`.
    pub fn belongs_to(&self, agent: AgentId) -> bool {
        matches!(&self.place, Place::Active { agent: owner, .. } | Place::WrapUp { agent: owner, .. } if owner.id == agent)
    }
    /// The order of the queue: priority, then first in.
    pub fn order(&self) -> (std::cmp::Reverse<i64>, Timestamp, ConversationId) {
        (std::cmp::Reverse(self.priority), self.enqueued_at, self.conversation)
    }
}

/// An offer as the agent sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferView {
    pub id: OfferId,
    pub card: Card,
    pub offered_at: Timestamp,
    pub deadline: Timestamp,
    /// How long the chat had waited when it was offered ("Q 2:57").
    pub waited: Millis,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum AgentEvent {
    /// The agent's state, load or name changed.
    Me {
        me: AgentView,
    },
    Offered {
        offer: OfferView,
    },
    OfferGone {
        offer: OfferId,
        end: OfferEnd,
    },
    /// One of the agent's own chats came or changed.
    Mine {
        card: Card,
    },
    /// A chat is not the agent's any more.
    NotMine {
        conversation: ConversationId,
    },
    /// The agent became, or stopped being, a member of queues: follow these.
    Queues {
        queues: Vec<QueueId>,
        /// Those of them whose chats the agent is asked to take; supervisors follow others too.
        #[serde(default)]
        member_of: Vec<QueueId>,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum QueueEvent {
    /// A chat of this queue came or changed.
    Card { card: Card },
    /// A chat left the queue's lists.
    Gone { conversation: ConversationId },
    /// The queue itself was changed.
    Rules { queue: QueueBrief },
}

/// An event with its number in its stream.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Numbered<E> {
    pub seq: u64,
    pub ts: Timestamp,
    pub event: E,
}

/// The agent's own stream, reduced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentState {
    pub head: u64,
    pub me: AgentView,
    pub offers: Vec<OfferView>,
    pub mine: BTreeMap<ConversationId, Card>,
    /// The queues that are followed.
    pub queues: Vec<QueueId>,
    /// Those of them whose chats this agent is asked to take; supervisors follow others too.
    #[serde(default)]
    pub member_of: Vec<QueueId>,
}

/// A queue's stream, reduced: what waits, is answered or was abandoned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueState {
    pub head: u64,
    pub id: QueueId,
    pub brief: QueueBrief,
    pub cards: BTreeMap<ConversationId, Card>,
}

fn step(head: &mut u64, seq: u64) -> Applied {
    if seq <= *head {
        return Applied::Old;
    }
    if seq != *head + 1 {
        return Applied::Gap;
    }
    *head = seq;
    Applied::Now
}

impl AgentState {
    pub fn apply(&mut self, numbered: &Numbered<AgentEvent>) -> Applied {
        let applied = step(&mut self.head, numbered.seq);
        if applied == Applied::Now {
            match numbered.event.clone() {
                AgentEvent::Me { me } => self.me = me,
                AgentEvent::Offered { offer } => {
                    self.offers.retain(|o| o.id != offer.id);
                    self.offers.push(offer);
                }
                AgentEvent::OfferGone { offer, end: _ } => self.offers.retain(|o| o.id != offer),
                AgentEvent::Mine { card } => {
                    self.mine.insert(card.conversation, card);
                }
                AgentEvent::NotMine { conversation } => {
                    self.mine.remove(&conversation);
                }
                AgentEvent::Queues { queues, member_of } => (self.queues, self.member_of) = (queues, member_of),
            }
        }
        applied
    }
}

impl QueueState {
    pub fn apply(&mut self, numbered: &Numbered<QueueEvent>) -> Applied {
        let applied = step(&mut self.head, numbered.seq);
        if applied == Applied::Now {
            match numbered.event.clone() {
                QueueEvent::Card { card } => {
                    self.cards.insert(card.conversation, card);
                }
                QueueEvent::Gone { conversation } => {
                    self.cards.remove(&conversation);
                }
                QueueEvent::Rules { queue } => self.brief = queue,
            }
        }
        applied
    }
    /// What waits, in the order in which it is served.
    pub fn waiting(&self) -> Vec<&Card> {
        let mut cards: Vec<_> = self.cards.values().filter(|card| card.is_waiting()).collect();
        cards.sort_by_key(|card| card.order());
        cards
    }
}

/// Everything the console needs to begin: taken in one read transaction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeskSnapshot {
    pub epoch: Epoch,
    pub now: Timestamp,
    pub agent: AgentState,
    pub queues: Vec<QueueState>,
    /// The agent's open chats.
    pub chats: BTreeMap<ConversationId, ChatState>,
    /// The Not ready reasons that this agent can choose.
    pub reasons: Vec<Reason>,
    /// What is to be known of every queue of the desk.
    pub desk: Vec<QueueBrief>,
    pub skills: Vec<Skill>,
    pub prefs: AlertPrefs,
    /// After this long without input the agent becomes Not ready (idle).
    pub idle_after: Option<Millis>,
    /// Everybody at the desk, by name.
    #[serde(default)]
    pub colleagues: Vec<AgentRef>,
}

/// A queue as every agent knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueBrief {
    pub id: QueueId,
    pub name: String,
    pub service: String,
    pub description: String,
    pub distribution: Distribution,
    pub ticket_required: bool,
}

impl DeskSnapshot {
    /// Whether a chat of this queue cannot be closed without a ticket.
    pub fn ticket_required(&self, queue: QueueId) -> bool {
        self.desk.iter().any(|brief| brief.id == queue && brief.ticket_required)
    }
}

/// Where a chat can be handed to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Destinations {
    pub queues: Vec<QueueDestination>,
    pub agents: Vec<AgentDestination>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueDestination {
    #[serde(flatten)]
    pub queue: QueueBrief,
    /// Members who are ready and online.
    pub ready: i64,
    pub waiting: i64,
    pub open: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentDestination {
    pub agent: AgentRef,
    pub team: Option<String>,
    pub shown: Shown,
    /// A browser of theirs is there.
    pub online: bool,
    pub load: i64,
    pub capacity: i64,
    /// Serves the chat's queue.
    pub is_member: bool,
    /// Can do what the chat needs.
    pub knows: bool,
}

impl AgentDestination {
    /// Whether a chat may be handed to them now.
    pub fn is_free(&self) -> bool {
        self.online && self.load < self.capacity && matches!(self.shown, Shown::Ready | Shown::Busy | Shown::WrapUp)
    }
}

/// A closed chat in the history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PastChat {
    pub card: Card,
    pub outcome: crate::ending::Outcome,
    pub opened_at: Timestamp,
    pub closed_at: Timestamp,
    /// Who answered last.
    pub agent: Option<AgentRef>,
    /// How long the customer waited until somebody joined.
    pub waited: Option<Millis>,
    /// What was done about it, where it was closed with a note.
    pub note: Option<String>,
}

/// What of the history is wanted; newest first.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct HistoryFilter {
    pub queue: Option<QueueId>,
    pub agent: Option<AgentId>,
    pub outcome: Option<crate::ending::Outcome>,
    /// Part of the customer's name, e-mail, company or first words.
    pub search: String,
    /// Only what was closed before this: the next page.
    pub before: Option<Timestamp>,
}

/// Another sign-in of the same person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionView {
    pub id: crate::ids::SessionId,
    pub created_at: Timestamp,
    pub last_seen_at: Timestamp,
    /// What the browser says of itself.
    pub user_agent: Option<String>,
    pub address: Option<String>,
    /// The one that asks.
    pub is_this: bool,
}
