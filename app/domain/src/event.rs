//! What happens in a conversation, as numbered facts.
//!
//! Every lasting change is an [`Event`] with a `seq` that agents follow. What customers may know also has a `pub_seq`
//! and travels to them as a [`PublicEvent`]: a type that holds only a [`PublicBody`], so that an internal event cannot
//! reach a customer without a compile error.

use crate::{
    callback::Callback,
    ending::Outcome,
    ids::{AgentId, ClientKey, OfferId, QueueId, SkillId},
    message::{AgentRef, Author, Side},
    offer::OfferEnd,
    time::{Millis, Timestamp},
};
use serde::{Deserialize, Serialize};

/// A fact that both sides may know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum PublicBody {
    /// The chat began and waits for an agent of `service`.
    Opened {
        customer: String,
        service: String,
    },
    Message {
        author: Author,
        text: String,
        client: ClientKey,
    },
    /// An agent took the chat after the customer had waited for `waited` milliseconds.
    Joined {
        agent: AgentRef,
        waited: Millis,
    },
    /// The agent is gone; the chat waits at the front of its queue again.
    Requeued {
        agent: AgentRef,
    },
    /// The messages of the other side up to this `pub_seq` have reached a screen of `by`.
    Delivered {
        by: Side,
        up_to: u64,
    },
    /// The messages of the other side up to this `pub_seq` were seen by `by`.
    Read {
        by: Side,
        up_to: u64,
    },
    /// The customer left before anybody joined.
    Abandoned {
        reason: AbandonReason,
    },
    /// The customer of an abandoned chat is back; the chat waits at its old place.
    Resumed,
    /// Nobody can write any more.
    Ended {
        by: Ender,
    },
    /// A ticket keeps this conversation.
    TicketRaised {
        number: i64,
    },
    /// The chat was moved to the queue of another service; its customer keeps their place in time.
    Moved {
        service: String,
    },
    /// `from` hands the chat to a colleague (`to`), or to whoever is free for `service`.
    Transferred {
        from: AgentRef,
        to: Option<AgentRef>,
        service: Option<String>,
    },
    /// `agent` answers from now on, in the place of `from`.
    TakenOver {
        agent: AgentRef,
        from: AgentRef,
    },
    /// A second agent writes in this chat too.
    Assisting {
        agent: AgentRef,
    },
    AssistEnded {
        agent: AgentRef,
    },
    /// Nobody can be asked for now; `until` is when the service opens, if that is known.
    Parked {
        reason: ParkReason,
        until: Option<Timestamp>,
    },
    /// The chat waits in the line again.
    Unparked,
    /// The customer asked to be called, and need not wait any more.
    CallbackAsked,
    /// The customer has written nothing for long; without an answer the chat ends at `closes_at`.
    InactivityWarned {
        closes_at: Timestamp,
    },
}

/// A fact for agents only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum InternalBody {
    /// Where the customer came from; the first internal event of a chat.
    Arrived {
        queue: QueueId,
        email: Option<String>,
        page: Option<String>,
        user_agent: Option<String>,
        locale: Option<String>,
    },
    /// A message that only agents see.
    Note {
        author: AgentRef,
        text: String,
        client: ClientKey,
    },
    Offered {
        offer: OfferId,
        agent: AgentRef,
        deadline: Timestamp,
    },
    OfferEnded {
        offer: OfferId,
        agent: AgentRef,
        end: OfferEnd,
    },
    /// How the chat was closed in the books of the desk.
    Closed {
        outcome: Outcome,
        by: Option<AgentRef>,
    },
    /// The agent left the ended chat.
    Left {
        agent: AgentRef,
    },
    /// What the chat needs of an agent, and who had this customer's last one.
    Wants {
        queue: QueueId,
        needs: Vec<SkillId>,
        language: Option<String>,
        last_agent: Option<AgentId>,
    },
    /// Who sent the chat elsewhere, and what they say about it to whoever comes next. `by` is `None` for overflow.
    HandedOver {
        by: Option<AgentRef>,
        to: Option<AgentRef>,
        queue: QueueId,
        note: Option<String>,
    },
    /// Where and when the customer wants to be called.
    CallbackDetails {
        callback: Callback,
    },
}

/// Why a chat cannot be offered to anybody for now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ParkReason {
    /// The queue's office hours are over.
    OutsideHours,
    /// The queue has no members.
    NoMembers,
}

impl ParkReason {
    pub fn word(self) -> &'static str {
        match self {
            Self::OutsideHours => "outside_hours",
            Self::NoMembers => "no_members",
        }
    }
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::OutsideHours, Self::NoMembers].into_iter().find(|reason| reason.word() == word)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AbandonReason {
    /// The customer pressed "End chat" before anybody joined.
    Ended,
    /// The customer's browser was gone for longer than the desk waits.
    Gone,
}

/// Who ended a chat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ender {
    Customer,
    Agent(AgentRef),
    System,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "audience", content = "body", rename_all = "snake_case")]
pub enum EventBody {
    Public(PublicBody),
    Internal(InternalBody),
}

impl From<PublicBody> for EventBody {
    fn from(body: PublicBody) -> Self {
        Self::Public(body)
    }
}

impl From<InternalBody> for EventBody {
    fn from(body: InternalBody) -> Self {
        Self::Internal(body)
    }
}

impl EventBody {
    /// The word stored in the `kind` column.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Public(PublicBody::Opened { .. }) => "opened",
            Self::Public(PublicBody::Message { .. }) => "message",
            Self::Public(PublicBody::Joined { .. }) => "joined",
            Self::Public(PublicBody::Requeued { .. }) => "requeued",
            Self::Public(PublicBody::Delivered { .. }) => "delivered",
            Self::Public(PublicBody::Read { .. }) => "read",
            Self::Public(PublicBody::Abandoned { .. }) => "abandoned",
            Self::Public(PublicBody::Resumed) => "resumed",
            Self::Public(PublicBody::Ended { .. }) => "ended",
            Self::Public(PublicBody::TicketRaised { .. }) => "ticket_raised",
            Self::Public(PublicBody::Moved { .. }) => "moved",
            Self::Public(PublicBody::Transferred { .. }) => "transferred",
            Self::Public(PublicBody::TakenOver { .. }) => "taken_over",
            Self::Public(PublicBody::Assisting { .. }) => "assisting",
            Self::Public(PublicBody::AssistEnded { .. }) => "assist_ended",
            Self::Public(PublicBody::Parked { .. }) => "parked",
            Self::Public(PublicBody::Unparked) => "unparked",
            Self::Public(PublicBody::CallbackAsked) => "callback_asked",
            Self::Public(PublicBody::InactivityWarned { .. }) => "inactivity_warned",
            Self::Internal(InternalBody::Arrived { .. }) => "arrived",
            Self::Internal(InternalBody::Note { .. }) => "note",
            Self::Internal(InternalBody::Offered { .. }) => "offered",
            Self::Internal(InternalBody::OfferEnded { .. }) => "offer_ended",
            Self::Internal(InternalBody::Closed { .. }) => "closed",
            Self::Internal(InternalBody::Left { .. }) => "left",
            Self::Internal(InternalBody::Wants { .. }) => "wants",
            Self::Internal(InternalBody::HandedOver { .. }) => "handed_over",
            Self::Internal(InternalBody::CallbackDetails { .. }) => "callback_details",
        }
    }
    pub fn is_public(&self) -> bool {
        matches!(self, Self::Public(_))
    }
}

/// An event as agents see it: `seq` is 1..n without gaps, `pub_seq` 1..m over the public ones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    pub seq: u64,
    pub pub_seq: Option<u64>,
    pub ts: Timestamp,
    #[serde(flatten)]
    pub body: EventBody,
}

/// An event as the customer sees it: its number is the `pub_seq`, and nothing tells that others exist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicEvent {
    pub seq: u64,
    pub ts: Timestamp,
    pub body: PublicBody,
}

impl Event {
    /// The customer's view of this event, if there is one.
    pub fn to_public(&self) -> Option<PublicEvent> {
        match (&self.body, self.pub_seq) {
            (EventBody::Public(body), Some(seq)) => Some(PublicEvent { seq, ts: self.ts, body: body.clone() }),
            (EventBody::Public(_) | EventBody::Internal(_), _) => None,
        }
    }
}

/// A short-lived sign that is never stored and may be dropped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "pulse", rename_all = "snake_case")]
pub enum Pulse {
    /// Somebody is typing; shown for six seconds. For the agent's side `name` is who.
    Typing { by: Side, name: Option<String> },
    /// Where the waiting customer stands: 1 is next. `expected` is the likely wait still to come.
    Position { place: u32, expected: Option<Millis> },
    /// Whether the customer's browser is connected (towards agents only).
    Link { connected: bool },
}
