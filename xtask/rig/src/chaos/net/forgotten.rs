//! F15: every message is stored, and no acknowledgement comes back for a while.

use super::{Weather, behind_a_proxy, ms, same_numbers};
use crate::{
    chaos::{Common, Report},
    load::Load,
};
use anyhow::Result;
use std::{sync::Arc, time::Duration};
use tokio::time::sleep;

const AGENTS: usize = 8;
const CHATS: usize = 40;
const RATE: u32 = 60;
/// Enough resends in a short time.
const LONGEST_PAUSE: Duration = Duration::from_millis(800);
const BEFORE: Duration = Duration::from_secs(2);
const RESTS: Duration = Duration::from_secs(10);

pub async fn run(common: &Common, lasting: Duration) -> Result<Report> {
    let mut report = Report::of("F15", common);
    let (scene, proxy) = behind_a_proxy(common, (AGENTS, CHATS), LONGEST_PAUSE, |launch| launch).await?;
    let load = Load::start(Arc::clone(&scene.crowd), RATE, common.seed);
    sleep(BEFORE).await;
    proxy.weather(Weather { forgets_answers: true, ..Weather::default() });
    // What was answered already is on its way.
    sleep(Duration::from_millis(500)).await;
    let before = scene.world.history.counts();
    sleep(lasting).await;
    let meanwhile = scene.world.history.counts();
    proxy.weather(Weather::default());
    sleep(BEFORE).await;
    load.stop().await?;
    let rested = scene.rests(RESTS).await;
    let (counts, deeds, unseen) = (scene.world.history.counts(), proxy.deeds(), proxy.unseen_answers().len());
    let attempts = scene.world.history.written().values().map(|message| message.attempts).max().unwrap_or(0);
    report.figure("acknowledged", counts.acknowledged);
    report.figure("messages_without_answer", unseen);
    report.figure("answers_dropped", deeds.forgotten);
    report.figure("most_attempts", attempts);
    report.figure("rested_ms", rested.map(ms));
    report.target(meanwhile.acknowledged == before.acknowledged, "an acknowledgement came through");
    report.target(unseen >= CHATS, format!("only {unseen} messages were stored without an answer"));
    report.target(deeds.forgotten >= 2 * unseen as u64, "messages were hardly sent again");
    report.target(rested.is_some(), format!("at rest within {RESTS:?} of the first acknowledgement"));
    same_numbers(&scene, &proxy, &mut report);
    Ok(report.close(scene.judge().await?))
}
