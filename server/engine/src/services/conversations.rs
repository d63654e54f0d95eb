//! A chat's later steps, by agents: looked at, ended with or without a ticket, left, closed after an abandon.

use super::{Services, access, ledger, tickets};
use crate::{caller::Caller, database::Tx, failure::Failure};
use domain::{
    ids::{ClientKey, ConversationId},
    message::Body,
    state::ChatState,
    wire::Closing,
};

impl Services {
    /// The conversation as agents see it.
    pub async fn chat(&self, caller: &Caller, id: ConversationId) -> Result<ChatState, Failure> {
        access::agent(caller)?;
        let mut tx = self.database.read().await?;
        access::conversation_to_read(&mut tx, caller, id).await?;
        Ok(ChatState::replay(&tx.all_events(id).await?))
    }

    /// Ends the caller's chat, or answers the ticket question after the customer's own end. Gives the ticket's number.
    /// A repeat after the end is refused with *ended*.
    pub async fn end(&self, caller: &Caller, id: ConversationId, closing: Closing) -> Result<Option<i64>, Failure> {
        let closing = match closing {
            Closing::Ticket { draft } => Some(draft.parse().map_err(|p| Failure::Invalid { field: p.field, why: p.why })?),
            Closing::NoTicket => None,
        };
        let (caller, services, now) = (caller.clone(), self.clone(), self.clock.now());
        self.database
            .write(async move |tx: &mut Tx| {
                let agent = access::agent(&caller)?.reference();
                let before = access::conversation(tx, &caller, id).await?;
                let policy = tx.queue(before.chat.queue).await?.policy;
                let mut after = before.chat.clone();
                // Asked first with no number, so that a refused end does not use one up.
                after.clone().agent_ends(&agent, closing.as_ref().map(|_| 0), &policy, now)?;
                let number = match &closing {
                    Some(_) => Some(tx.next_ticket_number().await?),
                    None => None,
                };
                let events = after.agent_ends(&agent, number, &policy, now)?;
                let sender = caller.sender();
                ledger::store(tx, ledger::Step { before: &before, after, events, sender: &sender, offered_to: None }, now).await?;
                if let (Some(draft), Some(number)) = (&closing, number) {
                    let raised = tickets::Raised { number, draft, chat: &before.chat, by: &agent };
                    tickets::raise(tx, &services, raised, now).await?;
                }
                Ok(number)
            })
            .await
    }

    /// Leaves the caller's ended chat, which is closed with that. Leaving again changes nothing.
    pub async fn leave(&self, caller: &Caller, id: ConversationId) -> Result<(), Failure> {
        let (caller, now) = (caller.clone(), self.clock.now());
        self.database
            .write(async move |tx: &mut Tx| {
                let agent = access::agent(&caller)?.reference();
                let before = access::conversation(tx, &caller, id).await?;
                let mut after = before.chat.clone();
                let events = after.leave(&agent, now)?;
                let sender = caller.sender();
                ledger::store(tx, ledger::Step { before: &before, after, events, sender: &sender, offered_to: None }, now).await?;
                Ok(())
            })
            .await
    }

    /// Ends the work on an abandoned chat or a callback with a note of what was done.
    pub async fn end_work_item(&self, caller: &Caller, id: ConversationId, key: ClientKey, note: &str) -> Result<(), Failure> {
        let (caller, note, now) = (caller.clone(), Body::parse(note)?, self.clock.now());
        self.database
            .write(async move |tx: &mut Tx| {
                let agent = access::agent(&caller)?.reference();
                let before = access::conversation(tx, &caller, id).await?;
                let mut after = before.chat.clone();
                let events = after.end_work_item(&agent, note.clone(), key, now)?;
                let sender = caller.sender();
                ledger::store(tx, ledger::Step { before: &before, after, events, sender: &sender, offered_to: None }, now).await?;
                tx.set_closing_note(id, note.as_str()).await
            })
            .await
    }
}
