//! The flight recorder: every routing decision with its inputs, so that nobody has to wonder where a chat went.

use crate::{
    event::ParkReason,
    hours::Date,
    ids::{AgentId, ConversationId, OfferId, QueueId},
    message::AgentRef,
    offer::OfferEnd,
    queue::Policy,
    routing::{Candidate, Skip, Wanted},
    settings::Member,
    time::{Millis, Timestamp},
};
use serde::{Deserialize, Serialize};

/// One look of the desk at one chat, and what came of it. Looks that saw the same and decided the same are one decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    pub at: Timestamp,
    pub conversation: ConversationId,
    pub queue: QueueId,
    pub queue_name: String,
    /// What the chat asked for.
    pub wanted: Wanted,
    /// Everybody who was looked at.
    pub considered: Vec<Considered>,
    pub decided: Decided,
}

/// An agent as they were seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Considered {
    pub name: String,
    pub candidate: Candidate,
    /// Why they were passed over; `None` for who could have been asked.
    pub skip: Option<Skip>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "decided", rename_all = "snake_case")]
pub enum Decided {
    /// Held out to one agent; `end` is what came of it, once something has.
    Offered {
        offer: OfferId,
        agent: AgentRef,
        end: Option<OfferEnd>,
    },
    /// Told to every ready member.
    Announced,
    /// Nobody could be asked.
    Nobody,
    Parked {
        reason: ParkReason,
        until: Option<Timestamp>,
    },
    /// Back in the line.
    Unparked,
    /// Waited for too long and went to another queue.
    Overflowed {
        to: QueueId,
        name: String,
    },
    /// Somebody took it from the list.
    Joined {
        agent: AgentRef,
    },
    /// Moved, transferred, taken over or given to somebody by a person.
    HandedOver {
        by: AgentRef,
        to: String,
    },
    /// Its agent's browser was gone: back to the front.
    Requeued {
        from: AgentRef,
    },
}

/// A chat that an agent did not get.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Miss {
    pub at: Timestamp,
    pub conversation: ConversationId,
    pub customer: String,
    pub queue_name: String,
    /// `None`: could have been asked, but somebody came first in the queue's order.
    pub skip: Option<Skip>,
    /// Who was asked instead.
    pub chosen: Option<AgentRef>,
}

/// What "Why did I get none?" answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WhyNone {
    /// How the agent stands now: what keeps the router from asking them, whatever waits.
    pub now: Option<Skip>,
    /// Names of the queues that they serve.
    pub queues: Vec<String>,
    /// Newest first.
    pub misses: Vec<Miss>,
}

/// A day's log played again with other rules, as [`crate::replay`] tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskReplay {
    pub queue: QueueId,
    pub policy: Policy,
    pub members: Vec<Member>,
    pub day: Date,
    /// Minutes that the asker's clocks are ahead of UTC: whose day it is.
    pub ahead_minutes: i32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replay {
    pub rows: Vec<ReplayRow>,
    /// Chats of the day, and how many of them would have gone to somebody else first.
    pub chats: usize,
    pub different: usize,
    /// Chats for which nobody would have been found before their customers went away, or the day was over.
    pub nobody: usize,
    /// How long it took on average until somebody was asked.
    pub wait_before: Option<Millis>,
    pub wait_after: Option<Millis>,
    #[serde(default)]
    pub unknown: Vec<Unknown>,
}

/// What a replay cannot know, so that nobody takes it for more than it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "unknown", rename_all = "snake_case")]
pub enum Unknown {
    /// So many of the members were never looked at on that day: whether they were there is not known.
    Agents { count: usize },
    /// Everybody is told: who would have been first is not known.
    WhoIsFirst,
    /// Whether the queue would have been open is not played.
    Hours,
    /// The day had more than is played.
    Cut,
}

/// What happened to one chat, and what would have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplayRow {
    pub conversation: ConversationId,
    pub customer: String,
    pub at: Timestamp,
    pub before: Option<AgentRef>,
    pub after: Option<AgentRef>,
    /// How long it took until somebody was asked.
    pub waited_before: Option<Millis>,
    pub waited_after: Option<Millis>,
}

impl Decision {
    /// Whether two looks saw the same and decided the same: times that only move on do not count.
    pub fn is_like(&self, other: &Self) -> bool {
        let seen = |decision: &Self| -> Vec<(AgentId, Option<Skip>)> {
            decision.considered.iter().map(|one| (one.candidate.id, one.skip)).collect()
        };
        self.queue == other.queue && self.decided == other.decided && self.wanted.needs == other.wanted.needs && seen(self) == seen(other)
    }
}
