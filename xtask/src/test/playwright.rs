//! Playwright: runs the browser tests and reads the counts from its JSON report.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::Value;

use super::{reports, tally::Counts};
use crate::browser::{self, Chromium};
use crate::step::step;
use crate::{node, place};

/// Runs the specs of `<configuration>.config.ts` against the server's binary, in a Chromium that is fetched where there is none.
pub fn suite(configuration: &str, server: &Path, filter: &[String]) -> Result<Counts> {
    anyhow::ensure!(node::is_here(), "the browser tests need node and npm on the PATH");
    let end2end = place::end2end();
    step("packages", || node::install(&end2end))?;
    let chromium = step("browser", browser::find)?;
    let report = reports()?.join(format!("{configuration}.json"));
    let mut command = node::program(&end2end, "@playwright/test/cli.js");
    command.arg("test").args(["--config", &format!("{configuration}.config.ts")]).args(filter);
    command.env("DESKBELL_BIN", server).env("DESKBELL_PLAYWRIGHT_REPORT", &report);
    match &chromium {
        Chromium::At(path) => command.env("DESKBELL_CHROMIUM", path),
        Chromium::Playwrights => command.env_remove("DESKBELL_CHROMIUM"),
    };
    run(&mut command, &report)
}

/// Runs Playwright, which writes `report`.
/// A failure that no test reported (a broken configuration, no report at all) counts as one.
fn run(command: &mut Command, report: &Path) -> Result<Counts> {
    if report.exists() {
        fs::remove_file(report).with_context(|| format!("could not remove {}", report.display()))?;
    }
    let status = command.status().context("could not start Playwright")?;
    let text = fs::read_to_string(report).with_context(|| format!("Playwright ended with {status} and left no report"))?;
    let mut counts = count(&serde_json::from_str(&text).context("Playwright's report is not JSON")?);
    if !status.success() && counts.failed == 0 {
        println!("    Playwright ended with {status}, and no test said why");
        counts.failed = 1;
    }
    Ok(counts)
}

/// The counts of a report. A test that passed on a later try has passed; Playwright's own list names it as flaky.
fn count(report: &Value) -> Counts {
    let number = |name: &str| report["stats"][name].as_u64().unwrap_or(0);
    Counts { passed: number("expected") + number("flaky"), failed: number("unexpected"), skipped: number("skipped") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reports_counts_are_read() {
        let report = serde_json::json!({ "stats": { "expected": 7, "unexpected": 1, "flaky": 1, "skipped": 2 } });
        assert_eq!(count(&report), Counts { passed: 8, failed: 1, skipped: 2 });
    }
}
