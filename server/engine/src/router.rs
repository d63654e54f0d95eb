//! The router: a loop over the state, woken by what happens and once a second. What it may do is guarded by constraints
//! of the database, so that running it twice at once would be safe.

use crate::{
    database::{Outgoing, Tx},
    failure::Failure,
    services::{Services, offers},
};
use domain::{
    conversation::{Refusal, Status},
    event::Pulse,
    ids::{ConversationId, OfferId, QueueId},
    live::Stream,
    message::AgentRef,
    routing,
    time::Timestamp,
};
use std::{collections::HashMap, time::Duration};

/// The most chats weighed in one transaction.
const PASS: i64 = 64;
/// How often the loop looks without being woken.
const SWEEP: Duration = Duration::from_secs(1);

/// Offers what can be offered, for ever.
pub(crate) async fn run(services: &Services) {
    let mut places = HashMap::new();
    loop {
        if let Err(failure) = step(services).await {
            tracing::error!(error = %failure, "routing failed; the next round tries again");
        }
        if let Err(failure) = tell_places(services, &mut places).await {
            tracing::warn!(error = %failure, "places in line were not told");
        }
        // A wake-up that is lost costs at most one sweep.
        let _ = tokio::time::timeout(SWEEP, services.hub.routing_wanted()).await;
    }
}

/// One round: every waiting chat for which somebody is free is offered.
pub(crate) async fn step(services: &Services) -> Result<(), Failure> {
    let now = services.clock.now();
    if !services.database.read().await?.could_route(now).await? {
        return Ok(());
    }
    let services_of_round = services.clone();
    services.database.write(async move |tx: &mut Tx| round(tx, &services_of_round, now).await).await
}

async fn round(tx: &mut Tx, services: &Services, now: Timestamp) -> Result<(), Failure> {
    let waiting = tx.routable(now, PASS).await?;
    let is_full = waiting.len() as i64 == PASS;
    let mut offered = 0;
    for chat in waiting {
        if offer_one(tx, services, chat, now).await? {
            offered += 1;
        }
    }
    if is_full && offered > 0 {
        tx.outgoing.push(Outgoing::Route);
    }
    Ok(())
}

/// Offers one chat to the best agent who is free; `false` if nobody is.
async fn offer_one(tx: &mut Tx, services: &Services, chat: ConversationId, now: Timestamp) -> Result<bool, Failure> {
    let Some(facts) = tx.lock_conversation(chat).await? else { return Ok(false) };
    if !matches!(facts.chat.status, Status::Waiting { .. }) {
        return Ok(false);
    }
    let candidates = tx.candidates(facts.chat.queue, chat, now).await?;
    let weighed: Vec<_> = candidates.iter().map(|(candidate, _)| candidate.clone()).collect();
    let Some(best) = routing::choose(&weighed) else { return Ok(false) };
    let name = candidates.into_iter().find(|(candidate, _)| candidate.id == best).map_or_else(String::new, |(_, name)| name);
    let offer = OfferId::new(services.secrets.id());
    match offers::make(tx, offer, chat, AgentRef { id: best, name }, now).await {
        Ok(()) => Ok(true),
        // Another node filled the place first: its constraint held, the whole round is tried again.
        Err(Failure::Refused(Refusal::AtCapacity)) => Err(Failure::Unavailable),
        Err(failure) => Err(failure),
    }
}

/// Tells waiting customers who follow their chat where they stand, when that has changed.
async fn tell_places(services: &Services, told: &mut HashMap<ConversationId, u32>) -> Result<(), Failure> {
    let mut tx = services.database.read().await?;
    let queues: Vec<QueueId> = tx.all_queues().await?.into_iter().map(|queue| queue.id).collect();
    let mut now_waiting = HashMap::new();
    for queue in queues {
        now_waiting.extend(tx.line(queue).await?.into_iter().zip(1_u32..));
    }
    drop(tx);
    for (chat, place) in &now_waiting {
        if told.get(chat) != Some(place) {
            services.bus.pulse(Stream::ChatPublic(*chat), Pulse::Position { place: *place, expected: None });
        }
    }
    *told = now_waiting;
    Ok(())
}
