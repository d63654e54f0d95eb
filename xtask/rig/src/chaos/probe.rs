//! One customer's further device that sends one message after another and notes how each try is answered: the crowd's
//! outboxes only tell what became of a message in the end.

use crate::{people::World, place::ChatKey, wire::Line};
use anyhow::Result;
use domain::{
    ids::ClientKey,
    message::Side,
    wire::{Problem, SendMessage, Sent},
};
use oracle::Moment;
use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::{
    task::JoinHandle,
    time::{Instant, sleep, timeout},
};
use uuid::Uuid;

/// Between two tries.
const PAUSE: Duration = Duration::from_millis(50);
/// The last message may take this long.
const LAST: Duration = Duration::from_secs(15);

/// How a try was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answered {
    Yes,
    /// The desk says that it cannot take it now.
    NotNow,
    /// Anything else: a status that promises nothing, or no answer at all.
    Wrongly(String),
}

#[derive(Debug, Clone)]
pub struct Try {
    pub begun: Instant,
    pub took: Duration,
    pub answered: Answered,
}

pub struct Probe {
    tries: Arc<Mutex<Vec<Try>>>,
    stop: Arc<AtomicBool>,
    task: JoinHandle<()>,
}

impl Probe {
    /// Sends until it is stopped.
    pub fn begin(world: &World, chat: &ChatKey) -> Self {
        let (tries, stop) = (Arc::default(), Arc::new(AtomicBool::new(false)));
        let task = tokio::spawn(send(world.clone(), chat.clone(), Arc::clone(&tries), Arc::clone(&stop)));
        Self { tries, stop, task }
    }

    /// Sends no more, once what was begun is acknowledged or it was waited long enough; gives all tries.
    pub async fn stop(mut self) -> Result<Vec<Try>> {
        self.stop.store(true, Ordering::Relaxed);
        match timeout(LAST, &mut self.task).await {
            Ok(ended) => ended?,
            // What is left is in limbo, and found there.
            Err(_) => self.task.abort(),
        }
        Ok(self.tries.lock().unwrap_or_else(PoisonError::into_inner).clone())
    }

    /// Waits for the first message that is begun after `moment` and taken; gives how long after that it was.
    pub async fn is_taken_after(&self, moment: Instant, within: Duration) -> Option<Duration> {
        while moment.elapsed() < within {
            let taken = self.tries_since(moment).into_iter().find(|one| one.answered == Answered::Yes);
            if let Some(taken) = taken {
                return Some((taken.begun + taken.took).duration_since(moment));
            }
            sleep(Duration::from_millis(10)).await;
        }
        None
    }

    /// Tries that were begun at `moment` or later.
    pub fn tries_since(&self, moment: Instant) -> Vec<Try> {
        let tries = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        tries.iter().filter(|one| one.begun >= moment).cloned().collect()
    }
}

async fn send(world: World, chat: ChatKey, tries: Arc<Mutex<Vec<Try>>>, stop: Arc<AtomicBool>) {
    let mut line = Line::to(world.door, world.origin.clone()).patient_for(world.manners.patience);
    let (device, bearer) = (rand::random(), format!("Bearer {}", chat.token));
    let mut number = 0_u64;
    while !stop.load(Ordering::Relaxed) {
        let (client, text) = (ClientKey(Uuid::new_v4()), format!("Probe {number} of this chat."));
        number += 1;
        world.history.writes(client, device, (chat.id, Side::Customer), &text, Moment::now());
        let message = SendMessage { client, text, seen: 0 };
        loop {
            world.history.tries(client);
            let one = try_once(&mut line, &bearer, &message, &world).await;
            let is_taken = one.answered == Answered::Yes;
            tries.lock().unwrap_or_else(PoisonError::into_inner).push(one);
            sleep(PAUSE).await;
            if is_taken {
                break;
            }
        }
    }
}

async fn try_once(line: &mut Line, bearer: &str, message: &SendMessage, world: &World) -> Try {
    let begun = Instant::now();
    let body = serde_json::to_vec(message).unwrap_or_default();
    let answer = line.post("/api/v1/widget/messages", &[("authorization", bearer)], body).await;
    let took = begun.elapsed();
    let answered = match answer {
        Ok(answer) if answer.status.is_success() => match serde_json::from_slice::<Sent>(&answer.body) {
            Ok(sent) => {
                world.history.acknowledged(sent.client, sent.seq);
                Answered::Yes
            }
            Err(error) => Answered::Wrongly(format!("an acknowledgement that is none: {error}")),
        },
        Ok(answer) => match (answer.status.as_u16(), serde_json::from_slice::<Problem>(&answer.body)) {
            (503 | 507, Ok(Problem::Unavailable { .. })) => Answered::NotNow,
            (status, Ok(problem)) => Answered::Wrongly(format!("{status}: {problem}")),
            (status, Err(_)) => Answered::Wrongly(format!("{status} without a reason")),
        },
        Err(cut) => Answered::Wrongly(cut.to_string()),
    };
    Try { begun, took, answered }
}

/// What was answered wrongly, each kind once.
pub fn wrong(tries: &[Try]) -> Vec<String> {
    let mut words: Vec<_> = tries
        .iter()
        .filter_map(|one| match &one.answered {
            Answered::Wrongly(words) => Some(words.clone()),
            Answered::Yes | Answered::NotNow => None,
        })
        .collect();
    words.sort_unstable();
    words.dedup();
    words
}

/// The slowest of a share of the tries with this answer, in milliseconds.
pub fn slowest(tries: &[Try], answered: &Answered, share: f64) -> Option<u64> {
    let mut times: Vec<_> = tries.iter().filter(|one| one.answered == *answered).map(|one| one.took).collect();
    times.sort_unstable();
    let last = times.len().checked_sub(1)?;
    let nth = (last as f64 * share).round() as usize;
    u64::try_from(times[nth].as_millis()).ok()
}
