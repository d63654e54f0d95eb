//! The wallboard: how queues and agents stand now, for supervisors. Always told as a whole.

use crate::{
    ids::{ConversationId, QueueId},
    message::AgentRef,
    presence::{Load, Shown, Wish, shown},
    time::{Millis, Timestamp},
};
use serde::{Deserialize, Serialize};

/// The whole board at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Board {
    pub at: Timestamp,
    /// When today began, where the desk is.
    pub since: Timestamp,
    pub queues: Vec<BoardQueue>,
    pub agents: Vec<BoardAgent>,
}

/// A queue: who waits in it, and what became of today's chats.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BoardQueue {
    pub id: QueueId,
    pub name: String,
    /// In the line, ringing or not.
    pub waiting: i64,
    /// Since when the one waits who waits longest.
    pub longest: Option<Timestamp>,
    pub in_chat: i64,
    pub parked: i64,
    /// Customers who are to be called.
    pub callbacks: i64,
    /// Chats that nobody joined and whose customer has left, today.
    pub abandoned: i64,
    /// Chats that somebody joined for the first time today, and how many of them within `level`.
    pub answered: i64,
    pub in_time: i64,
    /// The wait that counts as served well.
    pub level: Millis,
    pub crew: Crew,
}

/// The members of a queue by what they are shown as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Crew {
    pub ready: i64,
    pub busy: i64,
    pub wrap_up: i64,
    pub not_ready: i64,
    pub offline: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BoardAgent {
    pub agent: AgentRef,
    pub team: Option<String>,
    #[serde(flatten)]
    pub wish: Wish,
    /// Since when the wish stands.
    pub since: Timestamp,
    #[serde(flatten)]
    pub load: Load,
    /// A browser of theirs is there.
    pub online: bool,
    /// The supervisor who set the wish.
    pub forced_by: Option<String>,
    pub chats: Vec<BoardChat>,
}

/// A chat that counts for somebody's load.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BoardChat {
    pub conversation: ConversationId,
    pub customer: String,
    pub queue: QueueId,
    pub since: Timestamp,
    pub stage: Stage,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    Ringing,
    Active,
    WrapUp,
}

impl Board {
    /// Whether anything but the moment differs.
    pub fn differs_from(&self, other: &Self) -> bool {
        (self.since, &self.queues, &self.agents) != (other.since, &other.queues, &other.agents)
    }
    /// Everybody by what they are shown as.
    pub fn crew(&self) -> Crew {
        let mut crew = Crew::default();
        self.agents.iter().for_each(|agent| crew.count(agent.shown()));
        crew
    }
}

impl BoardQueue {
    /// The share of today's chats that were joined in time, in full percent, rounded down; `None` before the first.
    pub fn level_percent(&self) -> Option<i64> {
        percent(self.in_time, self.answered)
    }
    /// Whether somebody waits longer than the queue promises.
    pub fn is_late(&self, now: Timestamp) -> bool {
        self.longest.is_some_and(|since| now - since > self.level)
    }
    /// Somebody waits, and nobody of the queue could take them.
    pub fn is_unmanned(&self) -> bool {
        self.waiting > 0 && self.crew.ready == 0 && self.crew.busy == 0
    }
}

impl BoardAgent {
    /// The word for them. Who has no browser open is offline, whatever they wish: nothing can ring there.
    pub fn shown(&self) -> Shown {
        if self.online { shown(&self.wish, self.load) } else { Shown::Offline }
    }
}

impl Crew {
    pub fn count(&mut self, shown: Shown) {
        match shown {
            Shown::Ready => self.ready += 1,
            Shown::Busy => self.busy += 1,
            Shown::WrapUp => self.wrap_up += 1,
            Shown::NotReady => self.not_ready += 1,
            Shown::Offline => self.offline += 1,
        }
    }
    pub fn all(&self) -> i64 {
        self.ready + self.busy + self.wrap_up + self.not_ready + self.offline
    }
}

/// `part` of `whole` in full percent, rounded down; `None` of nothing.
pub fn percent(part: i64, whole: i64) -> Option<i64> {
    (whole > 0).then(|| part * 100 / whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn queue(waiting: i64, ready: i64) -> BoardQueue {
        BoardQueue {
            id: QueueId::new(uuid::Uuid::nil()),
            name: "Orders".into(),
            waiting,
            longest: (waiting > 0).then_some(Timestamp(1_000)),
            in_chat: 0,
            parked: 0,
            callbacks: 0,
            abandoned: 0,
            answered: 3,
            in_time: 2,
            level: Millis::seconds(30),
            crew: Crew { ready, ..Crew::default() },
        }
    }

    #[test]
    fn a_queue_says_when_it_is_late_or_left_alone() {
        assert_eq!(queue(0, 0).level_percent(), Some(66));
        assert_eq!(BoardQueue { answered: 0, in_time: 0, ..queue(0, 0) }.level_percent(), None);
        assert!(!queue(1, 1).is_late(Timestamp(31_000)));
        assert!(queue(1, 1).is_late(Timestamp(31_001)));
        assert!(!queue(0, 1).is_late(Timestamp(i64::MAX)), "nobody waits");
        assert!(queue(1, 0).is_unmanned() && !queue(1, 1).is_unmanned() && !queue(0, 0).is_unmanned());
    }

    #[test]
    fn without_a_browser_nobody_is_ready() {
        let agent = BoardAgent {
            agent: AgentRef { id: crate::ids::AgentId::new(uuid::Uuid::nil()), name: "Ana".into() },
            team: None,
            wish: Wish::Ready,
            since: Timestamp(0),
            load: Load { load: 1, capacity: 1, ringing: 0, wrapping_up: 0 },
            online: true,
            forced_by: None,
            chats: Vec::new(),
        };
        assert_eq!(agent.shown(), Shown::Busy);
        let gone = BoardAgent { online: false, ..agent };
        assert_eq!(gone.shown(), Shown::Offline);
        let json = serde_json::to_string(&gone).unwrap();
        assert_eq!(serde_json::from_str::<BoardAgent>(&json).unwrap(), gone);
    }
}
