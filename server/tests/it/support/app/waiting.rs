//! Waiting without sockets.

use super::TestApp;
use crate::support::PATIENCE;
use domain::{ids::QueueId, live::Stream};
use engine::{
    database::Tx,
    live::{Inbox, Owner},
};
use std::sync::Arc;
use tokio::time::timeout;
use uuid::Uuid;

impl TestApp {
    /// An ear of the desk's own on some streams.
    pub fn ear(&self, streams: &[Stream]) -> Arc<Inbox> {
        let hub = self.services().hub.clone();
        let inbox = hub.inbox(Owner { instance: domain::ids::InstanceId::new(Uuid::new_v4()), entry: None });
        for stream in streams {
            hub.follow(&inbox, *stream);
        }
        inbox
    }

    /// Lets others run for a moment, so that something may happen.
    pub async fn a_moment(&self) {
        for _ in 0..50 {
            tokio::task::yield_now().await;
        }
        // A write of its own comes after all that were accepted before it.
        self.services().database.write(async |tx: &mut Tx| tx.epoch().await.map(drop)).await.unwrap();
    }

    /// Returns when no deadline is left that has passed.
    pub async fn fires_all(&self) {
        let late = async || {
            let mut tx = self.services().database.read().await.unwrap();
            tx.next_due().await.unwrap().is_none_or(|due| due > self.now()).then_some(())
        };
        let wait = async {
            while late().await.is_none() {
                self.a_moment().await;
            }
        };
        timeout(PATIENCE, wait).await.expect("deadlines that have passed are fired");
    }

    /// Waits until `look` finds something, looking again whenever something happens in one of `queues`.
    pub async fn until<T>(&self, what: &str, queues: &[QueueId], look: impl AsyncFn() -> Option<T>) -> T {
        let streams: Vec<_> = queues.iter().copied().map(Stream::Queue).collect();
        let ear = self.ear(&streams);
        let wait = async {
            loop {
                if let Some(found) = look().await {
                    return found;
                }
                ear.next().await;
            }
        };
        timeout(PATIENCE, wait).await.unwrap_or_else(|_| panic!("waited for {what}"))
    }
}
