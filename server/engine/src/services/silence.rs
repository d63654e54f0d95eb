//! Silence: agents who are not in front of their browser, customers who write nothing more, chats that nobody leaves.
//!
//! Their deadlines are lazy: a message does not move them. When one fires it looks at what happened since, and sets itself
//! anew if it came too early.

use super::{Services, access, ledger, offers};
use crate::{
    caller::Caller,
    database::{ChatFacts, Outgoing, TimerKind, Tx},
    failure::Failure,
};
use domain::{
    conversation::{Conversation, Status},
    ids::{AgentId, ConversationId},
    message::Side,
    presence::{AlertPrefs, IDLE, Wish},
    state::ChatState,
    time::{Millis, Timestamp},
};

/// How exactly it is kept when an agent was last in front of a browser: a little less than the half a minute that a browser
/// leaves between two signs.
const INPUT_EVERY: Millis = Millis::seconds(29);

impl Services {
    /// Somebody is in front of a browser of the caller. Who became Not ready only because nobody was there is Ready again:
    /// nobody had chosen it.
    pub async fn input(&self, caller: &Caller) -> Result<(), Failure> {
        let (agent, now) = (access::agent(caller)?.id, self.clock.now());
        let seen = self.database.read().await?.input_of(agent).await?;
        let Some((wish, last)) = seen else { return Ok(()) };
        let is_idle = wish == Wish::NotReady(Some(IDLE.into()));
        if !is_idle && last.is_some_and(|last| last <= now && now - last < INPUT_EVERY) {
            return Ok(());
        }
        self.database
            .write(async move |tx: &mut Tx| {
                tx.note_input(agent, now).await?;
                let row = tx.find_agent(agent).await?.ok_or(Failure::NotFound)?;
                if row.wish == Wish::NotReady(Some(IDLE.into())) && tx.store_wish(agent, &Wish::Ready, None, now).await? {
                    ledger::tell_me(tx, agent, now).await?;
                    watch_agent(tx, agent, now).await?;
                    tx.outgoing.push(Outgoing::Route);
                }
                Ok(())
            })
            .await
    }

    /// Stores how the caller wants to be alerted.
    pub async fn set_prefs(&self, caller: &Caller, prefs: AlertPrefs) -> Result<(), Failure> {
        if prefs.volume > 100 {
            return Err(Failure::Invalid { field: "volume", why: "problem.unknown" });
        }
        let agent = access::agent(caller)?.id;
        self.database.write(async move |tx: &mut Tx| tx.set_prefs(agent, &prefs).await).await
    }
}

/// A browser of the agent is there after a while without one.
pub(crate) async fn came_back(tx: &mut Tx, agent: AgentId, now: Timestamp) -> Result<(), Failure> {
    tx.note_input(agent, now).await?;
    watch_agent(tx, agent, now).await
}

/// An agent has become ready: from now on somebody must be there.
pub(crate) async fn watch_agent(tx: &mut Tx, agent: AgentId, now: Timestamp) -> Result<(), Failure> {
    match tx.desk_settings().await?.agent_idle_after {
        Some(after) => tx.set_timer(TimerKind::AgentIdle, agent.uuid(), now + after).await,
        None => Ok(()),
    }
}

/// Fired when an agent who is ready may have been away for too long. Gives when to look again.
pub(crate) async fn agent_idle(tx: &mut Tx, agent: AgentId, now: Timestamp) -> Result<Option<Timestamp>, Failure> {
    let Some(after) = tx.desk_settings().await?.agent_idle_after else { return Ok(None) };
    let Some((Wish::Ready, last)) = tx.input_of(agent).await? else { return Ok(None) };
    if !tx.is_online(agent, now).await? {
        // Nobody's browser is not silent: their wish waits for them.
        return Ok(Some(now + after));
    }
    // A clock that was set back makes nobody present for ever.
    let due = last.map_or(now, |last| last.min(now) + after);
    if due > now {
        return Ok(Some(due));
    }
    if tx.store_wish(agent, &Wish::NotReady(Some(IDLE.into())), None, now).await? {
        offers::revoke_all(tx, agent, now).await?;
        ledger::tell_me(tx, agent, now).await?;
    }
    Ok(None)
}

/// What a chat's new place makes due: asked after every step that moved it.
pub(crate) async fn watch_chat(tx: &mut Tx, before: &ChatFacts, after: &Conversation, now: Timestamp) -> Result<(), Failure> {
    // A customer who answers the warning is asked again after another silence.
    let answered = before.chat.extra.warned && !after.extra.warned;
    if before.chat.status == after.status && !answered {
        return Ok(());
    }
    let id = before.chat.id.uuid();
    match after.status {
        Status::Active { .. } => {
            let policy = tx.queue(before.chat.queue).await?.policy;
            if let Some(quiet) = policy.inactivity {
                tx.set_timer(TimerKind::Inactivity, id, now + quiet.warn_after).await?;
            }
        }
        Status::WrapUp { .. } => {
            let policy = tx.queue(before.chat.queue).await?.policy;
            if let Some(limit) = policy.wrap_up_limit {
                tx.set_timer(TimerKind::WrapUp, id, now + limit).await?;
            }
        }
        Status::Waiting { .. }
        | Status::Offered { .. }
        | Status::Abandoned { .. }
        | Status::Parked { .. }
        | Status::Callback { .. }
        | Status::Closed { .. } => {}
    }
    Ok(())
}

/// Fired when a customer may have been silent for too long. Gives when to look again.
pub(crate) async fn inactivity(tx: &mut Tx, id: ConversationId, now: Timestamp) -> Result<Option<Timestamp>, Failure> {
    let Some(before) = tx.lock_conversation(id).await? else { return Ok(None) };
    let policy = tx.queue(before.chat.queue).await?.policy;
    let (Status::Active { .. }, Some(quiet)) = (&before.chat.status, policy.inactivity) else { return Ok(None) };
    let Some(since) = silent_since(&ChatState::replay(&tx.all_events(id).await?)) else {
        // The last word is the customer's: it is the agent's turn.
        return Ok(Some(now + quiet.warn_after));
    };
    let (warns, closes) = (since + quiet.warn_after, since + quiet.close_after);
    if now < warns {
        return Ok(Some(warns));
    }
    let mut after = before.chat.clone();
    let (events, next) = if !after.extra.warned {
        // Who was never warned, after a rest of the desk, is warned first.
        let closes = closes.max(now + Millis(quiet.close_after.0 - quiet.warn_after.0));
        (after.warn_inactive(closes, now), Some(closes))
    } else if now < closes {
        return Ok(Some(closes));
    } else {
        (after.end_inactive(&policy, now), None)
    };
    ledger::store(tx, ledger::Step { before: &before, after, events, sender: ledger::DESK, offered_to: None }, now).await?;
    Ok(next)
}

/// Since when the customer has been silent after an agent's word; `None` while the last word is theirs.
fn silent_since(state: &ChatState) -> Option<Timestamp> {
    let (author, at) = state.last_message()?;
    (author.side() == Side::Agent).then_some(at)
}

/// Fired when an ended chat has been left open for too long: it is closed, unless the question about its ticket has to be
/// answered.
pub(crate) async fn wrap_up(tx: &mut Tx, id: ConversationId, now: Timestamp) -> Result<(), Failure> {
    let Some(before) = tx.lock_conversation(id).await? else { return Ok(()) };
    let policy = tx.queue(before.chat.queue).await?.policy;
    let Status::WrapUp { closing, .. } = &before.chat.status else { return Ok(()) };
    if closing.is_none() && policy.ticket_required {
        return Ok(());
    }
    let mut after = before.chat.clone();
    let events = after.close_unattended(now);
    ledger::store(tx, ledger::Step { before: &before, after, events, sender: ledger::DESK, offered_to: None }, now).await?;
    Ok(())
}
