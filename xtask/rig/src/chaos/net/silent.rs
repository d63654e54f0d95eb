//! F16: connections stay open and carry nothing any more, in either direction. New ones work.

use super::{Meter, behind_a_proxy, free_address, ms};
use crate::{
    chaos::{Common, Report},
    desk::Launch,
    load::Load,
    people::World,
    place::ChatKey,
    wire::Socket,
};
use anyhow::{Context, Result};
use domain::{
    ids::InstanceId,
    live::{Cursor, WidgetHears, WidgetSays},
};
use std::{sync::Arc, time::Duration};
use tokio::{
    task::JoinSet,
    time::{Instant, sleep},
};
use uuid::Uuid;

const AGENTS: usize = 4;
const CHATS: usize = 40;
/// Browsers that never come back: their machines are off.
const DEAD: usize = 200;
const RATE: u32 = 20;
const LONGEST_PAUSE: Duration = Duration::from_secs(8);
/// Until the silence, so that not all heartbeats are alike.
const BEFORE: Duration = Duration::from_secs(5);
const NOTICED: Duration = Duration::from_secs(40);
const FREED: Duration = Duration::from_secs(60);
/// After this it is not waited any longer.
const GIVEN_UP: Duration = Duration::from_secs(120);
const RESTS: Duration = Duration::from_secs(20);

pub async fn run(common: &Common) -> Result<Report> {
    let mut report = Report::of("F16", common);
    let metrics = free_address()?;
    let wired = |launch: Launch| launch.with("DESKBELL_METRICS_ADDR", metrics).with("DESKBELL_SOCKETS_PER_CUSTOMER", 1_000);
    let (scene, proxy) = behind_a_proxy(common, (AGENTS, CHATS), LONGEST_PAUSE, wired).await?;
    let mut meter = Meter::at(metrics);
    let mut dead = JoinSet::new();
    for n in 0..DEAD {
        let chat = scene.place.fixtures.chats[n % CHATS].clone();
        dead.spawn(lie(scene.world.clone(), chat));
        // Spread, as the heartbeats of real ones are.
        sleep(BEFORE / DEAD as u32).await;
    }
    let load = Load::start(Arc::clone(&scene.crowd), RATE, common.seed);
    sleep(BEFORE).await;
    let crowd = CHATS + AGENTS;
    let before = meter.sockets().await?;
    let counted: Vec<u64> = scene.crowd.customers.iter().map(|customer| customer.times_caught_up()).collect();
    proxy.silence();

    let (begun, mut back, mut freed, mut registered) = (Instant::now(), None, None, 0);
    while (back.is_none() || freed.is_none()) && begun.elapsed() < GIVEN_UP {
        let sockets = meter.sockets().await?;
        if back.is_none() && scene.crowd.customers.iter().zip(&counted).all(|(customer, before)| customer.times_caught_up() > *before) {
            back = Some(begun.elapsed());
            registered = sockets;
        }
        if freed.is_none() && sockets <= crowd {
            freed = Some(begun.elapsed());
        }
        sleep(Duration::from_millis(100)).await;
    }
    load.stop().await?;
    let rested = scene.rests(RESTS).await;
    report.figure("sockets_before", before);
    report.figure("back_ms", back.map(ms));
    report.figure("registered_when_back", registered);
    report.figure("freed_ms", freed.map(ms));
    report.figure("acknowledged", scene.world.history.counts().acknowledged);
    report.figure("rested_ms", rested.map(ms));
    report.target(before >= crowd + DEAD, format!("{before} sockets were open"));
    report.target(back.is_some_and(|back| back <= NOTICED), format!("all are back within {NOTICED:?}: {back:?}"));
    report.target(registered >= DEAD, "nobody came back while old sockets were registered");
    report.target(freed.is_some_and(|freed| freed <= FREED), format!("dead sockets are freed within {FREED:?}: {freed:?}"));
    report.target(rested.is_some(), format!("at rest within {RESTS:?}"));
    Ok(report.close(scene.judge().await?))
}

/// An open widget that does nothing but live.
async fn lie(world: World, chat: ChatKey) -> Result<()> {
    let mut socket = Socket::open(world.door, &world.origin, "/rt/widget", None).await?;
    let cursor = Cursor { epoch: None, seq: 0 };
    socket.say(&WidgetSays::Hello { token: chat.token, instance: InstanceId::new(Uuid::new_v4()), cursor }).await?;
    loop {
        let (_, _) = socket.next::<WidgetHears>().await.map_err(|end| anyhow::anyhow!("{end:?}")).context("a widget")?;
    }
}
