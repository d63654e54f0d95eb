//! Offers: a chat held out to one agent until a deadline. Every end is a compare-and-set on a pending offer.

use crate::{
    ids::{AgentId, ConversationId, OfferId},
    time::{Millis, Timestamp},
};
use serde::{Deserialize, Serialize};

/// How long after the deadline an accept still counts: the click was in time, the network was not.
pub const GRACE: Millis = Millis(500);
/// How long an agent who rejected a chat is passed over for it.
pub const REJECT_COOLDOWN: Millis = Millis::seconds(30);

/// How an offer ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OfferEnd {
    Accepted,
    Rejected,
    /// The deadline passed: the agent becomes Not ready, "missed offer".
    Expired,
    /// The customer left, or the chat went elsewhere.
    Cancelled,
    /// The agent's browser was gone, or the agent stopped being ready.
    Revoked,
}

impl OfferEnd {
    pub const ALL: [OfferEnd; 5] = [Self::Accepted, Self::Rejected, Self::Expired, Self::Cancelled, Self::Revoked];
    /// The word stored in the `state` column.
    pub fn word(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
            Self::Expired => "expired",
            Self::Cancelled => "cancelled",
            Self::Revoked => "revoked",
        }
    }
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|end| end.word() == word)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    pub id: OfferId,
    pub conversation: ConversationId,
    pub agent: AgentId,
    /// `None` while pending.
    pub ended: Option<OfferEnd>,
    pub deadline: Timestamp,
    pub attempt: i64,
    pub created_at: Timestamp,
}

/// Why an offer cannot be answered any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferGone(pub OfferEnd);

impl Offer {
    /// Whether `agent`'s yes still counts. A second yes to an accepted offer is the same success.
    pub fn may_accept(&self, now: Timestamp) -> Result<Acceptance, OfferGone> {
        match self.ended {
            Some(OfferEnd::Accepted) => Ok(Acceptance::Already),
            Some(end) => Err(OfferGone(end)),
            None if now <= self.deadline + GRACE => Ok(Acceptance::Now),
            None => Err(OfferGone(OfferEnd::Expired)),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Acceptance {
    Now,
    Already,
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_yes_counts_until_the_deadline_and_its_grace() {
        let pending = Offer {
            id: OfferId::new(Uuid::nil()),
            conversation: ConversationId::new(Uuid::nil()),
            agent: AgentId::new(Uuid::nil()),
            ended: None,
            deadline: Timestamp(30_000),
            attempt: 1,
            created_at: Timestamp(0),
        };
        assert_eq!(pending.may_accept(Timestamp(30_500)), Ok(Acceptance::Now));
        assert_eq!(pending.may_accept(Timestamp(30_501)), Err(OfferGone(OfferEnd::Expired)));
        for end in OfferEnd::ALL {
            let ended = Offer { ended: Some(end), ..pending.clone() };
            let expected = if end == OfferEnd::Accepted { Ok(Acceptance::Already) } else { Err(OfferGone(end)) };
            assert_eq!(ended.may_accept(Timestamp(0)), expected);
            assert_eq!(OfferEnd::from_word(end.word()), Some(end));
        }
    }
}
