//! A round in memory: everybody who might be asked as they are, and what has been promised in this round already.

use crate::{
    bugs::Bug,
    database::{Member, Waits},
};
use domain::{
    ids::{AgentId, ConversationId, QueueId, SkillId},
    presence::Wish,
    queue::{Policy, Queue},
    recorder::Considered,
    routing::{Candidate, Skip, Wanted, choose},
    time::Timestamp,
};
use std::collections::{BTreeMap, HashMap};

/// How many of those who were passed over a decision keeps by name.
const KEPT: usize = 30;

/// What a round begins with.
pub(super) struct Seen {
    pub crew: Vec<Member>,
    pub memberships: Vec<(QueueId, AgentId, i64)>,
    pub skills: Vec<(AgentId, SkillId)>,
    pub rejections: Vec<(ConversationId, AgentId, Timestamp)>,
    pub queues: Vec<Queue>,
}

pub(super) struct Plan {
    now: Timestamp,
    crew: HashMap<AgentId, Member>,
    members: HashMap<QueueId, Vec<(AgentId, i64)>>,
    skills: HashMap<AgentId, Vec<SkillId>>,
    rejections: HashMap<ConversationId, Vec<(AgentId, Timestamp)>>,
    policies: HashMap<QueueId, (String, Policy)>,
    /// Places that may still be given away.
    free: i64,
    /// When something may be different only because time has passed.
    changes_at: Option<Timestamp>,
}

/// What was decided about one chat.
pub(super) struct Look {
    pub wanted: Wanted,
    pub queue_name: String,
    pub candidates: Vec<Candidate>,
    pub chosen: Option<AgentId>,
}

impl Plan {
    pub fn new(seen: Seen, now: Timestamp) -> Self {
        let mut members: HashMap<QueueId, Vec<(AgentId, i64)>> = HashMap::new();
        for (queue, agent, priority) in seen.memberships {
            members.entry(queue).or_default().push((agent, priority));
        }
        let mut skills: HashMap<AgentId, Vec<SkillId>> = HashMap::new();
        for (agent, skill) in seen.skills {
            skills.entry(agent).or_default().push(skill);
        }
        let mut rejections: HashMap<ConversationId, Vec<(AgentId, Timestamp)>> = HashMap::new();
        for (chat, agent, at) in seen.rejections {
            rejections.entry(chat).or_default().push((agent, at));
        }
        let could = |member: &&Member| member.wish == Wish::Ready && member.online;
        let free = seen.crew.iter().filter(could).map(|member| (member.capacity - member.load).max(0)).sum();
        let policies = seen.queues.into_iter().map(|queue| (queue.id, (queue.name, queue.policy))).collect();
        let crew = seen.crew.into_iter().map(|member| (member.id, member)).collect();
        Self { now, crew, members, skills, rejections, policies, free, changes_at: None }
    }

    /// Whether anybody could still be asked.
    pub fn has_places(&self) -> bool {
        self.free > 0
    }

    /// When a round may find what this one did not, although nothing happens.
    pub fn changes_at(&self) -> Option<Timestamp> {
        self.changes_at
    }

    pub fn policy(&self, queue: QueueId) -> Option<&Policy> {
        self.policies.get(&queue).map(|(_, policy)| policy)
    }

    pub fn name(&self, agent: AgentId) -> String {
        self.crew.get(&agent).map(|member| member.name.clone()).unwrap_or_default()
    }

    /// Whom this chat would be offered to.
    pub fn look(&mut self, chat: &Waits) -> Option<Look> {
        let (queue_name, policy) = self.policies.get(&chat.queue)?.clone();
        let wanted = self.wanted(chat, &policy);
        let candidates = self.candidates(chat, &policy);
        let chosen = choose(&candidates, &wanted);
        if chosen.is_none() {
            let ramps = candidates.iter().filter_map(|candidate| match candidate.skip(&wanted) {
                Some(Skip::RampingUp { until }) => Some(until),
                Some(Skip::NotReady | Skip::NotOnline | Skip::Full | Skip::CoolingDown | Skip::LacksSkill) | None => None,
            });
            let soonest = ramps.min();
            self.may_change(soonest);
        }
        Some(Look { wanted, queue_name, candidates, chosen })
    }

    fn wanted(&mut self, chat: &Waits, policy: &Policy) -> Wanted {
        let relaxed = policy.relax_skills_after.map(|after| chat.since + after);
        let needs = if relaxed.is_some_and(|at| at <= self.now) { Vec::new() } else { chat.extra.needs.clone() };
        if !needs.is_empty() {
            self.may_change(relaxed);
        }
        Wanted { order: policy.order, needs, preferred: chat.extra.preferred, ramp_up: policy.ramp_up, now: self.now }
    }

    fn candidates(&mut self, chat: &Waits, policy: &Policy) -> Vec<Candidate> {
        let rejections = self.rejections.get(&chat.id).cloned().unwrap_or_default();
        let cooled = |agent: AgentId| {
            rejections
                .iter()
                .filter(|(who, _)| *who == agent)
                .map(|(_, at)| *at + policy.reject_cooldown)
                .filter(|end| *end > self.now)
                .max()
        };
        // Who has just handed the chat to the queue is not asked first.
        let handed = chat.extra.handover.as_ref().filter(|handover| handover.to.is_none()).map(|handover| handover.from.id);
        let handed_until = Some(chat.since + policy.reject_cooldown).filter(|end| *end > self.now);
        let mut soonest: Option<Timestamp> = None;
        let mut all = Vec::new();
        for (agent, priority) in self.members.get(&chat.queue).into_iter().flatten() {
            let Some(member) = self.crew.get(agent) else { continue };
            let cools = cooled(*agent).max(handed_until.filter(|_| handed == Some(*agent)));
            soonest = [soonest, cools].into_iter().flatten().min();
            all.push(Candidate {
                id: member.id,
                wish: if Bug::AskAnybody.is_on() { Wish::Ready } else { member.wish.clone() },
                online: member.online,
                load: member.load,
                capacity: member.capacity,
                priority: *priority,
                idle_since: member.idle_since,
                last_offer_at: member.last_offer_at,
                skills: self.skills.get(agent).cloned().unwrap_or_default(),
                cooling_down: cools.is_some(),
            });
        }
        self.may_change(soonest);
        all
    }

    fn may_change(&mut self, at: Option<Timestamp>) {
        self.changes_at = [self.changes_at, at].into_iter().flatten().min();
    }

    /// A chat was offered to this agent.
    pub fn promise(&mut self, agent: AgentId) {
        if let Some(member) = self.crew.get_mut(&agent) {
            member.load += 1;
            (member.idle_since, member.last_offer_at) = (self.now, Some(self.now));
            self.free -= 1;
        }
    }

    /// Everybody who was looked at, those who could have been asked first; of a crowd only a part.
    pub fn considered(&self, look: &Look) -> Vec<Considered> {
        let mut all: Vec<Considered> = look
            .candidates
            .iter()
            .map(|candidate| Considered { name: self.name(candidate.id), skip: candidate.skip(&look.wanted), candidate: candidate.clone() })
            .collect();
        all.sort_by_key(|one| (Some(one.candidate.id) != look.chosen, one.skip.is_some()));
        all.truncate(KEPT);
        all
    }

    /// Why how many were passed over: what a look is compared by with the one before it.
    pub fn tally(look: &Look) -> BTreeMap<String, usize> {
        let mut tally = BTreeMap::new();
        for candidate in &look.candidates {
            let why = candidate.skip(&look.wanted).map_or_else(|| "free".to_owned(), |skip| format!("{skip:?}"));
            *tally.entry(why.split_whitespace().next().unwrap_or_default().to_owned()).or_default() += 1;
        }
        tally
    }
}
