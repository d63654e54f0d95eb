//! Messages and marks, decided and stored many at a time: four statements a batch instead of six a message.
//!
//! One select loads the chats, one the keys that came before; `domain` decides in memory, in the order of arrival; one
//! statement appends the events and one moves the counters.

use super::{
    Tx,
    conversation::{columns, signed, unsigned},
    event::{Known, hash},
    on,
};
use crate::{bugs::Bug, caller::Caller, failure::Failure};
use domain::{
    conversation::{Conversation, Status},
    event::Event,
    ids::{ClientKey, ConversationId},
    message::{Body, Side},
    time::Timestamp,
    wire::{MarkSeen, Sent},
};
use std::collections::HashMap;
use tokio::sync::oneshot;

#[derive(Debug, Clone)]
pub struct Command {
    pub caller: Caller,
    pub conversation: ConversationId,
    pub action: Action,
    pub now: Timestamp,
}

#[derive(Debug, Clone)]
pub enum Action {
    /// `seen` is the last number of its stream that the author had seen.
    Send {
        key: ClientKey,
        body: Body,
        seen: u64,
    },
    Mark(MarkSeen),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    Sent(Sent),
    Marked,
    /// More than a message follows from this (a chat changes its state): run the use case in a closure.
    NotHere,
}

pub(super) struct Ticket {
    pub command: Command,
    pub reply: oneshot::Sender<Result<Answer, Failure>>,
}

/// One answer a ticket, in their order.
pub(super) type Decided = Vec<Result<Answer, Failure>>;

type Key = (ConversationId, String, ClientKey);

/// What has been decided of the batch so far.
struct Working {
    chats: HashMap<ConversationId, Conversation>,
    known: HashMap<Key, Stored>,
    rows: Vec<(ConversationId, String, Event)>,
}

/// A message that exists, stored or about to be.
#[derive(Debug, Clone)]
struct Stored {
    seq: u64,
    pub_seq: u64,
    ts: Timestamp,
    digest: Vec<u8>,
}

/// Decides and stores a batch; what is refused is refused on its own.
pub(super) async fn decide(tx: &mut Tx, tickets: &[Ticket]) -> Result<Decided, Failure> {
    if tickets.is_empty() {
        return Ok(Vec::new());
    }
    let commands: Vec<&Command> = tickets.iter().map(|ticket| &ticket.command).collect();
    let mut working = Working { chats: tx.batch_chats(&commands).await?, known: known(tx, &commands).await?, rows: Vec::new() };
    let decided = commands.iter().map(|command| working.decide(command)).collect();
    let Working { chats, rows, .. } = working;
    let touched: Vec<&Conversation> = chats.values().filter(|chat| rows.iter().any(|(id, _, _)| *id == chat.id)).collect();
    tx.save_counters(&touched).await?;
    tx.add_event_rows(rows).await?;
    Ok(decided)
}

async fn known(tx: &mut Tx, commands: &[&Command]) -> Result<HashMap<Key, Stored>, Failure> {
    let keys: Vec<Key> = commands
        .iter()
        .filter_map(|command| match &command.action {
            Action::Send { key, .. } => Some((command.conversation, command.caller.sender(), *key)),
            Action::Mark(_) => None,
        })
        .collect();
    let rows = tx.known(&keys).await?;
    Ok(rows.into_iter().map(stored).collect())
}

fn stored(row: Known) -> (Key, Stored) {
    let key = (ConversationId::new(row.conversation), row.sender, ClientKey(row.client_id));
    let pub_seq = row.pub_seq.map_or(0, unsigned);
    (key, Stored { seq: unsigned(row.seq), pub_seq, ts: Timestamp(row.ts), digest: row.payload_hash.unwrap_or_default() })
}

impl Stored {
    /// The answer to a repeat: the first one again, or a refusal if the content differs.
    fn again(&self, key: ClientKey, side: Side, digest: &[u8]) -> Result<Answer, Failure> {
        if self.digest != digest {
            return Err(Failure::KeyReused);
        }
        let seq = match side {
            Side::Customer => self.pub_seq,
            Side::Agent => self.seq,
        };
        Ok(Answer::Sent(Sent { client: key, seq, ts: self.ts }))
    }
}

impl Working {
    fn decide(&mut self, command: &Command) -> Result<Answer, Failure> {
        let chat = self.chats.get_mut(&command.conversation).ok_or(Failure::NotFound)?;
        match may_act(chat, &command.caller)? {
            Place::Here => {}
            Place::Elsewhere => return Ok(Answer::NotHere),
        }
        match &command.action {
            Action::Mark(seen) => {
                let events = chat.mark(command.caller.side(), seen.delivered, seen.read, command.now);
                let sender = command.caller.sender();
                self.rows.extend(events.into_iter().map(|event| (command.conversation, sender.clone(), event)));
                Ok(Answer::Marked)
            }
            Action::Send { key, body, seen } => self.send(command, *key, body, *seen),
        }
    }

    fn send(&mut self, command: &Command, key: ClientKey, body: &Body, seen: u64) -> Result<Answer, Failure> {
        let chat = self.chats.get_mut(&command.conversation).ok_or(Failure::NotFound)?;
        let (side, digest) = (command.caller.side(), hash(body.as_str()));
        let name = (command.conversation, command.caller.sender(), key);
        if let Some(stored) = self.known.get(&name) {
            return stored.again(key, side, &digest);
        }
        let head = if side == Side::Customer { chat.last_pub_seq } else { chat.last_seq };
        if seen > head {
            // The author's cursor is past our head: a restored backup, or a fault worth an alarm.
            metrics::counter!("deskbell_cursor_ahead_total").increment(1);
        }
        let lost = Bug::LoseAcknowledged.strikes_every(100).then(|| chat.clone());
        let events = chat.receive(command.caller.author(), body.clone(), key, command.now)?;
        let Some(last) = events.last() else { return Ok(Answer::NotHere) };
        let stored = Stored { seq: last.seq, pub_seq: last.pub_seq.unwrap_or(0), ts: last.ts, digest: digest.clone() };
        let answer = stored.again(key, side, &digest);
        if let Some(before) = lost {
            *chat = before;
            return answer;
        }
        self.known.insert(name, stored);
        let sender = command.caller.sender();
        self.rows.extend(events.into_iter().map(|event| (command.conversation, sender.clone(), event)));
        answer
    }
}

enum Place {
    Here,
    Elsewhere,
}

/// The batch serves the customer of a chat and the agent who holds it; everybody else goes through `access`.
fn may_act(chat: &Conversation, caller: &Caller) -> Result<Place, Failure> {
    match caller {
        Caller::Customer(customer) if customer.conversation != chat.id || customer.id != chat.customer => Err(Failure::NotFound),
        Caller::Customer(_) if matches!(chat.status, Status::Abandoned { .. }) || chat.extra.warned => Ok(Place::Elsewhere),
        Caller::Customer(_) => Ok(Place::Here),
        Caller::Agent(agent) if chat.status.holder() == Some(agent.id) => Ok(Place::Here),
        Caller::Agent(_) => Ok(Place::Elsewhere),
    }
}

impl Tx {
    /// The chats of a batch, locked in the order of their ids.
    async fn batch_chats(&mut self, commands: &[&Command]) -> Result<HashMap<ConversationId, Conversation>, Failure> {
        let mut ids: Vec<_> = commands.iter().map(|command| command.conversation).collect();
        ids.sort_unstable();
        ids.dedup();
        let lock = self.pick("", " for update");
        let rows = on!(self, c => {
            let mut query = sqlx::QueryBuilder::<Driver>::new(concat!("select ", columns!(), " from conversation c where c.id in ("));
            let mut list = query.separated(", ");
            for id in &ids {
                list.push_bind(id.uuid());
            }
            query.push(") order by c.id").push(lock);
            query.build_query_as::<super::conversation::Row>().fetch_all(c).await
        })?;
        rows.into_iter().map(|row| row.into_chat().map(|chat| (chat.id, chat))).collect()
    }

    /// Stores numbers, marks and activity of many chats by one statement.
    async fn save_counters(&mut self, chats: &[&Conversation]) -> Result<(), Failure> {
        if chats.is_empty() {
            return Ok(());
        }
        on!(self, c => {
            let mut query = sqlx::QueryBuilder::<Driver>::new(
                "with v (id, last_seq, last_pub_seq, last_ts, last_activity, cd, cr, ad, ar, written, last_message) as (",
            );
            query.push_values(chats, |mut row, chat| {
                row.push_bind(chat.id.uuid())
                    .push_bind(signed(chat.last_seq))
                    .push_bind(signed(chat.last_pub_seq))
                    .push_bind(chat.last_ts.0)
                    .push_bind(chat.last_activity.0)
                    .push_bind(signed(chat.customer_marks.delivered))
                    .push_bind(signed(chat.customer_marks.read))
                    .push_bind(signed(chat.agent_marks.delivered))
                    .push_bind(signed(chat.agent_marks.read))
                    .push_bind(signed(chat.written))
                    .push_bind(signed(chat.last_message));
            });
            query.push(
                ") update conversation set last_seq = v.last_seq, last_pub_seq = v.last_pub_seq, last_ts = v.last_ts, \
                 last_activity = v.last_activity, customer_delivered = v.cd, customer_read = v.cr, agent_delivered = v.ad, \
                 agent_read = v.ar, written = v.written, last_message = v.last_message, version = conversation.version + 1 from v where conversation.id = v.id",
            );
            query.build().execute(c).await.map(|_| ())
        })?;
        Ok(())
    }
}
