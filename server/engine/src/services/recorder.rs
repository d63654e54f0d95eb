//! The flight recorder's questions: why did this chat go there, why did I get none, what would have happened.

use super::{Services, access};
use crate::{
    caller::Caller,
    database::{Record, Tx},
    failure::Failure,
};
use domain::{
    event::{Event, EventBody, InternalBody, PublicBody},
    hours::DAY,
    ids::{AgentId, ConversationId, QueueId},
    message::AgentRef,
    offer::OfferEnd,
    recorder::{AskReplay, Decided, Decision, Miss, Replay, WhyNone},
    replay::{Arrival, Day, Seen, play},
    routing::{Candidate, Wanted},
    time::{Millis, Timestamp},
};
use std::collections::HashMap;

/// How far back, and how many, of the chats are told that somebody did not get.
const BACK: Millis = Millis::minutes(24 * 60);
const MISSES: i64 = 100;
/// The most decisions of a day that are played again.
const PLAYED: i64 = 5_000;

impl Services {
    /// Everything that was decided about a chat, oldest first: by the router with what it saw, by people, by time.
    pub async fn why_chat(&self, caller: &Caller, id: ConversationId) -> Result<Vec<Decision>, Failure> {
        access::agent(caller)?;
        let mut tx = self.database.read().await?;
        let facts = access::conversation_to_read(&mut tx, caller, id).await?;
        let mut all = tx.decisions_about(id).await?;
        for decision in &mut all {
            if let Decided::Offered { offer, end, .. } = &mut decision.decided {
                *end = tx.find_offer(*offer).await?.and_then(|row| row.offer.ended);
            }
        }
        let names: Vec<(QueueId, String)> = tx.every_queue().await?;
        let name = |queue: QueueId| names.iter().find(|(id, _)| *id == queue).map(|(_, name)| name.clone()).unwrap_or_default();
        let mut queue = facts.chat.queue;
        let mut accepted = false;
        for event in tx.all_events(id).await? {
            if let EventBody::Internal(InternalBody::Arrived { queue: first, .. }) = &event.body {
                queue = *first;
            }
            if let EventBody::Internal(InternalBody::HandedOver { queue: to, .. }) = &event.body {
                queue = *to;
            }
            let joins = matches!(event.body, EventBody::Public(PublicBody::Joined { .. }));
            if let Some(decided) = decided_by(&event, &name).filter(|_| !(joins && accepted)) {
                all.push(Decision {
                    at: event.ts,
                    conversation: id,
                    queue,
                    queue_name: name(queue),
                    wanted: Wanted::anybody(event.ts),
                    considered: Vec::new(),
                    decided,
                });
            }
            accepted = matches!(&event.body, EventBody::Internal(InternalBody::OfferEnded { end: OfferEnd::Accepted, .. }));
        }
        all.sort_by_key(|decision| decision.at);
        Ok(all)
    }

    /// Why an agent is offered nothing, and what went past them; of oneself, for supervisors of anybody.
    pub async fn why_none(&self, caller: &Caller, agent: AgentId) -> Result<WhyNone, Failure> {
        let asker = access::agent(caller)?;
        if asker.id != agent {
            access::supervisor(caller)?;
        }
        let now = self.clock.now();
        let mut tx = self.database.read().await?;
        let stands = stands(&mut tx, agent, now).await?;
        let queues = tx.queues_of(agent).await?;
        let ids: Vec<QueueId> = queues.iter().map(|queue| queue.id).collect();
        let decisions = tx.decisions_in(&ids, Timestamp(now.0 - BACK.0), Timestamp(i64::MAX), MISSES).await?;
        let mut misses = Vec::new();
        for decision in decisions {
            let chosen = match &decision.decided {
                Decided::Offered { agent, .. } => Some(agent.clone()),
                _ => None,
            };
            let seen = decision.considered.iter().find(|one| one.candidate.id == agent);
            let Some(seen) = seen.filter(|_| chosen.as_ref().is_none_or(|chosen| chosen.id != agent)) else { continue };
            let customer = tx.find_conversation(decision.conversation).await?.map(|facts| facts.chat.customer_name).unwrap_or_default();
            let Decision { at, conversation, queue_name, .. } = decision.clone();
            misses.push(Miss { at, conversation, customer, queue_name, skip: seen.skip, chosen });
        }
        let now = stands.skip(&Wanted::anybody(now));
        Ok(WhyNone { now, queues: queues.into_iter().map(|queue| queue.name).collect(), misses })
    }

    /// Plays a day of a queue again with edited settings. Changes nothing. For supervisors.
    pub async fn replay(&self, caller: &Caller, ask: AskReplay) -> Result<Replay, Failure> {
        access::supervisor(caller)?;
        let minutes = ask.day.0 * i64::from(DAY) - i64::from(ask.ahead_minutes);
        let from = Timestamp(minutes * Millis::minutes(1).0);
        let until = (from + Millis::minutes(i64::from(DAY))).min(self.clock.now() + Millis(1));
        let mut tx = self.database.read().await?;
        tx.find_queue(ask.queue).await?.ok_or(Failure::NotFound)?;
        let day = read_day(&mut tx, ask.queue, (from, until)).await?;
        drop(tx);
        let played = tokio::task::spawn_blocking(move || play(&day, &ask.policy, &ask.members)).await;
        played.map_err(|error| anyhow::Error::from(error).into())
    }
}

/// What is known of a queue from `from` until before `until`.
async fn read_day(tx: &mut Tx, queue: QueueId, (from, until): (Timestamp, Timestamp)) -> Result<Day, Failure> {
    let mut decisions = tx.decisions_in(&[queue], from, until, PLAYED).await?;
    let records = tx.records_of_day(queue, (from, until), PLAYED).await?;
    let is_cut = [decisions.len(), records.len()].into_iter().any(|count| count as i64 == PLAYED);
    decisions.reverse();
    let mut first: HashMap<ConversationId, (AgentRef, Timestamp)> = HashMap::new();
    let mut seen = Vec::new();
    for decision in decisions {
        if let Decided::Offered { agent, .. } = &decision.decided {
            first.entry(decision.conversation).or_insert_with(|| (agent.clone(), decision.at));
        }
        seen.extend(decision.considered.into_iter().map(|one| Seen { at: decision.at, name: one.name, candidate: one.candidate }));
    }
    let arrivals = records.into_iter().map(|record| arrival(record, &first)).collect();
    Ok(Day { arrivals, seen, skills: tx.skills().await?, until, is_cut })
}

fn arrival(record: Record, first: &HashMap<ConversationId, (AgentRef, Timestamp)>) -> Arrival {
    let joined = record.answered.zip(record.joined_at);
    Arrival {
        before: first.get(&record.conversation).cloned().or_else(|| joined.clone()),
        left_at: if joined.is_none() { record.ended_at } else { None },
        handled: record.joined_at.zip(record.ended_at).map(|(joined, ended)| ended - joined),
        conversation: record.conversation,
        customer: record.customer,
        at: record.at,
        language: record.language,
        preferred: record.preferred,
    }
}

/// How an agent stands now, as the router would see them in a queue of theirs.
async fn stands(tx: &mut Tx, agent: AgentId, now: Timestamp) -> Result<Candidate, Failure> {
    let row = tx.find_agent(agent).await?.ok_or(Failure::NotFound)?;
    Ok(Candidate {
        id: agent,
        wish: row.wish,
        online: tx.is_online(agent, now).await?,
        load: row.load,
        capacity: row.capacity,
        priority: 0,
        idle_since: now,
        last_offer_at: None,
        skills: tx.skills_of(agent).await?,
        cooling_down: false,
    })
}

/// What people and time decided, from the chat's own log.
fn decided_by(event: &Event, name: &impl Fn(QueueId) -> String) -> Option<Decided> {
    match &event.body {
        EventBody::Public(PublicBody::Joined { agent, .. }) => Some(Decided::Joined { agent: agent.clone() }),
        EventBody::Public(PublicBody::Requeued { agent }) => Some(Decided::Requeued { from: agent.clone() }),
        EventBody::Public(PublicBody::Parked { reason, until }) => Some(Decided::Parked { reason: *reason, until: *until }),
        EventBody::Public(PublicBody::Unparked) => Some(Decided::Unparked),
        EventBody::Public(PublicBody::TakenOver { agent, .. }) => Some(Decided::HandedOver { by: agent.clone(), to: agent.name.clone() }),
        EventBody::Internal(InternalBody::HandedOver { by: None, queue, .. }) => {
            Some(Decided::Overflowed { to: *queue, name: name(*queue) })
        }
        EventBody::Internal(InternalBody::HandedOver { by: Some(by), to, queue, .. }) => {
            Some(Decided::HandedOver { by: by.clone(), to: to.as_ref().map_or_else(|| name(*queue), |agent| agent.name.clone()) })
        }
        EventBody::Public(_) | EventBody::Internal(_) => None,
    }
}
