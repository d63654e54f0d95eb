//! F27: whatever clients say arrives once, twice or three times, at once or long after.

use super::{Weather, behind_a_proxy, ms, same_numbers};
use crate::{
    chaos::{Common, Report, Scene},
    load::Load,
    people::begin_chat,
};
use anyhow::{Context, Result};
use domain::presence::Wish;
use std::{sync::Arc, time::Duration};
use tokio::time::{Instant, sleep, timeout};

const AGENTS: usize = 4;
const CHATS: usize = 24;
const RATE: u32 = 60;
/// Chats that begin meanwhile, are offered and accepted; each agent has room for four more.
const NEWCOMERS: usize = 4 * AGENTS;
const LONGEST_PAUSE: Duration = Duration::from_secs(2);
const OFFERED: Duration = Duration::from_secs(10);
/// The last repeats have arrived.
const REPEATED: Duration = Duration::from_millis(2_500);
const RESTS: Duration = Duration::from_secs(10);

pub async fn run(common: &Common, lasting: Duration) -> Result<Report> {
    let mut report = Report::of("F27", common);
    let (scene, proxy) = behind_a_proxy(common, (AGENTS, CHATS), LONGEST_PAUSE, |launch| launch).await?;
    proxy.weather(Weather { repeats: true, ..Weather::default() });
    // Connections that are open were begun without it, but their weather is the same.
    let begun = Instant::now();
    let load = Load::start(Arc::clone(&scene.crowd), RATE, common.seed);
    let accepted = accepts(&scene).await?;
    sleep(lasting.saturating_sub(begun.elapsed())).await;
    load.stop().await?;
    sleep(REPEATED).await;
    let rested = scene.rests(RESTS).await;
    let (counts, deeds) = (scene.world.history.counts(), proxy.deeds());
    report.figure("acknowledged", counts.acknowledged);
    report.figure("repeated", deeds.repeated);
    report.figure("answers_to_repeats", proxy.unseen_answers().len());
    report.figure("accepted", accepted);
    report.figure("rested_ms", rested.map(ms));
    report.target(deeds.repeated > 0, "nothing was repeated");
    report.target(accepted == NEWCOMERS, format!("{accepted} of {NEWCOMERS} offers were accepted"));
    report.target(rested.is_some(), format!("at rest within {RESTS:?}"));
    report.target(counts.refused == 0, format!("{} messages were refused for good", counts.refused));
    same_numbers(&scene, &proxy, &mut report);
    Ok(report.close(scene.judge().await?))
}

/// One agent after the other takes what comes; gives how many accepts were answered with a yes.
async fn accepts(scene: &Scene) -> Result<usize> {
    let mut accepted = 0;
    for n in 0..NEWCOMERS {
        let agent = scene.crowd.agents.get(n * AGENTS / NEWCOMERS).context("an agent")?;
        agent.wants(Wish::Ready).await?;
        begin_chat(&scene.world, &scene.place.fixtures.site, &format!("Newcomer {n}")).await?;
        let Ok(offer) = timeout(OFFERED, agent.is_offered()).await else { break };
        accepted += usize::from(agent.accepts(offer).await?.status.is_success());
    }
    Ok(accepted)
}
