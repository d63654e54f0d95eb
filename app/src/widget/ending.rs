//! "End chat": when it may be pressed, seen from the browser, which counts along with the server's rule.

use domain::{
    ending::{EndRight, Moment, customer_may_end},
    event::ParkReason,
    queue::MayEnd,
    state::{ChatState, Phase},
    time::{Millis, Timestamp},
    wire::EndRule,
};

/// How long before it comes the button is counted down to the second.
const COUNT_FROM: Millis = Millis::minutes(10);

/// What stands where "End chat" is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndShown {
    /// The button.
    Button,
    /// The button comes in so many seconds.
    Soon { seconds: i64 },
    /// The button comes after so many minutes without a message.
    AfterQuiet { minutes: i64 },
    /// Only an agent ends this chat.
    ByAgent,
    /// There is nothing to end.
    Nothing,
}

impl EndShown {
    pub fn at(rule: EndRule, chat: &ChatState, open: bool, now: Timestamp) -> Self {
        let right = match end_right(rule, chat, open) {
            _ if chat.has_ended() || matches!(chat.phase, Phase::Callback { .. }) => return Self::Nothing,
            EndRight::Never => return Self::ByAgent,
            EndRight::From(at) => at - now,
        };
        match right {
            Millis(..=0) => Self::Button,
            Millis(left) if left <= COUNT_FROM.0 => Self::Soon { seconds: (left + 999) / 1_000 },
            Millis(left) => Self::AfterQuiet { minutes: quiet(rule).map_or(left, |idle| idle.0) / 60_000 },
        }
    }
}

/// The right to end this chat as it stands: the server's decision, made again from the same facts. `open` is whether the
/// service is within its office hours.
pub fn end_right(rule: EndRule, chat: &ChatState, open: bool) -> EndRight {
    let moment = match &chat.phase {
        Phase::Waiting { since } | Phase::Parked { since, .. } if !open => Moment::Closed { since: *since },
        Phase::Waiting { since } => Moment::Unanswered { since: *since },
        Phase::Active { .. } => Moment::Active { last_activity: chat.last_activity },
        Phase::Parked { since, reason: ParkReason::OutsideHours, .. } => Moment::Closed { since: *since },
        Phase::Parked { since, reason: ParkReason::NoMembers, .. } => Moment::Unanswered { since: *since },
        Phase::Abandoned { at, .. } | Phase::Ended { at, .. } | Phase::Callback { at } => Moment::Unanswered { since: *at },
    };
    customer_may_end(&may_end(rule), moment)
}

fn may_end(rule: EndRule) -> MayEnd {
    match rule {
        EndRule::Restricted { unanswered, idle } => MayEnd::Restricted { unanswered, idle },
        EndRule::Always => MayEnd::Always,
        EndRule::AgentOnly => MayEnd::AgentOnly,
    }
}

fn quiet(rule: EndRule) -> Option<Millis> {
    match rule {
        EndRule::Restricted { idle, unanswered: _ } => Some(idle),
        EndRule::Always | EndRule::AgentOnly => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::widget::first::sample::{OPENED, says, sofia, state};
    use domain::{
        event::{Ender, PublicBody},
        message::Author,
    };

    const RULE: EndRule = EndRule::Restricted { unanswered: Millis::seconds(60), idle: Millis::minutes(60) };

    #[test]
    fn a_waiting_customer_sees_the_button_come() {
        let chat = state(vec![says(Author::Customer, "Hello?", 1)]);
        for (after, shown) in [
            (0, EndShown::Soon { seconds: 60 }),
            (36_001, EndShown::Soon { seconds: 24 }),
            (59_999, EndShown::Soon { seconds: 1 }),
            (60_000, EndShown::Button),
        ] {
            assert_eq!(EndShown::at(RULE, &chat, true, OPENED + Millis(after)), shown);
        }
        assert_eq!(EndShown::at(RULE, &chat, false, OPENED), EndShown::Button, "at once outside office hours");
    }

    #[test]
    fn an_answered_customer_waits_for_quiet() {
        let chat = state(vec![
            says(Author::Customer, "Hello?", 1),
            PublicBody::Joined { agent: sofia(), waited: Millis(0) },
            says(Author::Agent(sofia()), "Hi", 2),
        ]);
        let last = OPENED + Millis::seconds(30);
        assert_eq!(EndShown::at(RULE, &chat, true, last), EndShown::AfterQuiet { minutes: 60 });
        assert_eq!(EndShown::at(RULE, &chat, true, last + Millis::minutes(50)), EndShown::Soon { seconds: 600 });
        assert_eq!(EndShown::at(RULE, &chat, true, last + Millis::minutes(60)), EndShown::Button);
        assert_eq!(EndShown::at(EndRule::Always, &chat, false, last), EndShown::Button);
        assert_eq!(EndShown::at(EndRule::AgentOnly, &chat, true, last + Millis::minutes(90)), EndShown::ByAgent);
    }

    #[test]
    fn what_has_ended_cannot_be_ended() {
        let chat = state(vec![PublicBody::Ended { by: Ender::System }]);
        assert_eq!(EndShown::at(RULE, &chat, true, OPENED + Millis::minutes(90)), EndShown::Nothing);
    }

    #[test]
    fn a_parked_customer_need_not_stay() {
        let parked = |reason| state(vec![PublicBody::Parked { reason, until: None }]);
        let at = OPENED + Millis::seconds(10);
        assert_eq!(EndShown::at(RULE, &parked(ParkReason::OutsideHours), true, at), EndShown::Button);
        assert_eq!(EndShown::at(RULE, &parked(ParkReason::NoMembers), true, at), EndShown::Soon { seconds: 50 });
        assert_eq!(EndShown::at(RULE, &state(vec![PublicBody::CallbackAsked]), true, at + Millis::minutes(9)), EndShown::Nothing);
    }
}
