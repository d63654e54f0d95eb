//! The timer loop: fires deadlines that are rows, so that none is lost with a process. It sleeps until the next one, is
//! woken when one is added, and looks again every second in any case.

use crate::{
    database::{Due, TimerKind, Tx},
    failure::Failure,
    services::{Services, customers, offers, parking, presence, silence},
};
use domain::{
    event::Pulse,
    ids::{AgentId, ConversationId, OfferId},
    live::Stream,
    time::Timestamp,
};
use std::time::Duration;

/// The most deadlines fired in one round.
const ROUND: i64 = 200;
const SWEEP: Duration = Duration::from_secs(1);
/// How many rounds pass between two rounds of house-keeping.
const HOUSEKEEPING: u32 = 3_600;

/// Fires what is due, for ever.
pub(crate) async fn run(services: &Services) {
    let mut rounds: u32 = 0;
    loop {
        let is_well = match fire_due(services).await {
            Ok(all_fired) => all_fired,
            Err(failure) => {
                tracing::error!(error = %failure, "timers failed; the next round tries again");
                false
            }
        };
        if rounds.is_multiple_of(HOUSEKEEPING)
            && let Err(failure) = tidy(services).await
        {
            tracing::warn!(error = %failure, "house-keeping failed");
        }
        rounds = rounds.wrapping_add(1);
        if !is_well {
            // What failed is still due: without a pause it would be tried for ever at once.
            tokio::time::sleep(SWEEP).await;
            continue;
        }
        let next = match services.database.read().await {
            Ok(mut tx) => tx.next_due().await.ok().flatten(),
            Err(_) => None,
        };
        tokio::select! {
            () = services.hub.deadline_moved() => {}
            () = sleep_until(services, next) => {}
            () = tokio::time::sleep(SWEEP) => {}
        }
    }
}

async fn sleep_until(services: &Services, next: Option<Timestamp>) {
    match next {
        Some(due) => services.clock.sleep_until(due).await,
        None => std::future::pending().await,
    }
}

/// Sweeps leases, then fires every deadline that has passed; `false` if one of them could not be. One that fails holds up
/// no other.
pub(crate) async fn fire_due(services: &Services) -> Result<bool, Failure> {
    let now = services.clock.now();
    sweep(services, now).await?;
    let due = services.database.read().await?.due_timers(now, ROUND).await?;
    let mut all_fired = true;
    for timer in due {
        if let Err(failure) = services.database.write(async move |tx: &mut Tx| fire(tx, timer, now).await).await {
            tracing::error!(error = %failure, timer.kind = timer.kind.word(), timer.subject = %timer.subject, "a deadline could not be acted on");
            all_fired = false;
        }
    }
    Ok(all_fired)
}

async fn fire(tx: &mut Tx, due: Due, now: Timestamp) -> Result<(), Failure> {
    if !tx.claim_due(due, now).await? {
        return Ok(());
    }
    match act(tx, due, now).await? {
        Some(again) => tx.set_timer(due.kind, due.subject, again).await,
        None => tx.clear_due(due, now).await,
    }
}

/// Does what is due; gives when to look again, if that is not all.
async fn act(tx: &mut Tx, due: Due, now: Timestamp) -> Result<Option<Timestamp>, Failure> {
    let chat = ConversationId::new(due.subject);
    match due.kind {
        TimerKind::OfferExpires => offers::expire(tx, OfferId::new(due.subject), now).await?,
        TimerKind::ChatsReturn => presence::return_chats(tx, AgentId::new(due.subject), now).await?,
        TimerKind::CustomerGone => customers::give_up(tx, chat, now).await?,
        TimerKind::Unpark => return parking::look(tx, chat, now).await,
        TimerKind::Overflow => return parking::overflow(tx, chat, now).await,
        TimerKind::Inactivity => return silence::inactivity(tx, chat, now).await,
        TimerKind::WrapUp => silence::wrap_up(tx, chat, now).await?,
        TimerKind::AgentIdle => return silence::agent_idle(tx, AgentId::new(due.subject), now).await,
    }
    Ok(None)
}

async fn sweep(services: &Services, now: Timestamp) -> Result<(), Failure> {
    let stale = services.database.read().await?.next_due().await?.is_some_and(|next| next <= now);
    if !stale {
        return Ok(());
    }
    let gone = services
        .database
        .write(async move |tx: &mut Tx| {
            for end in tx.sweep_leases(now).await? {
                presence::gone(tx, end, now).await?;
            }
            let gone = tx.sweep_customer_leases(now).await?;
            for chat in &gone {
                customers::await_return(tx, *chat, now).await?;
            }
            Ok(gone)
        })
        .await?;
    for chat in gone {
        services.bus.pulse(Stream::ChatInternal(chat), Pulse::Link { connected: false });
    }
    Ok(())
}

async fn tidy(services: &Services) -> Result<(), Failure> {
    let now = services.clock.now();
    services
        .database
        .write(async move |tx: &mut Tx| {
            tx.prune_streams().await?;
            tx.prune_decisions(now).await?;
            tx.remove_expired(now).await
        })
        .await
}
