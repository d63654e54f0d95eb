//! What virtual clients did and saw, written down as it happened: nothing here knows what they should have seen.

use rustix::time::{ClockId, clock_gettime};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A moment of this machine that no clock jump moves: nanoseconds of `CLOCK_MONOTONIC`, equal in all processes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Moment(pub u64);

impl Moment {
    pub fn now() -> Self {
        let time = clock_gettime(ClockId::Monotonic);
        Self(u64::try_from(time.tv_sec).unwrap_or(0) * 1_000_000_000 + u64::try_from(time.tv_nsec).unwrap_or(0))
    }
}

/// Everything that one run wrote down.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct History {
    /// Every message and note that anybody wanted sent, also the first ones of chats.
    pub messages: Vec<Message>,
    /// A screen each: one tab of one person on one chat.
    pub views: Vec<View>,
    /// What customers' devices received, byte for byte.
    pub heard: Vec<Heard>,
    /// Words that stand in notes only.
    pub canaries: Vec<String>,
}

/// Which side of a conversation somebody is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    Customer,
    Agent,
}

/// Who may know of something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    Public,
    Internal,
}

/// A message or note as its author's device knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    pub key: Uuid,
    pub chat: Uuid,
    pub side: Side,
    pub audience: Audience,
    /// The device that sends it; what one device writes stays in order.
    pub outbox: u64,
    /// Its place among what this device wrote.
    pub ordinal: u64,
    pub text: String,
    pub invoked: Moment,
    pub outcome: Outcome,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Still in the outbox.
    Pending,
    /// The answer was read at that moment. `seq` is the number in the sender's own stream: the customer's is public.
    Acknowledged { at: Moment, seq: u64 },
    /// Lastingly: shown to its author as failed.
    Refused { at: Moment, why: String },
}

/// A message on a screen. An agent sees both numbers, a customer the public one only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bubble {
    pub key: Uuid,
    pub seq: Option<u64>,
    pub pub_seq: Option<u64>,
    pub text: String,
}

/// How a screen's list of acknowledged messages changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// The list was drawn anew: page load, snapshot, restart.
    Whole(Vec<Bubble>),
    /// A bubble was added at its end.
    Added(Bubble),
}

/// What one screen showed of one chat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct View {
    pub viewer: String,
    pub chat: Uuid,
    pub side: Side,
    pub steps: Vec<Step>,
    /// At the end it was connected, had caught up and nobody wrote any more.
    pub quiet: bool,
}

/// Bytes that reached a customer, as text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heard {
    pub viewer: String,
    pub bytes: String,
}

impl History {
    /// The history as it stood at `moment`: what was acknowledged later was still pending, what was written later was not.
    pub fn until(&self, moment: Moment) -> Vec<Message> {
        let begun = self.messages.iter().filter(|message| message.invoked <= moment);
        begun.map(|message| message.at(moment)).collect()
    }
}

impl Message {
    pub fn is_acknowledged(&self) -> bool {
        matches!(self.outcome, Outcome::Acknowledged { .. })
    }

    fn at(&self, moment: Moment) -> Self {
        let outcome = match &self.outcome {
            Outcome::Acknowledged { at, .. } | Outcome::Refused { at, .. } if *at > moment => Outcome::Pending,
            Outcome::Acknowledged { .. } | Outcome::Refused { .. } | Outcome::Pending => self.outcome.clone(),
        };
        Self { outcome, ..self.clone() }
    }
}

impl Bubble {
    /// Its number in the stream that this side follows.
    pub fn number(&self, side: Side) -> u64 {
        let number = match side {
            Side::Customer => self.pub_seq,
            Side::Agent => self.seq,
        };
        number.unwrap_or(0)
    }
}

impl View {
    /// Every bubble that ever was on this screen.
    pub fn bubbles(&self) -> impl Iterator<Item = &Bubble> {
        self.steps.iter().flat_map(|step| match step {
            Step::Whole(list) => list.as_slice(),
            Step::Added(bubble) => std::slice::from_ref(bubble),
        })
    }

    /// The list as it stood at the end.
    pub fn rendered(&self) -> Vec<&Bubble> {
        let mut list = Vec::new();
        for step in &self.steps {
            match step {
                Step::Whole(whole) => list = whole.iter().collect(),
                Step::Added(bubble) => list.push(bubble),
            }
        }
        list
    }
}
