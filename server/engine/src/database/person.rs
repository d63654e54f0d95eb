//! Rows of `agent`: who answers, and how much they hold.

use super::{Tx, on};
use crate::failure::Failure;
use domain::{
    ids::{AgentId, ConversationId, QueueId},
    message::AgentRef,
    offer::REJECT_COOLDOWN,
    presence::{AgentView, Role, Wish},
    routing::Candidate,
    time::Timestamp,
};
use uuid::Uuid;

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    email: String,
    name: String,
    role: String,
    password_hash: String,
    wish: String,
    wish_reason: Option<String>,
    wish_since: i64,
    load: i64,
    capacity: i64,
}

/// An agent as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentRow {
    pub id: AgentId,
    pub email: String,
    pub name: String,
    pub role: Role,
    pub password_hash: String,
    pub wish: Wish,
    pub wish_since: Timestamp,
    pub load: i64,
    pub capacity: i64,
}

#[derive(sqlx::FromRow)]
struct CandidateRow {
    id: Uuid,
    name: String,
    wish: String,
    wish_reason: Option<String>,
    load: i64,
    capacity: i64,
    idle_since: i64,
    priority: i64,
    leases: i64,
    rejections: i64,
}

fn wish_of(id: Uuid, word: &str, reason: Option<String>) -> Result<Wish, Failure> {
    Wish::from_words(word, reason).ok_or(Failure::BadRow { table: "agent", column: "wish", id: AgentId::new(id).to_string() })
}

impl Row {
    fn into_agent(self) -> Result<AgentRow, Failure> {
        let id = AgentId::new(self.id);
        Ok(AgentRow {
            id,
            role: Role::from_word(&self.role).ok_or(Failure::BadRow { table: "agent", column: "role", id: id.to_string() })?,
            wish: wish_of(self.id, &self.wish, self.wish_reason)?,
            email: self.email,
            name: self.name,
            password_hash: self.password_hash,
            wish_since: Timestamp(self.wish_since),
            load: self.load,
            capacity: self.capacity,
        })
    }
}

impl AgentRow {
    pub fn reference(&self) -> AgentRef {
        AgentRef { id: self.id, name: self.name.clone() }
    }
}

macro_rules! columns {
    () => {
        "id, email, name, role, password_hash, wish, wish_reason, wish_since, load, capacity"
    };
}

/// Selects the members of the queue of conversation `c` who are ready, online at `$now` and have a free place.
macro_rules! free_member {
    ($now:literal) => {
        concat!(
            "select 1 from queue_member m join agent a on a.id = m.agent join lease l on l.agent = a.id \
             where m.queue = c.queue and a.wish = 'ready' and a.load < a.capacity and l.expires_at > ",
            $now
        )
    };
}
pub(super) use free_member;

impl Tx {
    pub async fn count_agents(&mut self) -> Result<i64, Failure> {
        Ok(on!(self, c => sqlx::query_scalar("select count(*) from agent").fetch_one(c).await)?)
    }

    pub async fn find_agent(&mut self, id: AgentId) -> Result<Option<AgentRow>, Failure> {
        let row: Option<Row> = on!(self, c => sqlx::query_as(concat!("select ", columns!(), " from agent where id = $1")).bind(id.uuid()).fetch_optional(c).await)?;
        row.map(Row::into_agent).transpose()
    }

    pub async fn find_agent_by_email(&mut self, email: &str) -> Result<Option<AgentRow>, Failure> {
        let row: Option<Row> = on!(self, c => sqlx::query_as(concat!("select ", columns!(), " from agent where email = $1")).bind(email).fetch_optional(c).await)?;
        row.map(Row::into_agent).transpose()
    }

    pub async fn add_agent(&mut self, agent: &AgentRow, now: Timestamp) -> Result<(), Failure> {
        on!(self, c => sqlx::query(
            "insert into agent (id, email, name, role, password_hash, wish, wish_reason, wish_since, load, capacity, ceiling, idle_since, created_at) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9, $9, $8, $8)"
        )
        .bind(agent.id.uuid()).bind(&agent.email).bind(&agent.name).bind(agent.role.word()).bind(&agent.password_hash)
        .bind(agent.wish.word()).bind(agent.wish.reason()).bind(now.0).bind(agent.capacity)
        .execute(c).await.map(|_| ()))?;
        Ok(())
    }

    pub async fn set_password_hash(&mut self, id: AgentId, hash: &str) -> Result<(), Failure> {
        on!(self, c => sqlx::query("update agent set password_hash = $2 where id = $1").bind(id.uuid()).bind(hash).execute(c).await.map(|_| ()))?;
        Ok(())
    }

    /// Stores a wish; `false` if it stood already.
    pub(crate) async fn store_wish(&mut self, id: AgentId, wish: &Wish, now: Timestamp) -> Result<bool, Failure> {
        let changed = on!(self, c => sqlx::query(
            "update agent set wish = $2, wish_reason = $3, wish_since = $4 \
             where id = $1 and (wish <> $2 or coalesce(wish_reason, '') <> coalesce($3, ''))"
        ).bind(id.uuid()).bind(wish.word()).bind(wish.reason()).bind(now.0).execute(c).await.map(|done| done.rows_affected()))?;
        Ok(changed == 1)
    }

    /// Takes one more chat if there is a free place; `false` if not.
    pub(crate) async fn take_place(&mut self, id: AgentId, now: Timestamp) -> Result<bool, Failure> {
        let changed = on!(self, c => sqlx::query("update agent set load = load + 1, idle_since = $2 where id = $1 and load < capacity")
            .bind(id.uuid()).bind(now.0).execute(c).await.map(|done| done.rows_affected()))?;
        Ok(changed == 1)
    }

    /// Gives a place back; the ceiling follows the load down to the capacity.
    pub(crate) async fn free_place(&mut self, id: AgentId, now: Timestamp) -> Result<(), Failure> {
        on!(self, c => sqlx::query(
            "update agent set load = load - 1, idle_since = $2, ceiling = case when load - 1 > capacity then load - 1 else capacity end where id = $1"
        ).bind(id.uuid()).bind(now.0).execute(c).await.map(|_| ()))?;
        Ok(())
    }

    /// Changes an agent's capacity: chats above it stay, nothing is added until the load has come down.
    pub async fn set_capacity(&mut self, id: AgentId, capacity: i64) -> Result<(), Failure> {
        on!(self, c => sqlx::query("update agent set capacity = $2, ceiling = case when load > $2 then load else $2 end where id = $1")
            .bind(id.uuid()).bind(capacity).execute(c).await.map(|_| ()))?;
        Ok(())
    }

    /// The agent as the agent's own screen shows them.
    pub async fn agent_view(&mut self, id: AgentId) -> Result<Option<AgentView>, Failure> {
        let Some(agent) = self.find_agent(id).await? else { return Ok(None) };
        let counts: Vec<(String, i64)> = on!(self, c => sqlx::query_as("select status, count(*) from conversation where agent = $1 group by status")
            .bind(id.uuid()).fetch_all(c).await)?;
        let count = |word: &str| counts.iter().find(|(status, _)| status == word).map_or(0, |(_, n)| *n);
        Ok(Some(AgentView {
            id,
            name: agent.name,
            email: agent.email,
            role: agent.role,
            wish: agent.wish,
            since: agent.wish_since,
            load: agent.load,
            capacity: agent.capacity,
            ringing: count("offered"),
            wrapping_up: count("wrap_up"),
        }))
    }

    /// The members of a queue as the router weighs them for one chat, with their names.
    pub async fn candidates(&mut self, queue: QueueId, chat: ConversationId, now: Timestamp) -> Result<Vec<(Candidate, String)>, Failure> {
        let cooled = Timestamp(now.0 - REJECT_COOLDOWN.0);
        let rows: Vec<CandidateRow> = on!(self, c => sqlx::query_as(
            "select a.id, a.name, a.wish, a.wish_reason, a.load, a.capacity, a.idle_since, m.priority, \
             (select count(*) from lease l where l.agent = a.id and l.expires_at > $3) as leases, \
             (select count(*) from offer o where o.agent = a.id and o.conversation = $2 and o.state = 'rejected' and o.ended_at > $4) as rejections \
             from queue_member m join agent a on a.id = m.agent where m.queue = $1"
        ).bind(queue.uuid()).bind(chat.uuid()).bind(now.0).bind(cooled.0).fetch_all(c).await)?;
        rows.into_iter()
            .map(|row| {
                let candidate = Candidate {
                    id: AgentId::new(row.id),
                    wish: wish_of(row.id, &row.wish, row.wish_reason)?,
                    online: row.leases > 0,
                    load: row.load,
                    capacity: row.capacity,
                    priority: row.priority,
                    idle_since: Timestamp(row.idle_since),
                    cooling_down: row.rejections > 0,
                };
                Ok((candidate, row.name))
            })
            .collect()
    }

    /// Whether the router could do anything: somebody waits, and somebody may be rung.
    pub async fn could_route(&mut self, now: Timestamp) -> Result<bool, Failure> {
        let waiting: i64 = on!(self, c => sqlx::query_scalar(concat!(
            "select count(*) from (select 1 from conversation c where c.status = 'waiting' and exists (", free_member!("$1"), ") limit 1) w"
        )).bind(now.0).fetch_one(c).await)?;
        Ok(waiting > 0)
    }
}
