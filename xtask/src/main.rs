//! `cargo xtask`: builds the two browser bundles and the server, runs them, checks and tests them.
//!
//! Everything a fresh machine with Rust needs is fetched here; what is already there and unchanged is left alone.

// A terminal program: its output is what it prints.
#![allow(clippy::print_stdout)]

mod browser;
mod cargo;
mod check;
mod node;
mod place;
mod profile;
mod rig;
mod run;
mod site;
mod step;
mod test;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::profile::{DEV, Profile, RELEASE};
use crate::test::Part;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Builds, runs, checks and tests Deskbell", disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Build everything and serve it on 127.0.0.1
    Run(RunArguments),
    /// Build both browser bundles and the server; with --release, one binary that holds them
    Build {
        #[arg(long)]
        release: bool,
    },
    /// The quick part of the tests: formatting, lints, types
    Check,
    /// Measure the release binary under load; --json prints one object as the last line
    Bench {
        /// Passed on to the rig: see `cargo xtask bench -- --help`
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        rest: Vec<String>,
    },
    /// Break what is around the product and judge what is left: kill, power, net, disk, clock, browser, teeth
    Chaos {
        /// Build and break the release binary instead of the tested one
        #[arg(long)]
        release: bool,
        /// Passed on to the rig, such as `net --test F15 --seed 42`
        #[arg(trailing_var_arg = true, allow_hyphen_values = true, required = true)]
        rest: Vec<String>,
    },
    /// Everything that CI runs; ends with the counts
    Test {
        /// Run only this part
        #[arg(long, value_enum)]
        only: Option<Part>,
        /// Run only tests whose name matches
        #[arg(last = true)]
        filter: Vec<String>,
    },
}

#[derive(clap::Args)]
struct RunArguments {
    #[arg(long)]
    release: bool,
    /// The console's port on 127.0.0.1; the demo shop takes the next one
    #[arg(long)]
    port: Option<u16>,
    /// Where the database and files live [default: data/ in the repository]
    #[arg(long)]
    data: Option<PathBuf>,
    /// Start without the demo shop and its people
    #[arg(long)]
    no_demo: bool,
}

fn main() -> ExitCode {
    match perform(Arguments::parse().task) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn perform(task: Task) -> anyhow::Result<ExitCode> {
    match task {
        Task::Run(arguments) => run::run(&arguments).map(|()| ExitCode::SUCCESS),
        Task::Build { release } => run::build(profile(release)).map(|_| ExitCode::SUCCESS),
        Task::Check => Ok(code(check::check())),
        Task::Bench { rest } => rig::bench(&rest).map(code),
        Task::Chaos { release, rest } => rig::chaos(release, &rest).map(code),
        Task::Test { only, filter } => Ok(code(test::test(only, &filter))),
    }
}

fn profile(release: bool) -> &'static Profile {
    if release { &RELEASE } else { &DEV }
}

fn code(good: bool) -> ExitCode {
    if good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
