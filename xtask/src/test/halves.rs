//! Which database, and whether with NATS, each integration test really ran on.
//!
//! The test binary appends one line for every test and database to the file named by `DESKBELL_TEST_REPORT`:
//! `sqlite`, `postgres` or `nats` when the test ran on it, `skipped postgres` when the test returned at once because
//! there is no such service here.

use std::env;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::tally::Counts;

/// The databases that the suite runs on, and NATS for tests with several nodes; each with the variable that offers it.
/// SQLite is always here.
const HALVES: &[(&str, Option<&str>)] =
    &[("sqlite", None), ("postgres", Some("DESKBELL_TEST_POSTGRES")), ("nats", Some("DESKBELL_TEST_NATS"))];

/// What a run of the integration tests reported.
pub struct Halves {
    lines: Vec<String>,
}

impl Halves {
    pub fn read(file: &Path) -> Result<Self> {
        let text = fs::read_to_string(file).with_context(|| format!("could not read {}", file.display()))?;
        Ok(Self { lines: text.lines().map(|line| line.trim().to_owned()).collect() })
    }

    /// Prints what ran where, and corrects the counts: a test that returned at once is skipped, not passed, and a half
    /// that was asked for but did not run is a failure. Only a `whole` run must have run every half.
    pub fn settle(&self, counts: &mut Counts, whole: bool) {
        for (half, variable) in HALVES {
            let asked = variable.is_none_or(|name| env::var_os(name).is_some_and(|value| !value.is_empty()));
            self.settle_half(half, asked, whole, counts);
        }
    }

    fn settle_half(&self, half: &str, asked: bool, whole: bool, counts: &mut Counts) {
        let (ran, skipped) = (self.count(half), self.count(&format!("skipped {half}")));
        println!("half: {half} {ran}");
        counts.passed = counts.passed.saturating_sub(skipped);
        counts.skipped += skipped;
        if ran == 0 && !asked {
            println!("    the {half} half was not asked for and is skipped");
            counts.skipped += u64::from(skipped == 0);
        } else if asked && whole && (ran == 0 || skipped > 0) {
            println!("    the {half} half was asked for, but did not run as a whole");
            counts.failed += 1;
        }
    }

    fn count(&self, wanted: &str) -> u64 {
        self.lines.iter().filter(|line| *line == wanted).count() as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settled(lines: &[&str], asked: bool, whole: bool) -> Counts {
        let halves = Halves { lines: lines.iter().map(|line| (*line).to_owned()).collect() };
        let mut counts = Counts { passed: 4, failed: 0, skipped: 0 };
        halves.settle_half("postgres", asked, whole, &mut counts);
        counts
    }

    #[test]
    fn a_half_that_ran_changes_nothing() {
        assert_eq!(settled(&["sqlite", "sqlite", "postgres", "postgres"], true, true), Counts { passed: 4, failed: 0, skipped: 0 });
    }

    #[test]
    fn a_half_that_was_asked_for_must_run() {
        assert_eq!(settled(&["sqlite"], true, true), Counts { passed: 4, failed: 1, skipped: 0 });
        assert_eq!(settled(&["sqlite", "postgres", "skipped postgres"], true, true), Counts { passed: 3, failed: 1, skipped: 1 });
    }

    #[test]
    fn a_filtered_run_need_not_touch_every_half() {
        assert_eq!(settled(&[], true, false), Counts { passed: 4, failed: 0, skipped: 0 });
    }

    #[test]
    fn a_half_that_was_not_asked_for_is_skipped() {
        assert_eq!(settled(&["sqlite"], false, true), Counts { passed: 4, failed: 0, skipped: 1 });
        assert_eq!(settled(&["sqlite", "skipped postgres", "skipped postgres"], false, true), Counts { passed: 2, failed: 0, skipped: 2 });
    }
}
