//! Why a chat cannot go on as somebody wanted.

use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// Why a step is not possible now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(tag = "refusal", rename_all = "snake_case")]
pub enum Refusal {
    #[error("this chat has ended")]
    Ended,
    #[error("another agent has this chat")]
    NotYours,
    #[error("this chat is not waiting any more")]
    NotWaiting,
    #[error("this chat has not ended yet")]
    NotEnded,
    #[error("the chat can be ended later")]
    TooEarly { at: Timestamp },
    #[error("only the agent ends this chat")]
    AgentOnly,
    #[error("this queue wants a ticket for every chat")]
    TicketRequired,
    #[error("decide about the ticket first")]
    DecideFirst,
    #[error("a ticket keeps this chat already")]
    TicketExists,
    #[error("this chat was not abandoned")]
    NotAbandoned,
    #[error("all places for chats are taken")]
    AtCapacity,
    #[error("no more can be written into this chat")]
    Full,
    #[error("this agent is not ready")]
    AgentNotReady,
    #[error("this agent already has the chat")]
    SameAgent,
    #[error("the chat is in this queue already")]
    SameQueue,
    #[error("nobody has this chat")]
    NotActive,
    #[error("a callback was asked for already")]
    CallbackExists,
    #[error("this queue offers no callback now")]
    NoCallback,
}
