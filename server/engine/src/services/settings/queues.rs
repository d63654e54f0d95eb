//! Queues and their members.

use super::{Noted, changed_fields, check, note, wrong};
use crate::{
    caller::Caller,
    database::{Outgoing, TimerKind, Tx},
    failure::Failure,
    services::{Services, access, desk, ledger, offers},
};
use domain::{
    desk::{AgentEvent, QueueEvent},
    ids::{AgentId, QueueId},
    queue::{Policy, Queue},
    settings::{Member, QueueDraft},
    time::{Millis, Timestamp},
};
use std::collections::BTreeSet;

impl Services {
    /// Makes a queue, or changes one. Members who come or go hear of it at once; what rings at one who goes is withdrawn.
    pub async fn save_queue(&self, caller: &Caller, id: Option<QueueId>, draft: QueueDraft) -> Result<QueueId, Failure> {
        let draft = draft.tidy();
        check(&draft.problems(id))?;
        let (caller, services, now) = (caller.clone(), self.clone(), self.clock.now());
        let new = QueueId::new(self.secrets.id());
        self.database
            .write(async move |tx: &mut Tx| {
                let by = access::supervisor(&caller)?;
                known(tx, id, &draft).await?;
                let queue =
                    Queue { id: id.unwrap_or(new), name: draft.name.clone(), service: draft.service.clone(), policy: draft.policy.clone() };
                let (what, fields) = match id {
                    Some(id) => {
                        let before = tx.queue_settings().await?.into_iter().find(|one| one.id == id).ok_or(Failure::NotFound)?;
                        tx.save_queue(&queue).await?;
                        begin_anew(tx, id, [&before.draft.policy, &draft.policy], now).await?;
                        ("changed", changed_fields(&before.draft, &draft)?)
                    }
                    None => {
                        tx.add_queue(&queue, now).await?;
                        ("made", Vec::new())
                    }
                };
                set_members(tx, queue.id, &draft.members, now).await?;
                tx.tell_queue(queue.id, QueueEvent::Rules { queue: desk::brief(&queue) }, now).await?;
                if id.is_none() {
                    tell_overseers(tx, &draft.members, now).await?;
                }
                tx.changed_queue(queue.id, &by.name, now).await?;
                let noted = Noted { kind: "queue", subject_id: queue.id.to_string(), subject: &queue.name, what, fields };
                note(tx, &services, by, noted, now).await?;
                tx.outgoing.push(Outgoing::Route);
                Ok(queue.id)
            })
            .await
    }

    /// Puts a queue away, or takes it out again. Refused while chats are open in it, and while a site or another queue leads to it.
    pub async fn archive_queue(&self, caller: &Caller, id: QueueId, archived: bool) -> Result<(), Failure> {
        let (caller, services, now) = (caller.clone(), self.clone(), self.clock.now());
        self.database
            .write(async move |tx: &mut Tx| {
                let by = access::supervisor(&caller)?;
                let all = tx.queue_settings().await?;
                let queue = all.iter().find(|one| one.id == id).ok_or(Failure::NotFound)?;
                if archived {
                    if tx.count_open(id).await? > 0 {
                        return Err(wrong("queue", "settings.problem.queue_open"));
                    }
                    let leads =
                        |one: &&domain::settings::QueueSettings| one.draft.policy.overflow.is_some_and(|overflow| overflow.to == id);
                    if tx.count_sites(id).await? > 0 || all.iter().filter(|one| !one.archived).any(|one| leads(&one)) {
                        return Err(wrong("queue", "settings.problem.queue_used"));
                    }
                }
                if queue.archived == archived {
                    return Ok(());
                }
                tx.archive_queue(id, archived).await?;
                tx.changed_queue(id, &by.name, now).await?;
                for member in &queue.draft.members {
                    tell_queues(tx, member.agent, now).await?;
                }
                tell_overseers(tx, &queue.draft.members, now).await?;
                let what = if archived { "archived" } else { "restored" };
                let noted = Noted { kind: "queue", subject_id: id.to_string(), subject: &queue.draft.name, what, fields: Vec::new() };
                note(tx, &services, by, noted, now).await
            })
            .await
    }
}

/// Whatever the draft names exists, and its name is free.
async fn known(tx: &mut Tx, id: Option<QueueId>, draft: &QueueDraft) -> Result<(), Failure> {
    if tx.find_queue_by_name(&draft.name).await?.is_some_and(|other| Some(other.id) != id) {
        return Err(wrong("name", "settings.problem.taken"));
    }
    let agents: BTreeSet<AgentId> = tx.all_agents().await?.into_iter().map(|agent| agent.id).collect();
    if draft.members.iter().any(|member| !agents.contains(&member.agent)) {
        return Err(wrong("members", "problem.unknown"));
    }
    let skills = tx.skills().await?;
    if draft.policy.skills.iter().any(|skill| !skills.iter().any(|known| known.id == *skill)) {
        return Err(wrong("skills", "problem.unknown"));
    }
    if let Some(hours) = draft.policy.hours
        && tx.find_hours(hours).await?.is_none()
    {
        return Err(wrong("hours", "problem.unknown"));
    }
    if let Some(overflow) = draft.policy.overflow
        && !tx.all_queues().await?.iter().any(|queue| queue.id == overflow.to)
    {
        return Err(wrong("overflow_to", "problem.unknown"));
    }
    Ok(())
}

/// Rules with a deadline that an admin has changed hold for the chats that are there, too: their time begins at the change, so
/// that nothing ends in the moment of saving.
async fn begin_anew(tx: &mut Tx, queue: QueueId, [old, new]: [&Policy; 2], now: Timestamp) -> Result<(), Failure> {
    if old.overflow != new.overflow {
        let span = new.overflow.map(|overflow| overflow.after);
        expect(tx, TimerKind::Overflow, queue, ["waiting", "offered"], span, now).await?;
    }
    if old.inactivity != new.inactivity {
        let span = new.inactivity.map(|quiet| quiet.warn_after);
        expect(tx, TimerKind::Inactivity, queue, ["active", "active"], span, now).await?;
    }
    if old.wrap_up_limit != new.wrap_up_limit {
        expect(tx, TimerKind::WrapUp, queue, ["wrap_up", "wrap_up"], new.wrap_up_limit, now).await?;
    }
    Ok(())
}

/// Sets, or takes away, a deadline of each chat of the queue that stands at one of the words.
async fn expect(
    tx: &mut Tx,
    kind: TimerKind,
    queue: QueueId,
    [one, other]: [&str; 2],
    span: Option<Millis>,
    now: Timestamp,
) -> Result<(), Failure> {
    for chat in tx.chats_in(queue, one, other).await? {
        match span {
            Some(span) => tx.set_timer(kind, chat.uuid(), now + span).await?,
            None => tx.clear_timer(kind, chat.uuid()).await?,
        }
    }
    Ok(())
}

/// Sets who serves a queue; whoever comes or goes is told.
async fn set_members(tx: &mut Tx, queue: QueueId, members: &[Member], now: Timestamp) -> Result<(), Failure> {
    let before = tx.members_of(queue).await?;
    for member in members {
        tx.add_member(queue, member.agent, member.priority).await?;
        if !before.iter().any(|old| old.agent == member.agent) {
            tell_queues(tx, member.agent, now).await?;
        }
    }
    for old in before {
        if !members.iter().any(|member| member.agent == old.agent) {
            leaves(tx, queue, old.agent, now).await?;
        }
    }
    Ok(())
}

/// An agent serves a queue no more: what of it rings at them goes on to others; open chats stay theirs.
pub(super) async fn leaves(tx: &mut Tx, queue: QueueId, agent: AgentId, now: Timestamp) -> Result<(), Failure> {
    tx.remove_member(queue, agent).await?;
    offers::revoke_in(tx, queue, agent, now).await?;
    tell_queues(tx, agent, now).await
}

/// A queue came or went: whoever follows all of them is told, too. `members` know it already.
async fn tell_overseers(tx: &mut Tx, members: &[Member], now: Timestamp) -> Result<(), Failure> {
    for agent in tx.all_agents().await? {
        if access::role_sees_all(agent.role) && !members.iter().any(|member| member.agent == agent.id) {
            tell_queues(tx, agent.id, now).await?;
        }
    }
    Ok(())
}

/// Tells an agent which queues they serve.
pub(super) async fn tell_queues(tx: &mut Tx, agent: AgentId, now: Timestamp) -> Result<(), Failure> {
    let Some(row) = tx.find_agent(agent).await? else { return Ok(()) };
    let ids = |queues: Vec<Queue>| queues.into_iter().map(|queue| queue.id).collect::<Vec<_>>();
    let member_of = ids(tx.queues_of(agent).await?);
    let queues = if access::role_sees_all(row.role) { ids(tx.all_queues().await?) } else { member_of.clone() };
    tx.tell_agent(agent, AgentEvent::Queues { queues, member_of }, now).await?;
    ledger::tell_me(tx, agent, now).await
}
