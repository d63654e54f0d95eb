//! An agent with the console open: one socket for all chats, one outbox a chat.

use super::{Backoff, Outbox, World, outbox::Post};
use crate::{
    history::Viewer,
    place::AgentKey,
    wire::{Answer, Cut, Line, Socket, SocketEnd},
};
use domain::{
    desk::AgentState,
    event::Event,
    ids::{AgentId, ConversationId, Epoch, InstanceId, OfferId},
    live::{ConsoleHears, ConsoleSays, Cursor, Stream},
    message::Side,
    presence::Wish,
    state::{Applied, ChatState},
    wire::{MarkSeen, SendMessage},
};
use serde_json::json;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::{
    sync::{mpsc, watch},
    task::JoinHandle,
    time::Instant,
};
use uuid::Uuid;

const MARK_EVERY: Duration = Duration::from_secs(1);

pub struct Agent {
    pub id: AgentId,
    pub name: String,
    cookie: String,
    world: World,
    outboxes: BTreeMap<ConversationId, Outbox>,
    screen: Arc<Screen>,
    there: watch::Receiver<BTreeSet<Stream>>,
    say: mpsc::UnboundedSender<ConsoleSays>,
    tasks: Vec<JoinHandle<()>>,
}

impl Agent {
    /// Opens the console in one more tab, with these chats open in it.
    pub fn enter(world: &World, key: &AgentKey, chats: &[ConversationId], tab: u32) -> Self {
        let cookie = format!("__Host-sid={}", key.session);
        let (caught_up, there) = watch::channel(BTreeSet::new());
        let (say, said) = mpsc::unbounded_channel();
        let seen: BTreeMap<ConversationId, Arc<AtomicU64>> = chats.iter().map(|chat| (*chat, Arc::default())).collect();
        let open = |chat: &ConversationId, seen: &Arc<AtomicU64>| {
            let phone = Phone { line: line(world), cookie: cookie.clone(), chat: *chat };
            (*chat, Outbox::open(world, *chat, Side::Agent, Arc::clone(seen), phone))
        };
        let outboxes = seen.iter().map(|(chat, seen)| open(chat, seen)).collect();
        let shows = Mutex::new(Shows { agent: None, chats: chats.iter().map(|chat| (*chat, ChatState::default())).collect() });
        let screen = Arc::new(Screen {
            world: world.clone(),
            id: key.id,
            tab,
            cookie: cookie.clone(),
            shows,
            seen,
            caught_up,
            moved: watch::Sender::new(()),
        });
        let tasks = vec![tokio::spawn(Arc::clone(&screen).watch(said)), tokio::spawn(marks(Arc::clone(&screen)))];
        Self { id: key.id, name: key.name.clone(), cookie, world: world.clone(), outboxes, screen, there, say, tasks }
    }

    pub fn outbox(&self, chat: ConversationId) -> Option<&Outbox> {
        self.outboxes.get(&chat)
    }
    pub fn chats(&self) -> impl Iterator<Item = ConversationId> {
        self.outboxes.keys().copied()
    }

    /// What the console shows of a chat.
    pub fn state(&self, chat: ConversationId) -> Option<ChatState> {
        self.screen.shows().chats.get(&chat).cloned()
    }
    /// What rings, what is open, how the agent stands.
    pub fn desk(&self) -> Option<AgentState> {
        self.screen.shows().agent.clone()
    }

    pub fn types(&self, conversation: ConversationId) {
        let _ = self.say.send(ConsoleSays::Typing { conversation });
    }

    /// Returns when all streams have caught up once.
    pub async fn is_there(&self) {
        let all = self.outboxes.len() + 1;
        let _ = self.there.clone().wait_for(|streams| streams.len() >= all).await;
    }

    /// A call of the console's page.
    pub async fn call(&self, name: &str, arguments: serde_json::Value) -> Result<Answer, Cut> {
        let path = format!("/api/console/{name}");
        line(&self.world).post(&path, &[("cookie", &self.cookie)], arguments.to_string().into_bytes()).await
    }

    pub async fn wants(&self, wish: Wish) -> Result<Answer, Cut> {
        self.call("state.set", json!({ "wish": wish })).await
    }
    pub async fn rejects(&self, offer: OfferId) -> Result<Answer, Cut> {
        self.call("offers.reject", json!({ "offer": offer })).await
    }

    /// Returns the next offer that rings.
    pub async fn is_offered(&self) -> OfferId {
        let mut moved = self.screen.moved.subscribe();
        loop {
            if let Some(offer) = self.desk().and_then(|desk| desk.offers.first().map(|offer| offer.id)) {
                return offer;
            }
            let _ = moved.changed().await;
        }
    }

    pub async fn accepts(&self, offer: OfferId) -> Result<Answer, Cut> {
        self.call("offers.accept", json!({ "offer": offer })).await
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

fn line(world: &World) -> Line {
    Line::to(world.door, world.origin.clone()).patient_for(world.manners.patience)
}

struct Phone {
    line: Line,
    cookie: String,
    chat: ConversationId,
}

impl Post for Phone {
    async fn post(&mut self, message: &SendMessage) -> Result<Answer, Cut> {
        let body = json!({ "conversation": self.chat, "message": message }).to_string().into_bytes();
        self.line.post("/api/console/messages.send", &[("cookie", &self.cookie)], body).await
    }
}

async fn marks(screen: Arc<Screen>) {
    if !screen.world.manners.marks {
        return;
    }
    let mut line = line(&screen.world);
    let mut told: BTreeMap<ConversationId, u64> = BTreeMap::new();
    loop {
        tokio::time::sleep(MARK_EVERY).await;
        let lasts: Vec<(ConversationId, u64)> =
            screen.shows().chats.iter().filter_map(|(chat, state)| Some((*chat, state.last_from_other(Side::Agent)?))).collect();
        for (chat, last) in lasts {
            if told.get(&chat).is_some_and(|told| *told >= last) {
                continue;
            }
            let body = json!({ "conversation": chat, "seen": MarkSeen { delivered: last, read: last } });
            let answer = line.post("/api/console/marks.send", &[("cookie", &screen.cookie)], body.to_string().into_bytes()).await;
            if answer.is_ok_and(|answer| answer.status.is_success()) {
                told.insert(chat, last);
            }
        }
    }
}

struct Shows {
    agent: Option<AgentState>,
    chats: BTreeMap<ConversationId, ChatState>,
}

struct Screen {
    world: World,
    id: AgentId,
    tab: u32,
    cookie: String,
    shows: Mutex<Shows>,
    seen: BTreeMap<ConversationId, Arc<AtomicU64>>,
    caught_up: watch::Sender<BTreeSet<Stream>>,
    /// Moves when something of the agent's own stream changed.
    moved: watch::Sender<()>,
}

impl Screen {
    fn shows(&self) -> MutexGuard<'_, Shows> {
        self.shows.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn viewer(&self, chat: ConversationId) -> Viewer {
        Viewer { chat, side: Side::Agent, tab: self.tab }
    }

    fn cursor(&self, stream: Stream, epoch: Option<Epoch>) -> Cursor {
        let shows = self.shows();
        let seq = match stream {
            Stream::ChatInternal(chat) => shows.chats.get(&chat).map_or(0, |state| state.head),
            Stream::Agent(_) => shows.agent.as_ref().map_or(0, |state| state.head),
            Stream::ChatPublic(_) | Stream::Queue(_) | Stream::Board => 0,
        };
        Cursor { epoch, seq }
    }

    fn streams(&self) -> Vec<Stream> {
        let chats = self.seen.keys().copied().map(Stream::ChatInternal);
        std::iter::once(Stream::Agent(self.id)).chain(chats).collect()
    }

    /// Stays connected for as long as the console is open.
    async fn watch(self: Arc<Self>, mut said: mpsc::UnboundedReceiver<ConsoleSays>) {
        let instance = InstanceId::new(Uuid::new_v4());
        let mut backoff = Backoff::up_to(self.world.manners.longest_pause);
        let mut epoch = None;
        loop {
            let begun = Instant::now();
            let asked = match self.connect(instance, &mut epoch, &mut said).await {
                Ok(None) => return,
                Ok(Some(pause)) => pause,
                Err(_) => Duration::ZERO,
            };
            if begun.elapsed() > Duration::from_secs(5) {
                backoff.reset();
            }
            backoff.pause_at_least(asked).await;
        }
    }

    /// One connection: the pause that the server asked for, or `None` when it said not to come back.
    async fn connect(
        &self,
        instance: InstanceId,
        epoch: &mut Option<Epoch>,
        said: &mut mpsc::UnboundedReceiver<ConsoleSays>,
    ) -> anyhow::Result<Option<Duration>> {
        let mut socket = Socket::open(self.world.door, &self.world.origin, "/rt/agent", Some(&self.cookie)).await?;
        socket.say(&ConsoleSays::Hello { instance }).await?;
        for stream in self.streams() {
            socket.say(&ConsoleSays::Follow { stream, cursor: self.cursor(stream, *epoch) }).await?;
        }
        loop {
            let frame = tokio::select! {
                heard = socket.next_within::<ConsoleHears>(self.world.manners.silence) => match heard {
                    Ok((frame, _)) => frame,
                    Err(SocketEnd::Closed(code)) => anyhow::bail!("closed with {code}"),
                    Err(SocketEnd::Cut) => anyhow::bail!("cut"),
                },
                Some(word) = said.recv() => {
                    socket.say(&word).await?;
                    continue;
                }
            };
            match frame {
                ConsoleHears::Welcome { epoch: new, .. } => *epoch = Some(new),
                ConsoleHears::Heartbeat { heads, .. } => {
                    socket.say(&ConsoleSays::Ping).await?;
                    // Virtual agents sit in front of their browsers.
                    socket.say(&ConsoleSays::Input).await?;
                    for (stream, head) in heads {
                        let cursor = self.cursor(stream, *epoch);
                        if head > cursor.seq {
                            socket.say(&ConsoleSays::Follow { stream, cursor }).await?;
                        }
                    }
                }
                ConsoleHears::CaughtUp { stream, .. } => {
                    self.caught_up.send_modify(|streams| {
                        streams.insert(stream);
                    });
                }
                ConsoleHears::Bye { retry_ms } => return Ok(Some(Duration::from_millis(retry_ms))),
                ConsoleHears::Fenced | ConsoleHears::SignedOut => return Ok(None),
                frame => {
                    if let Some(stream) = self.hear(frame) {
                        socket.say(&ConsoleSays::Follow { stream, cursor: self.cursor(stream, *epoch) }).await?;
                    }
                }
            }
        }
    }

    /// Applies a frame; gives the stream in which something is missing.
    fn hear(&self, frame: ConsoleHears) -> Option<Stream> {
        match frame {
            ConsoleHears::ChatSnapshot { stream: Stream::ChatInternal(chat), state, .. } => {
                self.world.history.replaced(self.viewer(chat), &state);
                self.has_seen(chat, state.head);
                self.shows().chats.insert(chat, *state);
                None
            }
            ConsoleHears::AgentSnapshot { state, .. } => {
                self.shows().agent = Some(*state);
                self.moved.send_replace(());
                None
            }
            ConsoleHears::ChatEvent { stream, event } => {
                let Stream::ChatInternal(chat) = stream else { return None };
                (!self.apply(chat, &event)).then_some(stream)
            }
            ConsoleHears::AgentEvent { stream, event } => {
                let mut shows = self.shows();
                let applied = shows.agent.as_mut().map_or(Applied::Gap, |state| state.apply(&event));
                self.moved.send_replace(());
                (applied == Applied::Gap).then_some(stream)
            }
            _ => None,
        }
    }

    fn has_seen(&self, chat: ConversationId, head: u64) {
        if let Some(seen) = self.seen.get(&chat) {
            seen.store(head, Ordering::Relaxed);
        }
    }

    fn apply(&self, chat: ConversationId, event: &Event) -> bool {
        let (viewer, mut shows) = (self.viewer(chat), self.shows());
        let state = shows.chats.entry(chat).or_default();
        let before = state.entries.len();
        match state.apply(event) {
            Applied::Now => {
                self.has_seen(chat, state.head);
                for entry in &state.entries[before..] {
                    self.world.history.appended(viewer, entry);
                }
                true
            }
            Applied::Old => {
                self.world.history.stale(viewer);
                true
            }
            Applied::Gap => {
                self.world.history.gap(viewer);
                false
            }
        }
    }
}
