//! The router: a loop over the state, woken by what happens and once a second. What it may do is guarded by constraints
//! of the database, so that running it twice at once, on one node or on several, is safe.
//!
//! A round is planned in memory ([`plan`]) over everybody who might be asked and the line in its order; each offer is then
//! made with the real checks in the transaction. A round that finds nobody is not tried again before something happened, or
//! before time alone can change its mind.

mod plan;

use self::plan::{Look, Plan, Seen};
use crate::{
    bugs::Bug,
    database::{Outgoing, Tx, Waits},
    failure::Failure,
    services::{Services, offers, parking, waits},
};
use domain::{
    conversation::Refusal,
    event::Pulse,
    ids::{ConversationId, OfferId, QueueId},
    live::Stream,
    message::AgentRef,
    queue::Distribution,
    recorder::{Decided, Decision},
    time::{Millis, Timestamp},
};
use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

/// The most offers of one transaction: whoever writes in between does not wait long.
const OFFERS: usize = 64;
/// How much of the line is read at a time.
const PAGE: usize = 512;
/// The most looks without an outcome that are written down in one round.
const NOTED: usize = 64;
/// How often the loop looks without being woken.
const SWEEP: Duration = Duration::from_secs(1);
/// How often places are told.
const TELL_EVERY: Duration = Duration::from_secs(2);
/// No queue waits longer before it asks somebody again who rejected.
const LONGEST_COOLDOWN: Millis = Millis::minutes(60);

/// What the loop remembers from round to round; losing it costs a look.
#[derive(Clone, Default)]
pub(crate) struct Memory(Arc<Mutex<Remembered>>);

#[derive(Default)]
struct Remembered {
    /// How things stood when a round found nobody.
    settled: Option<[i64; 8]>,
    changes_at: Option<Timestamp>,
    /// What was noted of the chats for which nobody was found.
    noted: HashMap<ConversationId, BTreeMap<String, usize>>,
    places: HashMap<ConversationId, (u32, Option<Millis>)>,
    told_at: Option<Instant>,
}

impl Memory {
    fn with<T>(&self, use_it: impl FnOnce(&mut Remembered) -> T) -> T {
        use_it(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Offers what can be offered, for ever.
pub(crate) async fn run(services: &Services) {
    let memory = Memory::default();
    loop {
        let now = services.clock.now();
        if let Err(failure) = parking::sweep(services, now).await {
            tracing::error!(error = %failure, "parked chats were not looked at; the next round tries again");
        }
        if let Err(failure) = step(services, &memory).await {
            tracing::error!(error = %failure, "routing failed; the next round tries again");
        }
        if let Err(failure) = tell_places(services, &memory).await {
            tracing::warn!(error = %failure, "places in line were not told");
        }
        // A wake-up that is lost costs at most one sweep.
        let _ = tokio::time::timeout(SWEEP, services.hub.routing_wanted()).await;
    }
}

/// One round: every waiting chat for which somebody is free is offered; gives how many were.
pub(crate) async fn step(services: &Services, memory: &Memory) -> Result<usize, Failure> {
    let now = services.clock.now();
    let mark = services.database.read().await?.routing_mark(now).await?;
    let nothing_new = memory.with(|known| known.settled == Some(mark) && known.changes_at.is_none_or(|at| at > now));
    if mark[0] == 0 || nothing_new {
        return Ok(0);
    }
    let (of_round, remembered) = (services.clone(), memory.clone());
    let done = services.database.write(async move |tx: &mut Tx| round(tx, &of_round, &remembered, (mark[0], now)).await).await?;
    let offered = done.offered;
    memory.with(|known| {
        known.noted.extend(done.noted);
        if done.complete && !done.line.is_empty() {
            known.noted.retain(|chat, _| done.line.contains(chat));
        }
        known.settled = (done.offered == 0 && done.complete && !done.skipped).then_some(mark);
        known.changes_at = done.changes_at;
    });
    Ok(offered)
}

/// What a round did.
#[derive(Default)]
struct Done {
    offered: usize,
    /// The whole line was looked at.
    complete: bool,
    /// A chat was in another writer's hands.
    skipped: bool,
    changes_at: Option<Timestamp>,
    noted: HashMap<ConversationId, BTreeMap<String, usize>>,
    /// Who was looked at.
    line: HashSet<ConversationId>,
}

async fn round(tx: &mut Tx, services: &Services, memory: &Memory, (waiting, now): (i64, Timestamp)) -> Result<Done, Failure> {
    if !tx.begin_round().await? {
        return Ok(Done { skipped: true, ..Done::default() });
    }
    let seen = Seen {
        crew: tx.crew(now).await?,
        memberships: tx.memberships().await?,
        skills: tx.all_agent_skills().await?,
        rejections: tx.rejections(Timestamp(now.0 - LONGEST_COOLDOWN.0)).await?,
        queues: tx.all_queues().await?,
    };
    let mut plan = Plan::new(seen, now);
    let mut done = Done::default();
    if !plan.has_places() && memory.with(|known| known.noted.len() as i64 >= waiting) {
        return Ok(Done { complete: true, ..done });
    }
    let mut closed: HashMap<QueueId, bool> = HashMap::new();
    let mut from = 0;
    loop {
        let mut line = tx.waiting_line(from, PAGE).await?;
        if Bug::ServeNewestFirst.is_on() {
            line.reverse();
        }
        let last = line.len() < PAGE;
        for chat in &line {
            if done.offered == OFFERS {
                tx.outgoing.push(Outgoing::Route);
                return Ok(done);
            }
            // What came back from somebody is offered after hours too, to whoever is still there.
            let is_closed = chat.priority == 0 && is_closed(tx, &plan, &mut closed, chat.queue, now).await?;
            done.line.insert(chat.id);
            if is_closed || !offer_one(tx, services, &mut plan, (chat, memory), &mut done).await? {
                // What was offered before it is not in the line any more.
                from += 1;
            }
        }
        if last || (!plan.has_places() && done.noted.len() >= NOTED) {
            done.complete = last;
            done.changes_at = plan.changes_at();
            return Ok(done);
        }
    }
}

/// Chats of a queue that has closed are about to be parked.
async fn is_closed(tx: &mut Tx, plan: &Plan, closed: &mut HashMap<QueueId, bool>, queue: QueueId, now: Timestamp) -> Result<bool, Failure> {
    if let Some(known) = closed.get(&queue) {
        return Ok(*known);
    }
    let answer = match plan.policy(queue).cloned() {
        Some(policy) => parking::why_closed(tx, queue, &policy, now).await?.is_some(),
        None => true,
    };
    closed.insert(queue, answer);
    Ok(answer)
}

/// Offers one chat to the best agent who is free, and notes what was seen; `false` if nobody is.
async fn offer_one(
    tx: &mut Tx,
    services: &Services,
    plan: &mut Plan,
    (chat, memory): (&Waits, &Memory),
    done: &mut Done,
) -> Result<bool, Failure> {
    let announced = plan.policy(chat.queue).is_some_and(|policy| policy.distribution == Distribution::Announce);
    let known = memory.with(|known| known.noted.get(&chat.id).cloned());
    if !plan.has_places() && known.is_some() {
        return Ok(false);
    }
    let Some(mut look) = plan.look(chat) else { return Ok(false) };
    if announced {
        look.chosen = None;
    }
    let Some(best) = look.chosen else {
        let tally = Plan::tally(&look);
        if known.as_ref() != Some(&tally) && done.noted.len() < NOTED {
            let decided = if announced { Decided::Announced } else { Decided::Nobody };
            note(tx, services, plan, (chat, &look), decided).await?;
            done.noted.insert(chat.id, tally);
        }
        return Ok(false);
    };
    if !tx.hold_waiting(chat.id).await? {
        // Somebody else is at it: what comes of that is looked at again.
        done.skipped = true;
        return Ok(false);
    }
    let (offer, agent) = (OfferId::new(services.secrets.id()), AgentRef { id: best, name: plan.name(best) });
    match offers::make(tx, offer, chat.id, agent.clone(), look.wanted.now).await {
        Ok(()) => {}
        // Another node filled the place first: its constraint held, the whole round is tried again.
        Err(Failure::Refused(Refusal::AtCapacity)) => return Err(Failure::Unavailable),
        Err(failure) => return Err(failure),
    }
    note(tx, services, plan, (chat, &look), Decided::Offered { offer, agent, end: None }).await?;
    plan.promise(best);
    done.offered += 1;
    Ok(true)
}

async fn note(tx: &mut Tx, services: &Services, plan: &Plan, (chat, look): (&Waits, &Look), decided: Decided) -> Result<(), Failure> {
    let decision = Decision {
        at: look.wanted.now,
        conversation: chat.id,
        queue: chat.queue,
        queue_name: look.queue_name.clone(),
        wanted: look.wanted.clone(),
        considered: plan.considered(look),
        decided,
    };
    if let Decided::Nobody | Decided::Announced = decision.decided
        && tx.last_decision(chat.id).await?.is_some_and(|last| last.is_like(&decision))
    {
        // Another node, or this one before it was started again, has seen the same.
        return Ok(());
    }
    tx.add_decision(services.secrets.id(), &decision).await
}

/// Tells waiting customers who follow their chat where they stand, when that has changed.
async fn tell_places(services: &Services, memory: &Memory) -> Result<(), Failure> {
    let now = services.clock.now();
    if !services.hub.has_customers() || memory.with(|known| known.told_at.is_some_and(|told| told.elapsed() < TELL_EVERY)) {
        return Ok(());
    }
    let mut tx = services.database.read().await?;
    let mut standing = HashMap::new();
    for queue in tx.all_queues().await?.into_iter().map(|queue| queue.id) {
        let line = tx.line(queue).await?;
        let followed: Vec<(ConversationId, u32)> =
            line.into_iter().zip(1_u32..).filter(|(chat, _)| services.hub.is_followed(Stream::ChatPublic(*chat))).collect();
        if followed.is_empty() {
            continue;
        }
        let pace = waits::pace(&mut tx, queue, now).await?;
        standing.extend(followed.into_iter().map(|(chat, place)| (chat, (place, pace.expected(place, now)))));
    }
    drop(tx);
    let before = memory.with(|known| {
        known.told_at = Some(Instant::now());
        std::mem::replace(&mut known.places, standing.clone())
    });
    for (chat, (place, expected)) in &standing {
        if before.get(chat) != Some(&(*place, *expected)) {
            services.bus.pulse(Stream::ChatPublic(*chat), Pulse::Position { place: *place, expected: *expected });
        }
    }
    Ok(())
}
