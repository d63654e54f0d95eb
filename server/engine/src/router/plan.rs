//! A round in memory: everybody who might be asked as they are, and what has been promised in this round already.

use crate::{
    bugs::Bug,
    database::{Member, Waits},
};
use domain::{
    ids::{AgentId, ConversationId, QueueId, SkillId},
    presence::Wish,
    queue::{Distribution, Policy, Queue},
    recorder::Considered,
    routing::{Candidate, Skip, Wanted, choose},
    time::Timestamp,
};
use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

/// How many of those who were passed over a decision keeps by name.
const KEPT: usize = 30;

/// What a round begins with.
pub(super) struct Seen {
    pub crew: Vec<Member>,
    pub staff: Arc<Staff>,
    pub rejections: Vec<(ConversationId, AgentId, Timestamp)>,
    pub queues: Vec<Queue>,
}

/// Who serves which queue and knows what: kept from round to round, for it changes by settings only.
pub(super) struct Staff {
    members: HashMap<QueueId, Vec<(AgentId, i64)>>,
    skills: HashMap<AgentId, Vec<SkillId>>,
}

pub(super) struct Plan {
    now: Timestamp,
    crew: HashMap<AgentId, Member>,
    staff: Arc<Staff>,
    /// Members who have a place left: only they are weighed.
    free: HashMap<QueueId, Vec<(AgentId, i64)>>,
    /// Which kinds of reasons keep everybody from chats that are alike.
    kinds: HashMap<(QueueId, Vec<SkillId>), Kinds>,
    rejections: HashMap<ConversationId, Vec<(AgentId, Timestamp)>>,
    policies: HashMap<QueueId, (String, Policy)>,
    /// When something may be different only because time has passed.
    changes_at: Option<Timestamp>,
}

/// The kinds of reasons for which nobody was found: what a look is compared by with the one before it.
pub(super) type Kinds = BTreeSet<&'static str>;

/// What was decided about one chat.
pub(super) struct Look {
    pub wanted: Wanted,
    pub queue_name: String,
    pub candidates: Vec<Candidate>,
    pub chosen: Option<AgentId>,
}

impl Staff {
    pub fn new(memberships: Vec<(QueueId, AgentId, i64)>, knowledge: Vec<(AgentId, SkillId)>) -> Self {
        let mut members: HashMap<QueueId, Vec<(AgentId, i64)>> = HashMap::new();
        for (queue, agent, priority) in memberships {
            members.entry(queue).or_default().push((agent, priority));
        }
        let mut skills: HashMap<AgentId, Vec<SkillId>> = HashMap::new();
        for (agent, skill) in knowledge {
            skills.entry(agent).or_default().push(skill);
        }
        Self { members, skills }
    }
}

impl Plan {
    pub fn new(seen: Seen, now: Timestamp) -> Self {
        let mut rejections: HashMap<ConversationId, Vec<(AgentId, Timestamp)>> = HashMap::new();
        for (chat, agent, at) in seen.rejections {
            rejections.entry(chat).or_default().push((agent, at));
        }
        let policies = seen.queues.into_iter().map(|queue| (queue.id, (queue.name, queue.policy))).collect();
        let crew: HashMap<AgentId, Member> = seen.crew.into_iter().map(|member| (member.id, member)).collect();
        let free = seen.staff.members.iter().map(|(queue, members)| {
            let has_place = |agent: &AgentId| crew.get(agent).is_some_and(may_be_asked);
            (*queue, members.iter().copied().filter(|(agent, _)| has_place(agent)).collect())
        });
        let free = free.collect();
        Self { now, crew, staff: seen.staff, free, kinds: HashMap::new(), rejections, policies, changes_at: None }
    }

    /// Whether a member of the queue could still be asked.
    pub fn has_places(&self, queue: QueueId) -> bool {
        self.free.get(&queue).is_some_and(|members| !members.is_empty())
    }

    /// When a round may find what this one did not, although nothing happens.
    pub fn changes_at(&self) -> Option<Timestamp> {
        self.changes_at
    }

    pub fn policy(&self, queue: QueueId) -> Option<&Policy> {
        self.policies.get(&queue).map(|(_, policy)| policy)
    }

    /// Whether chats of this queue ring at nobody, but stand before everybody.
    pub fn announces(&self, queue: QueueId) -> bool {
        self.policy(queue).is_some_and(|policy| policy.distribution == Distribution::Announce)
    }

    pub fn name(&self, agent: AgentId) -> String {
        self.crew.get(&agent).map(|member| member.name.clone()).unwrap_or_default()
    }

    /// Whom this chat would be offered to: weighs those who have a place left, and no others.
    pub fn choose(&mut self, chat: &Waits) -> Option<AgentId> {
        let policy = self.policy(chat.queue)?.clone();
        let wanted = self.wanted(chat, &policy);
        let (candidates, soonest) = self.weigh(chat, &policy, self.free.get(&chat.queue).into_iter().flatten());
        let chosen = choose(&candidates, &wanted);
        if chosen.is_none() {
            let ramps = candidates.iter().filter_map(|candidate| match candidate.skip(&wanted) {
                Some(Skip::RampingUp { until }) => Some(until),
                Some(Skip::NotReady | Skip::NotOnline | Skip::Full | Skip::CoolingDown | Skip::LacksSkill) | None => None,
            });
            let ramps = ramps.min();
            self.may_change(ramps);
        }
        self.may_change(soonest);
        chosen
    }

    /// Everybody in the chat's queue as they stand to it, for the record.
    pub fn look(&mut self, chat: &Waits, chosen: Option<AgentId>) -> Option<Look> {
        let (queue_name, policy) = self.policies.get(&chat.queue)?.clone();
        let wanted = self.wanted(chat, &policy);
        let (candidates, _) = self.weigh(chat, &policy, self.staff.members.get(&chat.queue).into_iter().flatten());
        Some(Look { wanted, queue_name, candidates, chosen })
    }

    /// Which kinds of reasons keep everybody from this chat. Of chats that are alike one is looked at.
    pub fn kinds(&mut self, chat: &Waits) -> Kinds {
        let Some(policy) = self.policy(chat.queue).cloned() else { return Kinds::new() };
        let wanted = self.wanted(chat, &policy);
        let is_like_others = !self.rejections.contains_key(&chat.id) && chat.extra.handover.is_none();
        let key = (chat.queue, wanted.needs.clone());
        if is_like_others && let Some(known) = self.kinds.get(&key) {
            return known.clone();
        }
        let (candidates, _) = self.weigh(chat, &policy, self.staff.members.get(&chat.queue).into_iter().flatten());
        let kinds: Kinds = candidates.iter().map(|candidate| candidate.skip(&wanted).map_or("free", Skip::word)).collect();
        if is_like_others {
            self.kinds.insert(key, kinds.clone());
        }
        kinds
    }

    fn wanted(&mut self, chat: &Waits, policy: &Policy) -> Wanted {
        let relaxed = policy.relax_skills_after.map(|after| chat.since + after);
        let needs = if relaxed.is_some_and(|at| at <= self.now) { Vec::new() } else { chat.extra.needs.clone() };
        if !needs.is_empty() {
            self.may_change(relaxed);
        }
        Wanted { order: policy.order, needs, preferred: chat.extra.preferred, ramp_up: policy.ramp_up, now: self.now }
    }

    /// These members as they stand to the chat, and when the first of those who said no may be asked again.
    fn weigh<'a>(
        &self,
        chat: &Waits,
        policy: &Policy,
        members: impl Iterator<Item = &'a (AgentId, i64)>,
    ) -> (Vec<Candidate>, Option<Timestamp>) {
        let rejections = self.rejections.get(&chat.id).map_or(&[][..], Vec::as_slice);
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
        for (agent, priority) in members {
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
                skills: self.staff.skills.get(agent).cloned().unwrap_or_default(),
                cooling_down: cools.is_some(),
            });
        }
        (all, soonest)
    }

    fn may_change(&mut self, at: Option<Timestamp>) {
        self.changes_at = [self.changes_at, at].into_iter().flatten().min();
    }

    /// A chat was offered to this agent.
    pub fn promise(&mut self, agent: AgentId) {
        if let Some(member) = self.crew.get_mut(&agent) {
            member.load += 1;
            (member.idle_since, member.last_offer_at) = (self.now, Some(self.now));
            if !may_be_asked(member) {
                self.free.values_mut().for_each(|members| members.retain(|(one, _)| *one != agent));
            }
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
}

/// Whether a chat more could be offered to an agent.
fn may_be_asked(member: &Member) -> bool {
    let is_ready = member.wish == Wish::Ready || Bug::AskAnybody.is_on();
    is_ready && member.online && member.load < member.capacity
}
