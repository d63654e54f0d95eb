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
        jiff::Timestamp::from_millisecond(self.0).map(|t| t.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()).unwrap_or_default()
    }
    /// `20:31`, in UTC: what the server renders before the browser says where its reader is.
    pub fn hour_minute_utc(self) -> String {
        let minutes = self.0.div_euclid(60_000).rem_euclid(1_440);
        format!("{:02}:{:02}", minutes / 60, minutes % 60)
    }
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
}
