//! Office hours in real time zones.

use crate::{database::Tx, failure::Failure};
use domain::{
    hours::{Date, Openness, Zone},
    queue::Policy,
    time::Timestamp,
};
use jiff::{civil, tz::TimeZone};

/// A zone of the IANA database that the program carries.
pub(crate) struct Iana(TimeZone);

impl Iana {
    /// `None` for a name that is not in the database.
    pub(crate) fn find(name: &str) -> Option<Self> {
        TimeZone::get(name).ok().map(Self)
    }
}

/// The names of all zones, in order.
pub(crate) fn zones() -> Vec<String> {
    let mut zones: Vec<String> =
        jiff::tz::db().available().map(|name| name.to_string()).filter(|name| name.contains('/') || name == "UTC").collect();
    zones.sort_unstable();
    zones
}

const MINUTE: i64 = 60_000;
const EPOCH: civil::Date = civil::date(1970, 1, 1);

impl Zone for Iana {
    fn local(&self, at: Timestamp) -> (Date, u16) {
        let moment = jiff::Timestamp::from_millisecond(at.0).unwrap_or_default();
        let seconds = i64::from(self.0.to_offset(moment).seconds());
        let minutes = (at.0 + seconds * 1_000).div_euclid(MINUTE);
        let day = i64::from(domain::hours::DAY);
        (Date(minutes.div_euclid(day)), u16::try_from(minutes.rem_euclid(day)).unwrap_or(0))
    }

    fn instant(&self, date: Date, minute: u16) -> Timestamp {
        let wall = jiff::Span::new().try_days(date.0).and_then(|span| span.try_minutes(i64::from(minute)));
        let local = wall.and_then(|span| EPOCH.at(0, 0, 0, 0).checked_add(span));
        let zoned = local.and_then(|local| self.0.to_ambiguous_zoned(local).compatible());
        // Beyond the years that the library counts nothing opens.
        zoned.map_or(Timestamp(i64::MAX), |zoned| Timestamp(zoned.timestamp().as_millisecond()))
    }
}

/// When a queue that is closed opens again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    /// `None` when it does not open for a year.
    pub at: Option<Timestamp>,
    /// What the clocks of the office show then.
    pub local: Option<(Date, u16)>,
    /// The office's time zone.
    pub zone: String,
}

/// When the queue with this policy opens again, if it is closed: for people whose own time zone is not known.
pub(crate) async fn opening(tx: &mut Tx, policy: &Policy, now: Timestamp) -> Result<Option<Opening>, Failure> {
    let Some(id) = policy.hours else { return Ok(None) };
    let Some(hours) = tx.find_hours(id).await? else { return Ok(None) };
    let Some(zone) = Iana::find(&hours.zone) else { return Ok(None) };
    Ok(match hours.at(&zone, now) {
        Openness::Open { .. } => None,
        Openness::Closed { opens } => Some(Opening { at: opens, local: opens.map(|at| zone.local(at)), zone: hours.zone }),
    })
}

/// Whether a queue with this policy is within its office hours. Hours whose zone is not known count as open: a desk that
/// answers is better than one that does not.
pub(crate) async fn of(tx: &mut Tx, policy: &Policy, now: Timestamp) -> Result<Openness, Failure> {
    let Some(id) = policy.hours else { return Ok(Openness::ALWAYS) };
    let Some(hours) = tx.find_hours(id).await? else { return Ok(Openness::ALWAYS) };
    Ok(Iana::find(&hours.zone).map_or(Openness::ALWAYS, |zone| hours.at(&zone, now)))
}
