//! What nodes say to each other: where to look, and what is stale in ten seconds.

use crate::{
    database::Outgoing,
    live::{Entry, Hub},
};
use domain::{event::Pulse, live::Stream};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Where to look. Whoever hears it reads the database; nothing is believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Hint {
    /// The stream is at this number now.
    Moved(Stream, u64),
    /// Something happened that routers should see.
    Route,
    /// A deadline was added.
    Deadline,
    /// A sign-in or a customer's tokens may be over.
    Ended(Entry),
}

/// One message between nodes.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Word {
    /// The process that says it.
    pub from: Uuid,
    /// Something that it had to say before this was not said.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub lost: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hints: Vec<Hint>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pulses: Vec<(Stream, Pulse)>,
}

impl Hint {
    /// What other nodes are told of something committed.
    pub fn of(outgoing: &Outgoing) -> Vec<Self> {
        match outgoing {
            Outgoing::Chat(chat, event) => {
                let public = event.pub_seq.map(|seq| Hint::Moved(Stream::ChatPublic(*chat), seq));
                std::iter::once(Hint::Moved(Stream::ChatInternal(*chat), event.seq)).chain(public).collect()
            }
            Outgoing::Agent(agent, event) => vec![Hint::Moved(Stream::Agent(*agent), event.seq)],
            Outgoing::Queue(queue, event) => vec![Hint::Moved(Stream::Queue(*queue), event.seq)],
            Outgoing::Route => vec![Hint::Route],
            Outgoing::Deadline => vec![Hint::Deadline],
        }
    }

    /// Acts on what another node said.
    pub fn heed(self, hub: &Hub) {
        match self {
            Hint::Moved(stream, seq) => hub.behind(stream, seq),
            Hint::Route => hub.wake_router(),
            Hint::Deadline => hub.wake_timers(),
            Hint::Ended(entry) => hub.recheck(entry),
        }
    }
}

impl Word {
    pub fn new(from: Uuid) -> Self {
        Self { from, lost: false, hints: Vec::new(), pulses: Vec::new() }
    }

    /// Adds a hint; of one stream the furthest number is enough, and of the others one.
    pub fn add(&mut self, hint: Hint) {
        let same = self.hints.iter_mut().find(|said| match (&**said, &hint) {
            (Hint::Moved(a, _), Hint::Moved(b, _)) => a == b,
            (said, hint) => *said == *hint,
        });
        match (same, hint) {
            (Some(Hint::Moved(_, said)), Hint::Moved(_, seq)) => *said = seq.max(*said),
            (Some(_), _) => {}
            (None, hint) => self.hints.push(hint),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::ids::{ConversationId, SessionId};

    #[test]
    fn a_burst_of_hints_is_one() {
        let (chat, session) = (ConversationId::new(Uuid::from_u128(1)), Entry::Session(SessionId::new(Uuid::from_u128(2))));
        let (inner, public) = (Stream::ChatInternal(chat), Stream::ChatPublic(chat));
        let mut word = Word::new(Uuid::nil());
        let burst = [Hint::Moved(inner, 3), Hint::Route, Hint::Moved(inner, 5), Hint::Moved(public, 2), Hint::Moved(inner, 4)];
        burst.into_iter().chain([Hint::Route, Hint::Ended(session), Hint::Ended(session)]).for_each(|hint| word.add(hint));
        assert_eq!(word.hints, [Hint::Moved(inner, 5), Hint::Route, Hint::Moved(public, 2), Hint::Ended(session)]);
    }

    #[test]
    fn a_word_is_read_as_it_was_written() {
        let chat = ConversationId::new(Uuid::from_u128(1));
        let mut word = Word::new(Uuid::from_u128(9));
        word.add(Hint::Moved(Stream::ChatPublic(chat), 7));
        word.add(Hint::Deadline);
        word.pulses.push((Stream::ChatInternal(chat), Pulse::Link { connected: true }));
        let read: Word = serde_json::from_slice(&serde_json::to_vec(&word).unwrap()).unwrap();
        assert_eq!((read.from, read.hints, read.pulses), (word.from, word.hints, word.pulses));
    }
}
