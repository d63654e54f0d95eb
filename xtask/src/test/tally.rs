//! The sum of all runners' counts.

use std::ops::AddAssign;

use anyhow::Result;

use crate::step::step;

/// What one runner counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub passed: u64,
    pub failed: u64,
    pub skipped: u64,
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

/// The counts of a whole run, and the steps that failed outside of any test.
#[derive(Default)]
pub struct Tally {
    counts: Counts,
    failed_steps: Vec<String>,
}

impl Tally {
    /// Runs a step. When the step itself fails (it did not build, it could not start), that counts as one failure.
    /// True when the step ran and its tests passed.
    pub fn step(&mut self, name: &str, work: impl FnOnce(&mut Self) -> Result<()>) -> bool {
        let before = self.counts.failed;
        if let Err(error) = step(name, || work(self)) {
            eprintln!("error: {error:#}");
            self.fail(name);
        }
        self.counts.failed == before
    }

    /// Counts a step as one failure.
    pub fn fail(&mut self, name: &str) {
        self.counts.failed += 1;
        self.failed_steps.push(name.to_owned());
    }

    pub fn add(&mut self, counts: Counts) {
        self.counts += counts;
    }

    /// Nothing failed, and something ran.
    pub fn is_good(&self) -> bool {
        self.counts.failed == 0 && self.counts.passed > 0
    }

    /// Prints the failed steps and, as the last line, the counts.
    pub fn report(&self) {
        if !self.failed_steps.is_empty() {
            println!("failed steps: {}", self.failed_steps.join(", "));
        }
        if self.counts == Counts::default() {
            println!("no test ran");
        }
        println!("{}", self.summary());
    }

    fn summary(&self) -> String {
        let Counts { passed, failed, skipped } = self.counts;
        match skipped {
            0 => format!("{passed} passed, {failed} failed"),
            _ => format!("{passed} passed, {failed} failed, {skipped} skipped"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_names_skipped_only_when_there_are_some() {
        let mut tally = Tally::default();
        tally.add(Counts { passed: 120, failed: 0, skipped: 0 });
        assert_eq!(tally.summary(), "120 passed, 0 failed");
        tally.add(Counts { passed: 3, failed: 0, skipped: 2 });
        assert_eq!(tally.summary(), "123 passed, 0 failed, 2 skipped");
        assert!(tally.is_good());
    }

    #[test]
    fn a_step_that_fails_outside_of_any_test_is_a_failure() {
        let mut tally = Tally::default();
        tally.add(Counts { passed: 1, ..Counts::default() });
        assert!(!tally.step("build", |_| anyhow::bail!("it did not compile")));
        assert_eq!(tally.summary(), "1 passed, 1 failed");
        assert!(!tally.is_good());
    }

    #[test]
    fn a_run_without_tests_is_not_good() {
        assert!(!Tally::default().is_good());
    }
}
