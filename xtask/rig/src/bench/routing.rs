//! The router under a crowd: 1,000 agents, 20 skills, 5,000 chats that wait.
//!
//! Three questions: how fast a long line is handed out once people come; how long a place that has become free, or a chat
//! that has come, waits for its offer to stand on a screen while thousands wait beside it; and what the router costs while
//! there is nothing to do.

mod scene;

use self::scene::{Crowded, Plan};
use super::{
    Arguments,
    figures::Figures,
    meter::{Meter, histogram, ms},
};
use crate::{
    desk::{Desk, Launch},
    people::{Agent, World, begin_chat},
};
use anyhow::{Context, Result, ensure};
use domain::{
    ids::{ConversationId, OfferId},
    wire::Closing,
};
use hdrhistogram::Histogram;
use serde_json::json;
use std::{collections::HashMap, sync::Arc, time::Duration};
use tokio::{
    sync::Mutex,
    time::{Instant, interval, sleep, timeout},
};

/// How often somebody among those who are watched becomes free, and how often somebody asks, a second.
const RATE: u32 = 20;
/// How long the router is watched while it has nothing to do.
const IDLE: Duration = Duration::from_secs(10);
/// Whatever takes longer has failed.
const PATIENCE: Duration = Duration::from_secs(60);

pub async fn measure(arguments: &Arguments, figures: &mut Figures) -> Result<()> {
    let plan = Plan::of(arguments.short);
    hand_out(arguments, plan, figures).await?;
    keep_up(arguments, plan, figures).await
}

/// A long line, and everybody comes at once.
async fn hand_out(arguments: &Arguments, plan: Plan, figures: &mut Figures) -> Result<()> {
    eprintln!("routing: {} chats wait for {} agents with {} skills", plan.chats, plan.agents, plan.skills);
    let capacity = i64::try_from(plan.chats.div_ceil(plan.agents))?;
    let crowded = Crowded::set(arguments.db, plan, capacity).await?;
    let desk = Desk::start(&Launch::of(arguments.program()), &crowded.place).await?;
    let begun = Instant::now();
    while crowded.waiting().await? > 0 {
        ensure!(begun.elapsed() < PATIENCE * 2, "{} chats still wait for somebody", crowded.waiting().await?);
        sleep(Duration::from_millis(10)).await;
    }
    let taken = begun.elapsed().as_secs_f64();
    figures.say("decisions_per_s", plan.chats as f64 / taken);
    desk.stop().await?;
    crowded.remove().await
}

/// The line is long and everybody has all they can take: who becomes free is offered the next at once, and a chat for
/// which somebody is free does not wait behind the others.
async fn keep_up(arguments: &Arguments, plan: Plan, figures: &mut Figures) -> Result<()> {
    eprintln!("routing: {RATE} places a second become free, {RATE} chats a second come; thousands wait beside them");
    let crowded = Crowded::set(arguments.db, plan, 1).await?;
    let desk = Desk::start(&Launch::of(arguments.program()), &crowded.place).await?;
    let world = World::of(&desk, "no canary");
    let begun = Instant::now();
    while crowded.waiting().await? > plan.chats - plan.agents {
        ensure!(begun.elapsed() < PATIENCE, "the first round does not end");
        sleep(Duration::from_millis(10)).await;
    }
    let before = Meter::read(&desk)?;
    let refills = refills(&world, &crowded, arguments.window()).await?;
    let arrivals = arrivals(&world, &crowded, arguments.window()).await?;
    let span = before.until(Meter::read(&desk)?);
    say(["refill_ms_p50", "refill_ms_p99", "refill_ms_max"], &refills, figures);
    say(["offer_ms_p50", "offer_ms_p99", "offer_ms_max"], &arrivals, figures);
    figures.say("routing_cpu", span.cores(span.server));
    crowded.everybody_leaves().await?;
    sleep(Duration::from_secs(2)).await;
    let before = Meter::read(&desk)?;
    sleep(IDLE).await;
    let span = before.until(Meter::read(&desk)?);
    figures.say("routing_idle_cpu", span.cores(span.server));
    desk.stop().await?;
    crowded.remove().await
}

fn say(names: [&'static str; 3], latencies: &Histogram<u64>, figures: &mut Figures) {
    for (name, quantile) in names.into_iter().zip([0.5, 0.99, 1.0]) {
        figures.say(name, ms(latencies, quantile));
    }
}

/// From leaving a chat until the next offer stands on the screen.
async fn refills(world: &World, crowded: &Crowded, window: Duration) -> Result<Histogram<u64>> {
    let watched: Vec<Agent> = crowded.watched().iter().map(|key| Agent::enter(world, key, &[], 0)).collect();
    for agent in &watched {
        agent.is_there().await;
    }
    let latencies = Arc::new(Mutex::new(histogram()?));
    let every = Duration::from_secs_f64(watched.len() as f64 / f64::from(RATE));
    let mut tasks = tokio::task::JoinSet::new();
    for (n, agent) in watched.into_iter().enumerate() {
        let latencies = Arc::clone(&latencies);
        let first = every.mul_f64(n as f64 / f64::from(RATE) / every.as_secs_f64());
        tasks.spawn(async move {
            sleep(first).await;
            let mut due = interval(every);
            let end = Instant::now() + window;
            while Instant::now() < end {
                due.tick().await;
                let chat = takes(&agent, next_offer(&agent, None).await?).await?;
                ends(&agent, chat).await?;
                let freed = Instant::now();
                leaves(&agent, chat).await?;
                next_offer(&agent, None).await?;
                latencies.lock().await.saturating_record(micros(freed));
            }
            anyhow::Ok(())
        });
    }
    while let Some(ended) = tasks.join_next().await {
        ended??;
    }
    let all = latencies.lock().await.clone();
    Ok(all)
}

/// From pressing "Start chat" until the offer stands on somebody's screen.
async fn arrivals(world: &World, crowded: &Crowded, window: Duration) -> Result<Histogram<u64>> {
    let begun: Arc<Mutex<HashMap<ConversationId, Instant>>> = Arc::default();
    let latencies = Arc::new(Mutex::new(histogram()?));
    let fresh: Vec<Agent> = crowded.fresh().iter().map(|key| Agent::enter(world, key, &[], 0)).collect();
    for agent in &fresh {
        agent.is_there().await;
    }
    let mut serving = tokio::task::JoinSet::new();
    for agent in fresh {
        let (begun, latencies) = (Arc::clone(&begun), Arc::clone(&latencies));
        serving.spawn(async move {
            loop {
                let offer = agent.is_offered().await;
                let seen = Instant::now();
                let chat = takes(&agent, offer).await?;
                // The answer to the start may come after the offer.
                let since = wait_for(&begun, chat).await?;
                latencies.lock().await.saturating_record(u64::try_from((seen - since).as_micros())?);
                ends(&agent, chat).await?;
                leaves(&agent, chat).await?;
                while agent.desk().is_some_and(|desk| desk.offers.iter().any(|one| one.id == offer)) {
                    sleep(Duration::from_millis(1)).await;
                }
            }
            #[allow(unreachable_code)]
            anyhow::Ok(())
        });
    }
    let mut due = interval(Duration::from_secs(1) / RATE);
    let end = Instant::now() + window;
    let mut asking = tokio::task::JoinSet::new();
    while Instant::now() < end {
        due.tick().await;
        let (world, site, begun) = (world.clone(), crowded.fresh_site().to_owned(), Arc::clone(&begun));
        asking.spawn(async move {
            let at = Instant::now();
            let chat = begin_chat(&world, &site, "Newcomer").await?;
            begun.lock().await.insert(chat.id, at);
            anyhow::Ok(())
        });
    }
    while let Some(ended) = asking.join_next().await {
        ended??;
    }
    let asked = begun.lock().await.len() as u64;
    let waited = Instant::now();
    while latencies.lock().await.len() < asked {
        if let Some(ended) = serving.try_join_next() {
            ended??;
        }
        ensure!(waited.elapsed() < PATIENCE, "{} of {asked} chats were not offered", asked - latencies.lock().await.len());
        sleep(Duration::from_millis(10)).await;
    }
    let all = latencies.lock().await.clone();
    Ok(all)
}

async fn wait_for(begun: &Mutex<HashMap<ConversationId, Instant>>, chat: ConversationId) -> Result<Instant> {
    let seen = async {
        loop {
            if let Some(at) = begun.lock().await.get(&chat) {
                return *at;
            }
            sleep(Duration::from_millis(1)).await;
        }
    };
    timeout(PATIENCE, seen).await.context("nobody began this chat")
}

/// What rings, and is another than `before`.
async fn next_offer(agent: &Agent, before: Option<OfferId>) -> Result<OfferId> {
    let next = async {
        loop {
            let offer = agent.is_offered().await;
            if Some(offer) != before {
                return offer;
            }
            sleep(Duration::from_millis(1)).await;
        }
    };
    timeout(PATIENCE, next).await.with_context(|| format!("{} is offered nothing", agent.name))
}

/// Accepts, and waits until the offer is off the screen.
async fn takes(agent: &Agent, offer: OfferId) -> Result<ConversationId> {
    let answer = agent.accepts(offer).await.map_err(|cut| anyhow::anyhow!("{cut}"))?;
    ensure!(answer.status.is_success(), "not accepted: {}", answer.status);
    let chat = serde_json::from_slice(&answer.body)?;
    let begun = Instant::now();
    while agent.desk().is_some_and(|desk| desk.offers.iter().any(|one| one.id == offer)) {
        ensure!(begun.elapsed() < PATIENCE, "an accepted offer still rings");
        sleep(Duration::from_millis(1)).await;
    }
    Ok(chat)
}

async fn ends(agent: &Agent, chat: ConversationId) -> Result<()> {
    says_yes(agent, "chats.end", json!({ "conversation": chat, "closing": Closing::NoTicket })).await
}

async fn leaves(agent: &Agent, chat: ConversationId) -> Result<()> {
    says_yes(agent, "chats.leave", json!({ "conversation": chat })).await
}

async fn says_yes(agent: &Agent, call: &str, arguments: serde_json::Value) -> Result<()> {
    let answer = agent.call(call, arguments).await.map_err(|cut| anyhow::anyhow!("{cut}"))?;
    ensure!(answer.status.is_success(), "{call}: {} {}", answer.status, String::from_utf8_lossy(&answer.body));
    Ok(())
}

fn micros(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_micros()).unwrap_or(u64::MAX)
}
