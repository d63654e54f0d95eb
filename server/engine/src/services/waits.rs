//! The expected wait: what a queue has done in the last hour, or did in the same hour a week ago.

use crate::{database::Tx, failure::Failure};
use domain::{
    ids::QueueId,
    time::{Millis, Timestamp},
    waits::{Answered, FEWEST, Pace},
};

const HOUR: Millis = Millis::minutes(60);
const WEEK: Millis = Millis::minutes(7 * 24 * 60);

/// How fast a queue is served.
///
/// A queue that has been answered in for less than an hour is measured from its first answer on, so that a morning does not
/// begin with the quiet of the night in its count.
pub(crate) async fn pace(tx: &mut Tx, queue: QueueId, now: Timestamp) -> Result<Pace, Failure> {
    let (ready, _) = tx.pulse_of_queue(queue, now).await?;
    if ready == 0 {
        return Ok(Pace::default());
    }
    let recent = tx.answers(queue, (Timestamp(now.0 - HOUR.0), now)).await?;
    let answered = if recent.chats >= FEWEST {
        let span = recent.first.map_or(HOUR, |first| now - first);
        Answered { chats: recent.chats, agents: recent.agents, span }
    } else {
        let then = Timestamp(now.0 - WEEK.0);
        let before = tx.answers(queue, (then, then + HOUR)).await?;
        Answered { chats: before.chats, agents: before.agents, span: HOUR }
    };
    Ok(Pace { answered, ready, last: recent.last })
}
