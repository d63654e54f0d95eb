//! Several nodes through a NATS server, by core publish and subscribe: it may lose, double or reorder what it carries.
//!
//! All nodes of a desk speak and listen on one subject, named by the epoch of the desk's database, so that desks that
//! share a server do not hear each other. Every node beats once a second and hears its own beat; one that is not heard
//! is how silent loss is found ([`super::watch`]).

use super::hint::{Hint, Word};
use crate::live::Hub;
use anyhow::Context;
use async_nats::{Client, ConnectOptions, Event, Subscriber, connection::State};
use domain::{event::Pulse, ids::Epoch, live::Stream};
use futures_util::StreamExt;
use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::sync::mpsc;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use uuid::Uuid;

/// The most that waits to be told; what comes beyond it is dropped.
const QUEUE: usize = 8_192;
/// The most that one message carries.
const BATCH: usize = 512;
/// How long a first connection may take.
const CONNECT_WITHIN: Duration = Duration::from_secs(5);
/// How long is waited between two attempts to reach a server that was lost, at most.
const RETRY_WITHIN: Duration = Duration::from_secs(1);
/// How often the connection itself is probed.
const PROBE_EVERY: Duration = Duration::from_secs(5);
/// A node whose beat was not heard for this long is not heard.
const DEAF_AFTER: Duration = Duration::from_millis(2_500);
/// How long the last words may take when a node stops.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// How the server is reached.
#[derive(Debug, Clone, Default)]
pub struct NatsOptions {
    /// `nats://HOST:4222`, with or without a user, or several with commas between.
    pub url: String,
    /// A file with credentials, as `nsc` writes it.
    pub credentials: Option<PathBuf>,
}

/// Something to be told to other nodes.
#[derive(Debug)]
pub(super) enum Told {
    Hint(Hint),
    Pulse(Stream, Pulse),
    Beat,
}

/// A connection to the server that others' nodes share.
pub struct Nats {
    /// This process among others.
    me: Uuid,
    client: Client,
    told: mpsc::Sender<Told>,
    waiting: Mutex<Option<mpsc::Receiver<Told>>>,
    heard: Mutex<Heard>,
    gaps: Arc<Gaps>,
    closing: CancellationToken,
    tasks: TaskTracker,
}

/// What is known to be missing although everybody is heard.
#[derive(Default)]
struct Gaps {
    /// Others may have said something that was not heard here.
    unheard: AtomicBool,
    /// Something was not said to others.
    unsaid: AtomicBool,
}

/// Who was heard when, and who should be.
#[derive(Default)]
struct Heard {
    at: HashMap<Uuid, Instant>,
    peers: Vec<Uuid>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Nats {
    /// Connects. Fails when the server cannot be reached now; lost later, it is looked for until it is back.
    pub async fn connect(options: &NatsOptions, node: &str, me: Uuid) -> anyhow::Result<Self> {
        let gaps = Arc::new(Gaps::default());
        let noted = Arc::clone(&gaps);
        let mut how = ConnectOptions::new()
            .name(format!("deskbell {node}"))
            .connection_timeout(CONNECT_WITHIN)
            .ping_interval(PROBE_EVERY)
            .reconnect_delay_callback(|attempt| {
                (Duration::from_millis(50) * u32::try_from(attempt).unwrap_or(20).min(20)).min(RETRY_WITHIN)
            })
            .event_callback(move |event| {
                noted.note(&event);
                std::future::ready(())
            });
        if let Some(file) = &options.credentials {
            how = how.credentials_file(file).await.with_context(|| format!("cannot read the credentials in {}", file.display()))?;
        }
        let addresses: Vec<&str> = options.url.split(',').map(str::trim).collect();
        let client = tokio::time::timeout(CONNECT_WITHIN * 2, how.connect(addresses)).await.map_err(anyhow::Error::from);
        let client = client.and_then(|connected| connected.map_err(anyhow::Error::from));
        let client = client.context("cannot reach the NATS server that nats_url names: is it running, and is this node let in?")?;
        let (told, waiting) = mpsc::channel(QUEUE);
        Ok(Self {
            me,
            client,
            told,
            waiting: Mutex::new(Some(waiting)),
            heard: Mutex::default(),
            gaps,
            closing: CancellationToken::new(),
            tasks: TaskTracker::new(),
        })
    }

    /// Begins to speak and to listen on the subject of the desk. A second call changes nothing.
    pub(crate) async fn begin(self: &Arc<Self>, epoch: Epoch, hub: &Hub) -> anyhow::Result<()> {
        let Some(waiting) = lock(&self.waiting).take() else { return Ok(()) };
        let subject = format!("deskbell.{}", epoch.uuid().simple());
        let words = self.client.subscribe(subject.clone()).await.context("cannot listen on the NATS server")?;
        self.client.flush().await.context("cannot listen on the NATS server")?;
        let (speaker, listener, hub) = (self.clone(), self.clone(), hub.clone());
        self.tasks.spawn(async move { speaker.talk(waiting, subject).await });
        let closing = self.closing.clone();
        self.tasks.spawn(closing.run_until_cancelled_owned(async move { listener.listen(words, &hub).await }));
        self.tell(Told::Beat);
        Ok(())
    }

    /// Queues something to be told. It is dropped rather than waited for: it is only a hint.
    pub(super) fn tell(&self, told: Told) {
        if self.told.try_send(told).is_err() {
            self.gaps.unsaid.store(true, Ordering::Relaxed);
            metrics::counter!("deskbell_bus_dropped_total").increment(1);
        }
    }

    /// The other nodes of the desk, as its database knows them.
    pub(crate) fn expect(&self, peers: Vec<Uuid>) {
        let mut heard = lock(&self.heard);
        heard.at.retain(|node, _| *node == self.me || peers.contains(node));
        heard.peers = peers;
    }

    /// Whether something may have been missed since this was asked last.
    pub(super) fn take_gap(&self) -> bool {
        self.gaps.unheard.swap(false, Ordering::Relaxed)
    }

    /// Whether this node hears its own beat: otherwise nothing that is said arrives, or nothing is heard.
    pub fn hears_itself(&self) -> bool {
        lock(&self.heard).at.get(&self.me).is_some_and(|at| at.elapsed() < DEAF_AFTER)
    }

    /// Whether this node hears itself, everybody whom it should hear, and everybody whom it has heard before.
    pub(super) fn hears_everybody(&self) -> bool {
        let heard = lock(&self.heard);
        let is_known = |node: &Uuid| heard.at.contains_key(node);
        is_known(&self.me) && heard.peers.iter().all(is_known) && heard.at.values().all(|at| at.elapsed() < DEAF_AFTER)
    }

    /// Says what was accepted, and ends.
    pub(crate) async fn close(&self) {
        self.closing.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }

    async fn talk(&self, mut waiting: mpsc::Receiver<Told>, subject: String) {
        let mut batch = Vec::with_capacity(BATCH);
        loop {
            tokio::select! {
                biased;
                _ = waiting.recv_many(&mut batch, BATCH) => self.say(&subject, &mut batch).await,
                () = self.closing.cancelled() => break,
            }
        }
        // One that cannot be reached is not waited for.
        let _ = tokio::time::timeout(LAST_WORDS, self.client.flush()).await;
    }

    async fn say(&self, subject: &str, batch: &mut Vec<Told>) {
        let mut word = Word::new(self.me);
        for told in batch.drain(..) {
            match told {
                Told::Hint(hint) => word.add(hint),
                Told::Pulse(stream, pulse) => word.pulses.push((stream, pulse)),
                Told::Beat => {}
            }
        }
        // What is said to nobody now would only be late when the server is back; until then the others look for themselves.
        if self.client.connection_state() != State::Connected {
            self.gaps.unsaid.store(true, Ordering::Relaxed);
            metrics::counter!("deskbell_bus_dropped_total").increment((word.hints.len() + word.pulses.len()) as u64);
            return;
        }
        word.lost = self.gaps.unsaid.swap(false, Ordering::Relaxed);
        let Ok(text) = serde_json::to_vec(&word) else { return };
        tokio::select! {
            // A connection that takes nothing must not hold up the end.
            () = self.closing.cancelled() => {}
            said = self.client.publish(subject.to_owned(), text.into()) => {
                if let Err(error) = said {
                    tracing::debug!(%error, "A hint was not sent.");
                }
            }
        }
    }

    async fn listen(&self, mut words: Subscriber, hub: &Hub) {
        while let Some(message) = words.next().await {
            let Ok(word) = serde_json::from_slice::<Word>(&message.payload) else {
                metrics::counter!("deskbell_bus_unknown_total").increment(1);
                continue;
            };
            lock(&self.heard).at.insert(word.from, Instant::now());
            if word.from == self.me {
                continue;
            }
            if word.lost {
                self.gaps.unheard.store(true, Ordering::Relaxed);
            }
            metrics::counter!("deskbell_bus_hints_total").increment(word.hints.len() as u64);
            for hint in word.hints {
                hint.heed(hub);
            }
            for (stream, pulse) in word.pulses {
                hub.pulse(stream, pulse);
            }
        }
    }
}

impl Gaps {
    /// What the connection tells of itself. A short break is over before anybody misses a beat.
    fn note(&self, event: &Event) {
        match event {
            Event::Connected => {
                self.unheard.store(true, Ordering::Relaxed);
                self.unsaid.store(true, Ordering::Relaxed);
                tracing::info!("The NATS server is connected.");
            }
            Event::Disconnected => tracing::warn!("The NATS server is lost and is being looked for."),
            Event::SlowConsumer(_) => {
                self.unheard.store(true, Ordering::Relaxed);
                metrics::counter!("deskbell_bus_dropped_total").increment(1);
                tracing::debug!("A hint was dropped: this node hears more than it can heed.");
            }
            Event::LameDuckMode => tracing::info!("The NATS server is about to stop."),
            Event::Draining | Event::Closed => tracing::debug!("The connection to the NATS server ends."),
            Event::ServerError(error) => tracing::warn!(%error, "The NATS server refuses something."),
            Event::ClientError(error) => tracing::warn!(%error, "The NATS server could not be reached."),
        }
    }
}
