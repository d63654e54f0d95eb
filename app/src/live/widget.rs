//! The customer's conversation, live.

use super::{
    clock::Clock,
    follow::{Follower, Outcome},
    local::Local,
    person, platform,
    socket::{Config, Frames, LinkState, Socket, Stop, Turn},
};
use domain::{
    event::{PublicBody, PublicEvent, Pulse},
    ids::InstanceId,
    live::{WidgetHears, WidgetSays},
    message::Side,
    state::{ChatState, Phase},
    time::{Millis, Timestamp},
    wire::CustomerChat,
};
use leptos::prelude::*;
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

/// How long a sign of typing is shown.
pub const TYPING_SHOWN_MS: u32 = 6_000;
/// How often it is given.
pub const TYPING_EVERY: Millis = Millis::seconds(3);

/// Where the waiting customer stands; 1 is next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    pub place: u32,
    pub expected: Option<Millis>,
    /// Until when somebody should have come, by the first forecast.
    pub promised: Option<Timestamp>,
}

impl Standing {
    fn told(before: Option<Self>, place: u32, expected: Option<Millis>, now: Timestamp) -> Self {
        let first = before.and_then(|before| before.promised);
        Self { place, expected, promised: first.or_else(|| expected.map(|wait| now + wait)) }
    }
}

#[derive(Clone, Copy)]
pub struct WidgetLive {
    pub chat: RwSignal<ChatState>,
    pub link: Signal<LinkState>,
    /// Whether the conversation is known: from the first data, or since the stream has told all of it.
    pub caught_up: RwSignal<bool>,
    /// The agent is typing.
    pub typing: RwSignal<bool>,
    pub standing: RwSignal<Option<Standing>>,
    pub clock: Clock,
    /// How often the server was behind us within an epoch (M11). Zero, or something is broken.
    pub alarms: RwSignal<u32>,
    state: RwSignal<LinkState>,
    core: Local<Core>,
}

struct Core {
    instance: InstanceId,
    follower: RefCell<Follower>,
    socket: RefCell<Option<Rc<Socket<WidgetFrames>>>>,
    typing: RefCell<Option<platform::Timer>>,
    said_typing: Cell<Option<domain::time::Timestamp>>,
}

type OnEvent = Box<dyn Fn(&PublicEvent, bool)>;

/// What to do beside showing the state.
#[derive(Default)]
pub struct WidgetHooks {
    on_event: Option<OnEvent>,
    on_refused: Option<Box<dyn Fn()>>,
}

impl WidgetHooks {
    /// Called for each event as it is applied. The second argument is whether it is news: false for the history of a
    /// conversation that this page had no first data of.
    pub fn on_event(mut self, hook: impl Fn(&PublicEvent, bool) + 'static) -> Self {
        self.on_event = Some(Box::new(hook));
        self
    }
    /// Called when the token is unknown or over.
    pub fn on_refused(mut self, hook: impl Fn() + 'static) -> Self {
        self.on_refused = Some(Box::new(hook));
        self
    }
}

struct WidgetFrames;

impl Frames for WidgetFrames {
    type Says = WidgetSays;
    type Hears = WidgetHears;
    fn turn(frame: &WidgetHears) -> Turn {
        match frame {
            WidgetHears::Bye { retry_ms } => Turn::Bye { retry_ms: *retry_ms },
            WidgetHears::Fenced => Turn::Stop(Stop::Fenced),
            WidgetHears::Refused => Turn::Stop(Stop::SignedOut),
            WidgetHears::Welcome { .. }
            | WidgetHears::Snapshot { .. }
            | WidgetHears::Event { .. }
            | WidgetHears::CaughtUp { .. }
            | WidgetHears::Heartbeat { .. }
            | WidgetHears::Pulse { .. }
            | WidgetHears::Pong { .. } => Turn::Stay,
        }
    }
    fn ping() -> WidgetSays {
        WidgetSays::Ping
    }
}

impl WidgetLive {
    /// Begins with the first data; with none, from nothing, when the page only knows that there is a conversation.
    pub fn new(first: Option<&CustomerChat>) -> Self {
        let state = RwSignal::new(LinkState::Connecting);
        let live = Self {
            chat: RwSignal::new(first.map(|first| first.state.clone()).unwrap_or_default()),
            link: state.into(),
            caught_up: RwSignal::new(first.is_some()),
            typing: RwSignal::new(false),
            standing: RwSignal::new(
                first.and_then(|first| first.place.map(|place| Standing::told(None, place, first.expected, first.now))),
            ),
            clock: Clock::new(first.map_or_else(platform::now, |first| first.now)),
            alarms: RwSignal::new(0),
            state,
            core: Local::new(|| Core {
                instance: person::new_instance(),
                follower: RefCell::new(Follower::new(first.map(|first| first.epoch))),
                socket: RefCell::default(),
                typing: RefCell::default(),
                said_typing: Cell::default(),
            }),
        };
        on_cleanup(move || live.close());
        live
    }

    /// Connects, and stays connected until closed or refused. A line that is open already is replaced.
    pub fn open(&self, token: String, hooks: WidgetHooks) {
        let Some(core) = self.core.get() else { return };
        self.close();
        let live = *self;
        let config = Config::<WidgetFrames> {
            on_open: Box::new(move || live.hello(&token).into_iter().collect()),
            on_frame: Box::new(move |frame| live.hear(frame, &hooks)),
            on_state: Box::new(move |state| {
                live.state.try_set(state);
            }),
        };
        core.socket.replace(Some(Rc::new(Socket::connect("/rt/widget", config))));
    }

    pub fn close(&self) {
        if let Some(core) = self.core.get() {
            core.socket.take();
            core.typing.take();
        }
    }

    /// Takes an answer that came beside the stream, unless the stream is ahead of it.
    pub fn replace(&self, chat: &CustomerChat) {
        let Some(core) = self.core.get() else { return };
        self.clock.heard(chat.now);
        self.chat.try_maybe_update(|mine| (core.follower.borrow_mut().beside(mine, chat.state.clone(), chat.epoch), ()));
        if let Some(place) = chat.place {
            self.stand(place, chat.expected);
        }
        self.settle_standing();
        self.caught_up.try_set(true);
    }

    fn stand(&self, place: u32, expected: Option<Millis>) {
        let now = self.clock.now();
        self.standing.try_update(|standing| *standing = Some(Standing::told(*standing, place, expected, now)));
    }

    /// Tells the agent that the customer is typing; at most once in three seconds.
    pub fn say_typing(&self) {
        let Some(core) = self.core.get() else { return };
        let now = platform::now();
        if core.said_typing.get().is_none_or(|before| (now - before).0.abs() >= TYPING_EVERY.0) && self.say(&WidgetSays::Typing) {
            core.said_typing.set(Some(now));
        }
    }

    /// Comes back at once if the line is down ("Try again").
    pub fn wake(&self) {
        if let Some(socket) = self.socket() {
            socket.wake();
        }
    }

    fn socket(&self) -> Option<Rc<Socket<WidgetFrames>>> {
        self.core.get()?.socket.borrow().clone()
    }

    fn say(&self, frame: &WidgetSays) -> bool {
        self.socket().is_some_and(|socket| socket.say(frame))
    }

    fn head(&self) -> u64 {
        self.chat.try_with_untracked(|chat| chat.head).unwrap_or_default()
    }

    fn hello(&self, token: &str) -> Option<WidgetSays> {
        let core = self.core.get()?;
        let cursor = core.follower.borrow_mut().open(self.head());
        Some(WidgetSays::Hello { token: token.to_owned(), instance: core.instance, cursor })
    }

    fn hear(&self, frame: WidgetHears, hooks: &WidgetHooks) {
        let Some(core) = self.core.get() else { return };
        let follower = &core.follower;
        match frame {
            WidgetHears::Welcome { epoch, now } => {
                self.clock.heard(now);
                follower.borrow_mut().welcome(epoch, self.head());
            }
            WidgetHears::Snapshot { epoch, state } => {
                self.apply(|mine| follower.borrow_mut().snapshot(mine, *state, epoch));
                self.alarms.try_maybe_update(|alarms| {
                    let now = follower.borrow().alarms();
                    (std::mem::replace(alarms, now) != now, ())
                });
            }
            WidgetHears::Event { event } => {
                let news = follower.borrow().is_known();
                if self.apply(|mine| follower.borrow_mut().event(mine, &event)) {
                    self.after(&event);
                    if let Some(hook) = &hooks.on_event {
                        hook(&event, news);
                    }
                }
            }
            WidgetHears::CaughtUp { head } => {
                self.apply(|mine| follower.borrow_mut().caught_up(head, mine.head));
                if follower.borrow().is_caught_up() {
                    self.caught_up.try_set(true);
                }
            }
            WidgetHears::Heartbeat { now, head } => {
                self.clock.heard(now);
                self.apply(|mine| follower.borrow_mut().heartbeat(head, mine.head));
            }
            WidgetHears::Pulse { pulse } => self.pulse(&core, pulse),
            WidgetHears::Pong { now } => self.clock.heard(now),
            WidgetHears::Refused => {
                if let Some(hook) = &hooks.on_refused {
                    hook();
                }
            }
            WidgetHears::Fenced | WidgetHears::Bye { .. } => {}
        }
    }

    /// Applies a frame by the cursor rule and asks for what is missing; whether the state changed.
    fn apply(&self, rule: impl FnOnce(&mut ChatState) -> Outcome) -> bool {
        let outcome = self.chat.try_maybe_update(|mine| {
            let outcome = rule(mine);
            (outcome.changed, outcome)
        });
        let Some(outcome) = outcome else { return false };
        if let Some(cursor) = outcome.ask {
            self.say(&WidgetSays::Pull { cursor });
        }
        if outcome.changed {
            self.settle_standing();
        }
        outcome.changed
    }

    fn after(&self, event: &PublicEvent) {
        if matches!(&event.body, PublicBody::Message { author, .. } if author.side() == Side::Agent) {
            self.typing.try_set(false);
        }
        // Another line, another forecast.
        if matches!(
            &event.body,
            PublicBody::Moved { .. } | PublicBody::Transferred { .. } | PublicBody::Requeued { .. } | PublicBody::Unparked
        ) {
            self.standing.try_update(|standing| {
                if let Some(standing) = standing {
                    standing.promised = None;
                }
            });
        }
    }

    /// Who does not wait has no place.
    fn settle_standing(&self) {
        let waits = self.chat.try_with_untracked(|chat| matches!(chat.phase, Phase::Waiting { .. })).unwrap_or_default();
        self.standing.try_maybe_update(|standing| (!waits && standing.take().is_some(), ()));
    }

    fn pulse(&self, core: &Core, pulse: Pulse) {
        match pulse {
            Pulse::Typing { by: Side::Agent, .. } => {
                self.typing.try_set(true);
                let typing = self.typing;
                let timer = platform::after(TYPING_SHOWN_MS, move || {
                    typing.try_set(false);
                });
                core.typing.replace(Some(timer));
            }
            Pulse::Position { place, expected } => {
                self.stand(place, expected);
                self.settle_standing();
            }
            Pulse::Typing { by: Side::Customer, .. } | Pulse::Link { .. } => {}
        }
    }
}
