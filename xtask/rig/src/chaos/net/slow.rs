//! F19: readers that take one byte a second while much is due to them.
//!
//! They are consoles: a chat holds a megabyte of words at most, and what systems keep for a socket may take all of it. A
//! console follows many chats.

use super::{Meter, Proxy, Weather, delivered_ms, free_address, is_due, ms, percentile, storm::until};
use crate::{
    chaos::{Common, Report, Scene, scene::CANARY},
    desk::Launch,
    history::listed,
    load::Load,
    people::{Agent, World},
    place::Sowing,
};
use anyhow::{Context, Result};
use domain::ids::ConversationId;
use oracle::Moment;
use std::{sync::Arc, time::Duration};
use tokio::{
    task::JoinHandle,
    time::{Instant, sleep, timeout},
};

const AGENTS: usize = 4;
const CHATS: usize = 48;
/// Tabs of one agent.
const SLOW: u32 = 40;
/// Events a second in the chats of that agent, long ones: what a system keeps for a socket is full soon.
const DUE: u32 = 50;
const CHARACTERS: usize = 7_900;
const RATE: u32 = 40;
const BEFORE: Duration = Duration::from_secs(10);
/// A reader's socket is full; the program's patience; time to see it.
const CLOSED: Duration = Duration::from_secs(60);
const MEMORY_KIB: u64 = 1_126;
const RESTS: Duration = Duration::from_secs(60);

pub async fn run(common: &Common, lasting: Duration) -> Result<Report> {
    let mut report = Report::of("F19", common);
    let metrics = free_address()?;
    let wired = |launch: Launch| launch.with("DESKBELL_METRICS_ADDR", metrics);
    let quiet = |mut world: World| {
        world.manners.marks = false;
        world
    };
    let scene = Scene::set_with(common, Sowing { agents: AGENTS, chats: CHATS, canary: Some(CANARY) }, wired, quiet).await?;
    let proxy = Proxy::narrow(scene.address()?, common.seed)?;
    let mut door = scene.world.clone().through(proxy.address);
    // They notice nothing: their browsers are stuck.
    door.manners.silence = Duration::from_secs(3_600);
    let loud: Vec<ConversationId> = scene.crowd.agents.first().context("an agent")?.chats().collect();
    let slow = enter(&scene, &door, &loud).await?;
    let mut meter = Meter::at(metrics);

    let load = Load::start(Arc::clone(&scene.crowd), RATE, common.seed);
    let calm = Moment::now();
    sleep(BEFORE).await;
    let (stuck, begun, empty) = (Moment::now(), Instant::now(), scene.desk()?.rss_kib()?);
    proxy.weather(Weather { trickles: true, ..Weather::default() });
    let talk = talk(&scene, &loud);
    let (mut most, mut closed) = (empty, None);
    while closed.is_none() && begun.elapsed() < lasting {
        sleep(Duration::from_millis(250)).await;
        most = most.max(scene.desk()?.rss_kib()?);
        if meter.sum(&["deskbell_ws_closed_total", "slow"]).await? as usize >= slow.len() {
            closed = Some(begun.elapsed());
        }
    }
    talk.abort();
    load.stop().await?;
    let lags = meter.sum(&["deskbell_lagged_total"]).await?;
    let end = Moment::now();
    proxy.weather(Weather::default());
    let rested = scene.rests(RESTS).await;
    let complete = until(RESTS, || are_complete(&scene, &slow, &loud)).await;

    let written = scene.world.history.written();
    let before = delivered_ms(written.values(), |message| !loud.contains(&message.chat) && is_due(message, calm, stuck));
    let meanwhile = delivered_ms(written.values(), |message| !loud.contains(&message.chat) && is_due(message, stuck, end));
    let each = most.saturating_sub(empty) / slow.len() as u64;
    let (p99_before, p99) = (percentile(&before, 99.0), percentile(&meanwhile, 99.0));
    report.figure("slow_sockets", slow.len());
    report.figure("acknowledged", scene.world.history.counts().acknowledged);
    report.figure("closed_ms", closed.map(ms));
    report.figure("kib_a_slow_socket", each);
    report.figure("lags", lags.abs());
    report.figure("deliver_ms_p99", vec![p99_before, p99]);
    report.figure("rested_ms", rested.map(ms));
    report.target(closed.is_some_and(|closed| closed <= CLOSED), format!("slow readers are closed within {CLOSED:?}: {closed:?}"));
    report.target(each <= MEMORY_KIB, format!("{each} KiB a slow reader, {MEMORY_KIB} at most"));
    // A tenth, and what a busy machine adds to so small a figure.
    report.mark(p99 <= p99_before * 11 / 10 + 30, format!("others wait {p99} ms at p99 instead of {p99_before}"));
    report.target(rested.is_some() && complete.is_some(), format!("all complete within {RESTS:?} of their return"));
    let verdict = scene.judge().await?;
    drop(slow);
    Ok(report.close(verdict))
}

async fn enter(scene: &Scene, door: &World, loud: &[ConversationId]) -> Result<Vec<Agent>> {
    let key = scene.place.fixtures.agents.first().context("an agent")?;
    let slow: Vec<Agent> = (1..=SLOW).map(|tab| Agent::enter(door, key, loud, tab)).collect();
    for reader in &slow {
        timeout(RESTS, reader.is_there()).await.context("a reader does not get in")?;
    }
    Ok(slow)
}

/// The customers of the slow write much, in turn, until their chats are full.
fn talk(scene: &Scene, loud: &[ConversationId]) -> JoinHandle<()> {
    let (crowd, loud) = (Arc::clone(&scene.crowd), loud.to_vec());
    tokio::spawn(async move {
        let text = "w".repeat(CHARACTERS);
        let mut pace = tokio::time::interval(Duration::from_secs(1) / DUE);
        let most = loud.len() * (1 << 20) / (CHARACTERS + 1_000);
        let talkers: Vec<_> = crowd.customers.iter().filter(|customer| loud.contains(&customer.chat())).collect();
        for (n, customer) in talkers.iter().cycle().take(most * 9 / 10).enumerate() {
            pace.tick().await;
            customer.outbox().write(&format!("{n} {text}"), Moment::now());
        }
    })
}

fn are_complete(scene: &Scene, slow: &[Agent], loud: &[ConversationId]) -> bool {
    let firsts = scene.crowd.customers.iter().filter(|customer| loud.contains(&customer.chat()));
    let mut firsts = firsts.map(|customer| (customer.chat(), listed(&customer.state())));
    firsts.all(|(chat, list)| slow.iter().all(|reader| reader.state(chat).is_some_and(|state| listed(&state) == list)))
}
