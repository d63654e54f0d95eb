//! Sending a chat elsewhere: to another queue, to a colleague.

use super::{Services, access, desk, hours, ledger, offers, parking};
use crate::{
    caller::Caller,
    database::{AgentRow, ChatFacts, TimerKind, Tx},
    failure::Failure,
    secrets::id_at,
};
use domain::{
    conversation::{Elsewhere, Refusal, Status},
    desk::{AgentDestination, Destinations, QueueDestination},
    event::InternalBody,
    ids::{AgentId, ConversationId, OfferId, QueueId},
    message::{AgentRef, plain_text},
    presence::Wish,
    queue::Queue,
    routing::needs,
    time::Timestamp,
};

/// The longest note that goes with a chat, in characters.
const LONGEST_NOTE: usize = 2_000;

/// What is said to whoever comes next; `None` for nothing.
pub(crate) fn parse_note(note: &str) -> Result<Option<String>, Failure> {
    let note = plain_text(note);
    if note.chars().count() > LONGEST_NOTE {
        return Err(Failure::Invalid { field: "note", why: "problem.too_long" });
    }
    Ok((!note.is_empty()).then_some(note))
}

impl Services {
    /// Where this chat could go: every other queue, and everybody but the one who has it.
    pub async fn destinations(&self, caller: &Caller, id: ConversationId) -> Result<Destinations, Failure> {
        access::agent(caller)?;
        let now = self.clock.now();
        let mut tx = self.database.read().await?;
        let chat = access::conversation_to_read(&mut tx, caller, id).await?.chat;
        let mut queues = Vec::new();
        for queue in tx.all_queues().await? {
            let (ready, waiting) = tx.pulse_of_queue(queue.id, now).await?;
            let open = hours::of(&mut tx, &queue.policy, now).await?.is_open();
            queues.push(QueueDestination { queue: desk::brief(&queue), ready, waiting, open });
        }
        queues.retain(|destination| destination.queue.id != chat.queue || matches!(chat.status, Status::Active { .. }));
        let mut agents = Vec::new();
        for agent in tx.all_agents().await? {
            if agent.disabled || chat.status.holder() == Some(agent.id) {
                continue;
            }
            let Some(view) = tx.agent_view(agent.id).await? else { continue };
            agents.push(AgentDestination {
                shown: view.shown(),
                online: tx.is_online(agent.id, now).await?,
                is_member: tx.is_member(chat.queue, agent.id).await?,
                knows: chat.extra.needs.iter().all(|need| view.skills.contains(need)),
                agent: AgentRef { id: view.id, name: view.name },
                team: view.team,
                load: view.load,
                capacity: view.capacity,
            });
        }
        Ok(Destinations { queues, agents })
    }

    /// Moves a chat that nobody has joined, or a work item, to another queue. An offer is withdrawn. The customer's clock does
    /// not begin again. For members of the chat's queue and supervisors. Repeating a move that was made changes nothing.
    pub async fn move_queue(&self, caller: &Caller, id: ConversationId, to: QueueId, note: &str) -> Result<(), Failure> {
        let (caller, note, now) = (caller.clone(), parse_note(note)?, self.clock.now());
        self.database
            .write(async move |tx: &mut Tx| {
                let by = access::agent(&caller)?.reference();
                if is_done(tx, id, Asked { by: &by, to: None, queue: Some(to) }).await? {
                    return Ok(());
                }
                let seen = access::conversation(tx, &caller, id).await?;
                let to = elsewhere(tx, to, &seen, note.clone()).await?;
                // Asked first on a copy, so that a refused move withdraws no offer.
                let mut waiting = seen.chat.clone();
                if let Status::Offered { since, .. } = waiting.status {
                    waiting.status = Status::Waiting { since };
                }
                waiting.move_queue(Some(by.clone()), to.clone(), now)?;
                offers::cancel_of(tx, &seen, now).await?;
                move_by(tx, id, Some(by), to, now).await?;
                parking::arrived(tx, id, now).await
            })
            .await
    }

    /// Hands the caller's chat to a colleague, who is offered it at once; refused when they are not ready, online and free. If
    /// they decline, it comes back to the caller, or to the queue. Repeating a transfer that was made changes nothing.
    pub async fn transfer(&self, caller: &Caller, id: ConversationId, to: AgentId, note: &str) -> Result<(), Failure> {
        let (caller, note, now) = (caller.clone(), parse_note(note)?, self.clock.now());
        self.database
            .write(async move |tx: &mut Tx| {
                let by = access::agent(&caller)?.reference();
                if is_done(tx, id, Asked { by: &by, to: Some(to), queue: None }).await? {
                    return Ok(());
                }
                let before = access::conversation(tx, &caller, id).await?;
                let mut after = before.chat.clone();
                let colleague = tx.find_agent(to).await?.ok_or(Failure::NotFound)?;
                let events = after.transfer(&by, colleague.reference(), note.clone(), now)?;
                can_take(tx, &colleague, now).await?;
                let sender = caller.sender();
                ledger::store(tx, ledger::Step { before: &before, after, events, sender: &sender, offered_to: None }, now).await?;
                offers::make(tx, OfferId::new(id_at(now)), id, colleague.reference(), now).await
            })
            .await
    }

    /// Hands the caller's chat to whoever is free in a queue, which may be its own. Repeating it changes nothing.
    pub async fn transfer_queue(&self, caller: &Caller, id: ConversationId, to: QueueId, note: &str) -> Result<(), Failure> {
        let (caller, note, now) = (caller.clone(), parse_note(note)?, self.clock.now());
        self.database
            .write(async move |tx: &mut Tx| {
                let by = access::agent(&caller)?.reference();
                if is_done(tx, id, Asked { by: &by, to: None, queue: Some(to) }).await? {
                    return Ok(());
                }
                let before = access::conversation(tx, &caller, id).await?;
                let to = elsewhere(tx, to, &before, note.clone()).await?;
                let mut after = before.chat.clone();
                let events = after.transfer_to_queue(&by, to, now)?;
                let sender = caller.sender();
                ledger::store(tx, ledger::Step { before: &before, after, events, sender: &sender, offered_to: None }, now).await?;
                parking::arrived(tx, id, now).await
            })
            .await
    }
}

/// Refused unless an agent could be rung now: ready, online and free. That stands until the end of the transaction.
pub(crate) async fn can_take(tx: &mut Tx, agent: &AgentRow, now: Timestamp) -> Result<(), Failure> {
    let row = is_there(tx, agent, now).await?;
    if row.wish != Wish::Ready {
        return Err(Refusal::AgentNotReady.into());
    }
    has_room(&row)
}

/// Refused unless an agent could be given a chat now: online and free; they need not be ready.
pub(crate) async fn can_be_given(tx: &mut Tx, agent: &AgentRow, now: Timestamp) -> Result<(), Failure> {
    has_room(&is_there(tx, agent, now).await?)
}

async fn is_there(tx: &mut Tx, agent: &AgentRow, now: Timestamp) -> Result<AgentRow, Failure> {
    tx.lock_agent(agent.id).await?;
    let row = tx.find_agent(agent.id).await?.ok_or(Failure::NotFound)?;
    if row.disabled || !tx.is_online(row.id, now).await? { Err(Refusal::AgentNotReady.into()) } else { Ok(row) }
}

fn has_room(agent: &AgentRow) -> Result<(), Failure> {
    if agent.load >= agent.capacity { Err(Refusal::AtCapacity.into()) } else { Ok(()) }
}

/// A queue as the place where a chat goes.
pub(crate) async fn elsewhere(tx: &mut Tx, to: QueueId, chat: &ChatFacts, note: Option<String>) -> Result<Elsewhere, Failure> {
    let queue: Queue = tx.all_queues().await?.into_iter().find(|queue| queue.id == to).ok_or(Failure::NotFound)?;
    let needs = needs(&queue.policy, chat.chat.extra.language.as_deref(), &tx.skills().await?);
    Ok(Elsewhere { queue: queue.id, service: queue.service, needs, note })
}

/// Moves a chat that rings at nobody; `by` is `None` for the queue's own rule.
pub(crate) async fn move_by(tx: &mut Tx, id: ConversationId, by: Option<AgentRef>, to: Elsewhere, now: Timestamp) -> Result<(), Failure> {
    let before = tx.lock_conversation(id).await?.ok_or(Failure::NotFound)?;
    let mut after = before.chat.clone();
    let sender = by.as_ref().map_or_else(|| ledger::DESK.to_owned(), |agent| agent.id.to_string());
    let events = after.move_queue(by, to, now)?;
    ledger::store(tx, ledger::Step { before: &before, after, events, sender: &sender, offered_to: None }, now).await?;
    tx.clear_timer(TimerKind::Unpark, id.uuid()).await
}

/// An offer that came with a transfer came to nothing: whoever handed the chat on is asked, if they can take it back; else it
/// waits in its queue.
pub(crate) async fn give_back(tx: &mut Tx, id: ConversationId, now: Timestamp) -> Result<(), Failure> {
    let Some(facts) = tx.find_conversation(id).await? else { return Ok(()) };
    let back = facts.chat.extra.handover.as_ref().map(|handover| handover.from.id);
    let (Status::Waiting { .. }, Some(back)) = (&facts.chat.status, back.filter(|back| facts.chat.extra.preferred == Some(*back))) else {
        return Ok(());
    };
    let Some(agent) = tx.find_agent(back).await? else { return Ok(()) };
    match can_take(tx, &agent, now).await {
        Ok(()) => offers::make(tx, OfferId::new(id_at(now)), id, agent.reference(), now).await,
        Err(Failure::Refused(_)) => Ok(()),
        Err(failure) => Err(failure),
    }
}

/// A hand-over that somebody asks for.
struct Asked<'a> {
    by: &'a AgentRef,
    to: Option<AgentId>,
    /// For one that goes to a queue.
    queue: Option<QueueId>,
}

/// Whether this hand-over was made already, as the last one of its chat: the answer was lost, and the call comes again. Looked at
/// before access, which may have gone with the chat.
async fn is_done(tx: &mut Tx, id: ConversationId, asked: Asked<'_>) -> Result<bool, Failure> {
    let Some(facts) = tx.lock_conversation(id).await? else { return Ok(false) };
    if ledger::owner(&facts.chat.status) == Some(asked.by.id) || asked.queue.is_some_and(|queue| queue != facts.chat.queue) {
        return Ok(false);
    }
    let Some(InternalBody::HandedOver { by: Some(who), to, queue: _, note: _ }) = tx.last_hand_over(id).await? else {
        return Ok(false);
    };
    Ok(who.id == asked.by.id && to.map(|agent| agent.id) == asked.to)
}
