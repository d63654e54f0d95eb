//! How long a customer is likely to wait: an estimate from what a queue has done not long ago, never a promise.

use crate::time::{Millis, Timestamp};

/// With fewer chats than this nothing is known.
pub const FEWEST: i64 = 3;
/// The shortest time that a few chats are taken to stand for: three who came at once are no pace.
const SHORTEST: Millis = Millis::minutes(15);
const MINUTE: Millis = Millis::minutes(1);

/// What was answered in a stretch of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Answered {
    pub chats: i64,
    /// How many different agents answered.
    pub agents: i64,
    /// How long the stretch is.
    pub span: Millis,
}

/// How fast a queue is served.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Pace {
    /// The last hour, or the same hour a week ago where the last one saw too few.
    pub answered: Answered,
    /// Agents who are ready now, busy or not.
    pub ready: i64,
    /// When somebody was answered last.
    pub last: Option<Timestamp>,
}

impl Pace {
    /// The likely wait still to come at this place in the line (1 is next); `None` where nothing is known, or nobody is there.
    ///
    /// With fewer agents than in the stretch that was measured it takes longer; with more it is not said to be shorter. While
    /// nobody has been answered for longer than usual, the next one is taken to need as long as it has taken already: the
    /// estimate does not fall behind what happens. In full minutes, rounded up.
    pub fn expected(&self, place: u32, now: Timestamp) -> Option<Millis> {
        let Answered { chats, agents, span } = self.answered;
        if chats < FEWEST || self.ready <= 0 || place == 0 {
            return None;
        }
        let agents = agents.max(1);
        let each = span.0.max(SHORTEST.0) / chats * agents / self.ready.min(agents);
        let quiet = self.last.map_or(0, |last| (now - last).0);
        let minutes = (each.max(quiet) + each * i64::from(place - 1) + MINUTE.0 - 1) / MINUTE.0;
        Some(Millis(minutes.max(1) * MINUTE.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(100_000_000);

    fn hour(chats: i64, agents: i64) -> Pace {
        Pace { answered: Answered { chats, agents, span: Millis::minutes(60) }, ready: agents, last: None }
    }

    #[test]
    fn the_pace_of_the_last_hour_counts_by_places() {
        let pace = hour(30, 3);
        assert_eq!(pace.expected(1, NOW), Some(Millis::minutes(2)));
        assert_eq!(pace.expected(5, NOW), Some(Millis::minutes(10)));
    }

    #[test]
    fn nothing_is_said_where_nothing_is_known_or_nobody_is_there() {
        assert_eq!(hour(2, 1).expected(1, NOW), None);
        assert_eq!(Pace { ready: 0, ..hour(30, 3) }.expected(1, NOW), None);
        assert_eq!(hour(30, 3).expected(0, NOW), None);
    }

    #[test]
    fn fewer_agents_take_longer_and_more_promise_nothing() {
        assert_eq!(Pace { ready: 1, ..hour(30, 3) }.expected(1, NOW), Some(Millis::minutes(6)));
        assert_eq!(Pace { ready: 9, ..hour(30, 3) }.expected(1, NOW), Some(Millis::minutes(2)));
    }

    #[test]
    fn it_never_falls_behind_what_happens() {
        let pace = Pace { last: Some(Timestamp(NOW.0 - 9 * 60_000)), ..hour(30, 3) };
        assert_eq!(pace.expected(1, NOW), Some(Millis::minutes(9)));
        assert_eq!(pace.expected(2, NOW), Some(Millis::minutes(11)));
    }

    #[test]
    fn it_is_rounded_up_to_minutes() {
        assert_eq!(hour(50, 3).expected(1, NOW), Some(Millis::minutes(2)), "72 seconds");
    }

    #[test]
    fn three_who_came_at_once_are_no_pace() {
        let pace = Pace { answered: Answered { chats: 3, agents: 1, span: Millis(10) }, ready: 1, last: None };
        assert_eq!(pace.expected(1, NOW), Some(Millis::minutes(5)));
    }
}
