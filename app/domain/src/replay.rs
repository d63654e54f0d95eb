//! A day played again with other rules: who would have been asked for each chat, and when.
//!
//! What is known of a day is what the flight recorder saw: agents stand as they were seen last, and hold, beside what they are
//! given here, what they held of other queues then. Whoever is asked takes the chat and keeps it for as long as it took in
//! truth. Nobody rejects, nobody misses an offer. What cannot be known is said with the result.

use crate::{
    ids::{AgentId, ConversationId},
    message::AgentRef,
    queue::{Distribution, Policy},
    recorder::{Replay, ReplayRow, Unknown},
    routing::{Candidate, Wanted, choose, needs},
    settings::{Member, Skill},
    time::{Millis, Timestamp},
};
use std::collections::{BTreeSet, HashMap};

/// How long a chat is taken to keep its agent where nothing of that day tells.
const USUAL: Millis = Millis::minutes(10);

/// A chat of the day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    pub conversation: ConversationId,
    pub customer: String,
    pub at: Timestamp,
    pub language: Option<String>,
    pub preferred: Option<AgentId>,
    /// Who was asked first, or took it, and when.
    pub before: Option<(AgentRef, Timestamp)>,
    /// When the customer went away with nobody having joined.
    pub left_at: Option<Timestamp>,
    /// How long it was worked on.
    pub handled: Option<Millis>,
}

/// An agent as the recorder saw them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    pub at: Timestamp,
    pub name: String,
    pub candidate: Candidate,
}

/// What is known of a day of one queue.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Day {
    /// By time.
    pub arrivals: Vec<Arrival>,
    /// By time.
    pub seen: Vec<Seen>,
    pub skills: Vec<Skill>,
    pub until: Timestamp,
    /// There was more than could be read.
    pub is_cut: bool,
}

/// Plays the day with these rules and members.
pub fn play(day: &Day, policy: &Policy, members: &[Member]) -> Replay {
    let mut play = Play::of(day, policy, members);
    let mut next = play.moments();
    while let Some(now) = next.pop_first() {
        next.extend(play.step(now).into_iter().filter(|at| *at > now && *at <= day.until));
    }
    play.result()
}

/// What a chat was given in the play.
#[derive(Debug, Clone, Copy)]
struct Given {
    agent: AgentId,
    at: Timestamp,
    ends: Timestamp,
}

struct Play<'a> {
    day: &'a Day,
    policy: &'a Policy,
    priorities: HashMap<AgentId, i64>,
    usual: Millis,
    given: Vec<Option<Given>>,
    /// As they were seen last, with what they held of other queues then.
    agents: HashMap<AgentId, (&'a Seen, i64)>,
    next_seen: usize,
}

impl<'a> Play<'a> {
    fn of(day: &'a Day, policy: &'a Policy, members: &[Member]) -> Self {
        let mut spans: Vec<_> = day.arrivals.iter().filter_map(|chat| chat.handled).collect();
        spans.sort_unstable();
        Self {
            day,
            policy,
            priorities: members.iter().map(|member| (member.agent, member.priority)).collect(),
            usual: spans.get(spans.len() / 2).copied().unwrap_or(USUAL),
            given: vec![None; day.arrivals.len()],
            agents: HashMap::new(),
            next_seen: 0,
        }
    }

    /// Where something happens by itself.
    fn moments(&self) -> BTreeSet<Timestamp> {
        let arrivals = self.day.arrivals.iter().map(|chat| chat.at);
        let relaxed = self.day.arrivals.iter().filter_map(|chat| self.policy.relax_skills_after.map(|after| chat.at + after));
        arrivals.chain(relaxed).chain(self.day.seen.iter().map(|seen| seen.at)).filter(|at| *at <= self.day.until).collect()
    }

    /// Everything that can be given at one moment is; gives when more may be possible.
    fn step(&mut self, now: Timestamp) -> Vec<Timestamp> {
        self.look(now);
        let mut crew = self.crew(now);
        let mut later = Vec::new();
        for (n, chat) in self.day.arrivals.iter().enumerate() {
            if chat.at > now {
                break;
            }
            if self.given[n].is_some() || self.patience(chat) < now {
                continue;
            }
            let Some(agent) = choose(&crew, &self.wanted(chat, now)) else { continue };
            for candidate in crew.iter_mut().filter(|candidate| candidate.id == agent) {
                candidate.load += 1;
                (candidate.idle_since, candidate.last_offer_at) = (now, Some(now));
            }
            let ends = now + chat.handled.unwrap_or(self.usual);
            self.given[n] = Some(Given { agent, at: now, ends });
            later.extend([ends, now + self.policy.ramp_up]);
        }
        later
    }

    /// Takes note of what the recorder saw until `now`.
    fn look(&mut self, now: Timestamp) {
        while let Some(seen) = self.day.seen.get(self.next_seen).filter(|seen| seen.at <= now) {
            let elsewhere = seen.candidate.load - self.held_in_truth(seen.candidate.id, seen.at);
            self.agents.insert(seen.candidate.id, (seen, elsewhere.max(0)));
            self.next_seen += 1;
        }
    }

    /// How many chats of this queue an agent held in truth.
    fn held_in_truth(&self, agent: AgentId, at: Timestamp) -> i64 {
        let held = self.day.arrivals.iter().take_while(|chat| chat.at <= at).filter(|chat| match &chat.before {
            Some((who, asked)) => who.id == agent && *asked <= at && at < *asked + chat.handled.unwrap_or(self.usual),
            None => false,
        });
        i64::try_from(held.count()).unwrap_or(i64::MAX)
    }

    /// Everybody who is known, as they stand in the play.
    fn crew(&self, now: Timestamp) -> Vec<Candidate> {
        let mut crew = Vec::new();
        for (agent, (seen, elsewhere)) in &self.agents {
            let Some(priority) = self.priorities.get(agent) else { continue };
            let own = self.given.iter().flatten().filter(|given| given.agent == *agent);
            let load = elsewhere + i64::try_from(own.clone().filter(|given| given.ends > now).count()).unwrap_or(i64::MAX);
            let last = own.clone().map(|given| given.at).max();
            let touched = own.map(|given| if given.ends <= now { given.ends } else { given.at }).max();
            let candidate = Candidate {
                load,
                priority: *priority,
                last_offer_at: last,
                idle_since: touched.unwrap_or(seen.candidate.idle_since),
                cooling_down: false,
                ..seen.candidate.clone()
            };
            crew.push(candidate);
        }
        crew
    }

    fn wanted(&self, chat: &Arrival, now: Timestamp) -> Wanted {
        let relaxed = self.policy.relax_skills_after.is_some_and(|after| now - chat.at >= after);
        let needs = if relaxed { Vec::new() } else { needs(self.policy, chat.language.as_deref(), &self.day.skills) };
        let preferred = chat.preferred.filter(|_| self.policy.prefer_last_agent);
        Wanted { order: self.policy.order, needs, preferred, ramp_up: self.policy.ramp_up, now }
    }

    /// Until when somebody may be found: until the customer went away, or the chat would have gone on to another queue.
    fn patience(&self, chat: &Arrival) -> Timestamp {
        let overflows = self.policy.overflow.map(|overflow| chat.at + overflow.after);
        let left = chat.left_at.unwrap_or(self.day.until);
        overflows.map_or(left, |at| at.min(left))
    }

    fn result(&self) -> Replay {
        let rows: Vec<ReplayRow> = self.day.arrivals.iter().zip(&self.given).map(|(chat, given)| self.row(chat, *given)).collect();
        let different = rows.iter().filter(|row| is_different(row, self.policy)).count();
        Replay {
            chats: rows.len(),
            different,
            nobody: rows.iter().filter(|row| row.waited_after.is_none()).count(),
            wait_before: average(rows.iter().filter_map(|row| row.waited_before)),
            wait_after: average(rows.iter().filter_map(|row| row.waited_after)),
            unknown: self.unknown(),
            rows,
        }
    }

    fn row(&self, chat: &Arrival, given: Option<Given>) -> ReplayRow {
        let name = |agent: AgentId| self.agents.get(&agent).map_or_else(String::new, |(seen, _)| seen.name.clone());
        let told = self.policy.distribution == Distribution::Announce;
        ReplayRow {
            conversation: chat.conversation,
            customer: chat.customer.clone(),
            at: chat.at,
            before: chat.before.as_ref().map(|(agent, _)| agent.clone()),
            after: given.filter(|_| !told).map(|given| AgentRef { id: given.agent, name: name(given.agent) }),
            waited_before: chat.before.as_ref().map(|(_, at)| *at - chat.at),
            waited_after: given.map(|given| given.at - chat.at),
        }
    }

    fn unknown(&self) -> Vec<Unknown> {
        let mut unknown = Vec::new();
        let unseen = self.priorities.keys().filter(|agent| !self.agents.contains_key(agent)).count();
        if unseen > 0 {
            unknown.push(Unknown::Agents { count: unseen });
        }
        if self.policy.distribution == Distribution::Announce {
            unknown.push(Unknown::WhoIsFirst);
        }
        if self.policy.hours.is_some() {
            unknown.push(Unknown::Hours);
        }
        if self.day.is_cut {
            unknown.push(Unknown::Cut);
        }
        unknown
    }
}

fn is_different(row: &ReplayRow, policy: &Policy) -> bool {
    policy.distribution == Distribution::Offer && row.before.as_ref().map(|agent| agent.id) != row.after.as_ref().map(|agent| agent.id)
}

fn average(spans: impl Iterator<Item = Millis>) -> Option<Millis> {
    let (count, sum) = spans.fold((0, 0), |(count, sum), span| (count + 1, sum + span.0));
    (count > 0).then(|| Millis(sum / count))
}

#[cfg(test)]
#[path = "replay/tests.rs"]
mod tests;
