//! What the router looks at: everybody who might be asked, and everybody who waits, by few statements.
//!
//! `status <> 'closed'` stands beside narrower conditions on purpose: those are the words of the index of open chats, which
//! SQLite uses only for what repeats them. Without it every look would read all chats there ever were.

use super::{Tx, conversation::signed, on, person::wish_of};
use crate::{bugs::Bug, failure::Failure};
use domain::{
    conversation::Extra,
    event::ParkReason,
    ids::{AgentId, ConversationId, QueueId, SkillId},
    presence::Wish,
    time::Timestamp,
};
use sqlx::types::Json;
use uuid::Uuid;

/// What a desk is compared by with how it was.
pub(crate) type Mark = [i64; 10];

/// An agent who can sign in, as the router sees them.
#[derive(Debug, Clone)]
pub(crate) struct Member {
    pub id: AgentId,
    pub name: String,
    pub wish: Wish,
    pub online: bool,
    pub load: i64,
    pub capacity: i64,
    pub idle_since: Timestamp,
    pub last_offer_at: Option<Timestamp>,
}

/// A chat that waits without an offer.
#[derive(Debug, Clone)]
pub(crate) struct Waits {
    pub id: ConversationId,
    pub queue: QueueId,
    /// Since when it has stood in this line.
    pub since: Timestamp,
    /// Since when the customer has waited.
    pub enqueued_at: Timestamp,
    pub priority: i64,
    pub extra: Extra,
}

/// What was answered in a queue in a stretch of time: how many, by how many, the first and the last of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Answers {
    pub chats: i64,
    pub agents: i64,
    pub first: Option<Timestamp>,
    pub last: Option<Timestamp>,
}

#[derive(sqlx::FromRow)]
struct MemberRow {
    id: Uuid,
    name: String,
    wish: String,
    wish_reason: Option<String>,
    leases: i64,
    load: i64,
    capacity: i64,
    idle_since: i64,
    last_offer_at: Option<i64>,
}

#[derive(sqlx::FromRow)]
struct WaitsRow {
    id: Uuid,
    queue: Uuid,
    since: i64,
    enqueued_at: i64,
    priority: i64,
    extra: Json<Extra>,
}

impl From<WaitsRow> for Waits {
    fn from(row: WaitsRow) -> Self {
        Self {
            id: ConversationId::new(row.id),
            queue: QueueId::new(row.queue),
            since: Timestamp(row.since),
            enqueued_at: Timestamp(row.enqueued_at),
            priority: row.priority,
            extra: row.extra.0,
        }
    }
}

impl Tx {
    /// Everybody who can sign in.
    pub(crate) async fn crew(&mut self, now: Timestamp) -> Result<Vec<Member>, Failure> {
        let rows: Vec<MemberRow> = on!(self, c => sqlx::query_as(
            "select a.id, a.name, a.wish, a.wish_reason, count(l.instance) as leases, a.load, a.capacity, a.idle_since, a.last_offer_at \
             from agent a left join lease l on l.agent = a.id and l.expires_at > $1 where a.disabled = false group by a.id order by a.id"
        ).bind(now.0).fetch_all(c).await)?;
        rows.into_iter()
            .map(|row| {
                Ok(Member {
                    id: AgentId::new(row.id),
                    wish: wish_of(row.id, &row.wish, row.wish_reason)?,
                    name: row.name,
                    online: row.leases > 0,
                    load: row.load,
                    capacity: row.capacity,
                    idle_since: Timestamp(row.idle_since),
                    last_offer_at: row.last_offer_at.map(Timestamp),
                })
            })
            .collect()
    }

    /// Who serves which queue, with which priority.
    pub(crate) async fn memberships(&mut self) -> Result<Vec<(QueueId, AgentId, i64)>, Failure> {
        let rows: Vec<(Uuid, Uuid, i64)> =
            on!(self, c => sqlx::query_as("select queue, agent, priority from queue_member").fetch_all(c).await)?;
        Ok(rows.into_iter().map(|(queue, agent, priority)| (QueueId::new(queue), AgentId::new(agent), priority)).collect())
    }

    pub(crate) async fn all_agent_skills(&mut self) -> Result<Vec<(AgentId, SkillId)>, Failure> {
        let rows: Vec<(Uuid, Uuid)> = on!(self, c => sqlx::query_as("select agent, skill from agent_skill").fetch_all(c).await)?;
        Ok(rows.into_iter().map(|(agent, skill)| (AgentId::new(agent), SkillId::new(skill))).collect())
    }

    /// Who rejected, or let pass, which of the waiting chats after `since`, and when.
    pub(crate) async fn rejections(&mut self, since: Timestamp) -> Result<Vec<(ConversationId, AgentId, Timestamp)>, Failure> {
        let rows: Vec<(Uuid, Uuid, i64)> = on!(self, c => sqlx::query_as(
            "select o.conversation, o.agent, o.ended_at from offer o join conversation c on c.id = o.conversation \
             where o.state in ('rejected', 'expired') and o.ended_at > $1 and c.status = 'waiting'"
        ).bind(since.0).fetch_all(c).await)?;
        Ok(rows.into_iter().map(|(chat, agent, at)| (ConversationId::new(chat), AgentId::new(agent), Timestamp(at))).collect())
    }

    /// A part of a queue's line, in the order in which it is served.
    pub(crate) async fn waiting_line(&mut self, queue: QueueId, from: usize, most: usize) -> Result<Vec<Waits>, Failure> {
        let statement = if Bug::ForgetReturned.is_on() {
            "select id, queue, since, enqueued_at, priority, extra from conversation \
             where queue = $1 and status <> 'closed' and status = 'waiting' and priority = 0 order by enqueued_at, id limit $2 offset $3"
        } else {
            "select id, queue, since, enqueued_at, priority, extra from conversation \
             where queue = $1 and status <> 'closed' and status = 'waiting' order by priority desc, enqueued_at, id limit $2 offset $3"
        };
        let rows: Vec<WaitsRow> = on!(self, c => sqlx::query_as(statement)
            .bind(queue.uuid()).bind(signed(most as u64)).bind(signed(from as u64)).fetch_all(c).await)?;
        Ok(rows.into_iter().map(Waits::from).collect())
    }

    /// Those who came last into any line, the last one first.
    pub(crate) async fn newest_waiting(&mut self, most: usize) -> Result<Vec<Waits>, Failure> {
        let rows: Vec<WaitsRow> = on!(self, c => sqlx::query_as(
            "select id, queue, since, enqueued_at, priority, extra from conversation where status <> 'closed' and status = 'waiting' \
             order by since desc, id desc limit $1"
        ).bind(signed(most as u64)).fetch_all(c).await)?;
        Ok(rows.into_iter().map(Waits::from).collect())
    }

    /// The queues in which somebody waits for an offer.
    pub(crate) async fn waiting_queues(&mut self) -> Result<Vec<QueueId>, Failure> {
        let ids: Vec<Uuid> = on!(self, c => sqlx::query_scalar(
            "select q.id from queue q where exists \
             (select 1 from conversation c where c.queue = q.id and c.status <> 'closed' and c.status = 'waiting') order by q.id"
        ).fetch_all(c).await)?;
        Ok(ids.into_iter().map(QueueId::new).collect())
    }

    /// Differs whenever members or skills do: every change in the settings is written down, and nothing else changes them.
    pub(crate) async fn rules_mark(&mut self) -> Result<[i64; 3], Failure> {
        let (changes, members, skills): (i64, i64, i64) = on!(self, c => sqlx::query_as(
            "select (select count(*) from change), (select count(*) from queue_member), (select count(*) from agent_skill)"
        ).fetch_one(c).await)?;
        Ok([changes, members, skills])
    }

    /// Something that differs whenever the router might decide otherwise than the last time, but for time that has passed.
    pub(crate) async fn routing_mark(&mut self, now: Timestamp) -> Result<Mark, Failure> {
        let (waiting, moved): (i64, i64) = on!(self, c => sqlx::query_as(
            "select count(*), cast(coalesce(sum(version), 0) as bigint) from conversation where status <> 'closed' and status = 'waiting'"
        ).fetch_one(c).await)?;
        if waiting == 0 {
            return Ok(Mark::default());
        }
        // A chat that goes from one agent to another leaves the sum of places as it was, but not when they were taken.
        let (ready, places, taken, latest): (i64, i64, i64, i64) = on!(self, c => sqlx::query_as(
            "select count(*), cast(coalesce(sum(capacity - load), 0) as bigint), cast(coalesce(sum(idle_since), 0) as bigint), \
             coalesce(max(wish_since), 0) from agent where wish = 'ready' and disabled = false"
        ).fetch_one(c).await)?;
        let leases: i64 = on!(self, c => sqlx::query_scalar("select count(distinct agent) from lease where expires_at > $1")
            .bind(now.0).fetch_one(c).await)?;
        // Rules, members and skills: what an admin changes may make possible what was not.
        let [changes, members, skills] = self.rules_mark().await?;
        Ok([waiting, moved, ready, places, taken, latest, leases, changes, members, skills])
    }

    /// One round at a time, over all nodes; `false` while another one goes on. Two at once would take the same agents in
    /// different orders, and wait for each other. Whoever is in a round hears that there is more and goes on with that.
    pub(crate) async fn begin_round(&mut self) -> Result<bool, Failure> {
        let super::Connection::Postgres(transaction) = &mut self.connection else { return Ok(true) };
        let statement = "select pg_try_advisory_xact_lock(hashtextextended('deskbell round ' || current_schema(), 0))";
        Ok(sqlx::query_scalar(statement).fetch_one(&mut **transaction).await?)
    }

    /// Takes hold of a waiting chat; `false` if another writer holds it, or it waits no more.
    pub(crate) async fn hold_waiting(&mut self, id: ConversationId) -> Result<bool, Failure> {
        let statement = self.pick(
            "select 1 from conversation where id = $1 and status = 'waiting'",
            "select 1::bigint from conversation where id = $1 and status = 'waiting' for update skip locked",
        );
        let held: Option<i64> = on!(self, c => sqlx::query_scalar(statement).bind(id.uuid()).fetch_optional(c).await)?;
        Ok(held.is_some())
    }

    /// How many chats of each queue wait or are parked, where there are any.
    pub(crate) async fn unoffered_counts(&mut self) -> Result<Vec<(QueueId, i64, i64)>, Failure> {
        let rows: Vec<(Uuid, i64, i64)> = on!(self, c => sqlx::query_as(
            "select queue, count(case when status = 'waiting' then 1 end), count(case when status = 'parked' then 1 end) \
             from conversation where status <> 'closed' and status in ('waiting', 'parked') group by queue"
        ).fetch_all(c).await)?;
        Ok(rows.into_iter().map(|(queue, waiting, parked)| (QueueId::new(queue), waiting, parked)).collect())
    }

    /// The chats of a closed queue that still wait, or are parked for another reason or time. While it is `attended`, those that
    /// came back from somebody are left in the line.
    pub(crate) async fn not_parked_as(
        &mut self,
        queue: QueueId,
        (reason, until): (ParkReason, Option<Timestamp>),
        attended: bool,
    ) -> Result<Vec<ConversationId>, Failure> {
        let highest = if attended { 0 } else { i64::MAX };
        let ids: Vec<Uuid> = on!(self, c => sqlx::query_scalar(
            "select id from conversation where queue = $1 and status <> 'closed' and status in ('waiting', 'parked') and \
             ((status = 'waiting' and priority <= $4) or (status = 'parked' and (reason <> $2 or coalesce(parked_until, -1) <> $3))) \
             order by enqueued_at, id"
        ).bind(queue.uuid()).bind(reason.word()).bind(until.map_or(-1, |until| until.0)).bind(highest).fetch_all(c).await)?;
        Ok(ids.into_iter().map(ConversationId::new).collect())
    }

    pub(crate) async fn parked_in(&mut self, queue: QueueId) -> Result<Vec<ConversationId>, Failure> {
        let ids: Vec<Uuid> = on!(self, c => sqlx::query_scalar("select id from conversation where queue = $1 and status <> 'closed' and status = 'parked' order by enqueued_at, id")
            .bind(queue.uuid()).fetch_all(c).await)?;
        Ok(ids.into_iter().map(ConversationId::new).collect())
    }
}

impl Tx {
    /// What was answered in a queue after `from` and until `to`.
    pub(crate) async fn answers(&mut self, queue: QueueId, (from, to): (Timestamp, Timestamp)) -> Result<Answers, Failure> {
        let (chats, agents, first, last): (i64, i64, Option<i64>, Option<i64>) = on!(self, c => sqlx::query_as(
            "select count(*), count(distinct answered_by), min(joined_at), max(joined_at) from conversation \
             where queue = $1 and joined_at is not null and joined_at > $2 and joined_at <= $3"
        ).bind(queue.uuid()).bind(from.0).bind(to.0).fetch_one(c).await)?;
        Ok(Answers { chats, agents, first: first.map(Timestamp), last: last.map(Timestamp) })
    }
}
