//! Points in time and spans: milliseconds, given by the server's clock.

use serde::{Deserialize, Serialize};
use std::ops::{Add, Sub};

/// Milliseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, Default)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

/// A span of time in milliseconds; may be negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, Default)]
#[serde(transparent)]
pub struct Millis(pub i64);

impl Millis {
    pub const fn seconds(n: i64) -> Self {
        Self(n * 1_000)
    }
    pub const fn minutes(n: i64) -> Self {
        Self::seconds(n * 60)
    }
    /// `m:ss`, as clocks stand on the screen; hours are shown as minutes up to 59, then `h:mm:ss`.
    pub fn clock(self) -> String {
        let total = self.0.max(0) / 1_000;
        let (hours, minutes, seconds) = (total / 3_600, total / 60 % 60, total % 60);
        if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
    }
}

impl Add<Millis> for Timestamp {
    type Output = Timestamp;
    fn add(self, span: Millis) -> Timestamp {
        Timestamp(self.0.saturating_add(span.0))
    }
}

impl Sub for Timestamp {
    type Output = Millis;
    fn sub(self, earlier: Timestamp) -> Millis {
        Millis(self.0.saturating_sub(earlier.0))
    }
}

impl Timestamp {
    /// `2026-11-21T20:31:00Z`, for `<time datetime>` and files.
    pub fn rfc3339(self) -> String {
        let (days, seconds) = (self.0.div_euclid(86_400_000), self.0.rem_euclid(86_400_000) / 1_000);
        let (year, month, day) = civil_date(days);
        format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", seconds / 3_600, seconds / 60 % 60, seconds % 60)
    }
    /// `20:31`, in UTC: what the server renders before the browser says where its reader is.
    pub fn hour_minute_utc(self) -> String {
        let minutes = self.0.div_euclid(60_000).rem_euclid(1_440);
        format!("{:02}:{:02}", minutes / 60, minutes % 60)
    }
}

/// Year, month and day of a number of days since 1970-01-01, by counting whole 400-year cycles of 146,097 days with
/// years that begin in March. A time library would be a tenth of the widget's bundle for this one form.
pub(crate) fn civil_date(days: i64) -> (i64, i64, i64) {
    let since_march_0000 = days + 719_468;
    let (cycle, day) = (since_march_0000.div_euclid(146_097), since_march_0000.rem_euclid(146_097));
    let year_of_cycle = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day_of_year = day - (365 * year_of_cycle + year_of_cycle / 4 - year_of_cycle / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = cycle * 400 + year_of_cycle + i64::from(month <= 2);
    (year, month, day_of_year - (153 * month_from_march + 2) / 5 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_read_like_clocks() {
        for (ms, shown) in [(-5, "0:00"), (999, "0:00"), (9_000, "0:09"), (177_000, "2:57"), (3_600_000, "1:00:00")] {
            assert_eq!(Millis(ms).clock(), shown);
        }
        assert_eq!(Timestamp(1_800_000_000_000).rfc3339(), "2027-01-15T08:00:00Z");
        assert_eq!(Timestamp(1_800_000_000_000).hour_minute_utc(), "08:00");
    }

    #[test]
    fn every_day_of_four_centuries_has_its_date() {
        let (mut year, mut month, mut day) = (1970, 1, 1);
        for days in 0..146_097 {
            assert_eq!(civil_date(days), (year, month, day), "day {days}");
            let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
            let length = match month {
                2 => 28 + i64::from(leap),
                4 | 6 | 9 | 11 => 30,
                _ => 31,
            };
            (day, month) = if day == length { (1, month + 1) } else { (day + 1, month) };
            (month, year) = if month == 13 { (1, year + 1) } else { (month, year) };
        }
        assert_eq!(civil_date(-1), (1969, 12, 31));
    }
}
