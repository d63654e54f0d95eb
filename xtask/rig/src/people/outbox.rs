//! What one author has still to say in one chat: sent in order, again and again until acknowledged or refused for good.

use super::{Backoff, World};
use crate::wire::{Answer, Cut};
use domain::{
    ids::{ClientKey, ConversationId},
    message::Side,
    wire::{Problem, SendMessage, Sent},
};
use oracle::Moment;
use rand::Rng;
use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::{sync::mpsc, task::JoinHandle};
use uuid::Uuid;

/// A message that waits to be sent.
#[derive(Debug, Clone)]
pub struct Draft {
    pub client: ClientKey,
    pub text: String,
}

pub struct Outbox {
    world: World,
    device: u64,
    chat: ConversationId,
    by: Side,
    drafts: mpsc::UnboundedSender<Draft>,
    waiting: Arc<AtomicUsize>,
    task: JoinHandle<()>,
}

/// How an author reaches the desk.
pub trait Post: Send + 'static {
    fn post(&mut self, message: &SendMessage) -> impl Future<Output = Result<Answer, Cut>> + Send;
}

impl Outbox {
    pub(super) fn open(world: &World, chat: ConversationId, by: Side, seen: Arc<AtomicU64>, post: impl Post) -> Self {
        let (drafts, waiting_drafts) = mpsc::unbounded_channel();
        let waiting = Arc::new(AtomicUsize::new(0));
        let flush = flush(world.clone(), waiting_drafts, Arc::clone(&waiting), seen, post);
        let device = rand::rng().random();
        Self { world: world.clone(), device, chat, by, drafts, waiting, task: tokio::spawn(flush) }
    }

    /// Puts a text into the outbox. Latency counts from `due`.
    pub fn write(&self, text: &str, due: Moment) -> ClientKey {
        let client = ClientKey(Uuid::new_v4());
        self.world.history.writes(client, self.device, (self.chat, self.by), text, due);
        self.waiting.fetch_add(1, Ordering::Relaxed);
        // The task lives as long as this outbox.
        let _ = self.drafts.send(Draft { client, text: text.to_owned() });
        client
    }

    /// How many are neither acknowledged nor refused.
    pub fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }
}

impl Drop for Outbox {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn flush(
    world: World,
    mut drafts: mpsc::UnboundedReceiver<Draft>,
    waiting: Arc<AtomicUsize>,
    seen: Arc<AtomicU64>,
    mut post: impl Post,
) {
    while let Some(draft) = drafts.recv().await {
        deliver(&world, &draft, &seen, &mut post).await;
        waiting.fetch_sub(1, Ordering::Relaxed);
    }
}

async fn deliver(world: &World, draft: &Draft, seen: &AtomicU64, post: &mut impl Post) {
    let mut backoff = Backoff::up_to(world.manners.longest_pause);
    loop {
        world.history.tries(draft.client);
        let message = SendMessage { client: draft.client, text: draft.text.clone(), seen: seen.load(Ordering::Relaxed) };
        let Ok(answer) = post.post(&message).await else {
            backoff.pause().await;
            continue;
        };
        if answer.status.is_success() {
            let sent: Sent = serde_json::from_slice(&answer.body).unwrap_or_else(|error| panic!("no acknowledgement: {error}"));
            return world.history.acknowledged(sent.client, sent.seq);
        }
        match serde_json::from_slice::<Problem>(&answer.body) {
            Ok(Problem::SlowDown { after_ms } | Problem::Unavailable { after_ms }) => {
                backoff.pause_at_least(Duration::from_millis(after_ms)).await;
            }
            Ok(problem) if !problem.is_passing() => return world.history.refused(draft.client, &problem),
            // Not the desk's own words: something in between, or broken.
            Ok(_) | Err(_) => backoff.pause().await,
        }
    }
}
