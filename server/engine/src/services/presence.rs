//! Who is there: wishes that last, leases that run out by themselves.

use super::{Services, access, ledger, offers, silence};
use crate::{
    caller::Caller,
    database::{Due, LeaseEnd, Left, Outgoing, TimerKind, Tx},
    failure::Failure,
};
use domain::{
    conversation::Status,
    event::Event,
    ids::{AgentId, InstanceId},
    presence::{CHATS_RETURN_AFTER, Wish},
    time::Timestamp,
};

impl Services {
    /// Sets the caller's wish. Ceasing to be ready withdraws what rings. A reason must be one of the desk's.
    pub async fn set_wish(&self, caller: &Caller, wish: Wish) -> Result<(), Failure> {
        let (agent, now) = (access::agent(caller)?.id, self.clock.now());
        self.database
            .write(async move |tx: &mut Tx| {
                may_choose(tx, agent, &wish).await?;
                if !tx.store_wish(agent, &wish, None, now).await? {
                    return Ok(());
                }
                match wish {
                    Wish::Ready => silence::watch_agent(tx, agent, now).await?,
                    Wish::NotReady(_) | Wish::Offline => offers::revoke_all(tx, agent, now).await?,
                }
                ledger::tell_me(tx, agent, now).await?;
                tx.outgoing.push(Outgoing::Route);
                Ok(())
            })
            .await
    }

    /// A tab of the caller is alive: takes or renews its lease. Gives when.
    pub async fn lease(&self, caller: &Caller, instance: InstanceId) -> Result<Timestamp, Failure> {
        let (agent, node, now) = (access::agent(caller)?.id, self.node.clone(), self.clock.now());
        self.database
            .write(async move |tx: &mut Tx| {
                let came_back = tx.take_lease(agent, instance, &node, now).await?;
                tx.clear_timer(TimerKind::ChatsReturn, agent.uuid()).await?;
                if came_back {
                    silence::came_back(tx, agent, now).await?;
                    tx.outgoing.push(Outgoing::Route);
                }
                Ok(now)
            })
            .await
    }

    /// A tab of the caller was left; the last one is waited for a little while. A lease that another socket has renewed stays.
    pub async fn release(&self, caller: &Caller, instance: InstanceId, left: Left) -> Result<(), Failure> {
        let agent = access::agent(caller)?.id;
        self.database.write(async move |tx: &mut Tx| tx.release_lease(agent, instance, left).await).await
    }
}

/// A reason must be one that the agent can choose.
pub(crate) async fn may_choose(tx: &mut Tx, agent: AgentId, wish: &Wish) -> Result<(), Failure> {
    let Some(chosen) = wish.reason() else { return Ok(()) };
    let team = tx.find_agent(agent).await?.ok_or(Failure::NotFound)?.team;
    let is_known = tx.reasons().await?.iter().any(|reason| reason.key == chosen && reason.is_for(team.as_deref()));
    if is_known { Ok(()) } else { Err(Failure::Invalid { field: "reason", why: "problem.unknown" }) }
}

/// The agent's last lease ran out: what rings is withdrawn, and the time of the chats begins.
pub(crate) async fn gone(tx: &mut Tx, end: LeaseEnd, now: Timestamp) -> Result<(), Failure> {
    // An offer that is being made to them is waited for, and withdrawn with the others.
    tx.lock_agent(end.agent).await?;
    offers::revoke_all(tx, end.agent, now).await?;
    tx.set_timer(TimerKind::ChatsReturn, end.agent.uuid(), end.last_seen + CHATS_RETURN_AFTER).await
}

/// An agent took a chat. Without a browser that shows it, it goes back like those of an agent who is gone.
pub(crate) async fn expect(tx: &mut Tx, agent: AgentId, now: Timestamp) -> Result<(), Failure> {
    let due = Due { kind: TimerKind::ChatsReturn, subject: agent.uuid() };
    if tx.is_online(agent, now).await? || tx.is_due(due, Timestamp(i64::MAX)).await? {
        return Ok(());
    }
    tx.set_timer(due.kind, due.subject, now + CHATS_RETURN_AFTER).await
}

/// Fired when an agent did not come back: active chats go to the front of their queues, ended ones are closed.
pub(crate) async fn return_chats(tx: &mut Tx, agent: AgentId, now: Timestamp) -> Result<(), Failure> {
    if tx.is_online(agent, now).await? {
        return Ok(());
    }
    for held in tx.held_by(agent).await? {
        let before = tx.lock_conversation(held.chat.id).await?.ok_or(Failure::NotFound)?;
        if before.chat.status.holder() != Some(agent) {
            // It went to somebody else before it was locked.
            continue;
        }
        let mut after = before.chat.clone();
        let events: Vec<Event> = match before.chat.status {
            Status::Active { .. } => after.requeue(now)?,
            Status::WrapUp { .. } => after.close_unattended(now),
            Status::Waiting { .. }
            | Status::Offered { .. }
            | Status::Abandoned { .. }
            | Status::Parked { .. }
            | Status::Callback { .. }
            | Status::Closed { .. } => Vec::new(),
        };
        ledger::store(tx, ledger::Step { before: &before, after, events, sender: ledger::DESK, offered_to: None }, now).await?;
        if !tx.is_customer_connected(held.chat.id, now).await? {
            super::customers::await_return(tx, held.chat.id, now).await?;
        }
    }
    Ok(())
}
