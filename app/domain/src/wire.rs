//! Requests and answers of the HTTP interfaces, shared by both ends.

use crate::{
    conversation::Refusal,
    ending::EndRight,
    ids::{ClientKey, ConversationId, Epoch},
    message::BodyProblem,
    offer::OfferEnd,
    state::ChatState,
    time::{Millis, Timestamp},
};
use serde::{Deserialize, Serialize};

/// What went wrong, for the person who asked: nothing of the inside of the server.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(tag = "error", rename_all = "snake_case")]
pub enum Problem {
    #[error("signed out")]
    SignedOut,
    #[error("not allowed")]
    Forbidden,
    #[error("not found")]
    NotFound,
    /// A field is wrong; `why` is a text key.
    #[error("{field}: {why}")]
    Invalid { field: String, why: String },
    /// The step is not possible now.
    #[error("{refusal}")]
    Refused { refusal: Refusal },
    /// The offer cannot be answered any more.
    #[error("the offer is gone")]
    OfferGone { end: OfferEnd },
    /// The same client key came with other content.
    #[error("this key was used for another text")]
    KeyReused,
    #[error("too many requests")]
    SlowDown { after_ms: u64 },
    /// The server cannot take writes just now; trying again is safe.
    #[error("try again")]
    Unavailable { after_ms: u64 },
    /// Our fault; `incident` finds it in the log.
    #[error("internal error {incident}")]
    Internal { incident: String },
    /// The browser did not reach the server.
    #[error("offline")]
    Offline,
}

impl Problem {
    /// HTTP status of the answer.
    pub fn status(&self) -> u16 {
        match self {
            Problem::SignedOut => 401,
            Problem::Forbidden => 403,
            Problem::NotFound => 404,
            Problem::Invalid { .. } => 422,
            Problem::Refused { .. } | Problem::OfferGone { .. } | Problem::KeyReused => 409,
            Problem::SlowDown { .. } => 429,
            Problem::Unavailable { .. } | Problem::Offline => 503,
            Problem::Internal { .. } => 500,
        }
    }
    /// Whether sending the same again later may succeed: an outbox keeps its entry.
    pub fn is_passing(&self) -> bool {
        match self {
            Problem::SlowDown { .. } | Problem::Unavailable { .. } | Problem::Internal { .. } | Problem::Offline => true,
            Problem::SignedOut
            | Problem::Forbidden
            | Problem::NotFound
            | Problem::Invalid { .. }
            | Problem::Refused { .. }
            | Problem::OfferGone { .. }
            | Problem::KeyReused => false,
        }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Problem::Refused { refusal }
    }
}

impl From<BodyProblem> for Problem {
    fn from(problem: BodyProblem) -> Self {
        let why = match problem {
            BodyProblem::Empty => "problem.required",
            BodyProblem::TooLong => "problem.too_long",
        };
        Problem::Invalid { field: "message".into(), why: why.into() }
    }
}

/// `POST /api/v1/widget/messages`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendMessage {
    pub client: ClientKey,
    pub text: String,
    /// The last number the author had seen in their stream.
    #[serde(default)]
    pub seen: u64,
}

/// The acknowledgement of a message: it is stored durably. `seq` is the number in the caller's own stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sent {
    pub client: ClientKey,
    pub seq: u64,
    pub ts: Timestamp,
}

/// `POST /api/v1/widget/marks`: how far the messages of the other side have come, as public numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct MarkSeen {
    #[serde(default)]
    pub delivered: u64,
    #[serde(default)]
    pub read: u64,
}

/// A customer's conversation as a page or `GET /api/v1/widget/chat` gives it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerChat {
    pub conversation: ConversationId,
    pub epoch: Epoch,
    pub now: Timestamp,
    pub state: ChatState,
    pub end_right: EndRight,
    pub end_rule: EndRule,
    /// 1 is next; `None` when not waiting.
    pub place: Option<u32>,
    /// The likely wait still to come.
    #[serde(default)]
    pub expected: Option<Millis>,
    #[serde(default)]
    pub availability: Availability,
    /// From when on a callback is offered; `None` for never.
    #[serde(default)]
    pub callback_from: Option<Timestamp>,
    /// The number that was left for a call, masked but for its end.
    #[serde(default)]
    pub called_at: Option<String>,
}

/// Whether the service is within its office hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Availability {
    pub open: bool,
    pub opens_at: Option<Timestamp>,
}

impl Availability {
    /// Whether it is open at `now`, which may be later than when this was told.
    pub fn is_open(self, now: Timestamp) -> bool {
        self.open || self.opens_at.is_some_and(|at| at <= now)
    }
}

impl Default for Availability {
    fn default() -> Self {
        Self { open: true, opens_at: None }
    }
}

/// `POST /api/v1/widget/callback`: the customer wants to be called.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AskCallback {
    pub phone: String,
    pub message: String,
    /// When they would like to be called, in their words.
    pub when: String,
}

/// The durations behind "End chat", so that the browser can count along.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "rule", rename_all = "snake_case")]
pub enum EndRule {
    Restricted { unanswered: Millis, idle: Millis },
    Always,
    AgentOnly,
}

/// How an agent ends a chat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "closing", rename_all = "snake_case")]
pub enum Closing {
    Ticket { draft: crate::ticket::TicketDraft },
    NoTicket,
}
