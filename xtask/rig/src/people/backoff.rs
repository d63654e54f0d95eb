//! The pause before the next try: doubling, with full jitter.

use rand::Rng;
use std::time::Duration;

const FIRST: Duration = Duration::from_millis(500);

pub struct Backoff {
    next: Duration,
    longest: Duration,
}

impl Backoff {
    pub fn up_to(longest: Duration) -> Self {
        Self { next: FIRST.min(longest), longest }
    }

    /// It worked: begin again with a short pause.
    pub fn reset(&mut self) {
        self.next = FIRST.min(self.longest);
    }

    pub async fn pause(&mut self) {
        self.pause_at_least(Duration::ZERO).await;
    }

    /// Waits no shorter than the server asked for.
    pub async fn pause_at_least(&mut self, asked: Duration) {
        let whole = u64::try_from(self.next.as_millis()).unwrap_or(u64::MAX);
        let jitter = Duration::from_millis(rand::rng().random_range(0..=whole));
        self.next = (self.next * 2).min(self.longest);
        tokio::time::sleep(asked.max(jitter)).await;
    }
}
