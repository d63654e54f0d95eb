//! `test`: checks, unit tests, integration tests on both databases, browser tests; at the end one line with the counts.

mod halves;
mod libtest;
pub mod playwright;
pub mod tally;

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::cargo::{SERVER_SIDE, cargo};
use crate::profile::TESTED;
use crate::{check, place, rig, site};

use self::halves::Halves;
use self::tally::Tally;

/// A part of the tests that can be run alone.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Part {
    /// Tests beside the code
    Unit,
    /// Integration tests with real databases and sockets
    It,
    /// The whole product in a real browser
    Browser,
    /// The product's own process with everything around it broken: the short form of `chaos`
    Faults,
}

/// Runs the tests and prints the counts as the last line. What can still run after a failure does. True when nothing failed.
pub fn test(only: Option<Part>, filter: &[String]) -> bool {
    let mut tally = Tally::default();
    let wanted = |part| only.is_none_or(|only| only == part);
    if only.is_none() {
        check::failures().iter().for_each(|name| tally.fail(name));
    }
    if wanted(Part::Unit) {
        tally.step("unit tests", |tally| unit(filter, tally));
    }
    let site = !(wanted(Part::It) || wanted(Part::Browser)) || tally.step("site", |_| site::build(&TESTED).map(|_| ()));
    if wanted(Part::It) {
        tally.step("integration tests", |tally| integration(filter, tally));
    }
    if wanted(Part::Browser) {
        if site && tally.step("server for the browser tests", |_| rig::build_tested()) {
            tally.step("browser tests", |tally| {
                tally.add(playwright::suite("playwright", &place::server_binary(TESTED.server), filter)?);
                Ok(())
            });
        } else {
            println!("    the browser tests cannot run without the site and the server");
        }
    }
    if wanted(Part::Faults) {
        tally.step("faults", |tally| rig::short_faults(filter, tally));
    }
    tally.report();
    tally.is_good()
}

fn unit(filter: &[String], tally: &mut Tally) -> Result<()> {
    let targets = ["--lib", "--bins", "--test", "offer_machine"];
    let server_side = libtest::run(cargo().arg("test").args(SERVER_SIDE).args(targets), filter);
    let xtask = libtest::run(cargo().args(["test", "--package", "xtask"]), filter);
    tally.add(server_side?);
    tally.add(xtask?);
    Ok(())
}

fn integration(filter: &[String], tally: &mut Tally) -> Result<()> {
    let report = reports()?.join("halves.txt");
    fs::write(&report, "").with_context(|| format!("could not write {}", report.display()))?;
    let mut command = cargo();
    command.arg("test").args(SERVER_SIDE).args(["--test", "it"]).env("DESKBELL_TEST_REPORT", &report);
    let mut counts = libtest::run(&mut command, filter)?;
    let halves = Halves::read(&report)?;
    halves.settle(&mut counts, filter.is_empty());
    tally.add(counts);
    Ok(())
}

/// Where the runners leave their reports.
pub fn reports() -> Result<PathBuf> {
    let directory = place::target().join("test-reports");
    fs::create_dir_all(&directory).with_context(|| format!("could not make {}", directory.display()))?;
    Ok(directory)
}
