//! Queues and their policies.

use crate::{ids::QueueId, time::Millis};
use serde::{Deserialize, Serialize};

/// A queue; customers read its `service` name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Queue {
    pub id: QueueId,
    pub name: String,
    pub service: String,
    pub policy: Policy,
}

/// What an admin may set for a queue; every field has the product's default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Policy {
    pub accept_timeout: Millis,
    pub may_end: MayEnd,
    /// An agent who rejects with no other chat open becomes Not ready.
    pub reject_makes_not_ready: bool,
    /// A chat cannot be closed without a ticket.
    pub ticket_required: bool,
    /// A waiting customer without a browser is counted as gone after this long.
    pub abandon_after: Millis,
}

/// Who may end a chat, seen from the customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "rule", rename_all = "snake_case")]
pub enum MayEnd {
    /// Only while unanswered for `unanswered`, or when nothing was written for `idle` in an active chat.
    Restricted {
        unanswered: Millis,
        idle: Millis,
    },
    Always,
    AgentOnly,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            accept_timeout: Millis::seconds(30),
            may_end: MayEnd::Restricted { unanswered: Millis::seconds(60), idle: Millis::minutes(60) },
            reject_makes_not_ready: true,
            ticket_required: false,
            abandon_after: Millis::seconds(60),
        }
    }
}
