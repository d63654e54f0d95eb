//! Callbacks: a customer leaves a number instead of waiting.

use super::{Services, access, hours, ledger, offers};
use crate::{
    caller::Caller,
    database::{ChatFacts, TimerKind, Tx},
    failure::Failure,
};
use domain::{
    callback,
    conversation::{Refusal, Status},
    hours::Openness,
    queue::Policy,
    time::Timestamp,
    wire::{AskCallback, CustomerChat},
};

impl Services {
    /// Turns the customer's wait into a work item with their number. Refused before the queue offers it, and once somebody has
    /// joined; an offer is withdrawn.
    pub async fn ask_callback(&self, caller: &Caller, ask: AskCallback) -> Result<CustomerChat, Failure> {
        let (who, now) = (caller.clone(), self.clock.now());
        let wanted = callback::parse(&ask.phone, &ask.message, &ask.when, now).map_err(first_of)?;
        self.database
            .write(async move |tx: &mut Tx| {
                let id = access::customer(&who)?.conversation;
                let seen = access::conversation(tx, &who, id).await?;
                // Asked first as if nothing rang: whoever is answered already is told that.
                let mut resting = seen.chat.clone();
                if let Status::Offered { since, .. } = resting.status {
                    resting.status = Status::Waiting { since };
                }
                resting.ask_callback(wanted.clone(), now)?;
                let policy = tx.queue(seen.chat.queue).await?.policy;
                let openness = hours::of(tx, &policy, now).await?;
                if offered_from(&seen, &policy, openness).is_none_or(|from| now < from) {
                    return Err(Refusal::NoCallback.into());
                }
                offers::cancel_of(tx, &seen, now).await?;
                let before = access::conversation(tx, &who, id).await?;
                let mut after = before.chat.clone();
                let events = after.ask_callback(wanted.clone(), now)?;
                let sender = who.sender();
                ledger::store(tx, ledger::Step { before: &before, after, events, sender: &sender, offered_to: None }, now).await?;
                tx.clear_timer(TimerKind::Unpark, id.uuid()).await?;
                tx.clear_timer(TimerKind::CustomerGone, id.uuid()).await
            })
            .await?;
        self.customer_chat(caller).await
    }
}

/// From when on the queue offers a callback for this chat; `None` for never, and once nobody waits any more.
pub(crate) fn offered_from(chat: &ChatFacts, policy: &Policy, openness: Openness) -> Option<Timestamp> {
    if !chat.chat.status.is_unanswered() {
        return None;
    }
    let at_once = (!openness.is_open() && policy.callback_outside_hours).then_some(chat.chat.enqueued_at);
    at_once.or_else(|| policy.callback_after.map(|after| chat.chat.enqueued_at + after))
}

fn first_of(wrong: Vec<domain::settings::Wrong>) -> Failure {
    match wrong.into_iter().next() {
        Some(one) => Failure::Wrong { field: one.field, why: one.why },
        None => Failure::Invalid { field: "phone", why: "problem.phone" },
    }
}
