//! Agents: who they are, what they may, what they can.

use super::{Noted, admin, changed_fields, check, note, queues, wrong};
use crate::{
    caller::{AgentCaller, Caller},
    database::{AgentRow, Outgoing, Tx},
    failure::Failure,
    services::{Services, access, ledger, offers, presence},
};
use domain::{
    ids::{AgentId, SessionId},
    presence::{Role, Wish},
    settings::{AgentDraft, AgentSettings},
    time::Timestamp,
};

impl Services {
    /// Makes an agent, or changes one. Supervisors change team, capacity, queues and skills; the rest is for admins. Nobody
    /// takes away their own role or disables themselves, and one admin stays.
    pub async fn save_agent(&self, caller: &Caller, id: Option<AgentId>, draft: AgentDraft) -> Result<AgentId, Failure> {
        let draft = draft.tidy();
        check(&draft.problems(id.is_none()))?;
        access::supervisor(caller)?;
        let hash = match &draft.password {
            Some(password) => Some(self.secrets.hash(password.clone()).await?),
            None => None,
        };
        let (caller, services, now) = (caller.clone(), self.clone(), self.clock.now());
        let new = AgentId::new(self.secrets.id());
        let (agent, ended) = self
            .database
            .write(async move |tx: &mut Tx| {
                let by = access::supervisor(&caller)?;
                known(tx, id, &draft).await?;
                let before = tx.agent_settings().await?;
                let (agent, what, fields) = match id {
                    Some(id) => {
                        let old = before.iter().find(|one| one.id == id).ok_or(Failure::NotFound)?;
                        may_change(by, old, &draft, &before)?;
                        tx.save_agent(id, &draft).await?;
                        let plain = AgentDraft { password: None, ..draft.clone() };
                        (id, "changed", changed_fields(&old.draft, &plain)?)
                    }
                    None => {
                        admin(&caller)?;
                        tx.add_agent(&row(new, &draft, now), now).await?;
                        (new, "made", Vec::new())
                    }
                };
                if let Some(hash) = &hash {
                    tx.set_password_hash(agent, hash).await?;
                }
                serve(tx, agent, &draft, now).await?;
                let ended = if draft.disabled { shut_out(tx, agent, now).await? } else { Vec::new() };
                tx.changed_agent(agent, &by.name, now).await?;
                let noted = Noted { kind: "agent", subject_id: agent.to_string(), subject: &draft.name, what, fields };
                note(tx, &services, by, noted, now).await?;
                ledger::tell_me(tx, agent, now).await?;
                tx.outgoing.push(Outgoing::Route);
                Ok((agent, ended))
            })
            .await?;
        for session in ended {
            self.bus.end_session(session);
        }
        Ok(agent)
    }
}

fn row(id: AgentId, draft: &AgentDraft, now: Timestamp) -> AgentRow {
    AgentRow {
        id,
        email: draft.email.clone(),
        name: draft.name.clone(),
        role: draft.role,
        password_hash: String::new(),
        wish: Wish::NotReady(None),
        wish_since: now,
        load: 0,
        capacity: draft.capacity,
        team: draft.team.clone(),
        disabled: draft.disabled,
        forced_by: None,
    }
}

async fn known(tx: &mut Tx, id: Option<AgentId>, draft: &AgentDraft) -> Result<(), Failure> {
    if tx.find_agent_by_email(&draft.email).await?.is_some_and(|other| Some(other.id) != id) {
        return Err(wrong("email", "settings.problem.taken"));
    }
    let skills = tx.skills().await?;
    if draft.skills.iter().any(|skill| !skills.iter().any(|known| known.id == *skill)) {
        return Err(wrong("skills", "problem.unknown"));
    }
    let queues = tx.every_queue().await?;
    if draft.queues.iter().any(|(queue, _)| !queues.iter().any(|(known, _)| known == queue)) {
        return Err(wrong("queues", "problem.unknown"));
    }
    Ok(())
}

fn may_change(by: &AgentCaller, old: &AgentSettings, draft: &AgentDraft, all: &[AgentSettings]) -> Result<(), Failure> {
    let same = old.draft.name == draft.name
        && old.draft.email == draft.email
        && old.draft.role == draft.role
        && old.draft.disabled == draft.disabled
        && draft.password.is_none();
    if by.role != Role::Admin && !same {
        return Err(Failure::Forbidden);
    }
    let stays = draft.role == Role::Admin && !draft.disabled;
    if old.id == by.id && (draft.role != old.draft.role || draft.disabled) {
        return Err(wrong("role", "settings.problem.own_role"));
    }
    let others = all.iter().any(|one| one.id != old.id && one.draft.role == Role::Admin && !one.draft.disabled);
    if old.draft.role == Role::Admin && !stays && !others {
        return Err(wrong("role", "settings.problem.last_admin"));
    }
    Ok(())
}

/// Sets queues, skills and places of an agent.
async fn serve(tx: &mut Tx, agent: AgentId, draft: &AgentDraft, now: Timestamp) -> Result<(), Failure> {
    tx.set_capacity(agent, draft.capacity).await?;
    tx.set_skills(agent, &draft.skills).await?;
    let before = tx.queues_of(agent).await?;
    for (queue, priority) in &draft.queues {
        tx.add_member(*queue, agent, *priority).await?;
    }
    for queue in before {
        if !draft.queues.iter().any(|(kept, _)| *kept == queue.id) {
            queues::leaves(tx, queue.id, agent, now).await?;
        }
    }
    queues::tell_queues(tx, agent, now).await
}

/// A disabled agent is signed out everywhere and gets nothing more; their chats go back to the front.
async fn shut_out(tx: &mut Tx, agent: AgentId, now: Timestamp) -> Result<Vec<SessionId>, Failure> {
    let sessions = tx.sessions_of(agent, now).await?.into_iter().map(|session| SessionId::new(session.id)).collect();
    tx.remove_sessions_of(agent).await?;
    tx.store_wish(agent, &Wish::Offline, None, now).await?;
    offers::revoke_all(tx, agent, now).await?;
    tx.remove_leases_of(agent).await?;
    presence::return_chats(tx, agent, now).await?;
    Ok(sessions)
}
