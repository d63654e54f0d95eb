//! Sending: the batch path for the two people in a chat, a closure where more than a message follows.

use super::{Services, access, ledger};
use crate::{
    caller::Caller,
    database::{
        Tx,
        batch::{Action, Answer, Command},
    },
    failure::Failure,
};
use domain::{
    event::{Event, EventBody, PublicBody},
    ids::{ClientKey, ConversationId},
    message::{Body, Side},
    time::Timestamp,
    wire::Sent,
};

impl Services {
    /// Sends a message as `caller`; acknowledged once it is stored durably.
    ///
    /// `seen` is the last number of its stream that the author had seen. Sending again with the same key gives the
    /// first answer again; with another text it is refused with [`Failure::KeyReused`].
    pub async fn send(&self, caller: &Caller, to: ConversationId, key: ClientKey, text: &str, seen: u64) -> Result<Sent, Failure> {
        let (body, now) = (Body::parse(text)?, self.clock.now());
        let action = Action::Send { key, body: body.clone(), seen };
        let answer = self.database.submit(Command { caller: caller.clone(), conversation: to, action, now }).await?;
        match answer {
            Answer::Sent(sent) => Ok(sent),
            Answer::Marked | Answer::NotHere => self.send_with_consequences(caller, to, key, body).await,
        }
    }

    /// A message that changes where the chat stands, or is refused for a reason that needs a closer look.
    async fn send_with_consequences(&self, caller: &Caller, to: ConversationId, key: ClientKey, body: Body) -> Result<Sent, Failure> {
        let (caller, now) = (caller.clone(), self.clock.now());
        let write = async move |tx: &mut Tx| {
            let before = access::conversation(tx, &caller, to).await?;
            if let Some(sent) = sent_before(tx, &caller, to, key, &body).await? {
                return Ok(sent);
            }
            let mut after = before.chat.clone();
            let events = after.receive(caller.author(), body.clone(), key, now)?;
            let sent = acknowledgement(&events, key, caller.side(), now);
            let sender = caller.sender();
            ledger::store(tx, ledger::Step { before: &before, after, events, sender: &sender, offered_to: None }, now).await?;
            Ok(sent)
        };
        self.database.write(write).await
    }

    /// Leaves a message that only agents see.
    pub async fn note(&self, caller: &Caller, to: ConversationId, key: ClientKey, text: &str) -> Result<Sent, Failure> {
        let (body, now, caller) = (Body::parse(text)?, self.clock.now(), caller.clone());
        let write = async move |tx: &mut Tx| {
            let author = access::agent(&caller)?.reference();
            let before = access::conversation(tx, &caller, to).await?;
            if let Some(sent) = sent_before(tx, &caller, to, key, &body).await? {
                return Ok(sent);
            }
            let mut after = before.chat.clone();
            let events = after.note(author, body.clone(), key, now)?;
            let sent = acknowledgement(&events, key, Side::Agent, now);
            let sender = caller.sender();
            ledger::store(tx, ledger::Step { before: &before, after, events, sender: &sender, offered_to: None }, now).await?;
            Ok(sent)
        };
        self.database.write(write).await
    }
}

/// The first answer to this key, if it came before with the same text.
async fn sent_before(tx: &mut Tx, caller: &Caller, to: ConversationId, key: ClientKey, body: &Body) -> Result<Option<Sent>, Failure> {
    let known = tx.known(&[(to, caller.sender(), key)]).await?;
    let Some(row) = known.into_iter().next() else { return Ok(None) };
    if row.payload_hash.as_deref() != Some(crate::database::hash(body.as_str()).as_slice()) {
        return Err(Failure::KeyReused);
    }
    let seq = match caller.side() {
        Side::Customer => row.pub_seq.unwrap_or(0),
        Side::Agent => row.seq,
    };
    Ok(Some(Sent { client: key, seq: u64::try_from(seq).unwrap_or(0), ts: Timestamp(row.ts) }))
}

/// The number of the message among the events that came of it.
fn acknowledgement(events: &[Event], key: ClientKey, side: Side, now: Timestamp) -> Sent {
    let message = events.iter().rev().find(|event| match &event.body {
        EventBody::Public(PublicBody::Message { client, .. }) => *client == key,
        EventBody::Internal(_) => true,
        EventBody::Public(_) => false,
    });
    let (seq, ts) = message.map_or((0, now), |event| match side {
        Side::Customer => (event.pub_seq.unwrap_or(0), event.ts),
        Side::Agent => (event.seq, event.ts),
    });
    Sent { client: key, seq, ts }
}
