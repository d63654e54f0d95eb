//! What supervisors do: step in, hand out, set somebody's state. Listening needs no step: they may follow every chat.

use super::{Services, access, hand_over, ledger, offers, silence};
use crate::{
    caller::Caller,
    database::{AgentRow, ChatFacts, Outgoing, TimerKind, Tx},
    failure::Failure,
    secrets::id_at,
};
use domain::{
    conversation::Status,
    ids::{AgentId, ConversationId, OfferId},
    presence::{Role, SET_BY_SUPERVISOR, Wish},
    time::Timestamp,
};

impl Services {
    /// The caller answers from now on in the place of the chat's agent, who is told. Again changes nothing.
    pub async fn take_over(&self, caller: &Caller, id: ConversationId) -> Result<(), Failure> {
        let (caller, now) = (caller.clone(), self.clock.now());
        self.database
            .write(async move |tx: &mut Tx| {
                let agent = access::supervisor(&caller)?.reference();
                let before = access::conversation(tx, &caller, id).await?;
                let mut after = before.chat.clone();
                let events = after.take_over(agent.clone(), None, None, now)?;
                let sender = caller.sender();
                ledger::store(tx, ledger::Step { before: &before, after, events, sender: &sender, offered_to: None }, now).await?;
                super::presence::expect(tx, agent.id, now).await
            })
            .await
    }

    /// The caller writes in a chat beside its agent; customer and agent are told. Again changes nothing.
    pub async fn assist(&self, caller: &Caller, id: ConversationId) -> Result<(), Failure> {
        let (caller, now) = (caller.clone(), self.clock.now());
        self.database
            .write(async move |tx: &mut Tx| {
                let agent = access::supervisor(&caller)?.reference();
                let before = access::conversation(tx, &caller, id).await?;
                let mut after = before.chat.clone();
                let events = after.assist(agent, now)?;
                let sender = caller.sender();
                ledger::store(tx, ledger::Step { before: &before, after, events, sender: &sender, offered_to: None }, now).await?;
                Ok(())
            })
            .await
    }

    /// The caller writes no more in a chat that they helped with.
    pub async fn end_assist(&self, caller: &Caller, id: ConversationId) -> Result<(), Failure> {
        let (caller, now) = (caller.clone(), self.clock.now());
        self.database
            .write(async move |tx: &mut Tx| {
                let agent = access::agent(&caller)?.reference();
                let before = access::conversation(tx, &caller, id).await?;
                let mut after = before.chat.clone();
                let events = after.end_assist(&agent, now);
                let sender = caller.sender();
                ledger::store(tx, ledger::Step { before: &before, after, events, sender: &sender, offered_to: None }, now).await?;
                Ok(())
            })
            .await
    }

    /// Gives a chat to somebody: an active one at once, to an agent who is online and free; one that waits as an offer, which
    /// takes the place of one that rings, to an agent who is ready besides. Who has it already keeps it.
    pub async fn assign(&self, caller: &Caller, id: ConversationId, to: AgentId, note: &str) -> Result<(), Failure> {
        let (caller, note, now) = (caller.clone(), hand_over::parse_note(note)?, self.clock.now());
        self.database
            .write(async move |tx: &mut Tx| {
                access::supervisor(&caller)?;
                let seen = access::conversation(tx, &caller, id).await?;
                let agent = tx.find_agent(to).await?.ok_or(Failure::NotFound)?;
                match &seen.chat.status {
                    Status::Active { agent: owner, .. } if owner.id == to => Ok(()),
                    Status::Offered { agent: asked, .. } if *asked == to => Ok(()),
                    Status::Active { .. } => give(tx, &caller, &seen, &agent, note.clone(), now).await,
                    Status::Waiting { .. }
                    | Status::Offered { .. }
                    | Status::Parked { .. }
                    | Status::WrapUp { .. }
                    | Status::Abandoned { .. }
                    | Status::Callback { .. }
                    | Status::Closed { .. } => ring(tx, &caller, &seen, &agent, note.clone(), now).await,
                }
            })
            .await
    }

    /// Sets somebody's wish in their place; they are told by whom, and may choose otherwise again. Admins are set by admins only.
    /// Not ready without a reason has the reason "set by a supervisor".
    pub async fn force_wish(&self, caller: &Caller, agent: AgentId, wish: Wish) -> Result<(), Failure> {
        let (caller, now) = (caller.clone(), self.clock.now());
        let wish = match wish {
            Wish::NotReady(None) => Wish::NotReady(Some(SET_BY_SUPERVISOR.into())),
            other => other,
        };
        self.database
            .write(async move |tx: &mut Tx| {
                let by = access::supervisor(&caller)?;
                let row = tx.find_agent(agent).await?.filter(|row| !row.disabled).ok_or(Failure::NotFound)?;
                if row.role == Role::Admin && by.role != Role::Admin {
                    return Err(Failure::Forbidden);
                }
                if wish.reason() != Some(SET_BY_SUPERVISOR) {
                    super::presence::may_choose(tx, agent, &wish).await?;
                }
                let forced_by = (by.id != agent).then_some(by.id);
                if !tx.store_wish(agent, &wish, forced_by, now).await? {
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
}

/// Gives an active chat to another agent.
async fn give(
    tx: &mut Tx,
    caller: &Caller,
    seen: &ChatFacts,
    agent: &AgentRow,
    note: Option<String>,
    now: Timestamp,
) -> Result<(), Failure> {
    let by = access::supervisor(caller)?.reference();
    hand_over::can_be_given(tx, agent, now).await?;
    let mut after = seen.chat.clone();
    let events = after.take_over(agent.reference(), Some(by), note, now)?;
    let sender = caller.sender();
    ledger::store(tx, ledger::Step { before: seen, after, events, sender: &sender, offered_to: None }, now).await?;
    Ok(())
}

/// Lets a chat that nobody has joined ring at an agent, and nowhere else.
async fn ring(
    tx: &mut Tx,
    caller: &Caller,
    seen: &ChatFacts,
    agent: &AgentRow,
    note: Option<String>,
    now: Timestamp,
) -> Result<(), Failure> {
    let by = access::supervisor(caller)?.reference();
    let id = seen.chat.id;
    offers::cancel_of(tx, seen, now).await?;
    let before = tx.lock_conversation(id).await?.ok_or(Failure::NotFound)?;
    let mut after = before.chat.clone();
    let events = after.assign(by, agent.reference(), note, now)?;
    hand_over::can_take(tx, agent, now).await?;
    let sender = caller.sender();
    ledger::store(tx, ledger::Step { before: &before, after, events, sender: &sender, offered_to: None }, now).await?;
    tx.clear_timer(TimerKind::Unpark, id.uuid()).await?;
    offers::make(tx, OfferId::new(id_at(now)), id, agent.reference(), now).await
}
