//! F5 and F7: a disk that is full, and a database that somebody else holds.

use super::{
    Common, Report, Scene,
    probe::{self, Answered, Probe, Try},
    scene::CANARY,
    shim::{Shim, ShimArguments, Space},
};
use crate::{
    desk::Launch,
    load::Load,
    people::begin_chat,
    place::{Db, Place, Sowing},
    wire::Line,
};
use anyhow::{Context, Result, ensure};
use sqlx::{ConnectOptions, Connection, SqliteConnection, sqlite::SqliteConnectOptions};
use std::{collections::BTreeSet, str::FromStr, sync::Arc, time::Duration};
use tokio::time::{Instant, sleep};

const SOWING: Sowing = Sowing { agents: 5, chats: 20, canary: Some(CANARY) };
/// Messages a second.
const RATE: u32 = 100;
const WARM: Duration = Duration::from_secs(2);
/// How long the disk stays full.
const FULL: Duration = Duration::from_secs(5);
/// A log that goes round must have come to its end by then.
const FILLS: Duration = Duration::from_secs(60);
/// A refusal comes within this long.
const PROMPT: Duration = Duration::from_millis(200);
/// Messages are taken again this long after the space came back.
const HEALED: Duration = Duration::from_secs(5);
/// As long as the desk waits for a lock before it refuses.
const LOCK_WAIT: Duration = Duration::from_secs(5);
/// The log may grow to this many bytes while a reader holds it.
const LARGEST_LOG: u64 = 256 << 20;
/// Once nobody holds it any more, it is given back down to this.
const LARGEST_IDLE_LOG: u64 = 20 << 20;

pub async fn run(common: &Common, shim: &ShimArguments, long: bool) -> Result<Vec<Report>> {
    ensure!(common.db == Db::Sqlite, "PostgreSQL's disk is PostgreSQL's to watch");
    let mut reports = Vec::new();
    if common.wants("F5") {
        reports.push(full("F5", common, shim, Space::Bytes(0)).await?);
    }
    if common.wants("F5") || common.wants("F5-nothing") {
        reports.push(full("F5-nothing", common, shim, Space::Nothing).await?);
    }
    if common.wants("F7") {
        let holds: &[u64] = if long { &[1, 5, 30] } else { &[1, 5] };
        reports.push(locked(common, holds).await?);
    }
    if common.wants("F7") || common.wants("F7-reader") {
        reports.push(held_open(common, Duration::from_secs(if long { 600 } else { 20 })).await?);
    }
    Ok(reports)
}

/// F5: the disk is full for a while.
async fn full(test: &'static str, common: &Common, arguments: &ShimArguments, space: Space) -> Result<Report> {
    let mut report = Report::of(test, common);
    let shim = Shim::prepare(arguments)?;
    let place = Place::make(common.db, SOWING).await?;
    let launch = shim.around(Launch::of(&common.program), &place, false)?;
    let scene = Scene::set_on(place, launch, hurried).await?;
    let process = scene.desk()?.pid()?;
    shim.is_in(process)?;
    let load = Load::start(Arc::clone(&scene.crowd), RATE, common.seed);
    let probe = Probe::begin(&scene.world, &scene.place.fixtures.chats[0]);
    sleep(WARM).await;
    shim.space(space)?;
    let filled = Instant::now();
    while shim.refused()? == 0 && filled.elapsed() < FILLS {
        sleep(Duration::from_millis(20)).await;
    }
    ensure!(shim.refused()? > 0, "the disk never was full");
    let full = Instant::now();
    let reads = reads(&scene, FULL).await;
    let during = probe.tries_since(full);
    shim.space(Space::Plenty)?;
    let healed = probe.is_taken_after(Instant::now(), HEALED * 4).await;
    load.stop().await?;
    let after = probe.stop().await?.len();
    report.figure("fills_after_ms", u64::try_from(full.duration_since(filled).as_millis())?);
    report.figure("tries", after);
    report.figure("tries_while_full", during.len());
    report.figure("refused_while_full", refused(&during));
    report.figure("refusal_ms_max", probe::slowest(&during, &Answered::NotNow, 1.0));
    report.figure("other_requests_while_full", reads.len());
    report.figure("healed_ms", healed.map(|time| time.as_millis() as u64));
    let prompt = during.iter().filter(|one| one.answered == Answered::NotNow).all(|one| one.took <= PROMPT);
    report.mark(prompt, format!("refusals take longer than {PROMPT:?}"));
    report.target(refused(&during) > 0, "nothing was refused while the disk was full");
    report.target(probe::wrong(&during).is_empty(), format!("not a clear refusal: {:?}", probe::wrong(&during)));
    let failed: BTreeSet<_> = reads.iter().filter_map(|read| read.as_ref().err()).collect();
    report.target(failed.is_empty(), format!("not answered as it should be while the disk is full: {failed:?}"));
    report.target(healed.is_some_and(|time| time <= HEALED), format!("not healed within {HEALED:?}: {healed:?}"));
    report.target(scene.desk()?.pid().is_ok_and(|now| now == process), "the program ended");
    Ok(report.close(scene.judge().await?))
}

/// Who waits is asked again soon.
fn hurried(mut world: crate::people::World) -> crate::people::World {
    world.manners.longest_pause = Duration::from_millis(800);
    world
}

fn refused(tries: &[Try]) -> usize {
    tries.iter().filter(|one| one.answered == Answered::NotNow).count()
}

/// Looks at a chat and at the widget's page, and begins chats, again and again.
async fn reads(scene: &Scene, during: Duration) -> Vec<Result<Duration, String>> {
    let chat = &scene.place.fixtures.chats[1];
    let (bearer, page) = (format!("Bearer {}", chat.token), format!("/widget/{}", scene.place.fixtures.site));
    let mut line = Line::to(scene.world.door, scene.world.origin.clone());
    let (begun, mut reads) = (Instant::now(), Vec::new());
    while begun.elapsed() < during {
        starts(scene, &mut reads).await;
        for path in ["/api/v1/widget/chat", &page] {
            let asked = Instant::now();
            reads.push(match line.get(path, &[("authorization", &bearer)]).await {
                Ok(answer) if answer.status.is_success() => Ok(asked.elapsed()),
                Ok(answer) => Err(format!("{path}: {}", answer.status)),
                Err(cut) => Err(format!("{path}: {cut}")),
            });
        }
        sleep(Duration::from_millis(100)).await;
    }
    reads
}

/// Begins a chat: taken or clearly refused.
async fn starts(scene: &Scene, answers: &mut Vec<Result<Duration, String>>) {
    let asked = Instant::now();
    answers.push(match begin_chat(&scene.world, &scene.place.fixtures.site, "Newcomer").await {
        Ok(_) => Ok(asked.elapsed()),
        Err(error) if format!("{error:#}").contains(" 503 ") => Ok(asked.elapsed()),
        Err(error) => Err(format!("a new chat: {error:#}")),
    });
}

/// F7: somebody else holds the write lock for a while.
async fn locked(common: &Common, holds: &[u64]) -> Result<Report> {
    let mut report = Report::of("F7", common);
    let scene = Scene::set_with(common, SOWING, |launch| launch, hurried).await?;
    let load = Load::start(Arc::clone(&scene.crowd), RATE, common.seed);
    let probe = Probe::begin(&scene.world, &scene.place.fixtures.chats[0]);
    sleep(WARM).await;
    for &seconds in holds {
        let hold = Duration::from_secs(seconds);
        let begun = Instant::now();
        let mut other = connect(&scene).await?;
        sqlx::query("begin immediate").execute(&mut other).await.context("the lock is not to be had")?;
        sleep(hold).await;
        sqlx::query("rollback").execute(&mut other).await?;
        let released = Instant::now();
        other.close().await?;
        let taken = probe.is_taken_after(released, Duration::from_secs(10)).await;
        sleep(Duration::from_secs(6)).await;
        let during: Vec<_> = probe.tries_since(begun).into_iter().filter(|one| one.begun < released).collect();
        let calm: Vec<_> = probe.tries_since(released + Duration::from_secs(3));
        let p99 = probe::slowest(&calm, &Answered::Yes, 0.99);
        report.figure(&format!("hold_{seconds}s_refused"), refused(&during));
        report.figure(&format!("hold_{seconds}s_taken_again_ms"), taken.map(|time| time.as_millis() as u64));
        report.figure(&format!("hold_{seconds}s_p99_ms_after"), p99);
        report.target(probe::wrong(&during).is_empty(), format!("held {seconds} s: {:?}", probe::wrong(&during)));
        report.target(hold >= LOCK_WAIT || refused(&during) == 0, format!("held {seconds} s: refused {} times", refused(&during)));
        report.target(taken.is_some(), format!("held {seconds} s: nothing is taken afterwards"));
        report.mark(p99.is_some_and(|p99| p99 < 100), format!("held {seconds} s: p99 afterwards {p99:?} ms"));
    }
    load.stop().await?;
    probe.stop().await?;
    Ok(report.close(scene.judge().await?))
}

/// F7: a reader keeps its snapshot, so that no checkpoint can finish and the log cannot begin again.
async fn held_open(common: &Common, hold: Duration) -> Result<Report> {
    let mut report = Report::of("F7-reader", common);
    let scene = Scene::set_with(common, SOWING, |launch| launch, hurried).await?;
    let log = scene.place.directory().join("deskbell.db-wal");
    let size = || std::fs::metadata(&log).map(|file| file.len());
    let load = Load::start(Arc::clone(&scene.crowd), RATE * 2, common.seed);
    let probe = Probe::begin(&scene.world, &scene.place.fixtures.chats[0]);
    sleep(WARM).await;
    let (begun, before) = (Instant::now(), size()?);
    let mut other = connect(&scene).await?;
    sqlx::query("begin").execute(&mut other).await?;
    sqlx::query("select count(*) from event").fetch_one(&mut other).await?;
    sleep(hold).await;
    let held = size()?;
    sqlx::query("rollback").execute(&mut other).await?;
    sleep(Duration::from_secs(10)).await;
    let (after, tries) = (size()?, probe.tries_since(begun));
    let (_, frames, moved): (i64, i64, i64) = sqlx::query_as("pragma wal_checkpoint(passive)").fetch_one(&mut other).await?;
    other.close().await?;
    load.stop().await?;
    probe.stop().await?;
    let grown = held.saturating_sub(before);
    report.figure("held_s", hold.as_secs());
    report.figure("log_kib_before", before >> 10);
    report.figure("log_kib_held", held >> 10);
    report.figure("log_kib_10s_after", after >> 10);
    report.figure("log_mib_in_10_minutes", (grown * 600 / hold.as_secs().max(1)) >> 20);
    report.figure("log_kib_per_second", (grown >> 10) / hold.as_secs().max(1));
    report.figure("log_frames_10s_after", frames);
    report.figure("log_frames_checkpointed", moved);
    report.figure("refused", refused(&tries));
    report.figure("taken_ms_p99", probe::slowest(&tries, &Answered::Yes, 0.99));
    report.target(held <= LARGEST_LOG, format!("the log has grown to {} MiB", held >> 20));
    report.target(after <= LARGEST_IDLE_LOG, format!("{} MiB of log are kept though nobody reads", after >> 20));
    report.target(frames == moved, format!("{} frames of the log wait for a checkpoint", frames - moved));
    report.target(probe::wrong(&tries).is_empty(), format!("{:?}", probe::wrong(&tries)));
    report.target(refused(&tries) == 0, format!("refused {} times", refused(&tries)));
    Ok(report.close(scene.judge().await?))
}

/// A connection that the desk knows nothing of.
async fn connect(scene: &Scene) -> Result<SqliteConnection> {
    let options = SqliteConnectOptions::from_str(&scene.place.url)?.busy_timeout(Duration::from_secs(10));
    Ok(options.connect().await?)
}
