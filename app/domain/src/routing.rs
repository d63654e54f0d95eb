//! Whom a waiting chat is offered to.

use crate::{ids::AgentId, presence::Wish, time::Timestamp};

/// An agent as the router weighs them for one chat. All of it is read in the transaction that makes the offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    pub id: AgentId,
    pub wish: Wish,
    /// An unexpired lease exists.
    pub online: bool,
    pub load: i64,
    pub capacity: i64,
    /// Member of the chat's queue; higher serves first.
    pub priority: i64,
    /// When the agent last got or finished a chat.
    pub idle_since: Timestamp,
    /// Rejected this chat not long ago.
    pub cooling_down: bool,
}

/// Why an agent was passed over: the flight recorder's word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Skip {
    NotReady,
    NotOnline,
    Full,
    CoolingDown,
}

impl Candidate {
    pub fn skip(&self) -> Option<Skip> {
        match self.wish {
            Wish::NotReady(_) | Wish::Offline => Some(Skip::NotReady),
            Wish::Ready if !self.online => Some(Skip::NotOnline),
            Wish::Ready if self.load >= self.capacity => Some(Skip::Full),
            Wish::Ready if self.cooling_down => Some(Skip::CoolingDown),
            Wish::Ready => None,
        }
    }
}

/// The agent to ring: highest priority, then fewest open chats, then longest idle; ties by id, so that every node
/// chooses the same.
pub fn choose(candidates: &[Candidate]) -> Option<AgentId> {
    candidates
        .iter()
        .filter(|c| c.skip().is_none())
        .min_by_key(|c| (std::cmp::Reverse(c.priority), c.load, c.idle_since, c.id))
        .map(|c| c.id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn candidate(n: u128) -> Candidate {
        Candidate {
            id: AgentId::new(Uuid::from_u128(n)),
            wish: Wish::Ready,
            online: true,
            load: 0,
            capacity: 4,
            priority: 0,
            idle_since: Timestamp(0),
            cooling_down: false,
        }
    }

    #[test]
    fn fewest_chats_then_longest_idle() {
        let busy = Candidate { load: 2, ..candidate(1) };
        let late = Candidate { idle_since: Timestamp(9), ..candidate(2) };
        let early = Candidate { idle_since: Timestamp(5), ..candidate(3) };
        assert_eq!(choose(&[busy.clone(), late.clone(), early.clone()]), Some(early.id));
        let first = Candidate { priority: 5, load: 3, ..candidate(4) };
        assert_eq!(choose(&[busy, late, early, first.clone()]), Some(first.id));
    }

    #[test]
    fn nobody_is_rung_who_cannot_answer() {
        let cases = [
            (Candidate { wish: Wish::NotReady(None), ..candidate(1) }, Skip::NotReady),
            (Candidate { wish: Wish::Offline, ..candidate(1) }, Skip::NotReady),
            (Candidate { online: false, ..candidate(1) }, Skip::NotOnline),
            (Candidate { load: 4, ..candidate(1) }, Skip::Full),
            (Candidate { cooling_down: true, ..candidate(1) }, Skip::CoolingDown),
        ];
        for (candidate, why) in cases {
            assert_eq!(candidate.skip(), Some(why));
            assert_eq!(choose(&[candidate]), None);
        }
    }
}
