//! The desk as one agent sees it, live: the agent's own stream, the queues, and every chat that is followed.

mod chats;
mod frames;
mod hooks;

pub use chats::LiveChat;
pub use hooks::ConsoleHooks;

use super::{
    clock::Clock,
    follow::Follower,
    link::LinkState,
    local::Local,
    person, platform,
    socket::{Config, Socket},
};
use domain::{
    board::Board,
    desk::{AgentState, Card, DeskSnapshot, OfferView, QueueState},
    ids::{ConversationId, Epoch, InstanceId, OfferId, QueueId},
    live::{ConsoleSays, Stream},
    presence::AgentView,
    time::{Millis, Timestamp},
};
use frames::ConsoleFrames;
use leptos::prelude::*;
use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

#[derive(Clone, Copy)]
pub struct ConsoleLive {
    pub agent: RwSignal<AgentState>,
    /// Changes only when a queue comes or goes; each queue has its own signal.
    pub queues: RwSignal<BTreeMap<QueueId, ArcRwSignal<QueueState>>>,
    /// Changes only when a chat is followed or left; each chat has its own signals.
    pub chats: RwSignal<BTreeMap<ConversationId, LiveChat>>,
    /// The wallboard, while it is followed and has come.
    pub board: RwSignal<Option<Board>>,
    pub link: Signal<LinkState>,
    /// Whether the agent's own stream has told all since the line is up. True with the first data.
    pub caught_up: RwSignal<bool>,
    pub clock: Clock,
    /// How often the server was behind us within an epoch (M11). Zero, or something is broken.
    pub alarms: RwSignal<u32>,
    state: RwSignal<LinkState>,
    core: Local<Core>,
}

struct Core {
    instance: InstanceId,
    socket: RefCell<Option<Rc<Socket<ConsoleFrames>>>>,
    followers: RefCell<BTreeMap<Stream, Follower>>,
    /// What the server last called its epoch.
    epoch: Cell<Option<Epoch>>,
    /// Chats that a screen looks at, beside the agent's own.
    watched: RefCell<BTreeSet<ConversationId>>,
    /// Offers that were told to the hooks.
    ringing: RefCell<BTreeSet<OfferId>>,
    typing: RefCell<BTreeMap<ConversationId, platform::Timer>>,
    said_typing: RefCell<BTreeMap<ConversationId, Timestamp>>,
    said_input: Cell<Option<Timestamp>>,
}

/// How often the desk is told at most that somebody is in front of this browser.
const INPUT_EVERY: Millis = Millis::seconds(25);

impl ConsoleLive {
    pub fn new(first: &DeskSnapshot) -> Self {
        let state = RwSignal::new(LinkState::Connecting);
        let queues = first.queues.iter().map(|queue| (queue.id, ArcRwSignal::new(queue.clone())));
        let chats = first.chats.iter().map(|(id, chat)| (*id, LiveChat::new(*id, Some(chat.clone()))));
        let live = Self {
            agent: RwSignal::new(first.agent.clone()),
            queues: RwSignal::new(queues.collect()),
            chats: RwSignal::new(chats.collect()),
            board: RwSignal::new(None),
            link: state.into(),
            caught_up: RwSignal::new(true),
            clock: Clock::new(first.now),
            alarms: RwSignal::new(0),
            state,
            core: Local::new(|| Core::new(first)),
        };
        on_cleanup(move || live.close());
        live
    }

    /// Connects, and stays connected until closed, fenced or signed out.
    pub fn open(&self, hooks: ConsoleHooks) {
        let Some(core) = self.core.get() else { return };
        self.close();
        let live = *self;
        let config = Config::<ConsoleFrames> {
            on_open: Box::new(move || live.greeting()),
            on_frame: Box::new(move |frame| live.hear(frame, &hooks)),
            on_state: Box::new(move |state| {
                live.state.try_set(state);
            }),
        };
        self.follow_own();
        core.socket.replace(Some(Rc::new(Socket::connect("/rt/agent", config))));
    }

    pub fn close(&self) {
        if let Some(core) = self.core.get() {
            core.socket.take();
            core.typing.take();
        }
    }

    /// Tells the customer that the agent is typing; at most once in three seconds and chat.
    pub fn say_typing(&self, conversation: ConversationId) {
        let Some(core) = self.core.get() else { return };
        let now = platform::now();
        let due = core.said_typing.borrow().get(&conversation).is_none_or(|before| (now - *before).0.abs() >= chats::TYPING_EVERY.0);
        if due && self.say(&ConsoleSays::Typing { conversation }) {
            core.said_typing.borrow_mut().insert(conversation, now);
        }
    }

    /// Tells the desk that somebody uses this browser; at most once in 25 seconds, and only while they do.
    pub fn say_input(&self) {
        let Some(core) = self.core.get() else { return };
        let now = platform::now();
        let due = core.said_input.get().is_none_or(|before| (now - before).0.abs() >= INPUT_EVERY.0);
        if due && self.say(&ConsoleSays::Input) {
            core.said_input.set(Some(now));
        }
    }

    /// Comes back at once if the line is down ("Try again").
    pub fn wake(&self) {
        if let Some(socket) = self.socket() {
            socket.wake();
        }
    }

    pub fn me(&self) -> Memo<AgentView> {
        let agent = self.agent;
        Memo::new(move |_| agent.with(|agent| agent.me.clone()))
    }

    pub fn offers(&self) -> Memo<Vec<OfferView>> {
        let agent = self.agent;
        Memo::new(move |_| agent.with(|agent| agent.offers.clone()))
    }

    /// The agent's own chats.
    pub fn mine(&self) -> Memo<Vec<Card>> {
        let agent = self.agent;
        Memo::new(move |_| agent.with(|agent| agent.mine.values().cloned().collect()))
    }

    /// The cards of all queues, each chat once.
    pub fn cards(&self) -> Memo<Vec<Card>> {
        let queues = self.queues;
        Memo::new(move |_| {
            let all: BTreeMap<ConversationId, Card> = queues.get().values().flat_map(|queue| queue.get().cards).collect();
            all.into_values().collect()
        })
    }

    fn socket(&self) -> Option<Rc<Socket<ConsoleFrames>>> {
        self.core.get()?.socket.borrow().clone()
    }

    fn say(&self, frame: &ConsoleSays) -> bool {
        self.socket().is_some_and(|socket| socket.say(frame))
    }
}

impl Core {
    fn new(first: &DeskSnapshot) -> Self {
        let streams = std::iter::once(Stream::Agent(first.agent.me.id))
            .chain(first.queues.iter().map(|queue| Stream::Queue(queue.id)))
            .chain(first.chats.keys().map(|id| Stream::ChatInternal(*id)));
        Self {
            instance: person::new_instance(),
            socket: RefCell::default(),
            followers: RefCell::new(streams.map(|stream| (stream, Follower::new(Some(first.epoch)))).collect()),
            epoch: Cell::new(Some(first.epoch)),
            watched: RefCell::default(),
            ringing: RefCell::new(first.agent.offers.iter().map(|offer| offer.id).collect()),
            typing: RefCell::default(),
            said_typing: RefCell::default(),
            said_input: Cell::new(None),
        }
    }
}
