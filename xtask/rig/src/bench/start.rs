//! How long the program takes from its start until it serves an existing desk.

use super::{Arguments, figures::Figures, messages::text};
use crate::{
    desk::{Desk, Launch},
    people::{Crowd, World},
    place::{Place, Sowing},
};
use anyhow::Result;
use oracle::Moment;
use std::time::Duration;
use tokio::time::{Instant, sleep};

const CHATS: usize = 500;
/// Written in every chat by each side, beside what began it.
const MESSAGES: u64 = 5;
const AGENTS: usize = 10;

pub async fn measure(arguments: &Arguments, figures: &mut Figures) -> Result<()> {
    eprintln!("start: a desk with {CHATS} chats and {} messages", CHATS as u64 * (2 * MESSAGES + 1));
    let place = Place::make(arguments.db, Sowing { agents: AGENTS, chats: CHATS, canary: None }).await?;
    let launch = Launch::of(arguments.program());
    let desk = Desk::start(&launch, &place).await?;
    fill(&desk, &place).await;
    desk.stop().await?;
    for _ in 0..arguments.runs.max(3) {
        let (desk, taken) = start(&launch, &place).await?;
        figures.say("start_ms", taken);
        desk.kill().await?;
        let (desk, taken) = start(&launch, &place).await?;
        figures.say("start_ms_after_kill", taken);
        desk.stop().await?;
    }
    place.remove().await
}

/// From the start of the process to its first good answer.
async fn start(launch: &Launch, place: &Place) -> Result<(Desk, f64)> {
    let begun = Instant::now();
    let desk = Desk::start(launch, place).await?;
    desk.is_ready().await?;
    Ok((desk, begun.elapsed().as_secs_f64() * 1_000.0))
}

async fn fill(desk: &Desk, place: &Place) {
    let world = World::of(desk, "no canary");
    let crowd = Crowd::enter(&world, &place.fixtures, CHATS);
    let outboxes = crowd.outboxes();
    for number in 0..MESSAGES {
        for outbox in &outboxes {
            outbox.write(&text(number), Moment::now());
        }
    }
    while outboxes.iter().any(|outbox| outbox.waiting() > 0) {
        sleep(Duration::from_millis(20)).await;
    }
}
