//! When to connect, to probe, to give up a socket and to come back: the rules, without a socket.

use super::retry::delay_ms;
use domain::time::{Millis, Timestamp};

/// After this long without a frame the socket is asked whether it lives.
const SILENCE: Millis = Millis::seconds(30);
/// After this long without an answer to that it is dead.
const ANSWER: Millis = Millis::seconds(5);
/// How long connecting may take.
const DIAL: Millis = Millis::seconds(10);
const LONGEST_WAIT_MS: u64 = 30_000;

/// How the line to the server is. `since` is by the browser's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkState {
    /// For the first time.
    Connecting,
    Online,
    Reconnecting {
        since: Timestamp,
    },
    /// Down, and the browser says that it has no network.
    Offline {
        since: Timestamp,
    },
    /// For good.
    Stopped(Stop),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// Another tab or window took this one's place.
    Fenced,
    /// The sign-in or the customer token is over.
    SignedOut,
    /// We closed it.
    Closed,
}

impl LinkState {
    pub fn is_online(&self) -> bool {
        matches!(self, LinkState::Online)
    }
    pub fn down_since(&self) -> Option<Timestamp> {
        match self {
            LinkState::Reconnecting { since } | LinkState::Offline { since } => Some(*since),
            LinkState::Connecting | LinkState::Online | LinkState::Stopped(_) => None,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Waiting,
    Dialing { since: Timestamp },
    Open { heard_at: Timestamp, probed: bool, greeted: bool },
    Stopped(Stop),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    /// Drop the socket that there may be and open a new one.
    Connect,
    Disconnect,
    Ping,
}

/// What to do now, and when to [`Link::tick`] next; with no time, a timer that runs goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Step {
    pub command: Option<Command>,
    pub timer_ms: Option<u64>,
}

impl Step {
    fn new(command: Command, timer: Millis) -> Self {
        Self { command: Some(command), timer_ms: Some(timer.0.max(0) as u64) }
    }
}

#[derive(Debug)]
pub struct Link {
    phase: Phase,
    tries: u32,
    down_since: Option<Timestamp>,
    /// The server asked not to be disturbed before.
    not_before: Timestamp,
}

impl Link {
    pub fn start(now: Timestamp) -> (Self, Step) {
        let link = Self { phase: Phase::Dialing { since: now }, tries: 0, down_since: None, not_before: Timestamp::default() };
        (link, Step::new(Command::Connect, DIAL))
    }

    pub fn state(&self, has_network: bool) -> LinkState {
        match (self.phase, self.down_since) {
            (Phase::Stopped(stop), _) => LinkState::Stopped(stop),
            (Phase::Open { greeted: true, .. }, _) => LinkState::Online,
            (_, None) => LinkState::Connecting,
            (_, Some(since)) if has_network => LinkState::Reconnecting { since },
            (_, Some(since)) => LinkState::Offline { since },
        }
    }

    /// The socket is open. It counts as up with its first frame.
    pub fn opened(&mut self, now: Timestamp) -> Step {
        match self.phase {
            Phase::Waiting | Phase::Dialing { .. } => {
                self.phase = Phase::Open { heard_at: now, probed: true, greeted: false };
                Step { command: None, timer_ms: Some(DIAL.0 as u64) }
            }
            Phase::Open { .. } | Phase::Stopped(_) => Step::default(),
        }
    }

    /// A frame came.
    pub fn heard(&mut self, now: Timestamp) -> Step {
        let Phase::Open { probed, .. } = self.phase else {
            return Step::default();
        };
        self.phase = Phase::Open { heard_at: now, probed: false, greeted: true };
        (self.tries, self.down_since) = (0, None);
        Step { command: None, timer_ms: probed.then_some(SILENCE.0 as u64) }
    }

    /// The socket closed, or could not be opened.
    pub fn closed(&mut self, now: Timestamp, random: f64) -> Step {
        match self.phase {
            Phase::Dialing { .. } | Phase::Open { .. } => self.wait(now, random),
            Phase::Waiting | Phase::Stopped(_) => Step::default(),
        }
    }

    /// The server goes away and wants to be called again after `retry_ms`.
    pub fn bye(&mut self, now: Timestamp, retry_ms: u64) -> Step {
        if let Phase::Stopped(_) = self.phase {
            return Step::default();
        }
        let pause = Millis(retry_ms.min(60_000) as i64);
        self.phase = Phase::Waiting;
        self.not_before = now + pause;
        self.down_since.get_or_insert(now);
        Step::new(Command::Disconnect, pause)
    }

    pub fn stop(&mut self, why: Stop) -> Step {
        if let Phase::Stopped(_) = self.phase {
            return Step::default();
        }
        self.phase = Phase::Stopped(why);
        Step { command: Some(Command::Disconnect), timer_ms: None }
    }

    /// The network or the page is back: come back at once, or see whether the socket still lives.
    pub fn wake(&mut self, now: Timestamp) -> Step {
        match self.phase {
            Phase::Waiting => self.reached(now),
            Phase::Dialing { since } if now - since > ANSWER => self.dial(now),
            Phase::Open { heard_at, probed: false, greeted } => {
                self.phase = Phase::Open { heard_at, probed: true, greeted };
                Step::new(Command::Ping, ANSWER)
            }
            Phase::Dialing { .. } | Phase::Open { .. } | Phase::Stopped(_) => Step::default(),
        }
    }

    /// The server was reached in another way: no need to wait longer.
    pub fn reached(&mut self, now: Timestamp) -> Step {
        match self.phase {
            Phase::Waiting if now >= self.not_before => {
                self.tries = 0;
                self.dial(now)
            }
            Phase::Waiting | Phase::Dialing { .. } | Phase::Open { .. } | Phase::Stopped(_) => Step::default(),
        }
    }

    /// The timer ran out. Timers may be late by any amount; none of this depends on their being exact.
    pub fn tick(&mut self, now: Timestamp, random: f64) -> Step {
        match self.phase {
            Phase::Waiting => self.dial(now),
            Phase::Dialing { .. } => Step { command: Some(Command::Disconnect), ..self.wait(now, random) },
            Phase::Open { probed: true, .. } => {
                self.down_since.get_or_insert(now);
                self.tries += 1;
                self.dial(now)
            }
            Phase::Open { heard_at, probed: false, .. } => {
                let rest = SILENCE.0 - (now - heard_at).0.clamp(0, SILENCE.0);
                if rest == 0 { self.wake(now) } else { Step { command: None, timer_ms: Some(rest as u64) } }
            }
            Phase::Stopped(_) => Step::default(),
        }
    }

    fn dial(&mut self, now: Timestamp) -> Step {
        self.phase = Phase::Dialing { since: now };
        Step::new(Command::Connect, DIAL)
    }

    fn wait(&mut self, now: Timestamp, random: f64) -> Step {
        let pause = delay_ms(self.tries, LONGEST_WAIT_MS, random);
        self.phase = Phase::Waiting;
        self.tries += 1;
        self.down_since.get_or_insert(now);
        Step { command: None, timer_ms: Some(pause) }
    }
}

#[cfg(test)]
mod tests;
