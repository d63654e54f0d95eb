//! Facts, counted into tables.

use super::{Days, Fact, Length, Measure, Query, StateTimes, What};
use crate::{
    hours::Date,
    ids::{AgentId, QueueId},
    time::{Millis, Timestamp},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The upper ends of the bars of the waits, in seconds; the last bar has none.
pub const BINS: [i64; 6] = [10, 30, 60, 120, 300, 600];

/// What a table says in one row.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Numbers {
    counts: BTreeMap<Measure, u64>,
    lengths: BTreeMap<Length, Summary>,
}

/// Many lengths in two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    pub of: u64,
    pub average: Millis,
    /// The shortest length that nine of ten do not exceed.
    pub ninety: Millis,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayLine {
    pub day: Date,
    pub numbers: Numbers,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueLine {
    pub queue: QueueId,
    pub name: String,
    pub numbers: Numbers,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentLine {
    pub agent: AgentId,
    pub name: String,
    pub numbers: Numbers,
    pub times: StateTimes,
}

/// All that the page of a report shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    pub days: Days,
    pub total: Numbers,
    pub by_day: Vec<DayLine>,
    pub by_queue: Vec<QueueLine>,
    pub by_agent: Vec<AgentLine>,
    /// Answered chats by their wait: a count for each of [`BINS`], and one for those beyond.
    pub waits: Vec<u64>,
    /// Everything that can be asked for.
    pub queues: Vec<(QueueId, String)>,
    pub agents: Vec<(AgentId, String)>,
}

/// Who is to have a row, with their name.
pub struct Rows {
    pub queues: Vec<(QueueId, String)>,
    pub agents: Vec<(AgentId, String, StateTimes)>,
}

impl Query {
    /// Whether a fact of the period is asked for.
    pub fn wants(&self, fact: &Fact) -> bool {
        self.queue.is_none_or(|queue| fact.queue == queue) && self.agent.is_none_or(|agent| fact.agent == Some(agent))
    }
}

impl Numbers {
    pub fn of<'a>(facts: impl IntoIterator<Item = &'a Fact>) -> Self {
        let (mut counts, mut lengths) = (BTreeMap::new(), BTreeMap::<Length, Vec<i64>>::new());
        for fact in facts {
            for measure in Measure::ALL.into_iter().filter(|measure| measure.counts(fact)) {
                *counts.entry(measure).or_default() += 1;
            }
            for length in Length::ALL {
                if let Some(value) = length.of(fact) {
                    lengths.entry(length).or_default().push(value.0.max(0));
                }
            }
        }
        let lengths = lengths.into_iter().filter_map(|(length, values)| Some((length, Summary::of(values)?))).collect();
        Self { counts, lengths }
    }
    pub fn count(&self, measure: Measure) -> u64 {
        self.counts.get(&measure).copied().unwrap_or(0)
    }
    pub fn length(&self, length: Length) -> Option<Summary> {
        self.lengths.get(&length).copied()
    }
    /// The share of answered chats that were answered in time, in full percent, rounded down.
    pub fn level_percent(&self) -> Option<u64> {
        (self.count(Measure::InTime) * 100).checked_div(self.count(Measure::Answered))
    }
    /// The share of offers that were accepted.
    pub fn accepted_percent(&self) -> Option<u64> {
        (self.count(Measure::Accepted) * 100).checked_div(self.count(Measure::Offered))
    }
    pub fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }
}

impl Summary {
    fn of(mut values: Vec<i64>) -> Option<Self> {
        values.sort_unstable();
        let count = i64::try_from(values.len()).ok().filter(|count| *count > 0)?;
        let sum: i64 = values.iter().sum();
        let rank = (values.len() * 9).div_ceil(10);
        Some(Self { of: values.len() as u64, average: Millis(sum / count), ninety: Millis(*values.get(rank - 1)?) })
    }
}

/// Counts the facts of these days that `query` wants. `rows` are those who have a row in any case; others have one when
/// something is counted for them.
pub fn count(days: &Days, query: &Query, facts: &[Fact], rows: Rows) -> Report {
    let wanted: Vec<&Fact> = facts.iter().filter(|fact| days.day_of(fact.at).is_some() && query.wants(fact)).collect();
    let (mut by_day, mut by_queue, mut by_agent) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    for fact in &wanted {
        by_day.entry(days.day_of(fact.at)).or_insert_with(Vec::new).push(*fact);
        by_queue.entry(fact.queue).or_insert_with(Vec::new).push(*fact);
        if let Some(agent) = fact.agent {
            by_agent.entry(agent).or_insert_with(Vec::new).push(*fact);
        }
    }
    let of = |facts: Option<Vec<&Fact>>| Numbers::of(facts.unwrap_or_default());
    let Rows { queues, agents } = rows;
    let names = agents.iter().map(|(id, name, _)| (*id, name.clone())).collect();
    Report {
        days: days.clone(),
        total: Numbers::of(wanted.iter().copied()),
        by_day: days.dates().map(|day| DayLine { day, numbers: of(by_day.remove(&Some(day))) }).collect(),
        by_queue: queues
            .iter()
            .filter(|(id, _)| query.queue.is_none_or(|queue| queue == *id))
            .map(|(queue, name)| QueueLine { queue: *queue, name: name.clone(), numbers: of(by_queue.remove(queue)) })
            .collect(),
        by_agent: agents
            .into_iter()
            .filter(|(id, _, _)| query.agent.is_none_or(|agent| agent == *id))
            .map(|(agent, name, times)| AgentLine { agent, name, numbers: of(by_agent.remove(&agent)), times })
            .collect(),
        waits: waits(&wanted),
        queues,
        agents: names,
    }
}

fn waits(facts: &[&Fact]) -> Vec<u64> {
    let mut bars = vec![0; BINS.len() + 1];
    for wait in facts.iter().filter_map(|fact| Length::Wait.of(fact)) {
        bars[BINS.partition_point(|end| Millis::seconds(*end) < wait)] += 1;
    }
    bars
}

/// How long each agent had at least one chat between two moments; `now` ends what lasts.
pub fn with_customers(facts: &[Fact], from: Timestamp, to: Timestamp) -> BTreeMap<AgentId, Millis> {
    let mut spans = BTreeMap::<AgentId, Vec<(i64, i64)>>::new();
    for fact in facts {
        if let (What::Part(part), Some(agent)) = (&fact.what, fact.agent) {
            let end = part.held.map_or(to, |held| fact.at + held).min(to);
            let begin = fact.at.max(from);
            if end > begin {
                spans.entry(agent).or_default().push((begin.0, end.0));
            }
        }
    }
    spans.into_iter().map(|(agent, spans)| (agent, Millis(covered(spans)))).collect()
}

/// How much is covered by spans that may overlap.
fn covered(mut spans: Vec<(i64, i64)>) -> i64 {
    spans.sort_unstable();
    let (mut sum, mut reached) = (0, i64::MIN);
    for (begin, end) in spans {
        sum += (end - begin.max(reached)).max(0);
        reached = reached.max(end);
    }
    sum
}
