//! A socket that comes back by itself. The rules are in [`super::link`]; here they meet the browser.

use super::{
    link::{Command, Link, Step},
    platform,
};
use domain::live::SUBPROTOCOL;
use leptos::prelude::*;
use serde::{Serialize, de::DeserializeOwned};
use std::{
    cell::RefCell,
    rc::{Rc, Weak},
};

pub use super::link::{LinkState, Stop};

/// Dispatched on the window when a socket is up: outboxes try again at once.
pub const LINKED: &str = "deskbell:linked";
/// Dispatched on the window when the server was reached by a request: sockets do not wait longer.
pub const REACHED: &str = "deskbell:reached";

/// What a browser's socket tells.
pub enum Heard {
    Open,
    Text(String),
    Closed,
}

/// What a frame means for the line itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    Stay,
    Bye { retry_ms: u64 },
    Stop(Stop),
}

/// A pair of frame types.
pub trait Frames: 'static {
    type Says: Serialize + 'static;
    type Hears: DeserializeOwned + 'static;
    fn turn(frame: &Self::Hears) -> Turn;
    fn ping() -> Self::Says;
}

pub struct Config<F: Frames> {
    /// What to say first on every new socket.
    pub on_open: Box<dyn Fn() -> Vec<F::Says>>,
    pub on_frame: Box<dyn Fn(F::Hears)>,
    pub on_state: Box<dyn Fn(LinkState)>,
}

/// Closed when dropped.
pub struct Socket<F: Frames> {
    line: Rc<Line>,
    frames: std::marker::PhantomData<F>,
}

impl<F: Frames> Socket<F> {
    /// Connects to `path` of the page's own origin and stays connected until dropped or told to stop by the server.
    pub fn connect(path: &str, config: Config<F>) -> Self {
        let Config { on_open, on_frame, on_state } = config;
        let talk = Talk {
            on_open: Box::new(move || on_open().iter().filter_map(write).collect()),
            on_text: Box::new(move |text| match serde_json::from_str::<F::Hears>(text) {
                Ok(frame) => {
                    let turn = F::turn(&frame);
                    on_frame(frame);
                    turn
                }
                // A newer server may say what we do not know; what it means is found by the numbers.
                Err(_) => Turn::Stay,
            }),
            on_state,
            ping: write(&F::ping()).unwrap_or_default(),
        };
        Self { line: Line::start(path, talk), frames: std::marker::PhantomData }
    }

    /// Whether the frame was handed to an open socket. It may still be lost.
    pub fn say(&self, frame: &F::Says) -> bool {
        write(frame).is_some_and(|text| self.line.say(&text))
    }

    /// Comes back at once if waiting, else sees whether the socket lives.
    pub fn wake(&self) {
        self.line.step(|link| link.wake(platform::now()));
    }
}

fn write<T: Serialize>(frame: &T) -> Option<String> {
    serde_json::to_string(frame).ok()
}

struct Talk {
    on_open: Box<dyn Fn() -> Vec<String>>,
    on_text: Box<dyn Fn(&str) -> Turn>,
    on_state: Box<dyn Fn(LinkState)>,
    ping: String,
}

struct Line {
    url: Option<String>,
    talk: Talk,
    link: RefCell<Link>,
    shown: RefCell<Option<LinkState>>,
    wire: RefCell<Option<platform::Wire>>,
    timer: RefCell<Option<platform::Timer>>,
    listeners: RefCell<Vec<platform::Listener>>,
}

impl<F: Frames> Drop for Socket<F> {
    fn drop(&mut self) {
        self.line.step(|link| link.stop(Stop::Closed));
        self.line.listeners.take();
    }
}

impl Line {
    fn start(path: &str, talk: Talk) -> Rc<Self> {
        let (link, first) = Link::start(platform::now());
        let line = Rc::new(Self {
            url: platform::socket_url(path),
            talk,
            link: RefCell::new(link),
            shown: RefCell::default(),
            wire: RefCell::default(),
            timer: RefCell::default(),
            listeners: RefCell::default(),
        });
        line.listen();
        line.follow(first);
        line
    }

    fn listen(self: &Rc<Self>) {
        let wake = |line: &Rc<Self>| line.step(|link| link.wake(platform::now()));
        let on = |handle: fn(&Rc<Self>)| {
            let line = Rc::downgrade(self);
            move |_| {
                if let Some(line) = line.upgrade() {
                    handle(&line);
                }
            }
        };
        let listeners = [
            platform::listen_window("online", on(wake)),
            platform::listen_window("offline", on(wake)),
            platform::listen_window("pageshow", on(wake)),
            platform::listen_window(REACHED, on(|line| line.step(|link| link.reached(platform::now())))),
            platform::listen_document(
                "visibilitychange",
                on(|line| {
                    if platform::is_visible() {
                        line.step(|link| link.wake(platform::now()));
                    }
                }),
            ),
        ];
        self.listeners.borrow_mut().extend(listeners.into_iter().flatten());
    }

    fn say(&self, text: &str) -> bool {
        self.wire.borrow().as_ref().is_some_and(|wire| wire.say(text))
    }

    /// Moves the rules on and does what they say.
    fn step(self: &Rc<Self>, turn: impl FnOnce(&mut Link) -> Step) {
        let step = turn(&mut self.link.borrow_mut());
        self.follow(step);
    }

    fn follow(self: &Rc<Self>, step: Step) {
        if let Some(ms) = step.timer_ms {
            let line = Rc::downgrade(self);
            let timer = platform::after(u32::try_from(ms).unwrap_or(u32::MAX), move || {
                if let Some(line) = line.upgrade() {
                    line.step(|link| link.tick(platform::now(), platform::random()));
                }
            });
            self.timer.replace(Some(timer));
        }
        match step.command {
            None => {}
            Some(Command::Connect) => self.dial(),
            Some(Command::Disconnect) => {
                self.wire.take();
            }
            Some(Command::Ping) => {
                self.say(&self.talk.ping);
            }
        }
        self.show();
    }

    fn show(&self) {
        let state = self.link.borrow().state(platform::has_network());
        if matches!(state, LinkState::Stopped(_)) {
            self.timer.take();
        }
        if self.shown.replace(Some(state)) != Some(state) {
            (self.talk.on_state)(state);
            if state.is_online() {
                platform::announce(LINKED);
            }
        }
    }

    fn dial(self: &Rc<Self>) {
        let line: Weak<Self> = Rc::downgrade(self);
        let wire = self.url.as_deref().and_then(|url| {
            platform::dial(url, SUBPROTOCOL, move |heard| {
                if let Some(line) = line.upgrade() {
                    line.hear(heard);
                }
            })
        });
        let refused = wire.is_none();
        self.wire.replace(wire);
        if refused {
            self.step(|link| link.closed(platform::now(), platform::random()));
        }
    }

    fn hear(self: &Rc<Self>, heard: Heard) {
        let now = platform::now();
        match heard {
            Heard::Open => {
                for text in (self.talk.on_open)() {
                    self.say(&text);
                }
                self.step(|link| link.opened(now));
            }
            Heard::Text(text) => {
                self.step(|link| link.heard(now));
                match (self.talk.on_text)(&text) {
                    Turn::Stay => {}
                    Turn::Bye { retry_ms } => self.step(|link| link.bye(now, retry_ms)),
                    Turn::Stop(why) => self.step(|link| link.stop(why)),
                }
            }
            Heard::Closed => {
                self.wire.take();
                self.step(|link| link.closed(now, platform::random()));
            }
        }
    }
}

/// How long a line may be down before anybody needs to know.
const UNNOTICED_MS: u32 = 1_000;

/// The state for banners: a line that is down for less than a second stays as it was.
pub fn shown_link(link: Signal<LinkState>) -> Signal<LinkState> {
    let shown = RwSignal::new(link.get_untracked());
    let timer = super::local::Local::new(|| RefCell::new(None::<platform::Timer>));
    Effect::new(move |_| {
        let now = link.get();
        let Some(timer) = timer.get() else { return };
        timer.take();
        if now.down_since().is_some() && shown.get_untracked().down_since().is_none() {
            timer.replace(Some(platform::after(UNNOTICED_MS, move || {
                if let Some(late) = link.try_get_untracked() {
                    shown.set(late);
                }
            })));
        } else {
            shown.set(now);
        }
    });
    shown.into()
}
