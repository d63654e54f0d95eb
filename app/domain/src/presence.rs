//! Who is there: an agent's lasting wish, and the one word shown for it.

use crate::{
    ids::AgentId,
    time::{Millis, Timestamp},
};
use serde::{Deserialize, Serialize};

/// How long a lease lives without renewal.
pub const LEASE: Millis = Millis::seconds(45);
/// How often a live tab renews its lease.
pub const RENEW_EVERY: Millis = Millis::seconds(25);
/// How long the last closed tab of an agent is waited for.
pub const CLEAN_CLOSE_GRACE: Millis = Millis::seconds(10);
/// After this long without a browser the agent's chats go back to the front of their queues.
pub const CHATS_RETURN_AFTER: Millis = Millis::seconds(120);

/// The reason given for an agent who let an offer pass.
pub const MISSED_OFFER: &str = "missed_offer";
/// The reason given for an agent who rejected an offer with no other chat open.
pub const REJECTED_OFFER: &str = "rejected_offer";

/// What the agent wants, kept across sign-ins. Reasons are keys of the desk's list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "wish", content = "reason", rename_all = "snake_case")]
pub enum Wish {
    Ready,
    NotReady(Option<String>),
    Offline,
}

impl Wish {
    /// The word stored in the `wish` column.
    pub fn word(&self) -> &'static str {
        match self {
            Wish::Ready => "ready",
            Wish::NotReady(_) => "not_ready",
            Wish::Offline => "offline",
        }
    }
    pub fn reason(&self) -> Option<&str> {
        match self {
            Wish::NotReady(reason) => reason.as_deref(),
            Wish::Ready | Wish::Offline => None,
        }
    }
    pub fn from_words(word: &str, reason: Option<String>) -> Option<Self> {
        match word {
            "ready" => Some(Wish::Ready),
            "not_ready" => Some(Wish::NotReady(reason)),
            "offline" => Some(Wish::Offline),
            _ => None,
        }
    }
}

/// The one word shown for an agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shown {
    Ready,
    Busy,
    WrapUp,
    NotReady,
    Offline,
}

/// An agent's place in the desk, as the agent and the router see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentView {
    pub id: AgentId,
    pub name: String,
    pub email: String,
    pub role: Role,
    #[serde(flatten)]
    pub wish: Wish,
    /// Since when the wish stands.
    pub since: Timestamp,
    /// Pending offers, active chats and chats in wrap-up.
    pub load: i64,
    pub capacity: i64,
    /// How many of `load` are ringing, and how many are in wrap-up.
    pub ringing: i64,
    pub wrapping_up: i64,
}

impl AgentView {
    /// Ready, Busy (at capacity, or a delivery is ringing), Wrap-up (only that is left), Not ready, Offline.
    pub fn shown(&self) -> Shown {
        match self.wish {
            Wish::Offline => Shown::Offline,
            Wish::NotReady(_) => Shown::NotReady,
            Wish::Ready if self.ringing > 0 || self.load >= self.capacity => Shown::Busy,
            Wish::Ready if self.wrapping_up > 0 && self.wrapping_up == self.load => Shown::WrapUp,
            Wish::Ready => Shown::Ready,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Agent,
    Supervisor,
    Admin,
}

impl Role {
    pub const ALL: [Role; 3] = [Role::Agent, Role::Supervisor, Role::Admin];
    pub fn word(self) -> &'static str {
        match self {
            Role::Agent => "agent",
            Role::Supervisor => "supervisor",
            Role::Admin => "admin",
        }
    }
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.word() == word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shown_word_follows_wish_and_load() {
        let view = |wish, load, ringing, wrapping_up| AgentView {
            id: AgentId::new(uuid::Uuid::nil()),
            name: "Ana".into(),
            email: "ana@desk.example".into(),
            role: Role::Agent,
            wish,
            since: Timestamp(0),
            load,
            capacity: 4,
            ringing,
            wrapping_up,
        };
        let cases = [
            (view(Wish::Ready, 0, 0, 0), Shown::Ready),
            (view(Wish::Ready, 3, 0, 1), Shown::Ready),
            (view(Wish::Ready, 1, 1, 0), Shown::Busy),
            (view(Wish::Ready, 4, 0, 0), Shown::Busy),
            (view(Wish::Ready, 1, 0, 1), Shown::WrapUp),
            (view(Wish::NotReady(None), 4, 0, 0), Shown::NotReady),
            (view(Wish::Offline, 1, 0, 0), Shown::Offline),
        ];
        for (view, shown) in cases {
            assert_eq!(view.shown(), shown, "{view:?}");
        }
    }
}
