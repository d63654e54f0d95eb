//! Queues and their policies.

use crate::{
    ids::{HoursId, QueueId, SkillId},
    settings::Wrong,
    time::Millis,
};
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
    /// For agents and admins: what belongs here.
    pub description: String,
    pub distribution: Distribution,
    pub order: Order,
    pub accept_timeout: Millis,
    /// An agent who lets an offer pass becomes Not ready.
    pub missed_makes_not_ready: bool,
    /// An agent who rejects with no other chat open becomes Not ready.
    pub reject_makes_not_ready: bool,
    /// How long an agent who rejected a chat is passed over for it.
    pub reject_cooldown: Millis,
    /// The shortest time between two deliveries to one agent; 0 for none.
    pub ramp_up: Millis,
    /// Where a chat goes that has waited for too long.
    pub overflow: Option<Overflow>,
    /// The agent who had this customer's last chat is asked first, if ready.
    pub prefer_last_agent: bool,
    /// Who has an open chat on the same site, by e-mail address, cannot begin another one.
    pub one_chat: bool,
    /// What an agent must be able to do to be offered a chat of this queue.
    pub skills: Vec<SkillId>,
    /// The agent must speak the customer's language, if the desk has a skill for it.
    pub match_language: bool,
    /// After this long any member of the queue will do.
    pub relax_skills_after: Option<Millis>,
    pub may_end: MayEnd,
    /// A chat cannot be closed without a ticket.
    pub ticket_required: bool,
    /// A waiting customer without a browser is counted as gone after this long.
    pub abandon_after: Millis,
    /// What happens to an active chat whose customer writes nothing more.
    pub inactivity: Option<Inactivity>,
    /// A waiting customer is offered a callback after this long; `None` for never.
    pub callback_after: Option<Millis>,
    /// Outside office hours a callback is offered at once.
    pub callback_outside_hours: bool,
    /// An ended chat is closed by itself after this long, so that its agent is free again.
    pub wrap_up_limit: Option<Millis>,
    /// `None`: always open.
    pub hours: Option<HoursId>,
    /// A chat joined within this long is counted as served well.
    pub service_level: Millis,
}

/// How the queue's chats reach its agents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Distribution {
    /// One agent at a time, with a deadline.
    #[default]
    Offer,
    /// Every ready member sees it, the first one wins.
    Announce,
}

/// Who of those that may be asked is asked first; a higher priority in the queue goes before any of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// Fewest open chats, then longest idle.
    #[default]
    FewestChats,
    /// Whose last delivery is longest ago.
    RoundRobin,
    /// Who has been without a change longest.
    LongestIdle,
}

impl Distribution {
    pub const ALL: [Distribution; 2] = [Self::Offer, Self::Announce];
    pub fn word(self) -> &'static str {
        match self {
            Self::Offer => "offer",
            Self::Announce => "announce",
        }
    }
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.word() == word)
    }
}

impl Order {
    pub const ALL: [Order; 3] = [Self::FewestChats, Self::RoundRobin, Self::LongestIdle];
    pub fn word(self) -> &'static str {
        match self {
            Self::FewestChats => "fewest_chats",
            Self::RoundRobin => "round_robin",
            Self::LongestIdle => "longest_idle",
        }
    }
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.word() == word)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overflow {
    pub to: QueueId,
    pub after: Millis,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inactivity {
    /// The customer is asked whether they are still there.
    pub warn_after: Millis,
    /// The chat is ended; counted, like the warning, from the agent's last word, while the customer has written nothing after it.
    pub close_after: Millis,
}

/// Who may end a chat, seen from the customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "rule", rename_all = "snake_case")]
pub enum MayEnd {
    /// Only while unanswered for `unanswered`, outside office hours, or when nothing was written for `idle` in an active
    /// chat.
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
            description: String::new(),
            distribution: Distribution::Offer,
            order: Order::FewestChats,
            accept_timeout: Millis::seconds(30),
            missed_makes_not_ready: true,
            reject_makes_not_ready: true,
            reject_cooldown: Millis::seconds(30),
            ramp_up: Millis(0),
            overflow: None,
            prefer_last_agent: false,
            one_chat: false,
            skills: Vec::new(),
            match_language: false,
            relax_skills_after: None,
            may_end: MayEnd::Restricted { unanswered: Millis::seconds(60), idle: Millis::minutes(60) },
            ticket_required: false,
            abandon_after: Millis::seconds(60),
            inactivity: None,
            callback_after: Some(Millis::seconds(60)),
            callback_outside_hours: true,
            wrap_up_limit: None,
            hours: None,
            service_level: Millis::seconds(60),
        }
    }
}

/// The longest description, in characters.
pub const MAX_DESCRIPTION: usize = 1_000;
const DAY: Millis = Millis::minutes(24 * 60);

impl Policy {
    /// What cannot be saved of it, for a queue that is `own` (a new one has no id yet).
    pub fn problems(&self, own: Option<QueueId>) -> Vec<Wrong> {
        let mut wrong = Vec::new();
        let mut span = |field: &str, value: Millis, least: Millis, most: Millis| {
            if value < least || value > most {
                wrong.push(Wrong::between(field, least, most));
            }
        };
        let (second, hour) = (Millis::seconds(1), Millis::minutes(60));
        span("accept_timeout", self.accept_timeout, Millis::seconds(5), Millis::minutes(10));
        span("reject_cooldown", self.reject_cooldown, Millis(0), hour);
        span("ramp_up", self.ramp_up, Millis(0), hour);
        span("abandon_after", self.abandon_after, second, DAY);
        span("service_level", self.service_level, second, DAY);
        if let MayEnd::Restricted { unanswered, idle } = self.may_end {
            span("may_end_unanswered", unanswered, Millis(0), DAY);
            span("may_end_idle", idle, Millis(0), DAY);
        }
        if let Some(overflow) = self.overflow {
            span("overflow_after", overflow.after, second, DAY);
        }
        if let Some(after) = self.relax_skills_after {
            span("relax_skills_after", after, second, DAY);
        }
        if let Some(after) = self.callback_after {
            span("callback_after", after, Millis(0), DAY);
        }
        if let Some(limit) = self.wrap_up_limit {
            span("wrap_up_limit", limit, second, DAY);
        }
        if let Some(quiet) = self.inactivity {
            span("inactivity_warn_after", quiet.warn_after, second, DAY);
            span("inactivity_close_after", quiet.close_after, second, DAY);
            if quiet.close_after <= quiet.warn_after {
                wrong.push(Wrong::new("inactivity_close_after", "settings.problem.after_warning"));
            }
        }
        if self.overflow.is_some_and(|overflow| Some(overflow.to) == own) {
            wrong.push(Wrong::new("overflow_to", "settings.problem.same_queue"));
        }
        if self.description.chars().count() > MAX_DESCRIPTION {
            wrong.push(Wrong::new("description", "problem.too_long"));
        }
        wrong
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_says_what_is_wrong_with_it() {
        assert_eq!(Policy::default().problems(None), Vec::new());
        let own = QueueId::new(uuid::Uuid::from_u128(1));
        let wrong = Policy {
            accept_timeout: Millis(0),
            overflow: Some(Overflow { to: own, after: Millis(0) }),
            inactivity: Some(Inactivity { warn_after: Millis::minutes(5), close_after: Millis::minutes(5) }),
            description: "x".repeat(MAX_DESCRIPTION + 1),
            ..Policy::default()
        };
        let fields: Vec<_> = wrong.problems(Some(own)).into_iter().map(|wrong| wrong.field).collect();
        assert_eq!(fields, ["accept_timeout", "overflow_after", "inactivity_close_after", "overflow_to", "description"]);
    }

    #[test]
    fn a_stored_policy_of_before_has_the_defaults_of_today() {
        let old = r#"{"accept_timeout":20000,"ticket_required":true}"#;
        let policy: Policy = serde_json::from_str(old).unwrap();
        assert_eq!(policy, Policy { accept_timeout: Millis(20_000), ticket_required: true, ..Policy::default() });
    }

    #[test]
    fn words_read_back() {
        for order in Order::ALL {
            assert_eq!(Order::from_word(order.word()), Some(order));
        }
        for one in Distribution::ALL {
            assert_eq!(Distribution::from_word(one.word()), Some(one));
        }
    }
}
