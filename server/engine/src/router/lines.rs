//! The lines of the queues, merged: whoever has waited longest comes first, whichever queue they stand in.

use super::plan::Plan;
use crate::{
    bugs::Bug,
    database::{Tx, Waits},
    failure::Failure,
};
use domain::{
    ids::{ConversationId, QueueId},
    time::Timestamp,
};
use std::{cmp::Reverse, collections::VecDeque};

/// How much of a line is read at a time.
const PAGE: usize = 32;

pub(super) struct Lines(Vec<Line>);

struct Line {
    queue: QueueId,
    ahead: VecDeque<Waits>,
    /// How many were looked at and stay where they are.
    stay: usize,
    is_read: bool,
}

impl Lines {
    pub fn new(queues: impl Iterator<Item = QueueId>) -> Self {
        Self(queues.map(|queue| Line { queue, ahead: VecDeque::new(), stay: 0, is_read: false }).collect())
    }

    /// The next chat for which a member of its queue has a place; `None` when there is no such chat any more.
    pub async fn next(&mut self, tx: &mut Tx, plan: &Plan) -> Result<Option<Waits>, Failure> {
        self.0.retain(|line| plan.has_places(line.queue));
        for line in &mut self.0 {
            line.read_on(tx).await?;
        }
        self.0.retain(|line| !line.ahead.is_empty());
        let newest_first = Bug::ServeNewestFirst.is_on();
        let first = if newest_first {
            self.0.iter_mut().max_by_key(|line| line.order())
        } else {
            self.0.iter_mut().min_by_key(|line| line.order())
        };
        Ok(first.and_then(|line| line.ahead.pop_front()))
    }

    /// The chat that was taken from this queue's line was not offered, and stands there still.
    pub fn stays(&mut self, queue: QueueId) {
        if let Some(line) = self.0.iter_mut().find(|line| line.queue == queue) {
            line.stay += 1;
        }
    }
}

impl Line {
    async fn read_on(&mut self, tx: &mut Tx) -> Result<(), Failure> {
        if self.is_read || !self.ahead.is_empty() {
            return Ok(());
        }
        // What was offered before is not in the line any more.
        self.ahead = tx.waiting_line(self.queue, self.stay, PAGE).await?.into();
        self.is_read = self.ahead.len() < PAGE;
        if Bug::ServeNewestFirst.is_on() {
            self.ahead.make_contiguous().reverse();
        }
        Ok(())
    }

    fn order(&self) -> Option<(Reverse<i64>, Timestamp, ConversationId)> {
        self.ahead.front().map(|chat| (Reverse(chat.priority), chat.enqueued_at, chat.id))
    }
}
