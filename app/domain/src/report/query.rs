//! What of a report is wanted: it stands in the address, and the server reads it from there.

use super::Measure;
use crate::{
    hours::{Date, Zone},
    ids::{AgentId, QueueId},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

/// The most days of one report.
pub const LONGEST: i64 = 366;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(tag = "period", rename_all = "snake_case")]
pub enum Period {
    Today,
    Yesterday,
    /// Today and the six days before.
    #[default]
    Week,
    /// Today and the 29 days before.
    Month,
    /// Both days included.
    Dates {
        from: Date,
        to: Date,
    },
}

/// A period of some queue, some agent, or all. Days are those of `zone`; without one those of UTC.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Query {
    #[serde(flatten)]
    pub period: Period,
    pub zone: Option<String>,
    pub queue: Option<QueueId>,
    pub agent: Option<AgentId>,
}

/// Which number's list is wanted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drill {
    pub measure: Measure,
    /// Only one day of the period.
    pub day: Option<Date>,
}

/// The days of a period: each from its first moment to the first of the next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Days {
    pub first: Date,
    pub last: Date,
    /// When each day begins, and at last when the period ends: one more than there are days.
    pub borders: Vec<Timestamp>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a period ends after it begins, and is not longer than a year")]
pub struct WrongPeriod;

impl Period {
    pub const WORDS: [&'static str; 5] = ["today", "yesterday", "week", "month", "dates"];
    pub fn word(self) -> &'static str {
        match self {
            Self::Today => "today",
            Self::Yesterday => "yesterday",
            Self::Week => "week",
            Self::Month => "month",
            Self::Dates { .. } => "dates",
        }
    }

    /// The days as clocks in `zone` count them.
    pub fn days(self, zone: &impl Zone, now: Timestamp) -> Result<Days, WrongPeriod> {
        let today = zone.local(now).0.0;
        let (first, last) = match self {
            Self::Today => (today, today),
            Self::Yesterday => (today - 1, today - 1),
            Self::Week => (today - 6, today),
            Self::Month => (today - 29, today),
            Self::Dates { from, to } => (from.0, to.0),
        };
        if !(0..LONGEST).contains(&(last - first)) {
            return Err(WrongPeriod);
        }
        let borders = (first..=last + 1).map(|day| zone.instant(Date(day), 0)).collect();
        Ok(Days { first: Date(first), last: Date(last), borders })
    }
}

impl Days {
    pub fn from(&self) -> Timestamp {
        self.borders.first().copied().unwrap_or_default()
    }
    /// The first moment that is not in it.
    pub fn to(&self) -> Timestamp {
        self.borders.last().copied().unwrap_or_default()
    }
    /// The day of a moment, if it is one of these.
    pub fn day_of(&self, at: Timestamp) -> Option<Date> {
        let after = i64::try_from(self.borders.partition_point(|border| *border <= at)).unwrap_or(0);
        let day = Date(self.first.0 + after - 1);
        (self.first..=self.last).contains(&day).then_some(day)
    }
    pub fn dates(&self) -> impl Iterator<Item = Date> + use<> {
        (self.first.0..=self.last.0).map(Date)
    }
}

impl Query {
    /// Reads an address. What is not understood counts as not said.
    pub fn read(get: impl Fn(&str) -> Option<String>) -> Self {
        let date = |name: &str| get(name).and_then(|text| text.parse::<Date>().ok());
        let period = match get("period").as_deref() {
            Some("today") => Period::Today,
            Some("yesterday") => Period::Yesterday,
            Some("month") => Period::Month,
            Some("dates") => match (date("from"), date("to")) {
                (Some(from), Some(to)) => Period::Dates { from, to },
                (Some(day), None) | (None, Some(day)) => Period::Dates { from: day, to: day },
                (None, None) => Period::default(),
            },
            _ => Period::default(),
        };
        Self {
            period,
            zone: get("zone").filter(|zone| !zone.is_empty()),
            queue: get("queue").and_then(|id| id.parse().ok()),
            agent: get("agent").and_then(|id| id.parse().ok()),
        }
    }

    /// The part of an address behind the `?`, with what `drill` asks for.
    pub fn address(&self, drill: Option<&Drill>) -> String {
        let mut parts = vec![format!("period={}", self.period.word())];
        if let Period::Dates { from, to } = self.period {
            parts.push(format!("from={from}&to={to}"));
        }
        parts.extend(self.zone.as_deref().map(|zone| format!("zone={}", escaped(zone))));
        parts.extend(self.queue.map(|queue| format!("queue={queue}")));
        parts.extend(self.agent.map(|agent| format!("agent={agent}")));
        parts.extend(drill.map(|drill| format!("measure={}", drill.measure.word())));
        parts.extend(drill.and_then(|drill| drill.day).map(|day| format!("day={day}")));
        parts.join("&")
    }
}

impl Drill {
    /// `None` for an address that names no number.
    pub fn read(get: impl Fn(&str) -> Option<String>) -> Option<Self> {
        let measure = get("measure").and_then(|word| Measure::from_word(&word))?;
        Some(Self { measure, day: get("day").and_then(|day| day.parse().ok()) })
    }
}

fn escaped(text: &str) -> String {
    text.bytes()
        .map(|b| if b.is_ascii_alphanumeric() || b"-_.".contains(&b) { char::from(b).to_string() } else { format!("%{b:02X}") })
        .collect()
}
