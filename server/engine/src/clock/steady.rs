//! The system's time without its leaps: when somebody sets the wall clock by an hour, nobody's lease has run out and no offer
//! is over. It moves on with the machine, also while that sleeps, and follows a wall clock that was set at a tenth of its
//! own pace; an hour is made good in ten. A program that is started reads the wall clock as it stands.

use domain::time::Timestamp;
use std::{
    sync::{Mutex, PoisonError},
    time::{SystemTime, UNIX_EPOCH},
};

/// How many times as long a difference takes to be made good.
const PATIENCE: i64 = 10;

/// Nanoseconds: since the machine began, and of the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Moment {
    machine: i64,
    told: i64,
}

/// What was told last.
static LAST: Mutex<Option<Moment>> = Mutex::new(None);

pub(super) fn now() -> Timestamp {
    // Taken under the lock: the machine's time must not go back from one caller to the next.
    let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
    let next = follow(*last, machine(), wall());
    *last = Some(next);
    Timestamp(next.told / 1_000_000)
}

fn follow(last: Option<Moment>, machine: i64, wall: i64) -> Moment {
    let Some(last) = last else { return Moment { machine, told: wall } };
    let passed = (machine - last.machine).max(0);
    let straight = last.told + passed;
    let most = passed / PATIENCE;
    Moment { machine, told: straight + (wall - straight).clamp(-most, most) }
}

fn wall() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_nanos()).unwrap_or(i64::MAX)
}

#[cfg(target_os = "linux")]
fn machine() -> i64 {
    let since = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
    since.tv_sec * 1_000_000_000 + since.tv_nsec
}

#[cfg(not(target_os = "linux"))]
fn machine() -> i64 {
    static BEGIN: std::sync::LazyLock<std::time::Instant> = std::sync::LazyLock::new(std::time::Instant::now);
    i64::try_from(BEGIN.elapsed().as_nanos()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: i64 = 1_000_000_000;
    const HOUR: i64 = 3_600 * SECOND;

    /// What is told each second while the wall clock is off by `offset`.
    fn told(offset: i64, seconds: i64) -> Vec<i64> {
        let mut last = follow(None, 0, 0);
        let each = (1..=seconds).map(|second| {
            last = follow(Some(last), second * SECOND, second * SECOND + offset);
            last.told
        });
        each.collect()
    }

    #[test]
    fn it_begins_with_the_wall_clock_and_goes_with_it() {
        assert_eq!(follow(None, 5, 700), Moment { machine: 5, told: 700 });
        assert_eq!(told(0, 3), [SECOND, 2 * SECOND, 3 * SECOND]);
    }

    #[test]
    fn a_leap_is_made_good_slowly_in_both_directions() {
        assert_eq!(told(HOUR, 2), [SECOND * 11 / 10, SECOND * 22 / 10]);
        assert_eq!(told(-HOUR, 2), [SECOND * 9 / 10, SECOND * 18 / 10]);
        assert_eq!(told(HOUR, 36_000).last(), Some(&(36_000 * SECOND + HOUR)), "in the end it is the wall clock's time");
        assert_eq!(told(-HOUR, 36_001).last(), Some(&(36_001 * SECOND - HOUR)));
    }

    #[test]
    fn it_never_goes_back() {
        assert!(told(-24 * HOUR, 1_000).is_sorted());
        assert!(now() <= now());
    }
}
