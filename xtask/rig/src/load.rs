//! Open-loop load: what is due is due by the schedule, so that a slow server cannot slow its own load.

use crate::people::Crowd;
use oracle::Moment;
use rand::{Rng, SeedableRng, rngs::StdRng};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::{task::JoinHandle, time::Instant};

/// One message in this many is preceded by a sign of typing.
const TYPING: u32 = 3;
/// How often the schedule is looked at.
const TICK: Duration = Duration::from_millis(1);

/// Messages at a steady rate, from everybody in turn by a seeded choice.
pub struct Load {
    stop: Arc<AtomicBool>,
    task: JoinHandle<u64>,
}

impl Load {
    /// `rate`: messages a second, over all outboxes.
    pub fn start(crowd: Arc<Crowd>, rate: u32, seed: u64) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let task = tokio::spawn(write(crowd, rate, StdRng::seed_from_u64(seed), Arc::clone(&stop)));
        Self { stop, task }
    }

    /// Nothing more is written; gives how many were. What is in the outboxes goes on.
    pub async fn stop(self) -> anyhow::Result<u64> {
        self.stop.store(true, Ordering::Relaxed);
        Ok(self.task.await?)
    }
}

async fn write(crowd: Arc<Crowd>, rate: u32, mut chance: StdRng, stop: Arc<AtomicBool>) -> u64 {
    let (begun, first) = (Instant::now(), Moment::now());
    let every = Duration::from_secs(1) / rate.max(1);
    let mut written: u64 = 0;
    while !stop.load(Ordering::Relaxed) {
        // Multiplied, not added up: no rounding runs away.
        while every.mul_f64(written as f64) <= begun.elapsed() {
            let due = Moment(first.0 + u64::try_from(every.mul_f64(written as f64).as_nanos()).unwrap_or(u64::MAX));
            one(&crowd, &mut chance, written, due);
            written += 1;
        }
        tokio::time::sleep(TICK).await;
    }
    written
}

fn one(crowd: &Crowd, chance: &mut StdRng, number: u64, due: Moment) {
    let customer = &crowd.customers[chance.random_range(0..crowd.customers.len())];
    let chat = customer.chat();
    let text = format!("Message {number} of the run, about as long as people write.");
    let by_customer = chance.random_bool(0.5);
    let typing = chance.random_ratio(1, TYPING);
    let agent = crowd.agents.iter().find(|agent| agent.outbox(chat).is_some());
    match agent {
        Some(agent) if !by_customer => {
            if typing {
                agent.types(chat);
            }
            if let Some(outbox) = agent.outbox(chat) {
                outbox.write(&text, due);
            }
        }
        _ => {
            if typing {
                customer.types();
            }
            customer.outbox().write(&text, due);
        }
    }
}
