//! Time, which the tests move.

use super::{BEAT, TestApp};
use crate::support::{PATIENCE, socket::Pulse};
use domain::time::{Millis, Timestamp};
use engine::clock::Clock;
use std::sync::{Arc, Weak};
use tokio::time::timeout;

impl TestApp {
    pub fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    /// Moves the clock in one leap: whoever should have given a sign of life in between has not.
    pub fn advance(&self, span: Millis) {
        let Clock::Test(clock) = &self.0.clock else { panic!("this test runs in real time") };
        clock.advance(span);
        if self.is_running() {
            self.services().hub.wake_router();
        }
    }

    /// Lets time go by with everybody alive: each open socket beats when its time has come.
    pub async fn pass(&self, span: Millis) {
        let mut left = span.0;
        while left > 0 {
            let step = left.min(BEAT.0);
            let open: Vec<_> = self.0.pulses.lock().unwrap().iter().filter_map(Weak::upgrade).collect();
            for pulse in &open {
                timeout(PATIENCE, pulse.is_at_rest()).await.expect("a socket answers");
            }
            let beats: Vec<_> = open.iter().map(|pulse| pulse.beats()).collect();
            self.advance(Millis(step));
            if step == BEAT.0 {
                for (pulse, before) in open.iter().zip(beats) {
                    timeout(PATIENCE, pulse.beats_past(before)).await.expect("a socket beats every 25 seconds");
                }
            }
            left -= step;
        }
    }

    pub fn register(&self, pulse: &Arc<Pulse>) {
        self.0.pulses.lock().unwrap().push(Arc::downgrade(pulse));
    }
}
