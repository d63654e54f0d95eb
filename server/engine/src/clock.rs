//! The clock is a parameter: the system's in production, one that tests move by hand.

mod steady;

use domain::time::{Millis, Timestamp};
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::sync::watch;

/// A source of time that can also be waited on.
#[derive(Debug, Clone, Default)]
pub enum Clock {
    #[default]
    System,
    Test(TestClock),
}

impl Clock {
    pub fn now(&self) -> Timestamp {
        match self {
            Clock::System => steady::now(),
            Clock::Test(clock) => *clock.now.borrow(),
        }
    }

    /// Returns once `now() >= due`.
    pub async fn sleep_until(&self, due: Timestamp) {
        match self {
            Clock::System => loop {
                let left = (due - self.now()).0;
                if left <= 0 {
                    return;
                }
                let step = u64::try_from(left).unwrap_or(0).min(1_000);
                tokio::time::sleep(Duration::from_millis(step)).await;
            },
            Clock::Test(clock) => {
                let mut seen = clock.now.subscribe();
                // The sender lives in `clock`, so waiting cannot fail.
                let _ = seen.wait_for(|now| *now >= due).await;
            }
        }
    }
}

/// Stands still until [`TestClock::advance`] moves it, which wakes whoever sleeps.
#[derive(Debug, Clone)]
pub struct TestClock {
    now: Arc<watch::Sender<Timestamp>>,
    moving: Arc<Mutex<()>>,
}

impl TestClock {
    pub fn at(start: Timestamp) -> Self {
        Self { now: Arc::new(watch::Sender::new(start)), moving: Arc::default() }
    }
    pub fn advance(&self, span: Millis) {
        let _one_at_a_time = self.moving.lock();
        self.now.send_modify(|now| *now = *now + span);
    }
}
