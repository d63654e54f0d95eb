//! Offers: accepted, rejected, expired, withdrawn; and chats taken from the list.

use super::{Services, access, hand_over, ledger, presence};
use crate::{
    bugs::Bug,
    caller::Caller,
    database::{ChatFacts, OfferRow, TimerKind, Tx},
    failure::Failure,
};
use domain::{
    conversation::{Conversation, Refusal, Status},
    desk::AgentEvent,
    event::Event,
    ids::{AgentId, ConversationId, OfferId, QueueId},
    message::AgentRef,
    offer::{Acceptance, OfferEnd, OfferGone},
    presence::{MISSED_OFFER, REJECTED_OFFER, Wish},
    time::Timestamp,
};

impl Services {
    /// Takes the offered chat. Accepting again (second tab, resend) gives the same success; when the offer ended
    /// otherwise the answer is [`Failure::OfferGone`] with the reason.
    pub async fn accept(&self, caller: &Caller, offer: OfferId) -> Result<ConversationId, Failure> {
        let (caller, now) = (caller.clone(), self.clock.now());
        self.database.write(async move |tx: &mut Tx| accept(tx, &caller, offer, now).await).await
    }

    /// Declines: the chat keeps its place and goes to somebody else first. With no other chat open the agent becomes
    /// Not ready if the queue says so. Rejecting what is gone already is no error.
    pub async fn reject(&self, caller: &Caller, offer: OfferId) -> Result<(), Failure> {
        let (caller, now) = (caller.clone(), self.clock.now());
        self.database
            .write(async move |tx: &mut Tx| {
                let agent = access::agent(&caller)?.reference();
                let (row, before) = own_offer(tx, agent.id, offer).await?;
                if !end(tx, &row, &before, &agent, OfferEnd::Rejected, now).await? {
                    return Ok(());
                }
                let policy = tx.queue(before.chat.queue).await?.policy;
                let rest = tx.find_agent(agent.id).await?.map_or(0, |row| row.load);
                if policy.reject_makes_not_ready && rest == 0 {
                    become_not_ready(tx, agent.id, REJECTED_OFFER, now).await?;
                }
                hand_over::give_back(tx, before.chat.id, now).await
            })
            .await
    }

    /// Takes a chat from the list of those that wait. One that rings at somebody else is taken from them.
    pub async fn join(&self, caller: &Caller, conversation: ConversationId) -> Result<(), Failure> {
        let (caller, now) = (caller.clone(), self.clock.now());
        self.database
            .write(async move |tx: &mut Tx| {
                let agent = access::agent(&caller)?.reference();
                let before = access::conversation(tx, &caller, conversation).await?;
                if let Status::Offered { offer, agent: held, .. } = before.chat.status {
                    if held == agent.id {
                        accept(tx, &caller, offer, now).await?;
                        return Ok(());
                    }
                    let (row, holder) = (tx.find_offer(offer).await?.ok_or(Failure::NotFound)?, reference(tx, held).await?);
                    end(tx, &row, &before, &holder, OfferEnd::Cancelled, now).await?;
                }
                let before = access::conversation(tx, &caller, conversation).await?;
                let mut after = before.chat.clone();
                let events = after.join(agent.clone(), now)?;
                let sender = caller.sender();
                ledger::store(tx, ledger::Step { before: &before, after, events, sender: &sender, offered_to: None }, now).await?;
                presence::expect(tx, agent.id, now).await
            })
            .await
    }
}

async fn accept(tx: &mut Tx, caller: &Caller, offer: OfferId, now: Timestamp) -> Result<ConversationId, Failure> {
    let agent = access::agent(caller)?.reference();
    let (row, before) = own_offer(tx, agent.id, offer).await?;
    match row.offer.may_accept(now) {
        Ok(Acceptance::Already) => return Ok(before.chat.id),
        Err(OfferGone(end)) => return Err(Failure::OfferGone(end)),
        Ok(Acceptance::Now) => {}
    }
    if !tx.end_offer(offer, OfferEnd::Accepted, now).await? {
        return Err(Failure::OfferGone(OfferEnd::Cancelled));
    }
    tx.clear_timer(TimerKind::OfferExpires, offer.uuid()).await?;
    let mut after = before.chat.clone();
    let events = after.join(agent.clone(), now)?;
    let sender = caller.sender();
    ledger::store(tx, ledger::Step { before: &before, after, events, sender: &sender, offered_to: None }, now).await?;
    tx.tell_agent(agent.id, AgentEvent::OfferGone { offer, end: OfferEnd::Accepted }, now).await?;
    Ok(before.chat.id)
}

/// The caller's offer with its chat, locked. Somebody else's is not found.
async fn own_offer(tx: &mut Tx, agent: AgentId, offer: OfferId) -> Result<(OfferRow, ChatFacts), Failure> {
    let seen = tx.find_offer(offer).await?.filter(|row| row.offer.agent == agent).ok_or(Failure::NotFound)?;
    let before = tx.lock_conversation(seen.offer.conversation).await?.ok_or(Failure::NotFound)?;
    // Read again under the lock: another writer may have ended it in between.
    let row = tx.find_offer(offer).await?.ok_or(Failure::NotFound)?;
    Ok((row, before))
}

async fn reference(tx: &mut Tx, agent: AgentId) -> Result<AgentRef, Failure> {
    Ok(tx.find_agent(agent).await?.ok_or(Failure::NotFound)?.reference())
}

/// Ends a pending offer without a chat; `false` if it had ended already. The chat goes back to its place.
pub(crate) async fn end(
    tx: &mut Tx,
    row: &OfferRow,
    before: &ChatFacts,
    agent: &AgentRef,
    how: OfferEnd,
    now: Timestamp,
) -> Result<bool, Failure> {
    let offer = row.offer.id;
    if !tx.end_offer(offer, how, now).await? {
        return Ok(false);
    }
    tx.clear_timer(TimerKind::OfferExpires, offer.uuid()).await?;
    let mut after = before.chat.clone();
    let events = after.offer_ended(offer, agent.clone(), how, now);
    store_by_desk(tx, before, after, events, now).await?;
    tx.tell_agent(agent.id, AgentEvent::OfferGone { offer, end: how }, now).await?;
    Ok(true)
}

async fn store_by_desk(tx: &mut Tx, before: &ChatFacts, after: Conversation, events: Vec<Event>, now: Timestamp) -> Result<(), Failure> {
    let step = ledger::Step { before, after, events, sender: ledger::DESK, offered_to: None };
    ledger::store(tx, step, now).await?;
    Ok(())
}

/// Holds a waiting chat out to an agent; the deadline is a row.
pub(crate) async fn make(tx: &mut Tx, id: OfferId, chat: ConversationId, agent: AgentRef, now: Timestamp) -> Result<(), Failure> {
    let before = tx.lock_conversation(chat).await?.ok_or(Failure::NotFound)?;
    let policy = tx.queue(before.chat.queue).await?.policy;
    let deadline = now + policy.accept_timeout;
    let mut after = before.chat.clone();
    let events = after.offer(id, agent.clone(), deadline, now)?;
    let offer = domain::offer::Offer {
        id,
        conversation: chat,
        agent: agent.id,
        ended: None,
        deadline,
        attempt: tx.attempts(chat).await? + 1,
        created_at: now,
    };
    let row = OfferRow { offer, waited: now - before.chat.enqueued_at };
    tx.add_offer(&row).await?;
    tx.delivered(agent.id, now).await?;
    tx.set_timer(TimerKind::OfferExpires, id.uuid(), deadline + domain::offer::GRACE).await?;
    let step = ledger::Step { before: &before, after, events, sender: ledger::DESK, offered_to: Some(&agent) };
    let card = ledger::store(tx, step, now).await?;
    // The step has locked the agent's row: what they wish now stands, and whether they are there. Both may have changed since
    // they were chosen.
    let wants = tx.find_agent(agent.id).await?.is_some_and(|row| row.wish == Wish::Ready);
    let can_be_asked = wants && tx.is_online(agent.id, now).await?;
    if !can_be_asked && !Bug::AskAnybody.is_on() {
        return Err(Failure::Unavailable);
    }
    let offer = domain::desk::OfferView { id, card, offered_at: now, deadline, waited: row.waited };
    tx.tell_agent(agent.id, AgentEvent::Offered { offer }, now).await
}

/// Fired by the offer's timer: the chat goes back, the agent becomes Not ready, "missed offer".
pub(crate) async fn expire(tx: &mut Tx, offer: OfferId, now: Timestamp) -> Result<(), Failure> {
    let Some(seen) = tx.find_offer(offer).await? else { return Ok(()) };
    let before = tx.lock_conversation(seen.offer.conversation).await?.ok_or(Failure::NotFound)?;
    let agent = reference(tx, seen.offer.agent).await?;
    if !end(tx, &seen, &before, &agent, OfferEnd::Expired, now).await? {
        return Ok(());
    }
    if tx.queue(before.chat.queue).await?.policy.missed_makes_not_ready {
        become_not_ready(tx, agent.id, MISSED_OFFER, now).await?;
    }
    hand_over::give_back(tx, before.chat.id, now).await
}

/// Withdraws everything that rings at an agent.
pub(crate) async fn revoke_all(tx: &mut Tx, agent: AgentId, now: Timestamp) -> Result<(), Failure> {
    let who = reference(tx, agent).await?;
    for row in tx.pending_offers_of(agent).await? {
        let before = tx.lock_conversation(row.offer.conversation).await?.ok_or(Failure::NotFound)?;
        end(tx, &row, &before, &who, OfferEnd::Revoked, now).await?;
        hand_over::give_back(tx, before.chat.id, now).await?;
    }
    Ok(())
}

/// Withdraws what rings at an agent of one queue.
pub(crate) async fn revoke_in(tx: &mut Tx, queue: QueueId, agent: AgentId, now: Timestamp) -> Result<(), Failure> {
    let who = reference(tx, agent).await?;
    for row in tx.pending_offers_of(agent).await? {
        let before = tx.lock_conversation(row.offer.conversation).await?.ok_or(Failure::NotFound)?;
        if before.chat.queue == queue {
            end(tx, &row, &before, &who, OfferEnd::Revoked, now).await?;
        }
    }
    Ok(())
}

/// Withdraws the offer of a chat, if one rings: the customer left.
pub(crate) async fn cancel_of(tx: &mut Tx, chat: &ChatFacts, now: Timestamp) -> Result<(), Failure> {
    let Status::Offered { offer, agent, .. } = chat.chat.status else { return Ok(()) };
    let (row, who) = (tx.find_offer(offer).await?.ok_or(Failure::NotFound)?, reference(tx, agent).await?);
    end(tx, &row, chat, &who, OfferEnd::Cancelled, now).await?;
    Ok(())
}

pub(crate) async fn become_not_ready(tx: &mut Tx, agent: AgentId, reason: &str, now: Timestamp) -> Result<(), Failure> {
    if tx.store_wish(agent, &Wish::NotReady(Some(reason.to_owned())), None, now).await? {
        revoke_all_quietly(tx, agent, now).await?;
        ledger::tell_me(tx, agent, now).await?;
    }
    Ok(())
}

/// Other offers that ring at an agent who has just become Not ready go on to others.
async fn revoke_all_quietly(tx: &mut Tx, agent: AgentId, now: Timestamp) -> Result<(), Failure> {
    match revoke_all(tx, agent, now).await {
        Err(Failure::Refused(Refusal::NotWaiting)) | Ok(()) => Ok(()),
        Err(failure) => Err(failure),
    }
}
