//! F14: everything is late, comes in crumbs, and breaks off at any byte.

use super::{Weather, behind_a_proxy, ms};
use crate::{
    chaos::{Common, Report},
    load::Load,
};
use anyhow::Result;
use std::{sync::Arc, time::Duration};
use tokio::time::sleep;

const AGENTS: usize = 4;
const CHATS: usize = 24;
/// Messages a second: each takes seconds to go through.
const RATE: u32 = 6;
const DELAY: std::ops::RangeInclusive<u64> = 50..=2_000;
const RESETS: f64 = 0.05;
const BYTES_PER_SECOND: u32 = 8_000;
const LONGEST_PAUSE: Duration = Duration::from_secs(8);
/// The longest pause, and what is still on its way.
const RESTS: Duration = Duration::from_secs(15);

pub async fn run(common: &Common, lasting: Duration) -> Result<Report> {
    let mut report = Report::of("F14", common);
    let (scene, proxy) = behind_a_proxy(common, (AGENTS, CHATS), LONGEST_PAUSE, |launch| launch).await?;
    let weather = Weather { delay: DELAY, reset: RESETS, bytes_per_second: Some(BYTES_PER_SECOND), splits: true, ..Weather::default() };
    proxy.weather(weather);
    let load = Load::start(Arc::clone(&scene.crowd), RATE, common.seed);
    sleep(lasting).await;
    let written = load.stop().await?;
    let midway = scene.world.history.counts();
    proxy.weather(Weather::default());
    let rested = scene.rests(RESTS).await;
    let (counts, deeds) = (scene.world.history.counts(), proxy.deeds());
    report.figure("written", written);
    report.figure("acknowledged_in_the_storm", midway.acknowledged);
    report.figure("acknowledged", counts.acknowledged);
    report.figure("connections", deeds.connections);
    report.figure("resets", deeds.resets);
    report.figure("rested_ms", rested.map(ms));
    report.target(deeds.resets > 0, "nothing was reset");
    report.target(rested.is_some(), format!("at rest within {RESTS:?} of fair weather"));
    report.target(counts.refused == 0, format!("{} messages were refused for good", counts.refused));
    Ok(report.close(scene.judge().await?))
}
