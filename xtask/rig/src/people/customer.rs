//! A customer with the widget open.

use super::{Backoff, Outbox, World, outbox::Post};
use crate::{
    history::Viewer,
    place::ChatKey,
    wire::{Answer, Cut, Line, Socket, SocketEnd},
};
use domain::{
    ids::{ConversationId, InstanceId},
    live::{Cursor, WidgetHears, WidgetSays},
    message::Side,
    state::{Applied, ChatState},
    wire::{MarkSeen, SendMessage},
};
use std::{
    sync::{
        Arc, Mutex, PoisonError,
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

/// Marks go at most this often.
const MARK_EVERY: Duration = Duration::from_secs(1);

pub struct Customer {
    viewer: Viewer,
    outbox: Outbox,
    state: Arc<Mutex<ChatState>>,
    there: watch::Receiver<u64>,
    typing: mpsc::UnboundedSender<()>,
    tasks: [JoinHandle<()>; 2],
}

impl Customer {
    /// Opens the widget of a chat in one more tab.
    pub fn enter(world: &World, chat: &ChatKey, tab: u32) -> Self {
        let viewer = Viewer { chat: chat.id, side: Side::Customer, tab };
        let (state, seen) = (Arc::new(Mutex::new(ChatState::default())), Arc::new(AtomicU64::new(0)));
        let (caught_up, there) = watch::channel(0);
        let (typing, typed) = mpsc::unbounded_channel();
        let bearer = format!("Bearer {}", chat.token);
        let screen = Screen {
            world: world.clone(),
            viewer,
            token: chat.token.clone(),
            state: Arc::clone(&state),
            seen: Arc::clone(&seen),
            caught_up,
        };
        let outbox = Outbox::open(world, chat.id, Side::Customer, Arc::clone(&seen), Phone { line: line(world), bearer: bearer.clone() });
        let marks = marks(world.clone(), Arc::clone(&state), bearer);
        Self { viewer, outbox, state, there, typing, tasks: [tokio::spawn(screen.watch(typed)), tokio::spawn(marks)] }
    }

    pub fn chat(&self) -> ConversationId {
        self.viewer.chat
    }
    pub fn viewer(&self) -> Viewer {
        self.viewer
    }
    pub fn outbox(&self) -> &Outbox {
        &self.outbox
    }

    /// Presses a key in the composer.
    pub fn types(&self) {
        let _ = self.typing.send(());
    }

    /// What the widget shows.
    pub fn state(&self) -> ChatState {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Returns when the screen has caught up once.
    pub async fn is_there(&self) {
        let _ = self.there.clone().wait_for(|times| *times > 0).await;
    }

    /// How often the screen has caught up: once a connection or pull.
    pub fn times_caught_up(&self) -> u64 {
        *self.there.borrow()
    }
}

impl Drop for Customer {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

fn line(world: &World) -> Line {
    Line::to(world.door, world.origin.clone()).patient_for(world.manners.patience)
}

struct Phone {
    line: Line,
    bearer: String,
}

impl Post for Phone {
    async fn post(&mut self, message: &SendMessage) -> Result<Answer, Cut> {
        let body = serde_json::to_vec(message).unwrap_or_default();
        self.line.post("/api/v1/widget/messages", &[("authorization", &self.bearer)], body).await
    }
}

async fn marks(world: World, state: Arc<Mutex<ChatState>>, bearer: String) {
    if !world.manners.marks {
        return;
    }
    let mut line = line(&world);
    let mut told = 0;
    loop {
        tokio::time::sleep(MARK_EVERY).await;
        let last = state.lock().unwrap_or_else(PoisonError::into_inner).last_from_other(Side::Customer).unwrap_or(0);
        if last > told {
            let body = serde_json::to_vec(&MarkSeen { delivered: last, read: last }).unwrap_or_default();
            if line.post("/api/v1/widget/marks", &[("authorization", &bearer)], body).await.is_ok_and(|answer| answer.status.is_success()) {
                told = last;
            }
        }
    }
}

struct Screen {
    world: World,
    viewer: Viewer,
    token: String,
    state: Arc<Mutex<ChatState>>,
    seen: Arc<AtomicU64>,
    caught_up: watch::Sender<u64>,
}

impl Screen {
    /// Stays connected for as long as the widget is open.
    async fn watch(self, mut typed: mpsc::UnboundedReceiver<()>) {
        let instance = InstanceId::new(Uuid::new_v4());
        let mut backoff = Backoff::up_to(self.world.manners.longest_pause);
        let mut epoch = None;
        loop {
            let begun = Instant::now();
            let asked = match self.connect(instance, &mut epoch, &mut typed).await {
                Ok(Parting::Refused) => return,
                Ok(Parting::Bye(pause)) => pause,
                Err(_) => Duration::ZERO,
            };
            if begun.elapsed() > Duration::from_secs(5) {
                backoff.reset();
            }
            backoff.pause_at_least(asked).await;
        }
    }

    async fn connect(
        &self,
        instance: InstanceId,
        epoch: &mut Option<domain::ids::Epoch>,
        typed: &mut mpsc::UnboundedReceiver<()>,
    ) -> anyhow::Result<Parting> {
        let mut socket = Socket::open(self.world.door, &self.world.origin, "/rt/widget", None).await?;
        let cursor = Cursor { epoch: *epoch, seq: self.seen.load(Ordering::Relaxed) };
        socket.say(&WidgetSays::Hello { token: self.token.clone(), instance, cursor }).await?;
        loop {
            let (frame, text) = tokio::select! {
                heard = socket.next_within::<WidgetHears>(self.world.manners.silence) => match heard {
                    Ok(heard) => heard,
                    Err(SocketEnd::Closed(code)) => anyhow::bail!("closed with {code}"),
                    Err(SocketEnd::Cut) => anyhow::bail!("cut"),
                },
                Some(()) = typed.recv() => {
                    socket.say(&WidgetSays::Typing).await?;
                    continue;
                }
            };
            if text.contains(&*self.world.canary) {
                self.world.history.leaked(&text);
            }
            match frame {
                WidgetHears::Welcome { epoch: new, .. } => *epoch = Some(new),
                WidgetHears::Snapshot { epoch: new, state } => {
                    *epoch = Some(new);
                    self.replace(*state);
                }
                WidgetHears::Event { event } => {
                    if !self.apply(&event) {
                        let cursor = Cursor { epoch: *epoch, seq: self.seen.load(Ordering::Relaxed) };
                        socket.say(&WidgetSays::Pull { cursor }).await?;
                    }
                }
                WidgetHears::CaughtUp { .. } => self.caught_up.send_modify(|times| *times += 1),
                WidgetHears::Heartbeat { head, .. } => {
                    socket.say(&WidgetSays::Ping).await?;
                    let seq = self.seen.load(Ordering::Relaxed);
                    if head > seq {
                        socket.say(&WidgetSays::Pull { cursor: Cursor { epoch: *epoch, seq } }).await?;
                    }
                }
                WidgetHears::Bye { retry_ms } => return Ok(Parting::Bye(Duration::from_millis(retry_ms))),
                WidgetHears::Refused | WidgetHears::Fenced => return Ok(Parting::Refused),
                WidgetHears::Pulse { .. } | WidgetHears::Pong { .. } => {}
            }
        }
    }

    fn replace(&self, state: ChatState) {
        self.world.history.replaced(self.viewer, &state);
        self.seen.store(state.head, Ordering::Relaxed);
        *self.state.lock().unwrap_or_else(PoisonError::into_inner) = state;
    }

    /// Applies an event; false when one before it is missing.
    fn apply(&self, event: &domain::event::PublicEvent) -> bool {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let before = state.entries.len();
        match state.apply_public(event) {
            Applied::Now => {
                self.seen.store(state.head, Ordering::Relaxed);
                for entry in &state.entries[before..] {
                    self.world.history.appended(self.viewer, entry);
                }
                true
            }
            Applied::Old => {
                self.world.history.stale(self.viewer);
                true
            }
            Applied::Gap => {
                self.world.history.gap(self.viewer);
                false
            }
        }
    }
}

/// How a connection ended that was not cut.
enum Parting {
    Refused,
    Bye(Duration),
}
