//! Rows of `queue` and `queue_member`.

use super::{Tx, on};
use crate::failure::Failure;
use domain::{
    ids::{AgentId, QueueId},
    queue::{Policy, Queue},
    time::Timestamp,
};
use sqlx::types::Json;
use uuid::Uuid;

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    name: String,
    service: String,
    policy: Json<Policy>,
}

impl From<Row> for Queue {
    fn from(row: Row) -> Self {
        Queue { id: QueueId::new(row.id), name: row.name, service: row.service, policy: row.policy.0 }
    }
}

impl Tx {
    pub async fn find_queue(&mut self, id: QueueId) -> Result<Option<Queue>, Failure> {
        let row: Option<Row> = on!(self, c => sqlx::query_as("select id, name, service, policy from queue where id = $1").bind(id.uuid()).fetch_optional(c).await)?;
        Ok(row.map(Queue::from))
    }

    /// The queue that a stored row names: it exists, or the row does not fit.
    pub(crate) async fn queue(&mut self, id: QueueId) -> Result<Queue, Failure> {
        self.find_queue(id).await?.ok_or(Failure::BadRow { table: "queue", column: "id", id: id.to_string() })
    }

    pub async fn find_queue_by_name(&mut self, name: &str) -> Result<Option<Queue>, Failure> {
        let row: Option<Row> = on!(self, c => sqlx::query_as("select id, name, service, policy from queue where name = $1").bind(name).fetch_optional(c).await)?;
        Ok(row.map(Queue::from))
    }

    /// The queues that are in use.
    pub async fn all_queues(&mut self) -> Result<Vec<Queue>, Failure> {
        let rows: Vec<Row> = on!(self, c => sqlx::query_as("select id, name, service, policy from queue where archived = false order by name")
            .fetch_all(c).await)?;
        Ok(rows.into_iter().map(Queue::from).collect())
    }

    /// Names of all queues, those that were put away too.
    pub(crate) async fn every_queue(&mut self) -> Result<Vec<(QueueId, String)>, Failure> {
        let rows: Vec<(Uuid, String)> = on!(self, c => sqlx::query_as("select id, name from queue order by name").fetch_all(c).await)?;
        Ok(rows.into_iter().map(|(id, name)| (QueueId::new(id), name)).collect())
    }

    pub async fn queues_of(&mut self, agent: AgentId) -> Result<Vec<Queue>, Failure> {
        let rows: Vec<Row> = on!(self, c => sqlx::query_as(
            "select q.id, q.name, q.service, q.policy from queue q join queue_member m on m.queue = q.id \
             where m.agent = $1 and q.archived = false order by q.name"
        ).bind(agent.uuid()).fetch_all(c).await)?;
        Ok(rows.into_iter().map(Queue::from).collect())
    }

    pub async fn is_member(&mut self, queue: QueueId, agent: AgentId) -> Result<bool, Failure> {
        let found: i64 = on!(self, c => sqlx::query_scalar("select count(*) from queue_member where queue = $1 and agent = $2")
            .bind(queue.uuid()).bind(agent.uuid()).fetch_one(c).await)?;
        Ok(found > 0)
    }

    pub async fn add_queue(&mut self, queue: &Queue, now: Timestamp) -> Result<(), Failure> {
        on!(self, c => sqlx::query("insert into queue (id, name, service, policy, created_at) values ($1, $2, $3, $4, $5)")
            .bind(queue.id.uuid()).bind(&queue.name).bind(&queue.service).bind(Json(&queue.policy)).bind(now.0).execute(c).await.map(|_| ()))?;
        Ok(())
    }

    pub async fn set_policy(&mut self, queue: QueueId, policy: &Policy) -> Result<(), Failure> {
        on!(self, c => sqlx::query("update queue set policy = $2 where id = $1").bind(queue.uuid()).bind(Json(policy)).execute(c).await.map(|_| ()))?;
        Ok(())
    }

    /// Whether the queue has a member who can sign in.
    pub(crate) async fn has_members(&mut self, queue: QueueId) -> Result<bool, Failure> {
        let found: Option<i32> = on!(self, c => sqlx::query_scalar(
            "select 1 from queue_member m join agent a on a.id = m.agent where m.queue = $1 and a.disabled = false limit 1"
        ).bind(queue.uuid()).fetch_optional(c).await)?;
        Ok(found.is_some())
    }

    /// Makes an agent a member; higher priority is served first.
    pub async fn add_member(&mut self, queue: QueueId, agent: AgentId, priority: i64) -> Result<(), Failure> {
        on!(self, c => sqlx::query(
            "insert into queue_member (queue, agent, priority) values ($1, $2, $3) on conflict (queue, agent) do update set priority = excluded.priority"
        ).bind(queue.uuid()).bind(agent.uuid()).bind(priority).execute(c).await.map(|_| ()))?;
        Ok(())
    }

    /// How many members of a queue are ready and online, and how many chats wait.
    pub async fn pulse_of_queue(&mut self, queue: QueueId, now: Timestamp) -> Result<(i64, i64), Failure> {
        let ready: i64 = on!(self, c => sqlx::query_scalar(
            "select count(*) from queue_member m join agent a on a.id = m.agent where m.queue = $1 and a.wish = 'ready' and a.disabled = false \
             and exists (select 1 from lease l where l.agent = a.id and l.expires_at > $2)"
        ).bind(queue.uuid()).bind(now.0).fetch_one(c).await)?;
        let waiting: i64 = on!(self, c => sqlx::query_scalar("select count(*) from conversation where queue = $1 and status <> 'closed' and status in ('waiting', 'offered')")
            .bind(queue.uuid()).fetch_one(c).await)?;
        Ok((ready, waiting))
    }
}
