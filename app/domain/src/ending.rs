//! How chats end, and when the customer may end one.

use crate::{queue::MayEnd, time::Timestamp};
use serde::{Deserialize, Serialize};

/// What came of a chat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Solved,
    Unsolved,
    Cancelled,
    NoResponse,
    Ticketed,
    FollowedUp,
}

impl Outcome {
    pub const ALL: [Outcome; 6] = [Self::Solved, Self::Unsolved, Self::Cancelled, Self::NoResponse, Self::Ticketed, Self::FollowedUp];
    pub fn word(self) -> &'static str {
        match self {
            Self::Solved => "solved",
            Self::Unsolved => "unsolved",
            Self::Cancelled => "cancelled",
            Self::NoResponse => "no_response",
            Self::Ticketed => "ticketed",
            Self::FollowedUp => "followed_up",
        }
    }
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.word() == word)
    }
}

/// When the customer may press "End chat".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "when", content = "at", rename_all = "snake_case")]
pub enum EndRight {
    /// From this moment on (which may have passed).
    From(Timestamp),
    /// Only the agent ends this chat.
    Never,
}

impl EndRight {
    pub fn is_given(self, now: Timestamp) -> bool {
        matches!(self, EndRight::From(at) if now >= at)
    }
}

/// What a chat's right to end depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// Nobody has joined since `since`.
    Unanswered { since: Timestamp },
    /// Nobody has joined since `since`, and the queue is outside its office hours.
    Closed { since: Timestamp },
    /// Somebody answers; the last message was written at `last_activity`.
    Active { last_activity: Timestamp },
}

/// The customer's right to end a chat under `rule` (behaviour C6).
pub fn customer_may_end(rule: &MayEnd, moment: Moment) -> EndRight {
    match (rule, moment) {
        (MayEnd::Always, Moment::Unanswered { since: at } | Moment::Closed { since: at } | Moment::Active { last_activity: at }) => {
            EndRight::From(at)
        }
        (MayEnd::AgentOnly, Moment::Unanswered { .. } | Moment::Closed { .. } | Moment::Active { .. }) => EndRight::Never,
        (MayEnd::Restricted { .. }, Moment::Closed { since }) => EndRight::From(since),
        (MayEnd::Restricted { unanswered, idle: _ }, Moment::Unanswered { since }) => EndRight::From(since + *unanswered),
        (MayEnd::Restricted { unanswered: _, idle }, Moment::Active { last_activity }) => EndRight::From(last_activity + *idle),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::queue::Policy;

    #[test]
    fn restricted_means_unanswered_for_a_minute_or_idle_for_an_hour() {
        let rule = Policy::default().may_end;
        let waiting = customer_may_end(&rule, Moment::Unanswered { since: Timestamp(1_000) });
        assert!(!waiting.is_given(Timestamp(60_999)));
        assert!(waiting.is_given(Timestamp(61_000)));
        assert!(
            customer_may_end(&rule, Moment::Closed { since: Timestamp(1_000) }).is_given(Timestamp(1_000)),
            "at once outside office hours"
        );
        let active = customer_may_end(&rule, Moment::Active { last_activity: Timestamp(0) });
        assert!(!active.is_given(Timestamp(3_599_999)));
        assert!(active.is_given(Timestamp(3_600_000)));
        assert_eq!(customer_may_end(&MayEnd::AgentOnly, Moment::Unanswered { since: Timestamp(0) }), EndRight::Never);
        assert!(customer_may_end(&MayEnd::Always, Moment::Unanswered { since: Timestamp(5) }).is_given(Timestamp(5)));
    }
}
