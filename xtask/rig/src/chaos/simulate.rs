//! F30: seeded days of a desk. The real engine on a real database, with a clock of the test's own and nothing that runs by
//! itself: virtual agents and customers come, go, crash and change the settings, and after every step the routing promises
//! (R1 to R13) are held against what is committed and what everybody was told. A seed gives the same day again.

mod day;
mod look;
mod people;
mod rules;
mod steps;

use super::{Common, Report};
use anyhow::{Context, Result};
use oracle::Verdict;
use std::{
    ops::Range,
    process::Stdio,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};
use tokio::sync::mpsc;

pub use day::{Day, Told};

#[derive(Debug, Clone, clap::Args)]
pub struct SimulateArguments {
    /// How many days, each with the next seed
    #[arg(long, default_value_t = 500)]
    pub seeds: u64,
    /// Steps of a day
    #[arg(long, default_value_t = 120)]
    pub steps: usize,
    /// With each seeded fault of the routing in turn: it must be found
    #[arg(long)]
    pub faulty: bool,
}

/// Days that run at the same time: one a core, as each waits for its own database.
const AT_ONCE: usize = 4;
/// Days that are told at length when they fail.
const TOLD: usize = 3;
/// Faults that the days must find, by the name of [`engine`]'s seeded bug and how a finding about it begins.
const FAULTS: [(&str, &str); 5] = [
    ("skip_compare_and_set", "R4"),
    ("ask_anybody", "R9"),
    ("serve_newest_first", "R8"),
    ("forget_returned", "R2"),
    ("keep_places", "R13"),
];

pub async fn run(common: &Common, arguments: &SimulateArguments) -> Result<Vec<Report>> {
    if arguments.faulty { faulty(common, arguments).await } else { Ok(vec![days(common, arguments).await?]) }
}

/// All days; stops to begin new ones after a few have failed.
async fn days(common: &Common, arguments: &SimulateArguments) -> Result<Report> {
    let mut report = Report::of("F30", common);
    let (seeds, steps) = (common.seed..common.seed + arguments.seeds, arguments.steps);
    let mut runs = begin(seeds, steps);
    let (mut verdict, mut total) = (Verdict::default(), Told::default());
    let (mut days, mut failed) = (0_u64, Vec::new());
    while let Some(told) = runs.recv().await {
        let told = told.context("a day could not be set up")?;
        days += 1;
        total.add(&told);
        if !told.findings.is_empty() {
            failed.push(told.seed);
            verdict.findings.extend(told.findings);
        }
        if failed.len() >= TOLD {
            break;
        }
    }
    drop(runs);
    report.target(days > 0, "no day was run");
    report.figure("days", days);
    report.figure("steps", total.steps);
    report.figure("offers", total.offers);
    report.figure("joined", total.joined);
    report.figure("messages", total.messages);
    report.figure("restarts", total.restarts);
    report.figure("failed_seeds", failed);
    Ok(report.close(verdict))
}

/// Days on threads of their own, each with a small runtime; they end once nobody listens.
fn begin(seeds: Range<u64>, steps: usize) -> mpsc::UnboundedReceiver<Result<Told>> {
    let (tell, told) = mpsc::unbounded_channel();
    let next = Arc::new(AtomicU64::new(seeds.start));
    for _ in 0..AT_ONCE {
        let (tell, next) = (tell.clone(), Arc::clone(&next));
        std::thread::spawn(move || {
            loop {
                let seed = next.fetch_add(1, Ordering::Relaxed);
                if seed >= seeds.end || tell.send(day(seed, steps)).is_err() {
                    return;
                }
            }
        });
    }
    told
}

fn day(seed: u64, steps: usize) -> Result<Told> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(Day::run(seed, steps))
}

/// A process of its own for each fault: it is chosen by the environment.
async fn faulty(common: &Common, arguments: &SimulateArguments) -> Result<Vec<Report>> {
    let mut reports = Vec::new();
    for (bug, promise) in FAULTS {
        if common.test.as_deref().is_some_and(|wanted| wanted != bug) {
            continue;
        }
        let mut report = Report::of("F30 teeth", common);
        let output = tokio::process::Command::new(std::env::current_exe()?)
            .args(["chaos", "simulate", "--seeds", &arguments.seeds.to_string(), "--steps", &arguments.steps.to_string()])
            .args(["--seed", &common.seed.to_string(), "--program"])
            .arg(&common.program)
            .env("DESKBELL_TEST_BUG", bug)
            .stderr(Stdio::inherit())
            .output()
            .await?;
        let told: serde_json::Value = serde_json::from_slice(&output.stdout).context("the days tell nothing")?;
        let lines = told["verdict"]["findings"].as_array().cloned().unwrap_or_default();
        let seen = lines.iter().filter_map(|line| line.as_str()).find(|line| line.contains(&format!(": {promise} ")));
        report.figure("bug", bug);
        report.figure("found", seen.unwrap_or("nothing"));
        report.figure("failed_seeds", told["figures"]["failed_seeds"].clone());
        report.target(seen.is_some() && !output.status.success(), format!("no day saw {bug} as {promise}"));
        reports.push(report.close(Verdict::default()));
    }
    Ok(reports)
}

#[cfg(test)]
mod tests {
    use super::Day;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_seed_gives_the_same_day_again() {
        let mut offers = 0;
        for seed in 1..=4 {
            let (first, again) = (Day::run(seed, 60).await.unwrap(), Day::run(seed, 60).await.unwrap());
            assert_eq!(first.findings, Vec::<String>::new());
            assert_eq!(first.history, again.history);
            offers += first.offers;
        }
        assert!(offers > 0, "nothing was offered in four days");
    }
}
