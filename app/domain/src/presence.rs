//! Who is there: an agent's lasting wish, and the one word shown for it.

use crate::{
    ids::{AgentId, SkillId},
    message::AgentRef,
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
/// The reason given for an agent whose browser is there, but nobody in front of it.
pub const IDLE: &str = "idle";
/// The reason given for an agent whom a supervisor made Not ready without naming another.
pub const SET_BY_SUPERVISOR: &str = "set_by_supervisor";
/// Reasons that the desk itself gives; nobody can choose them.
pub const OWN_REASONS: [&str; 4] = [MISSED_OFFER, REJECTED_OFFER, IDLE, SET_BY_SUPERVISOR];
/// The reasons that every desk begins with; their names are texts of the catalogue (`reason.break`).
pub const FIRST_REASONS: [&str; 4] = ["break", "lunch", "meeting", "training"];

/// A reason for being Not ready that agents can choose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// What is stored with a wish: lower case, digits and `_`.
    pub key: String,
    /// As an admin wrote it. The catalogue's name of a first reason stands until somebody changes it.
    pub name: String,
    /// Only for agents of this team; `None` for everybody.
    pub team: Option<String>,
}

impl Reason {
    /// Whether an agent of `team` may choose it.
    pub fn is_for(&self, team: Option<&str>) -> bool {
        self.team.is_none() || self.team.as_deref() == team
    }
}

/// How an agent wants to be alerted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AlertPrefs {
    /// 0 to 100.
    pub volume: u8,
    /// Desktop notifications, where the browser allows them.
    pub desktop: bool,
    /// Announced requests also while Not ready.
    pub when_away: bool,
}

impl Default for AlertPrefs {
    fn default() -> Self {
        Self { volume: 80, desktop: true, when_away: false }
    }
}

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
    #[serde(default)]
    pub team: Option<String>,
    #[serde(default)]
    pub skills: Vec<SkillId>,
    /// The supervisor who set the wish; `None` once the agent has set one.
    #[serde(default)]
    pub forced_by: Option<AgentRef>,
}

impl AgentView {
    /// Ready, Busy (at capacity, or a delivery is ringing), Wrap-up (only that is left), Not ready, Offline.
    pub fn shown(&self) -> Shown {
        let Self { load, capacity, ringing, wrapping_up, .. } = *self;
        shown(&self.wish, Load { load, capacity, ringing, wrapping_up })
    }
}

/// How much somebody holds: `ringing` and `wrapping_up` are parts of `load`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Load {
    pub load: i64,
    pub capacity: i64,
    pub ringing: i64,
    pub wrapping_up: i64,
}

/// The word for a wish and what is held.
pub fn shown(wish: &Wish, held: Load) -> Shown {
    match wish {
        Wish::Offline => Shown::Offline,
        Wish::NotReady(_) => Shown::NotReady,
        Wish::Ready if held.ringing > 0 || held.load >= held.capacity => Shown::Busy,
        Wish::Ready if held.wrapping_up > 0 && held.wrapping_up == held.load => Shown::WrapUp,
        Wish::Ready => Shown::Ready,
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
            team: None,
            skills: Vec::new(),
            forced_by: None,
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
