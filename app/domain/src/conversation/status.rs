//! Where a chat stands.

use crate::{
    ending::Outcome,
    event::{AbandonReason, ParkReason},
    ids::{AgentId, OfferId},
    message::AgentRef,
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

/// Where a chat stands. Each state carries only what is true in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum Status {
    Waiting {
        since: Timestamp,
    },
    Offered {
        since: Timestamp,
        offer: OfferId,
        agent: AgentId,
    },
    Active {
        agent: AgentRef,
        since: Timestamp,
    },
    /// Ended; the agent still writes up. `closing` is set once the ticket question is answered.
    WrapUp {
        agent: AgentRef,
        since: Timestamp,
        closing: Option<Outcome>,
    },
    /// The customer left before anybody joined: a work item until somebody ends it.
    Abandoned {
        since: Timestamp,
        reason: AbandonReason,
    },
    /// Nobody can be asked for now: visible, never forgotten. `until` is when the queue opens, if that is known.
    Parked {
        since: Timestamp,
        reason: ParkReason,
        until: Option<Timestamp>,
    },
    /// The customer wants to be called: a work item until somebody ends it.
    Callback {
        since: Timestamp,
    },
    Closed {
        outcome: Outcome,
        at: Timestamp,
    },
}

impl Status {
    /// The word stored in the `status` column.
    pub fn word(&self) -> &'static str {
        match self {
            Status::Waiting { .. } => "waiting",
            Status::Offered { .. } => "offered",
            Status::Active { .. } => "active",
            Status::WrapUp { .. } => "wrap_up",
            Status::Abandoned { .. } => "abandoned",
            Status::Parked { .. } => "parked",
            Status::Callback { .. } => "callback",
            Status::Closed { .. } => "closed",
        }
    }
    /// The agent whose load this chat counts for.
    pub fn holder(&self) -> Option<AgentId> {
        match self {
            Status::Offered { agent, .. } => Some(*agent),
            Status::Active { agent, .. } | Status::WrapUp { agent, .. } => Some(agent.id),
            Status::Waiting { .. } | Status::Abandoned { .. } | Status::Parked { .. } | Status::Callback { .. } | Status::Closed { .. } => {
                None
            }
        }
    }
    /// Nobody has joined yet, and the customer waits: in the line, ringing, or parked.
    pub fn is_unanswered(&self) -> bool {
        match self {
            Status::Waiting { .. } | Status::Offered { .. } | Status::Parked { .. } => true,
            Status::Active { .. } | Status::WrapUp { .. } | Status::Abandoned { .. } | Status::Callback { .. } | Status::Closed { .. } => {
                false
            }
        }
    }
}
