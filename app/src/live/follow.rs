//! The cursor rule: apply the next number, drop what is not newer, and on a gap fetch from the cursor.
//!
//! One [`Follower`] a stream keeps what the rule needs beside the state itself, whose head is the cursor. It never moves
//! a state backwards within an epoch unless the server, asked again, insists (M11): then it counts an alarm.

use domain::{
    desk::{AgentEvent, AgentState, Numbered, QueueEvent, QueueState},
    event::{Event, PublicEvent},
    ids::Epoch,
    live::Cursor,
    state::{Applied, ChatState},
};

/// A state that is reduced from numbered events.
pub trait Followed<E> {
    fn take(&mut self, event: &E) -> Applied;
}

/// A state with a cursor.
pub trait Headed {
    fn head(&self) -> u64;
}

macro_rules! followed {
    ($($state:ty, $event:ty, $apply:ident;)*) => {$(
        impl Followed<$event> for $state {
            fn take(&mut self, event: &$event) -> Applied { self.$apply(event) }
        }
    )*};
}

followed! {
    ChatState, Event, apply;
    ChatState, PublicEvent, apply_public;
    AgentState, Numbered<AgentEvent>, apply;
    QueueState, Numbered<QueueEvent>, apply;
}

macro_rules! headed {
    ($($state:ty),*) => {$( impl Headed for $state { fn head(&self) -> u64 { self.head } } )*};
}

headed!(ChatState, AgentState, QueueState);

/// So many answers that bring nothing end the asking, until the next heartbeat.
const FRUITLESS: u8 = 3;
/// An answer that has not come after this many heartbeats is asked for again.
const PATIENT_BEATS: u8 = 2;

/// What the rule makes of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outcome {
    /// The state changed.
    pub changed: bool,
    /// Fetch from here.
    pub ask: Option<Cursor>,
}

impl Outcome {
    const NOTHING: Self = Self { changed: false, ask: None };
    const CHANGED: Self = Self { changed: true, ask: None };
}

#[derive(Debug, Clone, Default)]
pub struct Follower {
    epoch: Option<Epoch>,
    /// The server numbers anew: only a snapshot helps.
    foreign: bool,
    /// A question is under way.
    asked: bool,
    beats: u8,
    fruitless: u8,
    /// The server's head was seen behind ours; asked once more before that is believed.
    suspect: bool,
    caught_up: bool,
    /// The state was read or caught up once: what comes now is news.
    known: bool,
    alarms: u32,
}

impl Follower {
    /// Follows a state that was read in `epoch`; with `None` from nothing.
    pub fn new(epoch: Option<Epoch>) -> Self {
        Self { epoch, known: epoch.is_some(), ..Self::default() }
    }

    /// Whether everything up to the server's head was applied once since the socket opened.
    pub fn is_caught_up(&self) -> bool {
        self.caught_up
    }

    /// Whether an event that comes now is news, not the history of a stream that is followed from nothing. What happened
    /// while the line was down is news.
    pub fn is_known(&self) -> bool {
        self.known
    }

    /// How often the server was behind us within an epoch.
    pub fn alarms(&self) -> u32 {
        self.alarms
    }

    pub fn cursor(&self, head: u64) -> Cursor {
        Cursor { epoch: self.epoch, seq: head }
    }

    /// A cursor that is answered with a snapshot: a number without an epoch.
    pub fn from_snapshot() -> Cursor {
        Cursor { epoch: None, seq: 1 }
    }

    /// A new socket: what to follow from.
    pub fn open(&mut self, head: u64) -> Cursor {
        *self = Self { epoch: self.epoch, known: self.known, alarms: self.alarms, asked: true, ..Self::default() };
        self.cursor(head)
    }

    /// The server says in which epoch it numbers.
    pub fn welcome(&mut self, epoch: Epoch, head: u64) {
        if self.epoch.is_none() && head == 0 {
            self.epoch = Some(epoch);
        }
        self.foreign = self.epoch != Some(epoch);
    }

    pub fn event<E, S: Headed + Followed<E>>(&mut self, state: &mut S, event: &E) -> Outcome {
        if self.foreign {
            return Outcome::NOTHING;
        }
        match state.take(event) {
            Applied::Now => {
                self.fruitless = 0;
                Outcome::CHANGED
            }
            Applied::Old => Outcome::NOTHING,
            Applied::Gap => self.ask(self.cursor(state.head())),
        }
    }

    /// A snapshot from the stream. One that is behind us is refused once and asked about.
    pub fn snapshot<S: Headed + PartialEq>(&mut self, mine: &mut S, theirs: S, epoch: Epoch) -> Outcome {
        let behind = self.epoch == Some(epoch) && theirs.head() < mine.head();
        if behind && !self.suspect {
            self.suspect = true;
            self.asked = false;
            return self.ask(self.cursor(mine.head()));
        }
        self.alarms += u32::from(behind);
        self.replaced(epoch);
        let changed = *mine != theirs;
        *mine = theirs;
        Outcome { changed, ask: None }
    }

    /// A state that was read beside the stream (an HTTP answer): taken only if it is newer or of another epoch.
    pub fn beside<S: Headed + PartialEq>(&mut self, mine: &mut S, theirs: S, epoch: Epoch) -> bool {
        if self.epoch == Some(epoch) && theirs.head() < mine.head() || *mine == theirs {
            return false;
        }
        self.replaced(epoch);
        *mine = theirs;
        true
    }

    fn replaced(&mut self, epoch: Epoch) {
        (self.epoch, self.known) = (Some(epoch), true);
        (self.foreign, self.suspect, self.fruitless) = (false, false, 0);
    }

    /// The answer to what was asked is complete, and the server stood at `theirs`.
    pub fn caught_up(&mut self, theirs: u64, mine: u64) -> Outcome {
        (self.asked, self.beats) = (false, 0);
        self.caught_up = !self.foreign;
        self.known |= self.caught_up;
        self.compare(theirs, mine)
    }

    /// The server stands at `theirs`: what got lost silently is found here.
    pub fn heartbeat(&mut self, theirs: u64, mine: u64) -> Outcome {
        if self.asked {
            self.beats += 1;
            if self.beats < PATIENT_BEATS {
                return Outcome::NOTHING;
            }
            (self.asked, self.beats) = (false, 0);
        }
        self.fruitless = 0;
        self.compare(theirs, mine)
    }

    fn compare(&mut self, theirs: u64, mine: u64) -> Outcome {
        if self.foreign {
            return self.ask(Self::from_snapshot());
        }
        match theirs.cmp(&mine) {
            std::cmp::Ordering::Equal => {
                (self.suspect, self.fruitless) = (false, 0);
                Outcome::NOTHING
            }
            std::cmp::Ordering::Greater => {
                self.suspect = false;
                self.ask(self.cursor(mine))
            }
            std::cmp::Ordering::Less if self.suspect => self.ask(Self::from_snapshot()),
            std::cmp::Ordering::Less => {
                self.suspect = true;
                self.ask(self.cursor(mine))
            }
        }
    }

    fn ask(&mut self, from: Cursor) -> Outcome {
        if self.asked || self.fruitless >= FRUITLESS {
            return Outcome::NOTHING;
        }
        (self.asked, self.beats) = (true, 0);
        self.fruitless += 1;
        Outcome { changed: false, ask: Some(from) }
    }
}

#[cfg(test)]
mod tests;
