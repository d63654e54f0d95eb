//! What the wallboard shows, by few statements.

use super::{Tx, on, person::wish_of};
use crate::failure::Failure;
use domain::{
    board::{BoardAgent, BoardChat, Stage},
    hours::Hours,
    ids::{AgentId, ConversationId, QueueId},
    message::AgentRef,
    presence::Load,
    time::{Millis, Timestamp},
};
use sqlx::types::Json;
use uuid::Uuid;

#[derive(sqlx::FromRow)]
struct AgentRow {
    id: Uuid,
    name: String,
    team: Option<String>,
    wish: String,
    wish_reason: Option<String>,
    wish_since: i64,
    load: i64,
    capacity: i64,
    forced_by: Option<String>,
    leases: i64,
}

#[derive(sqlx::FromRow)]
struct HeldRow {
    agent: Uuid,
    id: Uuid,
    customer_name: String,
    queue: Uuid,
    status: String,
    since: i64,
}

/// How many chats of a queue are in a status, and since when the oldest is.
pub(crate) struct Standing {
    pub queue: QueueId,
    pub status: String,
    pub count: i64,
    pub since: Timestamp,
}

impl HeldRow {
    fn into_chat(self) -> Result<BoardChat, Failure> {
        let conversation = ConversationId::new(self.id);
        let stage = match self.status.as_str() {
            "offered" => Stage::Ringing,
            "active" => Stage::Active,
            "wrap_up" => Stage::WrapUp,
            _ => return Err(Failure::BadRow { table: "conversation", column: "status", id: conversation.to_string() }),
        };
        let (queue, since) = (QueueId::new(self.queue), Timestamp(self.since));
        Ok(BoardChat { conversation, customer: self.customer_name, queue, since, stage })
    }
}

impl Tx {
    /// The open chats of all queues, counted.
    pub(crate) async fn standings(&mut self) -> Result<Vec<Standing>, Failure> {
        let rows: Vec<(Uuid, String, i64, i64)> = on!(self, c => sqlx::query_as(
            "select queue, status, count(*), min(since) from conversation where status <> 'closed' group by queue, status"
        ).fetch_all(c).await)?;
        let standing = |(queue, status, count, since)| Standing { queue: QueueId::new(queue), status, count, since: Timestamp(since) };
        Ok(rows.into_iter().map(standing).collect())
    }

    /// The chats of a queue that were answered first since a moment, and how many of them within `level`.
    pub(crate) async fn answered_since(&mut self, queue: QueueId, since: Timestamp, level: Millis) -> Result<(i64, i64), Failure> {
        Ok(on!(self, c => sqlx::query_as(
            "select count(*), count(case when joined_at - enqueued_at <= $3 then 1 end) from conversation where queue = $1 and joined_at >= $2"
        ).bind(queue.uuid()).bind(since.0).bind(level.0).fetch_one(c).await)?)
    }

    /// The chats that nobody has joined and whose customers have left since a moment, by queue.
    pub(crate) async fn abandoned_since(&mut self, since: Timestamp) -> Result<Vec<(QueueId, i64)>, Failure> {
        let rows: Vec<(Uuid, i64)> = on!(self, c => sqlx::query_as(
            "select c.queue, count(distinct e.conversation) from event e join conversation c on c.id = e.conversation \
             where e.ts >= $1 and e.kind not in ('message', 'delivered', 'read', 'note') and e.kind = 'abandoned' \
             and c.status in ('abandoned', 'closed') and c.joined_at is null group by c.queue"
        ).bind(since.0).fetch_all(c).await)?;
        Ok(rows.into_iter().map(|(queue, count)| (QueueId::new(queue), count)).collect())
    }

    /// Everybody who can sign in, with what they hold, by name.
    pub(crate) async fn board_agents(&mut self, now: Timestamp) -> Result<Vec<BoardAgent>, Failure> {
        let rows: Vec<AgentRow> = on!(self, c => sqlx::query_as(
            "select a.id, a.name, a.team, a.wish, a.wish_reason, a.wish_since, a.load, a.capacity, f.name as forced_by, \
             (select count(*) from lease l where l.agent = a.id and l.expires_at > $1) as leases \
             from agent a left join agent f on f.id = a.forced_by where a.disabled = false order by a.name, a.id"
        ).bind(now.0).fetch_all(c).await)?;
        let held: Vec<HeldRow> = on!(self, c => sqlx::query_as(
            "select agent, id, customer_name, queue, status, since from conversation where agent is not null order by since, id"
        ).fetch_all(c).await)?;
        let mut agents = rows.into_iter().map(AgentRow::into_agent).collect::<Result<Vec<_>, _>>()?;
        for row in held {
            let holder = AgentId::new(row.agent);
            let Some(agent) = agents.iter_mut().find(|agent| agent.agent.id == holder) else { continue };
            let chat = row.into_chat()?;
            agent.load.ringing += i64::from(chat.stage == Stage::Ringing);
            agent.load.wrapping_up += i64::from(chat.stage == Stage::WrapUp);
            agent.chats.push(chat);
        }
        Ok(agents)
    }

    /// The time zone of the desk's first office hours.
    pub(crate) async fn first_zone(&mut self) -> Result<Option<String>, Failure> {
        let plan: Option<Json<Hours>> =
            on!(self, c => sqlx::query_scalar("select plan from hours order by name limit 1").fetch_optional(c).await)?;
        Ok(plan.map(|plan| plan.0.zone))
    }
}

impl AgentRow {
    fn into_agent(self) -> Result<BoardAgent, Failure> {
        Ok(BoardAgent {
            agent: AgentRef { id: AgentId::new(self.id), name: self.name },
            team: self.team,
            wish: wish_of(self.id, &self.wish, self.wish_reason)?,
            since: Timestamp(self.wish_since),
            load: Load { load: self.load, capacity: self.capacity, ringing: 0, wrapping_up: 0 },
            online: self.leases > 0,
            forced_by: self.forced_by,
            chats: Vec::new(),
        })
    }
}
