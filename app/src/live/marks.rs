use super::{local::Local, platform, retry::delay_ms};
use domain::wire::{MarkSeen, Problem};
use leptos::prelude::on_cleanup;
use std::{
    cell::{Cell, RefCell},
    future::Future,
    pin::Pin,
    rc::Rc,
};

const EVERY_MS: u64 = 1_000;
const LONGEST_MS: u64 = 30_000;

/// Tells the server how far messages have come and were read: never backwards, at most once a second, tried again while
/// that can help. Numbers are public ones.
#[derive(Clone, Copy)]
pub struct Marks(Local<Core>);

type Sending = Pin<Box<dyn Future<Output = Result<(), Problem>>>>;

struct Core {
    send: Box<dyn Fn(MarkSeen) -> Sending>,
    wanted: Cell<MarkSeen>,
    told: Cell<MarkSeen>,
    tries: Cell<u32>,
    timer: RefCell<Option<platform::Timer>>,
    closed: Cell<bool>,
}

impl Marks {
    pub fn new<F, Fut>(send: F) -> Self
    where
        F: Fn(MarkSeen) -> Fut + 'static,
        Fut: Future<Output = Result<(), Problem>> + 'static,
    {
        let none = MarkSeen { delivered: 0, read: 0 };
        let marks = Self(Local::new(|| Core {
            send: Box::new(move |seen| Box::pin(send(seen))),
            wanted: Cell::new(none),
            told: Cell::new(none),
            tries: Cell::new(0),
            timer: RefCell::default(),
            closed: Cell::new(false),
        }));
        on_cleanup(move || {
            if let Some(core) = marks.0.get() {
                core.closed.set(true);
                core.timer.take();
            }
        });
        marks
    }

    /// The messages up to this number have reached this screen.
    pub fn delivered(&self, up_to: u64) {
        self.want(MarkSeen { delivered: up_to, read: 0 });
    }

    /// The messages up to this number were seen.
    pub fn read(&self, up_to: u64) {
        self.want(MarkSeen { delivered: up_to, read: up_to });
    }

    fn want(&self, seen: MarkSeen) {
        if let Some(core) = self.0.get() {
            core.wanted.set(further(core.wanted.get(), seen));
            if core.timer.borrow().is_none() {
                core.tell();
            }
        }
    }
}

fn further(a: MarkSeen, b: MarkSeen) -> MarkSeen {
    MarkSeen { delivered: a.delivered.max(b.delivered), read: a.read.max(b.read) }
}

impl Core {
    fn tell(self: &Rc<Self>) {
        let seen = self.wanted.get();
        if self.closed.get() || further(seen, self.told.get()) == self.told.get() {
            return;
        }
        // Runs until the answer sets the next one: nothing else is sent meanwhile.
        self.rest(u64::from(u32::MAX >> 1));
        let core = self.clone();
        platform::spawn(async move {
            let pause = match (core.send)(seen).await {
                Err(problem) if problem.is_passing() => {
                    core.tries.set(core.tries.get().saturating_add(1));
                    EVERY_MS + delay_ms(core.tries.get(), LONGEST_MS, platform::random())
                }
                Ok(()) | Err(_) => {
                    core.tries.set(0);
                    core.told.set(further(core.told.get(), seen));
                    EVERY_MS
                }
            };
            core.rest(pause);
        });
    }

    fn rest(self: &Rc<Self>, ms: u64) {
        if self.closed.get() {
            return;
        }
        let core = Rc::downgrade(self);
        let timer = platform::after(u32::try_from(ms).unwrap_or(u32::MAX), move || {
            if let Some(core) = core.upgrade() {
                core.timer.take();
                core.tell();
            }
        });
        self.timer.replace(Some(timer));
    }
}
