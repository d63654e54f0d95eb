//! Parking: a chat whose queue is closed or has nobody is not forgotten, but not offered either; and chats that have waited for
//! too long go to another queue.

use super::{Services, hand_over, hours, ledger};
use crate::{
    database::{ChatFacts, TimerKind, Tx},
    failure::Failure,
};
use domain::{
    conversation::{Conversation, Status},
    event::{EventBody, InternalBody, ParkReason},
    ids::{ConversationId, QueueId},
    queue::Policy,
    time::{Millis, Timestamp},
};
use std::collections::BTreeSet;

/// How long a chat whose next queue is closed, or has nobody, stays before that is tried again.
const TRY_AGAIN: Millis = Millis::minutes(1);

/// Why nobody of a queue can be asked now; `None` if somebody can.
pub(crate) async fn why_closed(
    tx: &mut Tx,
    queue: QueueId,
    policy: &Policy,
    now: Timestamp,
) -> Result<Option<(ParkReason, Option<Timestamp>)>, Failure> {
    let openness = hours::of(tx, policy, now).await?;
    if !openness.is_open() {
        return Ok(Some((ParkReason::OutsideHours, openness.opens())));
    }
    let has_members = tx.has_members(queue).await?;
    Ok((!has_members).then_some((ParkReason::NoMembers, None)))
}

/// A chat has come into a queue: it is parked at once if nobody can be asked, and its patience with the queue begins.
pub(crate) async fn arrived(tx: &mut Tx, id: ConversationId, now: Timestamp) -> Result<(), Failure> {
    let Some(facts) = tx.find_conversation(id).await? else { return Ok(()) };
    expect_overflow(tx, facts.chat.queue, id, now).await?;
    if let Some(again) = look(tx, id, now).await? {
        tx.set_timer(TimerKind::Unpark, id.uuid(), again).await?;
    }
    Ok(())
}

/// The time begins after which a chat in a queue's line goes on to another one, if it does.
async fn expect_overflow(tx: &mut Tx, queue: QueueId, id: ConversationId, now: Timestamp) -> Result<(), Failure> {
    match tx.queue(queue).await?.policy.overflow {
        Some(overflow) => tx.set_timer(TimerKind::Overflow, id.uuid(), now + overflow.after).await,
        None => tx.clear_timer(TimerKind::Overflow, id.uuid()).await,
    }
}

/// A step was stored: with a chat that is in its queue's line again (its queue opened, its agent was lost, its customer came
/// back) the time until it overflows begins anew.
pub(crate) async fn stepped(tx: &mut Tx, before: &Conversation, after: &Conversation, now: Timestamp) -> Result<(), Failure> {
    let stood_there = matches!(before.status, Status::Waiting { .. } | Status::Offered { .. });
    if stood_there || !matches!(after.status, Status::Waiting { .. }) {
        return Ok(());
    }
    expect_overflow(tx, after.queue, after.id, now).await
}

/// Parks a chat that waits in vain, or takes one out again. Gives when its queue opens, if that is known.
///
/// A customer who has left while their chat was parked was told that nobody is there: the chat stays until the queue opens, and
/// is a work item at that moment, so that nobody is rung for whoever left last evening. One who is there, or is still waited
/// for, stands in the line at the old place. What somebody has talked in already is not sent home by the clock while there
/// is anybody to take it.
pub(crate) async fn look(tx: &mut Tx, id: ConversationId, now: Timestamp) -> Result<Option<Timestamp>, Failure> {
    let Some(before) = tx.lock_conversation(id).await? else { return Ok(None) };
    if !matches!(before.chat.status, Status::Waiting { .. } | Status::Parked { .. }) {
        return Ok(None);
    }
    let policy = tx.queue(before.chat.queue).await?.policy;
    let closed = why_closed(tx, before.chat.queue, &policy, now).await?;
    let is_in_line = matches!(before.chat.status, Status::Waiting { .. });
    if is_in_line && before.chat.priority > 0 && tx.pulse_of_queue(before.chat.queue, now).await?.0 > 0 {
        return Ok(None);
    }
    let mut after = before.chat.clone();
    let events = match closed {
        Some((reason, until)) => after.park(reason, until, now),
        None if !is_in_line && is_gone(tx, id, now).await? => after.customer_gone(now),
        None => after.unpark(now),
    };
    ledger::store(tx, ledger::Step { before: &before, after, events, sender: ledger::DESK, offered_to: None }, now).await?;
    Ok(closed.and_then(|(_, until)| until))
}

/// Nobody has this chat open, and nobody is waited for.
async fn is_gone(tx: &mut Tx, id: ConversationId, now: Timestamp) -> Result<bool, Failure> {
    Ok(!tx.is_customer_connected(id, now).await? && !tx.has_timer(TimerKind::CustomerGone, id.uuid()).await?)
}

/// Fired when a chat has waited for too long in its queue: it goes on to the next one, once to each. While it rings, or is
/// parked, it stays. Gives when to look again.
pub(crate) async fn overflow(tx: &mut Tx, id: ConversationId, now: Timestamp) -> Result<Option<Timestamp>, Failure> {
    let Some(before) = tx.lock_conversation(id).await? else { return Ok(None) };
    let policy = tx.queue(before.chat.queue).await?.policy;
    let Some(overflow) = policy.overflow else { return Ok(None) };
    match before.chat.status {
        Status::Waiting { .. } => {}
        // What rings may still be taken: asked again when the offer is over.
        Status::Offered { .. } => return Ok(Some(now + Millis::seconds(1))),
        Status::Parked { .. }
        | Status::Active { .. }
        | Status::WrapUp { .. }
        | Status::Abandoned { .. }
        | Status::Callback { .. }
        | Status::Closed { .. } => {
            return Ok(None);
        }
    }
    if been_in(tx, &before).await?.contains(&overflow.to) {
        return Ok(None);
    }
    let to = match hand_over::elsewhere(tx, overflow.to, &before, None).await {
        Ok(to) => to,
        // The other queue was put away.
        Err(Failure::NotFound) => return Ok(None),
        Err(failure) => return Err(failure),
    };
    let target = tx.queue(overflow.to).await?.policy;
    if why_closed(tx, overflow.to, &target, now).await?.is_some() {
        // To be parked there is worse than to wait here.
        return Ok(Some(now + TRY_AGAIN));
    }
    hand_over::move_by(tx, id, None, to, now).await?;
    arrived(tx, id, now).await?;
    Ok(target.overflow.map(|next| now + next.after))
}

/// The queues in which a chat has been.
async fn been_in(tx: &mut Tx, chat: &ChatFacts) -> Result<BTreeSet<QueueId>, Failure> {
    let mut queues = BTreeSet::from([chat.chat.queue]);
    for event in tx.all_events(chat.chat.id).await? {
        match event.body {
            EventBody::Internal(InternalBody::Arrived { queue, .. } | InternalBody::HandedOver { queue, .. }) => _ = queues.insert(queue),
            EventBody::Internal(_) | EventBody::Public(_) => {}
        }
    }
    Ok(queues)
}

/// Parks what waits in queues that have closed and takes out what their opening frees: the sweep behind the timers, for what
/// time and admins change. Reads; writes only where something is to be done.
pub(crate) async fn sweep(services: &Services, now: Timestamp) -> Result<(), Failure> {
    let mut tx = services.database.read().await?;
    let mut wrong = Vec::new();
    for (queue, waiting, parked) in tx.unoffered_counts().await? {
        let policy = tx.queue(queue).await?.policy;
        let closed = why_closed(&mut tx, queue, &policy, now).await?;
        match closed {
            Some(stands) if waiting > 0 || parked > 0 => {
                let attended = tx.pulse_of_queue(queue, now).await?.0 > 0;
                wrong.extend(tx.not_parked_as(queue, stands, attended).await?);
            }
            None if parked > 0 => wrong.extend(tx.parked_in(queue).await?),
            Some(_) | None => {}
        }
    }
    drop(tx);
    for id in wrong {
        let change = async move |tx: &mut Tx| match look(tx, id, now).await? {
            Some(again) => tx.set_timer(TimerKind::Unpark, id.uuid(), again).await,
            None => Ok(()),
        };
        services.database.write(change).await?;
    }
    Ok(())
}
