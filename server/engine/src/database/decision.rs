//! Rows of `decision`: the flight recorder.

use super::{Tx, on};
use crate::failure::Failure;
use domain::{
    conversation::Extra,
    ids::{AgentId, ConversationId, QueueId},
    message::AgentRef,
    recorder::Decision,
    time::{Millis, Timestamp},
};
use sqlx::types::Json;
use uuid::Uuid;

/// How long decisions are kept.
const KEPT: Millis = Millis::minutes(30 * 24 * 60);

/// What a chat of the past tells about itself.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    pub conversation: ConversationId,
    pub customer: String,
    pub at: Timestamp,
    pub language: Option<String>,
    pub preferred: Option<AgentId>,
    pub answered: Option<AgentRef>,
    pub joined_at: Option<Timestamp>,
    /// When nobody waited or answered any more.
    pub ended_at: Option<Timestamp>,
}

#[derive(sqlx::FromRow)]
struct RecordRow {
    id: Uuid,
    customer_name: String,
    enqueued_at: i64,
    extra: Json<Extra>,
    answered_by: Option<Uuid>,
    answered_name: Option<String>,
    joined_at: Option<i64>,
    status: String,
    since: i64,
}

impl From<RecordRow> for Record {
    fn from(row: RecordRow) -> Self {
        let is_over = matches!(row.status.as_str(), "wrap_up" | "abandoned" | "callback" | "closed");
        let answered = row.answered_by.map(|id| AgentRef { id: AgentId::new(id), name: row.answered_name.unwrap_or_default() });
        Record {
            conversation: ConversationId::new(row.id),
            customer: row.customer_name,
            at: Timestamp(row.enqueued_at),
            language: row.extra.0.language,
            preferred: row.extra.0.preferred,
            answered,
            joined_at: row.joined_at.map(Timestamp),
            ended_at: is_over.then_some(Timestamp(row.since)),
        }
    }
}

impl Tx {
    pub(crate) async fn add_decision(&mut self, id: Uuid, decision: &Decision) -> Result<(), Failure> {
        on!(self, c => sqlx::query("insert into decision (id, at, conversation, queue, seen) values ($1, $2, $3, $4, $5)")
            .bind(id).bind(decision.at.0).bind(decision.conversation.uuid()).bind(decision.queue.uuid()).bind(Json(decision))
            .execute(c).await.map(|_| ()))?;
        Ok(())
    }

    /// The decisions about a chat, oldest first.
    pub(crate) async fn decisions_about(&mut self, chat: ConversationId) -> Result<Vec<Decision>, Failure> {
        let rows: Vec<Json<Decision>> = on!(self, c => sqlx::query_scalar("select seen from decision where conversation = $1 order by at, id")
            .bind(chat.uuid()).fetch_all(c).await)?;
        Ok(rows.into_iter().map(|row| row.0).collect())
    }

    pub(crate) async fn last_decision(&mut self, chat: ConversationId) -> Result<Option<Decision>, Failure> {
        let row: Option<Json<Decision>> = on!(self, c => sqlx::query_scalar("select seen from decision where conversation = $1 order by at desc, id desc limit 1")
                .bind(chat.uuid()).fetch_optional(c).await)?;
        Ok(row.map(|row| row.0))
    }

    /// The newest decisions of these queues, newest first.
    pub(crate) async fn decisions_in(
        &mut self,
        queues: &[QueueId],
        from: Timestamp,
        to: Timestamp,
        most: i64,
    ) -> Result<Vec<Decision>, Failure> {
        let mut all: Vec<Decision> = Vec::new();
        for queue in queues {
            let rows: Vec<Json<Decision>> = on!(self, c => sqlx::query_scalar(
                "select seen from decision where queue = $1 and at >= $2 and at < $3 order by at desc, id limit $4"
            ).bind(queue.uuid()).bind(from.0).bind(to.0).bind(most).fetch_all(c).await)?;
            all.extend(rows.into_iter().map(|row| row.0));
        }
        all.sort_by_key(|decision| std::cmp::Reverse(decision.at));
        all.truncate(usize::try_from(most).unwrap_or(0));
        Ok(all)
    }

    /// The chats of a queue, or that the router saw in it, that began from `from` until before `to`, by time; at most `limit`.
    pub(crate) async fn records_of_day(
        &mut self,
        queue: QueueId,
        (from, to): (Timestamp, Timestamp),
        limit: i64,
    ) -> Result<Vec<Record>, Failure> {
        let rows: Vec<RecordRow> = on!(self, c => sqlx::query_as(
            "select id, customer_name, enqueued_at, extra, answered_by, answered_name, joined_at, status, since from conversation \
             where enqueued_at >= $2 and enqueued_at < $3 and (queue = $1 or exists (\
             select 1 from decision d where d.conversation = conversation.id and d.queue = $1)) order by enqueued_at, id limit $4"
        ).bind(queue.uuid()).bind(from.0).bind(to.0).bind(limit).fetch_all(c).await)?;
        Ok(rows.into_iter().map(Record::from).collect())
    }

    pub(crate) async fn prune_decisions(&mut self, now: Timestamp) -> Result<(), Failure> {
        on!(self, c => sqlx::query("delete from decision where at < $1").bind(now.0 - KEPT.0).execute(c).await.map(|_| ()))?;
        Ok(())
    }
}
