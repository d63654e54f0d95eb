//! What every step of a conversation has in common: its events and row are stored, places are taken and given back, and
//! the lists that show the chat are told; all in the transaction of the step.

use super::{parking, silence};
use crate::{
    bugs::Bug,
    database::{ChatFacts, Outgoing, Tx},
    failure::Failure,
};
use domain::{
    conversation::{Conversation, Refusal, Status},
    desk::{AgentEvent, Card, CardFacts, Place, QueueEvent},
    event::Event,
    ids::AgentId,
    message::AgentRef,
    time::Timestamp,
};

/// A step that `domain` has decided.
pub(crate) struct Step<'a> {
    /// As it was read, before the step.
    pub before: &'a ChatFacts,
    pub after: Conversation,
    pub events: Vec<Event>,
    /// Who made the step, as in [`crate::caller::Caller::sender`]; `desk` for the desk itself.
    pub sender: &'a str,
    /// Names the agent of an offer.
    pub offered_to: Option<&'a AgentRef>,
}

/// The sender of what nobody in particular did.
pub(crate) const DESK: &str = "desk";

/// An agent whose own list shows the chat.
pub(crate) fn owner(status: &Status) -> Option<AgentId> {
    match status {
        Status::Active { agent, .. } | Status::WrapUp { agent, .. } => Some(agent.id),
        Status::Waiting { .. }
        | Status::Offered { .. }
        | Status::Abandoned { .. }
        | Status::Parked { .. }
        | Status::Callback { .. }
        | Status::Closed { .. } => None,
    }
}

/// Stores a step and tells the lists. A step without events changes nothing.
pub(crate) async fn store(tx: &mut Tx, step: Step<'_>, now: Timestamp) -> Result<Card, Failure> {
    let Step { before, after, events, sender, offered_to } = step;
    if events.is_empty() {
        return Ok(before.card.clone());
    }
    let card = card_after(tx, before, &after).await?;
    tx.save_conversation(&after, offered_to.map(|agent| agent.name.as_str())).await?;
    tx.add_events(after.id, sender, events).await?;
    silence::watch_chat(tx, before, &after, now).await?;
    move_places(tx, &before.chat.status, &after.status, now).await?;
    parking::stepped(tx, &before.chat, &after, now).await?;
    if card != before.card {
        tell_owners(tx, &before.chat.status, &after.status, &card, now).await?;
        let gone = QueueEvent::Gone { conversation: card.conversation };
        if before.chat.queue != card.queue {
            tx.tell_queue(before.chat.queue, gone.clone(), now).await?;
        }
        let event = if matches!(card.place, Place::Closed { .. }) { gone } else { QueueEvent::Card { card: card.clone() } };
        tx.tell_queue(card.queue, event, now).await?;
        tx.outgoing.push(Outgoing::Route);
    }
    Ok(card)
}

/// The chat's card after a step.
async fn card_after(tx: &mut Tx, before: &ChatFacts, after: &Conversation) -> Result<Card, Failure> {
    let old = &before.card;
    let service = if before.chat.queue == after.queue { old.service.clone() } else { tx.queue(after.queue).await?.service };
    let facts =
        CardFacts { email: old.email.clone(), service, site: old.site.clone(), words: old.words.clone(), company: old.company.clone() };
    Ok(Card::of(after, facts))
}

async fn move_places(tx: &mut Tx, before: &Status, after: &Status, now: Timestamp) -> Result<(), Failure> {
    let (old, new) = (before.holder(), after.holder());
    if old == new {
        return Ok(());
    }
    if let Some(agent) = old.filter(|_| !Bug::KeepPlaces.is_on()) {
        tx.free_place(agent, now).await?;
    }
    match new {
        Some(agent) if !tx.take_place(agent, now).await? => Err(Refusal::AtCapacity.into()),
        Some(_) | None => Ok(()),
    }
}

async fn tell_owners(tx: &mut Tx, before: &Status, after: &Status, card: &Card, now: Timestamp) -> Result<(), Failure> {
    let (old, new) = (owner(before), owner(after));
    if let Some(agent) = old.filter(|agent| Some(*agent) != new) {
        tx.tell_agent(agent, AgentEvent::NotMine { conversation: card.conversation }, now).await?;
    }
    if let Some(agent) = new {
        tx.tell_agent(agent, AgentEvent::Mine { card: card.clone() }, now).await?;
    }
    for agent in [before.holder(), after.holder().filter(|agent| before.holder() != Some(*agent))].into_iter().flatten() {
        tell_me(tx, agent, now).await?;
    }
    Ok(())
}

/// Tells an agent their own state.
pub(crate) async fn tell_me(tx: &mut Tx, agent: AgentId, now: Timestamp) -> Result<(), Failure> {
    if let Some(me) = tx.agent_view(agent).await? {
        tx.tell_agent(agent, AgentEvent::Me { me }, now).await?;
    }
    Ok(())
}
