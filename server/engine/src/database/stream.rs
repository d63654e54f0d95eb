//! Streams beside the conversations, and what a committed transaction tells its followers.

use super::{
    Tx,
    conversation::{signed, unsigned},
    on,
};
use crate::failure::Failure;
use domain::{
    desk::{AgentEvent, Numbered, QueueEvent},
    event::Event,
    ids::{AgentId, ConversationId, Epoch, QueueId},
    live::Stream,
    time::Timestamp,
};
use serde::{Serialize, de::DeserializeOwned};
use sqlx::types::Json;
use std::{collections::HashMap, sync::Arc};
use uuid::Uuid;

/// Something committed that followers want to hear of.
#[derive(Debug, Clone)]
pub enum Outgoing {
    Chat(ConversationId, Arc<Event>),
    Agent(AgentId, Arc<Numbered<AgentEvent>>),
    Queue(QueueId, Arc<Numbered<QueueEvent>>),
    /// The router should look again.
    Route,
    /// A deadline was added.
    Deadline,
}

/// Events older than this many behind a stream's head are answered by a snapshot and need not be kept.
const KEPT: i64 = 2_000;
/// How many streams' heads one statement asks for.
const HEADS_AT_ONCE: usize = 1_000;

impl Tx {
    /// The life of all numberings of this desk.
    pub async fn epoch(&mut self) -> Result<Epoch, Failure> {
        let epoch: Uuid = on!(self, c => sqlx::query_scalar("select epoch from desk where id = 1").fetch_one(c).await)?;
        Ok(Epoch::new(epoch))
    }

    /// Creates the desk's row if there is none: `epoch` becomes the desk's own.
    pub async fn ensure_desk(&mut self, epoch: Uuid, now: Timestamp) -> Result<(), Failure> {
        on!(self, c => sqlx::query("insert into desk (id, epoch, created_at, demo) values (1, $1, $2, false) on conflict (id) do nothing")
            .bind(epoch).bind(now.0).execute(c).await.map(|_| ()))?;
        on!(self, c => sqlx::query("insert into counter (name, value) values ('ticket', 1000) on conflict (name) do nothing")
            .execute(c).await.map(|_| ()))?;
        Ok(())
    }

    /// Tells an agent's own stream.
    pub(crate) async fn tell_agent(&mut self, agent: AgentId, event: AgentEvent, now: Timestamp) -> Result<(), Failure> {
        let seq = self.append(Stream::Agent(agent), &event, now).await?;
        self.outgoing.push(Outgoing::Agent(agent, Arc::new(Numbered { seq, ts: now, event })));
        Ok(())
    }

    /// Tells a queue's stream.
    pub(crate) async fn tell_queue(&mut self, queue: QueueId, event: QueueEvent, now: Timestamp) -> Result<(), Failure> {
        let seq = self.append(Stream::Queue(queue), &event, now).await?;
        self.outgoing.push(Outgoing::Queue(queue, Arc::new(Numbered { seq, ts: now, event })));
        Ok(())
    }

    async fn append<E: Serialize + Send + Sync>(&mut self, stream: Stream, event: &E, now: Timestamp) -> Result<u64, Failure> {
        let name = stream.to_string();
        let seq: i64 = on!(self, c => sqlx::query_scalar(
            "insert into stream (id, last_seq) values ($1, 1) on conflict (id) do update set last_seq = stream.last_seq + 1 returning last_seq"
        ).bind(&name).fetch_one(c).await)?;
        let payload = serde_json::to_value(event).map_err(anyhow::Error::from)?;
        on!(self, c => sqlx::query("insert into stream_event (stream, seq, payload, ts) values ($1, $2, $3, $4)")
            .bind(&name).bind(seq).bind(Json(payload)).bind(now.0).execute(c).await.map(|_| ()))?;
        Ok(unsigned(seq))
    }

    /// The number of a stream's last event; 0 if it has none.
    pub async fn stream_head(&mut self, stream: Stream) -> Result<u64, Failure> {
        let head: Option<i64> = on!(self, c => sqlx::query_scalar("select last_seq from stream where id = $1").bind(stream.to_string()).fetch_optional(c).await)?;
        Ok(unsigned(head.unwrap_or(0)))
    }

    /// The numbers of the last events of these streams; 0 for one that has none.
    pub async fn heads_of(&mut self, streams: &[Stream]) -> Result<Vec<(Stream, u64)>, Failure> {
        let mut heads = Vec::with_capacity(streams.len());
        for some in streams.chunks(HEADS_AT_ONCE) {
            let chats = self.heads_of_chats(some).await?;
            let others = self.heads_of_others(some).await?;
            heads.extend(some.iter().map(|stream| {
                let head = match stream {
                    Stream::ChatInternal(id) => chats.get(&id.uuid()).map(|(seq, _)| *seq),
                    Stream::ChatPublic(id) => chats.get(&id.uuid()).map(|(_, pub_seq)| *pub_seq),
                    Stream::Agent(_) | Stream::Queue(_) | Stream::Board => others.get(&stream.to_string()).copied(),
                };
                (*stream, head.map_or(0, unsigned))
            }));
        }
        Ok(heads)
    }

    async fn heads_of_chats(&mut self, streams: &[Stream]) -> Result<HashMap<Uuid, (i64, i64)>, Failure> {
        let ids = streams.iter().filter_map(|stream| match stream {
            Stream::ChatInternal(id) | Stream::ChatPublic(id) => Some(id.uuid()),
            Stream::Agent(_) | Stream::Queue(_) | Stream::Board => None,
        });
        let ids: Vec<Uuid> = ids.collect();
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let rows: Vec<(Uuid, i64, i64)> = on!(self, c => {
            let mut query = sqlx::QueryBuilder::<Driver>::new("select id, last_seq, last_pub_seq from conversation where id in (");
            let mut list = query.separated(", ");
            for id in &ids {
                list.push_bind(*id);
            }
            query.push(")");
            query.build_query_as().fetch_all(c).await
        })?;
        Ok(rows.into_iter().map(|(id, seq, pub_seq)| (id, (seq, pub_seq))).collect())
    }

    async fn heads_of_others(&mut self, streams: &[Stream]) -> Result<HashMap<String, i64>, Failure> {
        let names: Vec<String> =
            streams.iter().filter(|stream| matches!(stream, Stream::Agent(_) | Stream::Queue(_))).map(Stream::to_string).collect();
        if names.is_empty() {
            return Ok(HashMap::new());
        }
        let rows: Vec<(String, i64)> = on!(self, c => {
            let mut query = sqlx::QueryBuilder::<Driver>::new("select id, last_seq from stream where id in (");
            let mut list = query.separated(", ");
            for name in &names {
                list.push_bind(name.clone());
            }
            query.push(")");
            query.build_query_as().fetch_all(c).await
        })?;
        Ok(rows.into_iter().collect())
    }

    /// The stream's events after `seq`, oldest first.
    pub async fn stream_after<E>(&mut self, stream: Stream, seq: u64) -> Result<Vec<Numbered<E>>, Failure>
    where
        E: DeserializeOwned + Send + Unpin + 'static,
    {
        let rows: Vec<(i64, Json<E>, i64)> = on!(self, c => sqlx::query_as(
            "select seq, payload, ts from stream_event where stream = $1 and seq > $2 order by seq"
        ).bind(stream.to_string()).bind(signed(seq)).fetch_all(c).await)?;
        Ok(rows.into_iter().map(|(seq, event, ts)| Numbered { seq: unsigned(seq), ts: Timestamp(ts), event: event.0 }).collect())
    }

    /// Forgets stream events that only a snapshot would answer for.
    pub(crate) async fn prune_streams(&mut self) -> Result<u64, Failure> {
        let gone = on!(self, c => sqlx::query(
            "delete from stream_event where seq < (select s.last_seq from stream s where s.id = stream_event.stream) - $1"
        ).bind(KEPT).execute(c).await.map(|done| done.rows_affected()))?;
        Ok(gone)
    }
}
