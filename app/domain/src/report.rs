//! Reports: what happened, as facts that are counted. A number and the list behind it are the same facts, chosen by the
//! same rule, so that they cannot differ.
//!
//! [`facts`] reads a chat's steps; [`Measure`] and [`Length`] say which facts count for what; [`count`] puts them into
//! tables. Everything counts at the moment, in the queue and for the agent where it happened.

mod count;
pub mod csv;
mod facts;
mod query;
mod times;

pub use count::{AgentLine, BINS, DayLine, Numbers, QueueLine, Report, Rows, Summary, count, with_customers};
pub use facts::{Step, facts};
pub use query::{Days, Drill, LONGEST, Period, Query, WrongPeriod};
pub use times::{Logged, StateTimes, state_times};

use crate::{
    ids::{AgentId, ConversationId, QueueId},
    offer::OfferEnd,
    time::{Millis, Timestamp},
};
use serde::{Deserialize, Serialize};

/// Something that happened and is counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    pub at: Timestamp,
    pub chat: ConversationId,
    pub queue: QueueId,
    pub agent: Option<AgentId>,
    pub what: What,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum What {
    /// A customer began a chat.
    Arrived,
    /// A chat was held out to an agent; `end` is `None` while it rings.
    Offer {
        end: Option<OfferEnd>,
        rang: Option<Millis>,
    },
    /// An agent answered from now on.
    Part(Part),
    /// The agent gave the chat to somebody else, or it was taken from them.
    HandedOn,
    /// The customer left while nobody was in the chat.
    Abandoned {
        waited: Millis,
    },
    /// The customer asked to be called.
    Callback {
        waited: Millis,
    },
    Ticket {
        number: i64,
    },
}

/// The time in which one agent answered a chat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    pub way: Way,
    /// Nobody had answered before.
    pub first: Option<First>,
    /// From joining to the agent's first message.
    pub reply: Option<Millis>,
    /// Until the chat ended or went to somebody else; `None` while it lasts.
    pub held: Option<Millis>,
    /// From the end of the chat until the agent left it.
    pub wrap_up: Option<Millis>,
}

/// How an agent came to a chat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// By an offer.
    Offer,
    /// Taken from the list of those that wait.
    List,
    /// Taken over from a colleague, or given by a supervisor.
    TakenOver,
}

/// What is only true of the first who answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct First {
    /// From the customer's arrival to the join.
    pub waited: Millis,
    /// Within the service level of the queue.
    pub in_time: bool,
    /// From the customer's arrival to the agent's first message.
    pub reply: Option<Millis>,
}

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    Chats,
    Answered,
    InTime,
    Abandoned,
    Callbacks,
    Offered,
    Accepted,
    Rejected,
    Missed,
    Withdrawn,
    Parts,
    Taken,
    TransferredIn,
    TransferredOut,
    Tickets,
}

/// What is measured: an average, and what nine of ten stay below.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Length {
    /// From arrival to the first join.
    Wait,
    /// From arrival to the first message of an agent.
    FirstReply,
    /// From an agent's join to their first message.
    Reply,
    /// How long an agent had a chat.
    Handle,
    /// From the end of a chat until its agent left it.
    WrapUp,
}

impl Measure {
    pub const ALL: [Measure; 15] = [
        Self::Chats,
        Self::Answered,
        Self::InTime,
        Self::Abandoned,
        Self::Callbacks,
        Self::Offered,
        Self::Accepted,
        Self::Rejected,
        Self::Missed,
        Self::Withdrawn,
        Self::Parts,
        Self::Taken,
        Self::TransferredIn,
        Self::TransferredOut,
        Self::Tickets,
    ];
    /// In addresses and the head of a CSV file.
    pub fn word(self) -> &'static str {
        match self {
            Self::Chats => "chats",
            Self::Answered => "answered",
            Self::InTime => "in_time",
            Self::Abandoned => "abandoned",
            Self::Callbacks => "callbacks",
            Self::Offered => "offered",
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
            Self::Missed => "missed",
            Self::Withdrawn => "withdrawn",
            Self::Parts => "parts",
            Self::Taken => "taken",
            Self::TransferredIn => "transferred_in",
            Self::TransferredOut => "transferred_out",
            Self::Tickets => "tickets",
        }
    }
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|measure| measure.word() == word)
    }
    /// Whether agents have a share in it.
    pub fn is_of_agents(self) -> bool {
        match self {
            Self::Chats | Self::Abandoned | Self::Callbacks => false,
            Self::Answered
            | Self::InTime
            | Self::Offered
            | Self::Accepted
            | Self::Rejected
            | Self::Missed
            | Self::Withdrawn
            | Self::Parts
            | Self::Taken
            | Self::TransferredIn
            | Self::TransferredOut
            | Self::Tickets => true,
        }
    }

    /// Whether a fact counts for it.
    pub fn counts(self, fact: &Fact) -> bool {
        let ended = |wanted: &[OfferEnd]| matches!(&fact.what, What::Offer { end: Some(end), .. } if wanted.contains(end));
        let part = |rule: fn(&Part) -> bool| matches!(&fact.what, What::Part(part) if rule(part));
        match self {
            Self::Chats => matches!(fact.what, What::Arrived),
            Self::Answered => part(|part| part.first.is_some()),
            Self::InTime => part(|part| part.first.as_ref().is_some_and(|first| first.in_time)),
            Self::Abandoned => matches!(fact.what, What::Abandoned { .. }),
            Self::Callbacks => matches!(fact.what, What::Callback { .. }),
            Self::Offered => matches!(fact.what, What::Offer { .. }),
            Self::Accepted => ended(&[OfferEnd::Accepted]),
            Self::Rejected => ended(&[OfferEnd::Rejected]),
            Self::Missed => ended(&[OfferEnd::Expired]),
            Self::Withdrawn => ended(&[OfferEnd::Cancelled, OfferEnd::Revoked]),
            Self::Parts => part(|_| true),
            Self::Taken => part(|part| part.way == Way::List),
            Self::TransferredIn => part(|part| part.first.is_none()),
            Self::TransferredOut => matches!(fact.what, What::HandedOn),
            Self::Tickets => matches!(fact.what, What::Ticket { .. }),
        }
    }
}

impl Length {
    pub const ALL: [Length; 5] = [Self::Wait, Self::FirstReply, Self::Reply, Self::Handle, Self::WrapUp];
    pub fn word(self) -> &'static str {
        match self {
            Self::Wait => "wait",
            Self::FirstReply => "first_reply",
            Self::Reply => "reply",
            Self::Handle => "handle",
            Self::WrapUp => "wrap_up",
        }
    }
    /// How long it was in this fact, where it has it.
    pub fn of(self, fact: &Fact) -> Option<Millis> {
        let What::Part(part) = &fact.what else { return None };
        match self {
            Self::Wait => part.first.as_ref().map(|first| first.waited),
            Self::FirstReply => part.first.as_ref().and_then(|first| first.reply),
            Self::Reply => part.reply,
            Self::Handle => part.held,
            Self::WrapUp => part.wrap_up,
        }
    }
    /// The chats behind it.
    pub fn measure(self) -> Measure {
        match self {
            Self::Wait | Self::FirstReply => Measure::Answered,
            Self::Reply | Self::Handle | Self::WrapUp => Measure::Parts,
        }
    }
}

/// One line of the list behind a number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    #[serde(flatten)]
    pub fact: Fact,
    pub customer: String,
    /// The first words of the request.
    pub words: String,
}

/// The list behind a number: its first lines, and how many there are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lines {
    pub days: Days,
    pub total: usize,
    pub lines: Vec<Line>,
    /// The names of those who are in it.
    pub queues: Vec<(QueueId, String)>,
    pub agents: Vec<(AgentId, String)>,
}

#[cfg(test)]
mod tests;
