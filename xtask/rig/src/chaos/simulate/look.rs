//! What is committed, read past the product's own code.

use anyhow::Result;
use domain::{
    conversation::Extra,
    ids::{AgentId, SkillId},
    queue::Policy,
    time::Timestamp,
};
use oracle::{Eyes, see};
use sqlx::{FromRow, types::Json};
use std::collections::{BTreeMap, HashMap, HashSet};
use uuid::Uuid;

#[derive(Debug, Clone, FromRow)]
pub struct Chat {
    pub id: Uuid,
    pub queue: Uuid,
    pub status: String,
    pub agent: Option<Uuid>,
    pub offer: Option<Uuid>,
    pub reason: Option<String>,
    pub enqueued_at: i64,
    /// Since when it stands as it does.
    pub since: i64,
    pub priority: i64,
    pub extra: Json<Extra>,
}

#[derive(Debug, Clone, FromRow)]
pub struct Offer {
    pub id: Uuid,
    pub conversation: Uuid,
    pub agent: Uuid,
    pub state: String,
    pub created_at: i64,
    pub ended_at: Option<i64>,
}

#[derive(Debug, Clone, FromRow)]
pub struct Agent {
    pub id: Uuid,
    pub wish: String,
    pub load: i64,
    pub capacity: i64,
    pub ceiling: i64,
    pub last_offer_at: Option<i64>,
}

#[derive(Debug, Clone, Default)]
pub struct Look {
    /// Milliseconds, as rows have them.
    pub now: i64,
    pub chats: Vec<Chat>,
    pub offers: Vec<Offer>,
    pub agents: BTreeMap<Uuid, Agent>,
    pub online: HashSet<Uuid>,
    pub members: HashSet<(Uuid, Uuid)>,
    pub skills: HashSet<(Uuid, Uuid)>,
    pub policies: HashMap<Uuid, Policy>,
    /// Kind and subject of deadlines, with when.
    pub timers: Vec<(String, Uuid, i64)>,
}

macro_rules! rows {
    ($eyes:expr, $sql:expr) => {
        see!($eyes, c => sqlx::query_as($sql).fetch_all(c).await)?
    };
}

impl Look {
    pub async fn at(eyes: &Eyes, now: Timestamp) -> Result<Self> {
        let chats = rows!(
            eyes,
            "select id, queue, status, agent, offer, reason, enqueued_at, since, priority, extra from conversation order by enqueued_at, id"
        );
        let offers = rows!(eyes, "select id, conversation, agent, state, created_at, ended_at from offer order by created_at, id");
        let agents: Vec<Agent> = rows!(eyes, "select id, wish, load, capacity, ceiling, last_offer_at from agent");
        let leases: Vec<(Uuid, i64)> = rows!(eyes, "select agent, expires_at from lease");
        let members: Vec<(Uuid, Uuid)> = rows!(eyes, "select queue, agent from queue_member");
        let skills: Vec<(Uuid, Uuid)> = rows!(eyes, "select agent, skill from agent_skill");
        let policies: Vec<(Uuid, Json<Policy>)> = rows!(eyes, "select id, policy from queue");
        let timers = rows!(eyes, "select kind, subject, due_at from timer");
        Ok(Self {
            now: now.0,
            chats,
            offers,
            agents: agents.into_iter().map(|agent| (agent.id, agent)).collect(),
            online: leases.into_iter().filter(|(_, expires)| *expires > now.0).map(|(agent, _)| agent).collect(),
            members: members.into_iter().collect(),
            skills: skills.into_iter().collect(),
            policies: policies.into_iter().map(|(queue, policy)| (queue, policy.0)).collect(),
            timers,
        })
    }

    pub fn chat(&self, id: Uuid) -> Option<&Chat> {
        self.chats.iter().find(|chat| chat.id == id)
    }
    pub fn pending(&self) -> impl Iterator<Item = &Offer> {
        self.offers.iter().filter(|offer| offer.state == "pending")
    }
    pub fn of_status<'a>(&'a self, status: &'a str) -> impl Iterator<Item = &'a Chat> {
        self.chats.iter().filter(move |chat| chat.status == status)
    }
    pub fn held_by<'a>(&'a self, agent: Uuid, status: &'a str) -> impl Iterator<Item = &'a Chat> {
        self.of_status(status).filter(move |chat| chat.agent == Some(agent))
    }

    /// Rejected this chat, let it pass, or handed it to the queue, and at that moment the queue's patience was not over.
    fn cools(&self, chat: &Chat, agent: Uuid, at: i64) -> bool {
        let Some(policy) = self.policies.get(&chat.queue) else { return false };
        let handed = chat.extra.0.handover.as_ref().is_some_and(|handover| handover.to.is_none() && handover.from.id.uuid() == agent);
        if handed && chat.since + policy.reject_cooldown.0 > at {
            return true;
        }
        let until = |offer: &Offer| offer.ended_at.unwrap_or(0) + policy.reject_cooldown.0;
        let of_both = self.offers.iter().filter(|offer| offer.conversation == chat.id && offer.agent == agent);
        let mut declined = of_both.filter(|offer| offer.state == "rejected" || offer.state == "expired");
        declined.any(|offer| until(offer) > at)
    }

    pub fn knows(&self, agent: Uuid, needs: &[SkillId]) -> bool {
        needs.iter().all(|need| self.skills.contains(&(agent, need.uuid())))
    }

    /// Who could be asked for a chat at a moment, whatever they have: a member who knows enough and did not just reject it.
    pub fn suits(&self, chat: &Chat, agent: Uuid, at: i64) -> bool {
        self.members.contains(&(chat.queue, agent)) && self.knows(agent, &chat.extra.0.needs) && !self.cools(chat, agent, at)
    }

    /// … and is free now.
    pub fn could_take(&self, chat: &Chat, agent: &Agent) -> bool {
        let ramp_up = self.policies.get(&chat.queue).map_or(0, |policy| policy.ramp_up.0);
        let ramps = agent.last_offer_at.is_some_and(|last| last + ramp_up > self.now);
        let is_free = agent.wish == "ready" && self.online.contains(&agent.id) && agent.load < agent.capacity && !ramps;
        is_free && self.suits(chat, agent.id, self.now)
    }
}

/// The typed id of a row.
pub fn agent_id(id: Uuid) -> AgentId {
    AgentId::new(id)
}
