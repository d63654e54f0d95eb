use super::{local::Local, platform};
use domain::time::{Millis, Timestamp};
use leptos::prelude::*;
use std::cell::RefCell;

/// The server's time in the browser: the browser's own clock, put right by what the server says.
#[derive(Clone, Copy)]
pub struct Clock {
    first: Timestamp,
    offset: RwSignal<Millis>,
}

impl Clock {
    /// `now` is the server's, from the first data.
    pub fn new(now: Timestamp) -> Self {
        Self { first: now, offset: RwSignal::new(now - platform::now()) }
    }

    /// The server says what time it is.
    pub fn heard(&self, now: Timestamp) {
        let offset = now - platform::now();
        // The way here takes a moment: small differences are not differences of clocks.
        if self.offset.try_get_untracked().is_some_and(|before| (before.0 - offset.0).abs() > 250) {
            self.offset.set(offset);
        }
    }

    pub fn now(&self) -> Timestamp {
        platform::now() + self.offset.try_get_untracked().unwrap_or_default()
    }

    /// The time, each second. Until mounted it is that of the first data, so that server and browser render the same.
    pub fn seconds(&self) -> Signal<Timestamp> {
        let clock = *self;
        let shown = RwSignal::new(self.first);
        let timer = Local::new(|| RefCell::new(None));
        Effect::new(move |_| {
            shown.set(clock.now());
            clock.tick(shown, timer);
        });
        on_cleanup(move || {
            if let Some(timer) = timer.get() {
                timer.take();
            }
        });
        shown.into()
    }

    fn tick(self, shown: RwSignal<Timestamp>, timer: Local<RefCell<Option<platform::Timer>>>) {
        let Some(kept) = timer.get() else { return };
        // To the full second, so that all clocks on the screen step together.
        let rest = 1_000 - self.now().0.rem_euclid(1_000);
        kept.replace(Some(platform::after(u32::try_from(rest).unwrap_or(1_000), move || {
            if shown.try_set(self.now()).is_none() {
                self.tick(shown, timer);
            }
        })));
    }
}
