//! Rust's own test runner: its output is passed on and its result lines are counted.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

use super::tally::Counts;

/// Runs a `cargo test` command with filters on the tests' names.
/// A failure that no test reported (a crash, an error of the compiler) counts as one.
pub fn run(command: &mut Command, filter: &[String]) -> Result<Counts> {
    command.args(["--no-fail-fast", "--"]).args(filter).stdout(Stdio::piped());
    let mut child = command.spawn().context("could not start cargo")?;
    let output = child.stdout.take().context("cargo has no output")?;
    let mut counts = Counts::default();
    for line in BufReader::new(output).split(b'\n') {
        let line = line.context("could not read cargo's output")?;
        let line = String::from_utf8_lossy(&line);
        println!("{line}");
        counts += count(&line).unwrap_or_default();
    }
    let status = child.wait().context("cargo did not end")?;
    if !status.success() && counts.failed == 0 {
        println!("    cargo ended with {status}, and no test said why");
        counts.failed = 1;
    }
    Ok(counts)
}

/// The counts of a line such as `test result: ok. 5 passed; 0 failed; 1 ignored; 0 measured; 2 filtered out; finished in 0.01s`.
fn count(line: &str) -> Option<Counts> {
    let (_, list) = line.strip_prefix("test result: ")?.split_once(". ")?;
    let mut counts = Counts::default();
    for item in list.split("; ") {
        match item.split_once(' ') {
            Some((number, "passed")) => counts.passed = number.parse().ok()?,
            Some((number, "failed")) => counts.failed = number.parse().ok()?,
            Some((number, "ignored")) => counts.skipped = number.parse().ok()?,
            _ => {}
        }
    }
    Some(counts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn result_lines_are_counted() {
        let good = "test result: ok. 5 passed; 0 failed; 1 ignored; 0 measured; 2 filtered out; finished in 0.01s";
        assert_eq!(count(good), Some(Counts { passed: 5, failed: 0, skipped: 1 }));
        let bad = "test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.20s";
        assert_eq!(count(bad), Some(Counts { passed: 3, failed: 2, skipped: 0 }));
    }

    #[test]
    fn other_lines_count_nothing() {
        assert_eq!(count("test state::tests::passed ... ok"), None);
        assert_eq!(count("running 3 tests"), None);
    }
}
