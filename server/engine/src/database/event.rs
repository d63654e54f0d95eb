//! Rows of `event`: the log of the conversations.

use super::{
    Outgoing, Tx,
    conversation::{signed, unsigned},
    on,
};
use crate::failure::Failure;
use domain::{
    event::{Event, EventBody, InternalBody, PublicBody},
    ids::{ClientKey, ConversationId},
    time::Timestamp,
};
use sha2::{Digest, Sha256};
use sqlx::types::Json;
use std::sync::Arc;
use uuid::Uuid;

#[derive(sqlx::FromRow)]
struct Row {
    seq: i64,
    pub_seq: Option<i64>,
    payload: Json<EventBody>,
    ts: i64,
}

/// What is stored of a message that came before under the same key.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(crate) struct Known {
    pub conversation: Uuid,
    pub sender: String,
    pub client_id: Uuid,
    pub seq: i64,
    pub pub_seq: Option<i64>,
    pub payload_hash: Option<Vec<u8>>,
    pub ts: i64,
}

/// The key and hash of an event that a client named; `None` for what the desk itself records.
pub(crate) fn key_of(body: &EventBody) -> Option<(ClientKey, Vec<u8>)> {
    match body {
        EventBody::Public(PublicBody::Message { text, client, .. }) | EventBody::Internal(InternalBody::Note { text, client, .. }) => {
            Some((*client, hash(text)))
        }
        _ => None,
    }
}

/// What content is compared by when a key comes again.
pub(crate) fn hash(text: &str) -> Vec<u8> {
    Sha256::digest(text.as_bytes()).to_vec()
}

impl From<Row> for Event {
    fn from(row: Row) -> Self {
        Event { seq: unsigned(row.seq), pub_seq: row.pub_seq.map(unsigned), ts: Timestamp(row.ts), body: row.payload.0 }
    }
}

/// The most rows of one statement. Its message to PostgreSQL stays below what fits into one segment: a longer one waits
/// 40 ms for a delayed acknowledgement, since the driver does not switch Nagle's algorithm off.
const ROWS: usize = 16;

impl Tx {
    /// Appends events to a conversation's log; followers hear of them after the commit.
    pub(crate) async fn add_events(&mut self, conversation: ConversationId, sender: &str, events: Vec<Event>) -> Result<(), Failure> {
        let rows: Vec<_> = events.into_iter().map(|event| (conversation, sender.to_owned(), event)).collect();
        self.add_event_rows(rows).await
    }

    /// Appends events of several conversations by one statement.
    pub(crate) async fn add_event_rows(&mut self, rows: Vec<(ConversationId, String, Event)>) -> Result<(), Failure> {
        if rows.is_empty() {
            return Ok(());
        }
        for part in rows.chunks(ROWS) {
            self.add_event_part(part).await?;
        }
        for (conversation, _, event) in rows {
            metrics::counter!("deskbell_events_total", "kind" => event.body.kind()).increment(1);
            self.outgoing.push(Outgoing::Chat(conversation, Arc::new(event)));
        }
        Ok(())
    }

    async fn add_event_part(&mut self, rows: &[(ConversationId, String, Event)]) -> Result<(), Failure> {
        on!(self, c => {
            let mut query = sqlx::QueryBuilder::<Driver>::new(
                "insert into event (conversation, seq, pub_seq, audience, kind, sender, client_id, payload, payload_hash, ts) ",
            );
            query.push_values(rows, |mut row, (conversation, sender, event)| {
                let (client, digest) = key_of(&event.body).map_or((None, None), |(key, digest)| (Some(key.0), Some(digest)));
                row.push_bind(conversation.uuid())
                    .push_bind(signed(event.seq))
                    .push_bind(event.pub_seq.map(signed))
                    .push_bind(if event.body.is_public() { "public" } else { "internal" })
                    .push_bind(event.body.kind())
                    .push_bind(sender.clone())
                    .push_bind(client)
                    .push_bind(Json(event.body.clone()))
                    .push_bind(digest)
                    .push_bind(event.ts.0);
            });
            query.build().execute(c).await.map(|_| ())
        })?;
        Ok(())
    }

    /// The events after `seq`, oldest first; at most `limit`.
    pub async fn events_after(&mut self, conversation: ConversationId, seq: u64, limit: i64) -> Result<Vec<Event>, Failure> {
        let rows: Vec<Row> = on!(self, c => sqlx::query_as(
            "select seq, pub_seq, payload, ts from event where conversation = $1 and seq > $2 order by seq limit $3"
        ).bind(conversation.uuid()).bind(signed(seq)).bind(limit).fetch_all(c).await)?;
        Ok(rows.into_iter().map(Event::from).collect())
    }

    /// The public events after `pub_seq`, oldest first; at most `limit`.
    pub async fn public_events_after(&mut self, conversation: ConversationId, pub_seq: u64, limit: i64) -> Result<Vec<Event>, Failure> {
        let rows: Vec<Row> = on!(self, c => sqlx::query_as(
            "select seq, pub_seq, payload, ts from event where conversation = $1 and pub_seq > $2 order by pub_seq limit $3"
        ).bind(conversation.uuid()).bind(signed(pub_seq)).bind(limit).fetch_all(c).await)?;
        Ok(rows.into_iter().map(Event::from).collect())
    }

    /// The whole log of a conversation.
    pub async fn all_events(&mut self, conversation: ConversationId) -> Result<Vec<Event>, Failure> {
        self.events_after(conversation, 0, i64::MAX).await
    }

    /// The last time that somebody sent this conversation elsewhere.
    pub(crate) async fn last_hand_over(&mut self, conversation: ConversationId) -> Result<Option<InternalBody>, Failure> {
        let body: Option<Json<EventBody>> = on!(self, c => sqlx::query_scalar(
            "select payload from event where conversation = $1 and kind = 'handed_over' order by seq desc limit 1"
        ).bind(conversation.uuid()).fetch_optional(c).await)?;
        Ok(match body.map(|body| body.0) {
            Some(EventBody::Internal(body)) => Some(body),
            Some(EventBody::Public(_)) | None => None,
        })
    }

    /// What is already stored under these keys.
    pub(crate) async fn known(&mut self, keys: &[(ConversationId, String, ClientKey)]) -> Result<Vec<Known>, Failure> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        // PostgreSQL would rather scan the log than walk its index for so few keys: `offset 0` keeps it from that.
        let join = self.pick(
            ") select e.conversation, e.sender, e.client_id, e.seq, e.pub_seq, e.payload_hash, e.ts from k \
             join event e on e.conversation = k.conversation and e.sender = k.sender and e.client_id = k.client_id",
            ") select e.conversation, e.sender, e.client_id, e.seq, e.pub_seq, e.payload_hash, e.ts from k cross join lateral (\
             select * from event x where x.conversation = k.conversation and x.sender = k.sender and x.client_id = k.client_id offset 0) e",
        );
        let rows = on!(self, c => {
            let mut query = sqlx::QueryBuilder::<Driver>::new("with k (conversation, sender, client_id) as (");
            query.push_values(keys, |mut row, (conversation, sender, key)| {
                row.push_bind(conversation.uuid()).push_bind(sender.clone()).push_bind(key.0);
            });
            query.push(join);
            query.build_query_as::<Known>().fetch_all(c).await
        })?;
        Ok(rows)
    }
}
