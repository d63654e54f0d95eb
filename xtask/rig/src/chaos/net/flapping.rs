//! F18: browsers that lose their sockets every second, for long. Nothing of it may stay behind.

use super::{behind_a_proxy, ms};
use crate::{
    chaos::{Common, Report, Scene},
    load::Load,
};
use anyhow::Result;
use std::{fs, sync::Arc, time::Duration};
use tokio::time::{Instant, sleep};

const AGENTS: usize = 10;
const CHATS: usize = 90;
const RATE: u32 = 30;
const EVERY: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_millis(400);
/// Calm enough to be measured: what was cut is gone, everybody is back.
const CALM: Duration = Duration::from_secs(4);
/// Memory may grow by this much over the second half of the flapping.
const GROWTH_KIB: u64 = 8 << 10;
const GROWTH_FILES: usize = 20;
const RESTS: Duration = Duration::from_secs(15);

/// What the program holds.
#[derive(Debug, Clone, Copy)]
struct Held {
    rss_kib: u64,
    files: usize,
}

pub async fn run(common: &Common, lasting: Duration) -> Result<Report> {
    let mut report = Report::of("F18", common);
    let (scene, proxy) = behind_a_proxy(common, (AGENTS, CHATS), LONGEST_PAUSE, |launch| launch).await?;
    let load = Load::start(Arc::clone(&scene.crowd), RATE, common.seed);
    // The first half warms up what any load makes grow; the log of messages grows on.
    let mut held = Vec::new();
    for _ in 0..2 {
        let begun = Instant::now();
        while begun.elapsed() < lasting / 2 {
            sleep(EVERY).await;
            proxy.cut();
        }
        sleep(CALM).await;
        held.push(hold(&scene)?);
    }
    load.stop().await?;
    let rested = scene.rests(RESTS).await;
    let (first, second) = (held[0], held[1]);
    let deeds = proxy.deeds();
    report.figure("resets", deeds.resets);
    report.figure("acknowledged", scene.world.history.counts().acknowledged);
    report.figure("rss_kib", vec![first.rss_kib, second.rss_kib]);
    report.figure("open_files", vec![first.files, second.files]);
    report.figure("rested_ms", rested.map(ms));
    report.target(second.rss_kib <= first.rss_kib + GROWTH_KIB, format!("memory stays: {first:?}, {second:?}"));
    report.target(second.files <= first.files + GROWTH_FILES, format!("open files stay: {first:?}, {second:?}"));
    report.target(rested.is_some(), format!("at rest within {RESTS:?}"));
    Ok(report.close(scene.judge().await?))
}

fn hold(scene: &Scene) -> Result<Held> {
    let desk = scene.desk()?;
    Ok(Held { rss_kib: desk.rss_kib()?, files: fs::read_dir(format!("/proc/{}/fd", desk.pid()?))?.count() })
}
