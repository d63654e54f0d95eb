//! F1: the program is killed at random instants under load, started again, and everybody goes on.

use super::{Common, Report, Scene, scene::CANARY};
use crate::{load::Load, place::Sowing};
use anyhow::Result;
use rand::{Rng, SeedableRng, rngs::StdRng};
use std::{sync::Arc, time::Duration};
use tokio::time::sleep;

const AGENTS: usize = 10;
const CHATS: usize = 40;
/// Messages a second.
const RATE: u32 = 200;
/// A life lasts at least and at most this long, in milliseconds.
const LIFE: std::ops::Range<u64> = 200..2_500;
/// All screens have caught up this long after a start.
const CAUGHT_UP: Duration = Duration::from_secs(10);
const STARTED: Duration = Duration::from_secs(1);

pub async fn run(common: &Common, cycles: u32) -> Result<Vec<Report>> {
    let mut report = Report::of("F1", common);
    let mut chance = StdRng::seed_from_u64(common.seed);
    let mut scene = Scene::set_with(
        common,
        Sowing { agents: AGENTS, chats: CHATS, canary: Some(CANARY) },
        |launch| launch,
        |mut world| {
            // Enough lives in a minute only when people try again soon.
            world.manners.longest_pause = Duration::from_millis(800);
            world
        },
    )
    .await?;
    let load = Load::start(Arc::clone(&scene.crowd), RATE, common.seed);
    let mut starts = Vec::new();
    for cycle in 1..=cycles {
        sleep(Duration::from_millis(chance.random_range(LIFE))).await;
        scene.kill().await?;
        starts.push(scene.resume().await?);
        if cycle % 10 == 0 {
            eprintln!("F1: {cycle} of {cycles} lives, {:?}", scene.world.history.counts());
        }
    }
    sleep(Duration::from_millis(500)).await;
    load.stop().await?;
    let caught_up = scene.rests(CAUGHT_UP).await;
    starts.sort();
    let slowest = starts.last().copied().unwrap_or_default();
    let counts = scene.world.history.counts();
    report.figure("cycles", cycles);
    report.figure("acknowledged", counts.acknowledged);
    report.figure("start_ms_p50", u64::try_from(starts[starts.len() / 2].as_millis())?);
    report.figure("start_ms_max", u64::try_from(slowest.as_millis())?);
    report.figure("caught_up_ms", caught_up.map(|time| time.as_millis() as u64));
    report.mark(caught_up.is_some(), format!("all caught up within {CAUGHT_UP:?}"));
    report.mark(slowest <= STARTED, format!("restart to serving within {STARTED:?}: {slowest:?}"));
    report.target(counts.refused == 0, format!("{} messages were refused for good", counts.refused));
    Ok(vec![report.close(scene.judge().await?)])
}
