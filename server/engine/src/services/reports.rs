//! Reports for supervisors, counted from what happened.

use super::{Services, access, hours::Iana};
use crate::{caller::Caller, database::Tx, failure::Failure};
use domain::{
    ids::{AgentId, QueueId},
    queue::Policy,
    report::{self, Days, Drill, Fact, Line, Lines, Query, Report, Rows, StateTimes},
    time::Millis,
};
use std::collections::HashMap;

/// The most lines of a list on the screen; a file has all.
pub const MOST_LINES: usize = 500;

const UTC: &str = "UTC";

/// A period with everything that happened in it, of one moment.
struct Read {
    days: Days,
    facts: Vec<Fact>,
    queues: Vec<(QueueId, String)>,
    agents: Vec<(AgentId, String)>,
    times: std::collections::BTreeMap<AgentId, StateTimes>,
}

impl Services {
    /// The tables of a period; for supervisors. *Invalid* for a period that ends before it begins or is longer than a year,
    /// and for a zone that is not known.
    pub async fn report(&self, caller: &Caller, query: &Query) -> Result<Report, Failure> {
        access::supervisor(caller)?;
        let read = self.read_period(query).await?;
        let query = query.clone();
        off_the_loop(move || {
            let Read { days, facts, queues, agents, mut times } = read;
            let agents = agents.into_iter().map(|(id, name)| (id, name, times.remove(&id).unwrap_or_default())).collect();
            report::count(&days, &query, &facts, Rows { queues, agents })
        })
        .await
    }

    /// The list behind a number: the first `most` of its lines, oldest first; for supervisors. Refused like
    /// [`Services::report`].
    pub async fn report_lines(&self, caller: &Caller, query: &Query, drill: &Drill, most: usize) -> Result<Lines, Failure> {
        access::supervisor(caller)?;
        let read = self.read_period(query).await?;
        let Read { days, facts, queues, agents, times: _ } = read;
        let is_there = |fact: &Fact| days.day_of(fact.at).is_some_and(|day| drill.day.is_none_or(|wanted| wanted == day));
        let mut found: Vec<Fact> =
            facts.into_iter().filter(|fact| is_there(fact) && query.wants(fact) && drill.measure.counts(fact)).collect();
        found.sort_by_key(|fact| (fact.at, fact.chat));
        let total = found.len();
        found.truncate(most);
        let chats: Vec<_> = found.iter().map(|fact| fact.chat).collect();
        let mut names = self.database.read().await?.names_of(&chats).await?;
        let mut seen = HashMap::new();
        let lines = found
            .into_iter()
            .map(|fact| {
                let (customer, words) = seen.entry(fact.chat).or_insert_with(|| names.remove(&fact.chat).unwrap_or_default()).clone();
                Line { fact, customer, words }
            })
            .collect();
        Ok(Lines { days, total, lines, queues, agents })
    }

    async fn read_period(&self, query: &Query) -> Result<Read, Failure> {
        let zone = Iana::find(query.zone.as_deref().unwrap_or(UTC)).ok_or(Failure::Invalid { field: "zone", why: "problem.unknown" })?;
        let now = self.clock.now();
        let days = query.period.days(&zone, now).map_err(|_| Failure::Invalid { field: "period", why: "report.problem.period" })?;
        let mut tx = self.database.read().await?;
        let levels: HashMap<QueueId, Millis> =
            tx.all_queues().await?.into_iter().map(|queue| (queue.id, queue.policy.service_level)).collect();
        let steps = tx.steps(days.from(), days.to()).await?;
        let ends = days.to().min(now);
        let mut times = report::state_times(&tx.wishes(days.from(), ends).await?, days.from(), ends);
        let (queues, agents) = (tx.every_queue().await?, names(&mut tx).await?);
        drop(tx);
        let begins = days.from();
        let (facts, busy) = off_the_loop(move || {
            let usual = Policy::default().service_level;
            let level = |queue: QueueId| levels.get(&queue).copied().unwrap_or(usual);
            let facts: Vec<Fact> = steps.into_iter().flat_map(|(chat, steps)| report::facts(chat, steps, level)).collect();
            let busy = report::with_customers(&facts, begins, ends);
            (facts, busy)
        })
        .await?;
        for (agent, span) in busy {
            times.entry(agent).or_default().with_customers = span;
        }
        Ok(Read { days, facts, queues, agents, times })
    }
}

async fn names(tx: &mut Tx) -> Result<Vec<(AgentId, String)>, Failure> {
    Ok(tx.all_agents().await?.into_iter().map(|agent| (agent.id, agent.name)).collect())
}

/// Counts where nobody else is kept waiting.
async fn off_the_loop<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Failure> {
    tokio::task::spawn_blocking(work).await.map_err(|error| Failure::Internal(error.into()))
}
