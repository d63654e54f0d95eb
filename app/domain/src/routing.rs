//! Whom a waiting chat is offered to.

use crate::{
    ids::{AgentId, SkillId},
    presence::Wish,
    queue::Order,
    time::{Millis, Timestamp},
};
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;

/// An agent as the router weighs them for one chat. All of it is read in the transaction that makes the offer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    pub id: AgentId,
    pub wish: Wish,
    /// An unexpired lease exists.
    pub online: bool,
    pub load: i64,
    pub capacity: i64,
    /// Member of the chat's queue; higher serves first.
    pub priority: i64,
    /// When the agent last got or finished a chat.
    pub idle_since: Timestamp,
    /// When a chat was last delivered to the agent.
    pub last_offer_at: Option<Timestamp>,
    pub skills: Vec<SkillId>,
    /// Rejected this chat not long ago.
    pub cooling_down: bool,
}

/// What a chat asks for, by its queue's policy and its own needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wanted {
    pub order: Order,
    /// Empty once the queue has stopped insisting.
    pub needs: Vec<SkillId>,
    /// Asked first, before any priority.
    pub preferred: Option<AgentId>,
    /// The shortest time between two deliveries to one agent.
    pub ramp_up: Millis,
    pub now: Timestamp,
}

/// Why an agent was passed over: the flight recorder's word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "skip", rename_all = "snake_case")]
pub enum Skip {
    NotReady,
    NotOnline,
    Full,
    CoolingDown,
    LacksSkill,
    /// Got a chat a moment ago; may be asked again at `until`.
    RampingUp {
        until: Timestamp,
    },
}

impl Skip {
    /// The name of the reason, without its numbers.
    pub fn word(self) -> &'static str {
        match self {
            Self::NotReady => "not_ready",
            Self::NotOnline => "not_online",
            Self::Full => "full",
            Self::CoolingDown => "cooling_down",
            Self::LacksSkill => "lacks_skill",
            Self::RampingUp { .. } => "ramping_up",
        }
    }
}

impl Wanted {
    /// Anybody in the queue's usual order.
    pub fn anybody(now: Timestamp) -> Self {
        Self { order: Order::default(), needs: Vec::new(), preferred: None, ramp_up: Millis(0), now }
    }
}

impl Candidate {
    /// Why this agent is not asked; `None` for one who may be.
    pub fn skip(&self, wanted: &Wanted) -> Option<Skip> {
        let ramp_end = self.last_offer_at.map(|last| last + wanted.ramp_up).filter(|end| *end > wanted.now);
        match self.wish {
            Wish::NotReady(_) | Wish::Offline => Some(Skip::NotReady),
            Wish::Ready if !self.online => Some(Skip::NotOnline),
            Wish::Ready if !self.knows(&wanted.needs) => Some(Skip::LacksSkill),
            Wish::Ready if self.load >= self.capacity => Some(Skip::Full),
            Wish::Ready if self.cooling_down => Some(Skip::CoolingDown),
            Wish::Ready => ramp_end.map(|until| Skip::RampingUp { until }),
        }
    }

    pub fn knows(&self, needs: &[SkillId]) -> bool {
        needs.iter().all(|need| self.skills.contains(need))
    }

    /// Smaller is asked earlier; ties by id, so that every node chooses the same.
    fn rank(&self, wanted: &Wanted) -> impl Ord + use<> {
        let (first, second) = match wanted.order {
            Order::FewestChats => (self.load, self.idle_since),
            Order::RoundRobin => (self.last_offer_at.map_or(i64::MIN, |last| last.0), self.idle_since),
            Order::LongestIdle => (self.idle_since.0, Timestamp(0)),
        };
        (wanted.preferred != Some(self.id), Reverse(self.priority), first, second, self.id)
    }
}

/// The agent to ring: the preferred one, then the highest priority, then by the queue's order.
pub fn choose(candidates: &[Candidate], wanted: &Wanted) -> Option<AgentId> {
    let free = candidates.iter().filter(|candidate| candidate.skip(wanted).is_none());
    free.min_by_key(|candidate| candidate.rank(wanted)).map(|candidate| candidate.id)
}

/// What a chat in a queue needs of an agent: the queue's own skills, and the language's where the queue matches it and the
/// desk has a skill for it.
pub fn needs(policy: &crate::queue::Policy, language: Option<&str>, skills: &[crate::settings::Skill]) -> Vec<SkillId> {
    let mut needs = policy.skills.clone();
    if policy.match_language {
        let speaks = skills.iter().find(|skill| skill.language.is_some() && skill.language.as_deref() == language);
        needs.extend(speaks.map(|skill| skill.id).filter(|id| !policy.skills.contains(id)));
    }
    needs
}

#[cfg(test)]
#[path = "routing/tests.rs"]
mod tests;
