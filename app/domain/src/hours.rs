//! Office hours: when a queue is open, in the time zone of its people.
//!
//! A week of spans, and dates that are different (holidays, half days). A span may go past midnight. Zones are a parameter:
//! the rules know no database of them.

use crate::{
    message::one_line,
    settings::{LONGEST_NAME, Wrong},
    time::{Timestamp, civil_date},
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use std::{fmt, str::FromStr};

/// Minutes of a day.
pub const DAY: u16 = 24 * 60;
/// How far ahead the next opening is looked for, in days.
const HORIZON: i64 = 400;

/// A day of the calendar, as days since 1970-01-01; `2026-12-24` on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Date(pub i64);

/// Open from `from` until `to`, in minutes of the day; `to` at or before `from` means the next day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Span {
    pub from: u16,
    pub to: u16,
}

/// A date that is unlike others of its weekday; without spans it is closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exception {
    pub date: Date,
    pub name: String,
    pub spans: Vec<Span>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hours {
    pub name: String,
    /// IANA name: `Europe/Berlin`.
    pub zone: String,
    /// Monday first.
    pub week: [Vec<Span>; 7],
    pub exceptions: Vec<Exception>,
}

/// What the rules need to know of a time zone.
pub trait Zone {
    /// The date and the minute of the day that clocks show at `at`.
    fn local(&self, at: Timestamp) -> (Date, u16);
    /// The moment at which clocks show `minute` (which may be past midnight) on `date`. A time that is skipped is the first
    /// one after the gap; of one that comes twice it is the first.
    fn instant(&self, date: Date, minute: u16) -> Timestamp;
}

/// Whether it is open, and until when that holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Openness {
    /// `until` is `None` when nothing closes it for a year.
    Open { until: Option<Timestamp> },
    /// `opens` is `None` when it does not open for a year.
    Closed { opens: Option<Timestamp> },
}

impl Openness {
    pub const ALWAYS: Openness = Openness::Open { until: None };
    pub fn is_open(self) -> bool {
        matches!(self, Openness::Open { .. })
    }
    /// When it opens next, if it is closed.
    pub fn opens(self) -> Option<Timestamp> {
        match self {
            Openness::Open { .. } => None,
            Openness::Closed { opens } => opens,
        }
    }
}

impl Date {
    /// 0 is Monday.
    pub fn weekday(self) -> usize {
        usize::try_from((self.0 + 3).rem_euclid(7)).unwrap_or(0)
    }
    pub fn of(year: i64, month: i64, day: i64) -> Option<Self> {
        let is_near = (1..=12).contains(&month) && (1..=31).contains(&day) && (1900..=9999).contains(&year);
        if !is_near {
            return None;
        }
        // Never past the date, and only a few steps before it.
        let mut days = ((year - 1970) * 146_097).div_euclid(400) + (month - 1) * 28 + day - 4;
        while civil_date(days) < (year, month, day) {
            days += 1;
        }
        (civil_date(days) == (year, month, day)).then_some(Self(days))
    }
    pub fn civil(self) -> (i64, i64, i64) {
        civil_date(self.0)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.civil();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a date of the form 2026-12-24")]
pub struct NotADate;

impl FromStr for Date {
    type Err = NotADate;
    fn from_str(text: &str) -> Result<Self, NotADate> {
        let mut parts = text.split('-').map(|part| part.parse().map_err(|_| NotADate));
        match (parts.next(), parts.next(), parts.next(), parts.next()) {
            (Some(year), Some(month), Some(day), None) => Date::of(year?, month?, day?).ok_or(NotADate),
            _ => Err(NotADate),
        }
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        std::borrow::Cow::<'de, str>::deserialize(d)?.parse().map_err(D::Error::custom)
    }
}

impl Span {
    /// The end in minutes from the start of the span's own day.
    fn end(self) -> u16 {
        if self.to <= self.from { self.to + DAY } else { self.to }
    }
    /// `9:00` as minutes; `24:00` is the end of the day.
    pub fn parse_minute(text: &str) -> Option<u16> {
        let (hours, minutes) = text.trim().split_once(':')?;
        let (hours, minutes): (u16, u16) = (hours.parse().ok()?, minutes.parse().ok()?);
        (minutes < 60 && (hours < 24 || (hours == 24 && minutes == 0))).then_some(hours * 60 + minutes)
    }
    /// `09:00`
    pub fn minute_text(minute: u16) -> String {
        format!("{:02}:{:02}", minute / 60, minute % 60)
    }
}

impl Hours {
    /// Whether it is open at `now`, and what comes next.
    pub fn at(&self, zone: &impl Zone, now: Timestamp) -> Openness {
        let today = zone.local(now).0;
        let mut open_until: Option<Timestamp> = None;
        // A span of yesterday may last into today.
        for day in -1..=HORIZON {
            for (from, to) in self.intervals(zone, Date(today.0 + day)) {
                match open_until {
                    None if from > now => return Openness::Closed { opens: Some(from) },
                    None if to > now => open_until = Some(to),
                    None => {}
                    // What begins where the last one ends goes on.
                    Some(until) if from <= until => open_until = Some(until.max(to)),
                    Some(until) => return Openness::Open { until: Some(until) },
                }
            }
        }
        match open_until {
            Some(_) => Openness::ALWAYS,
            None => Openness::Closed { opens: None },
        }
    }

    /// The moments between which a date's own spans last, in order.
    fn intervals(&self, zone: &impl Zone, date: Date) -> Vec<(Timestamp, Timestamp)> {
        let mut spans = self.spans(date).to_vec();
        spans.sort_unstable();
        let all = spans.into_iter().map(|span| (zone.instant(date, span.from), zone.instant(date, span.end())));
        all.filter(|(from, to)| from < to).collect()
    }

    fn spans(&self, date: Date) -> &[Span] {
        match self.exceptions.iter().find(|exception| exception.date == date) {
            Some(exception) => &exception.spans,
            None => &self.week[date.weekday()],
        }
    }

    pub fn tidy(self) -> Self {
        let exceptions = self.exceptions.into_iter().map(|one| Exception { name: one_line(&one.name), ..one });
        Self { name: one_line(&self.name), zone: self.zone.trim().to_owned(), week: self.week, exceptions: exceptions.collect() }
    }

    /// What cannot be saved of it. That the zone exists is for the server to say.
    pub fn problems(&self) -> Vec<Wrong> {
        let mut wrong = Vec::new();
        if self.name.is_empty() {
            wrong.push(Wrong::new("name", "problem.required"));
        } else if self.name.chars().count() > LONGEST_NAME {
            wrong.push(Wrong::new("name", "problem.too_long"));
        }
        if self.zone.is_empty() {
            wrong.push(Wrong::new("zone", "problem.required"));
        }
        for (day, spans) in self.week.iter().enumerate() {
            wrong.extend(spans_problem(&format!("day_{day}"), spans));
        }
        let mut dates: Vec<_> = self.exceptions.iter().map(|one| one.date).collect();
        dates.sort_unstable();
        if dates.windows(2).any(|pair| pair[0] == pair[1]) {
            wrong.push(Wrong::new("exceptions", "settings.problem.date_twice"));
        }
        for exception in &self.exceptions {
            wrong.extend(spans_problem(&format!("exception_{}", exception.date), &exception.spans));
        }
        wrong
    }
}

fn spans_problem(field: &str, spans: &[Span]) -> Option<Wrong> {
    if spans.iter().any(|span| span.from >= DAY || span.to > DAY || span.from == span.to) {
        return Some(Wrong::new(field, "settings.problem.span"));
    }
    let mut sorted = spans.to_vec();
    sorted.sort_unstable();
    let overlap = sorted.windows(2).any(|pair| pair[1].from < pair[0].end());
    overlap.then(|| Wrong::new(field, "settings.problem.spans_overlap"))
}

#[cfg(test)]
#[path = "hours/tests.rs"]
mod tests;
