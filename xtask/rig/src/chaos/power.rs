//! F2: the power fails.
//!
//! The program runs once, with real clients, and the shim writes down what it does to its files. Then, for many moments of
//! that run, the disk is put together as a power cut at that moment may have left it ([`disk`]), opened, and held against
//! what had been acknowledged by then. The same is done with programs that do not wait for the disk, or answer before they
//! do: each must lose something, or this test proves nothing. They want a build with the feature `seeded-bugs`.

mod cuts;
mod disk;
mod journal;

use self::{
    cuts::{Cut, Place as Where},
    disk::{Disk, Files},
    journal::{Deed, Operation},
};
use super::{
    Common, Report, Scene,
    scene::CANARY,
    shim::{Shim, ShimArguments},
};
use crate::{
    desk::Launch,
    load::Load,
    people::begin_chat,
    place::{Db, Place, Sowing},
};
use anyhow::{Context, Result, ensure};
use oracle::{Eyes, History, Log, Message, Moment, Verdict, judges, tables};
use rand::{SeedableRng, rngs::StdRng};
use std::{
    fs,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tempfile::TempDir;
use tokio::time::{Instant, sleep};

const SOWING: Sowing = Sowing { agents: 5, chats: 20, canary: Some(CANARY) };
/// Messages a second.
const RATE: u32 = 300;
/// The recording ends when so many were acknowledged and so many checkpoints made, or after so long.
const ACKNOWLEDGED: usize = 2_500;
const CHECKPOINTS: usize = 3;
const RECORDING: Duration = Duration::from_secs(90);
/// The faults of the control runs, and the cuts of each.
const CONTROLS: [&str; 2] = ["sync_off", "answer_before_commit"];
const CONTROL: usize = 40;
const WORKERS: usize = 2;
const DATABASE: &str = "deskbell.db";

/// One recorded run.
struct Run {
    base: Files,
    operations: Vec<Operation>,
    history: History,
}

/// What the cuts of a run have shown.
#[derive(Default)]
struct Findings {
    verdict: Verdict,
    dirty: usize,
    lossy: usize,
}

pub async fn run(common: &Common, shim: &ShimArguments, count: usize) -> Result<Vec<Report>> {
    ensure!(common.db == Db::Sqlite, "whether PostgreSQL's files survive a power cut is PostgreSQL's to prove");
    let mut reports = Vec::new();
    if common.wants("F2") {
        reports.push(durable(common, shim, count).await?);
    }
    for bug in CONTROLS {
        if common.wants("F2") || common.wants("F2-control") {
            reports.push(control(common, shim, bug).await?);
        }
    }
    Ok(reports)
}

async fn durable(common: &Common, arguments: &ShimArguments, count: usize) -> Result<Report> {
    let mut report = Report::of("F2", common);
    let shim = Shim::prepare(arguments)?;
    let run = record(common, &shim, None).await?;
    describe(&mut report, &run);
    let findings = cut(&mut report, run, common.seed, count).await?;
    report.target(findings.lossy == 0, format!("{} of {count} cuts lost something", findings.lossy));
    let report = report.close(findings.verdict);
    if !report.is_clean() {
        eprintln!("F2: the journal is kept in {}", shim.keep().display());
    }
    Ok(report)
}

/// A program that does not wait for the disk: clean when it is caught.
async fn control(common: &Common, arguments: &ShimArguments, bug: &str) -> Result<Report> {
    let mut report = Report::of("F2-control", common);
    let shim = Shim::prepare(arguments)?;
    let run = record(common, &shim, Some(bug)).await?;
    describe(&mut report, &run);
    let mut findings = cut(&mut report, run, common.seed, CONTROL).await?;
    findings.verdict.findings.truncate(3);
    report.figure("bug", bug);
    report.figure("found", serde_json::to_value(&findings.verdict)?);
    report.target(findings.verdict.lost > 0, format!("with {bug} nothing is lost: the rig proves nothing"));
    Ok(report.close(Verdict::default()))
}

/// Runs the program under load and writes down what it does, until it is killed.
async fn record(common: &Common, shim: &Shim, bug: Option<&str>) -> Result<Run> {
    let place = Place::make(common.db, SOWING).await?;
    let base = files_of(place.directory())?;
    let mut launch = shim.around(Launch::of(&common.program), &place, true)?;
    if let Some(bug) = bug {
        launch = launch.with("DESKBELL_TEST_BUG", bug);
    }
    let mut scene = Scene::set_on(place, launch, |world| world).await?;
    shim.is_in(scene.desk()?.pid()?)?;
    let load = Load::start(Arc::clone(&scene.crowd), RATE, common.seed);
    let begun = Instant::now();
    while begun.elapsed() < RECORDING {
        // Chats begin meanwhile, so that not all that is written goes the messages' way.
        begin_chat(&scene.world, &scene.place.fixtures.site, "Newcomer").await?;
        sleep(Duration::from_millis(200)).await;
        if scene.world.history.counts().acknowledged >= ACKNOWLEDGED && (bug.is_some() || checkpoints(shim)? >= CHECKPOINTS) {
            break;
        }
    }
    scene.kill().await?;
    load.stop().await?;
    let operations = journal::read(&fs::read(shim.journal())?)?;
    let history = scene.world.history.told(&scene.place.fixtures, CANARY, false);
    scene.place.remove().await?;
    Ok(Run { base, operations, history })
}

fn checkpoints(shim: &Shim) -> Result<usize> {
    Ok(count_checkpoints(&journal::read(&fs::read(shim.journal())?)?))
}

fn count_checkpoints(operations: &[Operation]) -> usize {
    operations.iter().filter(|operation| operation.file == DATABASE && operation.deed == Deed::Synced).count()
}

fn files_of(directory: &Path) -> Result<Files> {
    let mut files = Files::new();
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        let name = entry.file_name().into_string().ok().context("a file's name is no text")?;
        if entry.file_type()?.is_file() && !name.ends_with("-shm") {
            files.insert(name, fs::read(entry.path())?);
        }
    }
    Ok(files)
}

fn describe(report: &mut Report, run: &Run) {
    let syncs = run.operations.iter().filter(|operation| operation.deed == Deed::Synced).count();
    let acknowledged = run.history.messages.iter().filter(|message| message.is_acknowledged()).count();
    report.figure("operations", run.operations.len());
    report.figure("syncs", syncs);
    report.figure("checkpoints", count_checkpoints(&run.operations));
    report.figure("acknowledged", acknowledged);
}

/// Cuts the power `count` times and looks what is left.
async fn cut(report: &mut Report, run: Run, seed: u64, count: usize) -> Result<Findings> {
    ensure!(run.operations.len() > 100, "the shim has written down next to nothing");
    let chosen = cuts::choose(&run.operations, DATABASE, count, &mut StdRng::seed_from_u64(seed));
    let of = |place| chosen.iter().filter(|cut| cut.place == place).count();
    report.figure("cuts", chosen.len());
    report.figure("cuts_in_commits", of(Where::Commit));
    report.figure("cuts_in_checkpoints", of(Where::Checkpoint));
    let (run, progress, begun) = (Arc::new(run), Arc::new(Progress::of(report.test, count)), Instant::now());
    let share = chosen.len().div_ceil(WORKERS).max(1);
    let workers: Vec<_> =
        chosen.chunks(share).map(|cuts| tokio::spawn(look(Arc::clone(&run), cuts.to_vec(), Arc::clone(&progress)))).collect();
    let mut findings = Findings::default();
    for worker in workers {
        let found = worker.await??;
        findings.verdict.add(found.verdict);
        findings.dirty += found.dirty;
        findings.lossy += found.lossy;
    }
    findings.verdict.findings.truncate(40);
    report.figure("ms_per_cut", u64::try_from(begun.elapsed().as_millis())? / count.max(1) as u64);
    report.figure("dirty_cuts", findings.dirty);
    report.figure("lossy_cuts", findings.lossy);
    Ok(findings)
}

struct Progress {
    test: &'static str,
    of: usize,
    done: AtomicUsize,
}

impl Progress {
    fn of(test: &'static str, of: usize) -> Self {
        Self { test, of, done: AtomicUsize::new(0) }
    }

    fn step(&self) {
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        if done.is_multiple_of(self.of.div_ceil(10).max(1)) {
            eprintln!("{}: {done} of {} cuts", self.test, self.of);
        }
    }
}

/// Goes through some cuts in the order of the journal.
async fn look(run: Arc<Run>, cuts: Vec<Cut>, progress: Arc<Progress>) -> Result<Findings> {
    let (mut disk, mut done) = (Disk::of(run.base.clone()), 0);
    let mut findings = Findings::default();
    for cut in cuts {
        cuts::advance(&mut disk, &run.operations, done, cut.done);
        done = cut.done;
        let found = disk.cut(&mut StdRng::seed_from_u64(cut.seed));
        let messages = run.history.until(run.moment(cut));
        let mut verdict = examine(found, &messages).await?;
        findings.dirty += usize::from(!verdict.is_clean());
        findings.lossy += usize::from(verdict.lost > 0);
        verdict.findings.iter_mut().for_each(|line| line.insert_str(0, &format!("cut after {} ({:?}): ", cut.done, cut.place)));
        findings.verdict.add(verdict);
        progress.step();
    }
    Ok(findings)
}

impl Run {
    /// Nothing that a client had before this moment can hang on an operation after the cut.
    fn moment(&self, cut: Cut) -> Moment {
        self.operations.get(cut.done).or(self.operations.last()).map_or(Moment(u64::MAX), |next| next.at)
    }
}

/// Opens what was found as SQLite does after a crash, and judges it.
async fn examine(found: Files, messages: &[Message]) -> Result<Verdict> {
    let directory = memory()?;
    for (name, bytes) in found.iter().filter(|(name, _)| name.starts_with(DATABASE)) {
        fs::write(directory.path().join(name), bytes)?;
    }
    let eyes = Eyes::open(&format!("sqlite://{}", directory.path().join(DATABASE).display()))?;
    let judged = judge(&eyes, messages).await;
    eyes.close().await;
    Ok(judged.unwrap_or_else(|error| {
        let acknowledged = messages.iter().filter(|message| message.is_acknowledged()).count();
        Verdict { lost: acknowledged, findings: vec![format!("the database cannot be read: {error}")], ..Verdict::default() }
    }))
}

async fn judge(eyes: &Eyes, messages: &[Message]) -> sqlx::Result<Verdict> {
    let broken = tables::findings(eyes).await?;
    let log = Log::read(eyes).await?;
    let mut verdict = judges::survivors(messages, &log);
    verdict.findings.extend(broken);
    Ok(verdict)
}

/// A directory in memory, where there is one: what is cut need not be written to a disk again.
fn memory() -> Result<TempDir> {
    let shared = Path::new("/dev/shm");
    let builder = || tempfile::Builder::new().prefix("deskbell-power-").to_owned();
    let made = if shared.is_dir() { builder().tempdir_in(shared) } else { builder().tempdir() };
    made.context("no place to put a disk together")
}
