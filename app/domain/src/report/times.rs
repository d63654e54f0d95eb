//! How long agents were what.

use crate::{
    ids::AgentId,
    presence::Wish,
    time::{Millis, Timestamp},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A wish, and since when it stood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logged {
    pub agent: AgentId,
    pub at: Timestamp,
    pub wish: Wish,
}

/// What an agent's time went into, by what they wished.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct StateTimes {
    pub ready: Millis,
    /// By reason; without one under the empty word.
    pub not_ready: BTreeMap<String, Millis>,
    pub offline: Millis,
    /// At least one chat was open, whatever they wished.
    pub with_customers: Millis,
}

impl StateTimes {
    pub fn all_not_ready(&self) -> Millis {
        Millis(self.not_ready.values().map(|span| span.0).sum())
    }
    /// How much of the period is known.
    pub fn known(&self) -> Millis {
        Millis(self.ready.0 + self.offline.0 + self.all_not_ready().0)
    }
    fn add(&mut self, wish: &Wish, span: i64) {
        match wish {
            Wish::Ready => self.ready.0 += span,
            Wish::NotReady(reason) => self.not_ready.entry(reason.clone().unwrap_or_default()).or_default().0 += span,
            Wish::Offline => self.offline.0 += span,
        }
    }
}

/// The times between two moments. `log` is sorted by agent and time; for each agent it begins with the last entry before
/// `from`, if there is one.
pub fn state_times(log: &[Logged], from: Timestamp, to: Timestamp) -> BTreeMap<AgentId, StateTimes> {
    let mut times = BTreeMap::<AgentId, StateTimes>::new();
    for (entry, next) in log.iter().zip(log.iter().skip(1).map(Some).chain([None])) {
        let end = next.filter(|next| next.agent == entry.agent).map_or(to, |next| next.at).min(to);
        let span = (end - entry.at.max(from)).0;
        if span > 0 {
            times.entry(entry.agent).or_default().add(&entry.wish, span);
        }
    }
    times
}
