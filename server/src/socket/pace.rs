//! Waiting by the desk's clock, and doing things now and then.

use domain::time::{Millis, Timestamp};
use engine::clock::Clock;
use std::{pin::Pin, time::Duration};

/// Returns when `due` has come. On the system clock this is one timer rather than the desk's once-a-second look, because
/// every socket has one; a clock that is set does no harm, as what is due is a heartbeat.
pub async fn until(clock: &Clock, due: Timestamp) {
    match clock {
        Clock::System => {
            let left = u64::try_from((due - clock.now()).0).unwrap_or(0);
            tokio::time::sleep(Duration::from_millis(left)).await;
        }
        Clock::Test(_) => clock.sleep_until(due).await,
    }
}

/// Puts what a socket seldom does on the heap while it does it. Otherwise every idle socket would hold the room of the most
/// that it may ever do, and there are thousands of them.
pub fn rarely<'a, T>(work: impl Future<Output = T> + Send + 'a) -> Pin<Box<dyn Future<Output = T> + Send + 'a>> {
    Box::pin(work)
}

/// Something that may happen once in a while.
pub struct AtMostEvery {
    span: Millis,
    next: Timestamp,
}

impl AtMostEvery {
    pub fn new(span: Millis) -> Self {
        Self { span, next: Timestamp::default() }
    }
    /// Whether it may happen now; if so, it has.
    pub fn take(&mut self, now: Timestamp) -> bool {
        let may = now >= self.next;
        if may {
            self.next = now + self.span;
        }
        may
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn once_in_a_while() {
        let mut pace = AtMostEvery::new(Millis::seconds(2));
        assert!(pace.take(Timestamp(0)) && !pace.take(Timestamp(1_999)) && pace.take(Timestamp(2_000)));
    }
}
