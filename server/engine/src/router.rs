//! The router: a loop over the state, woken by what happens and once a second. What it may do is guarded by constraints
//! of the database, so that running it twice at once, on one node or on several, is safe.
//!
//! A round is planned in memory ([`plan`]) over everybody who might be asked; of the lines only those are read for which somebody
//! has a place left, a page at a time and in their common order ([`lines`]), so that thousands who wait cost nothing while nobody
//! is free for them. Each offer is then made with the real checks in the transaction. A round that finds nobody is not tried again
//! before something happened, or before time alone can change its mind.

mod lines;
mod plan;

use self::{
    lines::Lines,
    plan::{Kinds, Look, Plan, Seen, Staff},
};
use crate::{
    database::{Mark, Outgoing, Tx, Waits},
    failure::Failure,
    services::{Services, offers, parking, waits},
};
use domain::{
    conversation::Refusal,
    event::Pulse,
    ids::{ConversationId, OfferId, QueueId},
    live::Stream,
    message::AgentRef,
    recorder::{Decided, Decision},
    time::{Millis, Timestamp},
};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

/// The most offers of one transaction: whoever writes in between does not wait long.
const OFFERS: usize = 64;
/// The most looks without an outcome that are written down in one round.
const NOTED: usize = 64;
/// How often the loop looks without being woken.
const SWEEP: Duration = Duration::from_secs(1);
/// How often what is parked is looked at while much happens.
const PARK_EVERY: Duration = Duration::from_millis(250);
/// How often places are told.
const TELL_EVERY: Duration = Duration::from_secs(2);
/// How many chats are remembered beside those that wait, before all are forgotten.
const REMEMBERED: i64 = 1_024;
/// No queue waits longer before it asks somebody again who rejected.
const LONGEST_COOLDOWN: Millis = Millis::minutes(60);

/// What the loop remembers from round to round; losing it costs a look.
#[derive(Clone, Default)]
pub(crate) struct Memory(Arc<Mutex<Remembered>>);

#[derive(Default)]
struct Remembered {
    /// How things stood when a round found nobody.
    settled: Option<Mark>,
    changes_at: Option<Timestamp>,
    /// Who serves which queue and knows what, and by which rules.
    staff: Option<([i64; 3], Arc<Staff>)>,
    /// What was noted of the chats for which nobody was found.
    noted: HashMap<ConversationId, Kinds>,
    swept_at: Option<Instant>,
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
        let is_due = memory.with(|known| known.swept_at.is_none_or(|swept| swept.elapsed() >= PARK_EVERY));
        if is_due {
            memory.with(|known| known.swept_at = Some(Instant::now()));
            if let Err(failure) = parking::sweep(services, now).await {
                tracing::error!(error = %failure, "parked chats were not looked at; the next round tries again");
            }
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
    let done = services.database.write(async move |tx: &mut Tx| round(tx, &of_round, &remembered, now).await).await;
    memory.with(|known| {
        let Ok(done) = &done else {
            // What was read in a transaction that failed may never have been so.
            known.staff = None;
            return;
        };
        if known.noted.len() as i64 > 4 * mark[0] + REMEMBERED {
            known.noted.clear();
        }
        known.noted.extend(done.noted.iter().map(|(chat, kinds)| (*chat, kinds.clone())));
        known.settled = (done.offered == 0 && done.complete && !done.skipped).then_some(mark);
        known.changes_at = done.changes_at;
    });
    done.map(|done| done.offered)
}

/// What a round did.
#[derive(Default)]
struct Done {
    offered: usize,
    /// Everybody was looked at for whom somebody might be free.
    complete: bool,
    /// A chat was in another writer's hands.
    skipped: bool,
    changes_at: Option<Timestamp>,
    noted: HashMap<ConversationId, Kinds>,
}

async fn round(tx: &mut Tx, services: &Services, memory: &Memory, now: Timestamp) -> Result<Done, Failure> {
    if !tx.begin_round().await? {
        return Ok(Done { skipped: true, ..Done::default() });
    }
    let seen = Seen {
        crew: tx.crew(now).await?,
        staff: staff(tx, memory).await?,
        rejections: tx.rejections(Timestamp(now.0 - LONGEST_COOLDOWN.0)).await?,
        queues: tx.all_queues().await?,
    };
    let mut plan = Plan::new(seen, now);
    let mut done = Done::default();
    let mut closed: HashMap<QueueId, bool> = HashMap::new();
    let waiting = tx.waiting_queues().await?;
    let mut lines = Lines::new(waiting.into_iter().filter(|queue| !plan.announces(*queue)));
    while let Some(chat) = lines.next(tx, &plan).await? {
        if done.offered == OFFERS {
            tx.outgoing.push(Outgoing::Route);
            return Ok(done);
        }
        // What came back from somebody is offered after hours too, to whoever is still there.
        let is_closed = chat.priority == 0 && is_closed(tx, &plan, &mut closed, chat.queue, now).await?;
        if is_closed || !offer_one(tx, services, &mut plan, (&chat, memory), &mut done).await? {
            lines.stays(chat.queue);
        }
    }
    for chat in tx.newest_waiting(NOTED).await? {
        let is_new = !done.noted.contains_key(&chat.id) && memory.with(|known| !known.noted.contains_key(&chat.id));
        if is_new && !(chat.priority == 0 && is_closed(tx, &plan, &mut closed, chat.queue, now).await?) {
            note_nobody(tx, services, &mut plan, (&chat, memory), &mut done).await?;
        }
    }
    done.complete = true;
    done.changes_at = plan.changes_at();
    Ok(done)
}

/// Who serves which queue and knows what: read again when a setting has changed.
async fn staff(tx: &mut Tx, memory: &Memory) -> Result<Arc<Staff>, Failure> {
    let mark = tx.rules_mark().await?;
    let known = memory.with(|known| known.staff.as_ref().filter(|(of, _)| *of == mark).map(|(_, staff)| staff.clone()));
    if let Some(known) = known {
        return Ok(known);
    }
    let staff = Arc::new(Staff::new(tx.memberships().await?, tx.all_agent_skills().await?));
    memory.with(|known| known.staff = Some((mark, staff.clone())));
    Ok(staff)
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
    let Some(best) = plan.choose(chat) else {
        note_nobody(tx, services, plan, (chat, memory), done).await?;
        return Ok(false);
    };
    if !tx.hold_waiting(chat.id).await? {
        // Somebody else is at it: what comes of that is looked at again.
        done.skipped = true;
        return Ok(false);
    }
    let Some(look) = plan.look(chat, Some(best)) else { return Ok(false) };
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

/// Writes down why nobody was found for a chat: once, and again when the reasons are of other kinds.
async fn note_nobody(
    tx: &mut Tx,
    services: &Services,
    plan: &mut Plan,
    (chat, memory): (&Waits, &Memory),
    done: &mut Done,
) -> Result<(), Failure> {
    if done.noted.len() >= NOTED {
        return Ok(());
    }
    let kinds = plan.kinds(chat);
    if memory.with(|known| known.noted.get(&chat.id) == Some(&kinds)) {
        return Ok(());
    }
    let Some(look) = plan.look(chat, None) else { return Ok(()) };
    let decided = if plan.announces(chat.queue) { Decided::Announced } else { Decided::Nobody };
    note(tx, services, plan, (chat, &look), decided).await?;
    done.noted.insert(chat.id, kinds);
    Ok(())
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
