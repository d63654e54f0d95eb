//! Rows of `agent`: who answers, and how much they hold.

use super::{Tx, on};
use crate::failure::Failure;
use domain::{
    ids::AgentId,
    message::AgentRef,
    presence::{AgentView, Role, Wish},
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
    team: Option<String>,
    disabled: bool,
    forced_by: Option<Uuid>,
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
    pub team: Option<String>,
    /// May not sign in, and is offered nothing.
    pub disabled: bool,
    /// The supervisor who set the wish.
    pub forced_by: Option<AgentId>,
}

pub(super) fn wish_of(id: Uuid, word: &str, reason: Option<String>) -> Result<Wish, Failure> {
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
            team: self.team,
            disabled: self.disabled,
            forced_by: self.forced_by.map(AgentId::new),
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
        "id, email, name, role, password_hash, wish, wish_reason, wish_since, load, capacity, team, disabled, forced_by"
    };
}

impl Tx {
    pub async fn count_agents(&mut self) -> Result<i64, Failure> {
        Ok(on!(self, c => sqlx::query_scalar("select count(*) from agent").fetch_one(c).await)?)
    }

    pub async fn find_agent(&mut self, id: AgentId) -> Result<Option<AgentRow>, Failure> {
        let row: Option<Row> = on!(self, c => sqlx::query_as(concat!("select ", columns!(), " from agent where id = $1")).bind(id.uuid()).fetch_optional(c).await)?;
        row.map(Row::into_agent).transpose()
    }

    /// Everybody, by name.
    pub async fn all_agents(&mut self) -> Result<Vec<AgentRow>, Failure> {
        let rows: Vec<Row> =
            on!(self, c => sqlx::query_as(concat!("select ", columns!(), " from agent order by name, id")).fetch_all(c).await)?;
        rows.into_iter().map(Row::into_agent).collect()
    }

    /// An agent's wish, and when they were last in front of a browser.
    pub(crate) async fn input_of(&mut self, id: AgentId) -> Result<Option<(Wish, Option<Timestamp>)>, Failure> {
        let row: Option<(String, Option<String>, Option<i64>)> = on!(self, c => sqlx::query_as("select wish, wish_reason, input_at from agent where id = $1").bind(id.uuid()).fetch_optional(c).await)?;
        row.map(|(wish, reason, at)| Ok((wish_of(id.uuid(), &wish, reason)?, at.map(Timestamp)))).transpose()
    }

    /// Keeps others from changing what an agent wishes or holds until the end of the transaction.
    pub(crate) async fn lock_agent(&mut self, id: AgentId) -> Result<(), Failure> {
        if let super::Connection::Postgres(transaction) = &mut self.connection {
            sqlx::query("select 1 from agent where id = $1 for update").bind(id.uuid()).execute(&mut **transaction).await?;
        }
        Ok(())
    }

    /// When an agent was last in front of a browser.
    pub async fn last_input(&mut self, id: AgentId) -> Result<Option<Timestamp>, Failure> {
        Ok(self.input_of(id).await?.and_then(|(_, last)| last))
    }

    pub(crate) async fn note_input(&mut self, id: AgentId, now: Timestamp) -> Result<(), Failure> {
        on!(self, c => sqlx::query("update agent set input_at = $2 where id = $1").bind(id.uuid()).bind(now.0).execute(c).await.map(|_| ()))?;
        Ok(())
    }

    pub async fn find_agent_by_email(&mut self, email: &str) -> Result<Option<AgentRow>, Failure> {
        let row: Option<Row> = on!(self, c => sqlx::query_as(concat!("select ", columns!(), " from agent where email = $1")).bind(email).fetch_optional(c).await)?;
        row.map(Row::into_agent).transpose()
    }

    pub async fn add_agent(&mut self, agent: &AgentRow, now: Timestamp) -> Result<(), Failure> {
        on!(self, c => sqlx::query(
            "insert into agent (id, email, name, role, password_hash, wish, wish_reason, wish_since, load, capacity, ceiling, idle_since, created_at, \
             team, disabled) values ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9, $9, $8, $8, $10, $11)"
        )
        .bind(agent.id.uuid()).bind(&agent.email).bind(&agent.name).bind(agent.role.word()).bind(&agent.password_hash)
        .bind(agent.wish.word()).bind(agent.wish.reason()).bind(now.0).bind(agent.capacity)
        .bind(&agent.team).bind(agent.disabled)
        .execute(c).await.map(|_| ()))?;
        self.log_wish(agent.id, &agent.wish, None, now).await
    }

    pub async fn set_password_hash(&mut self, id: AgentId, hash: &str) -> Result<(), Failure> {
        on!(self, c => sqlx::query("update agent set password_hash = $2 where id = $1").bind(id.uuid()).bind(hash).execute(c).await.map(|_| ()))?;
        Ok(())
    }

    /// Stores a wish, writes it down for the reports, and says which supervisor set it for the agent; `false` if it stood already.
    /// What a supervisor has set becomes the agent's own when they choose the same.
    pub(crate) async fn store_wish(
        &mut self,
        id: AgentId,
        wish: &Wish,
        forced_by: Option<AgentId>,
        now: Timestamp,
    ) -> Result<bool, Failure> {
        let changed = on!(self, c => sqlx::query(
            "update agent set wish = $2, wish_reason = $3, forced_by = $5, input_at = $4, \
             wish_since = case when wish = $2 and coalesce(wish_reason, '') = coalesce($3, '') then wish_since else $4 end \
             where id = $1 and (wish <> $2 or coalesce(wish_reason, '') <> coalesce($3, '') or (forced_by is not null and $5 is null))"
        ).bind(id.uuid()).bind(wish.word()).bind(wish.reason()).bind(now.0).bind(forced_by.map(AgentId::uuid)).execute(c).await.map(|done| done.rows_affected()))?;
        if changed == 1 {
            self.log_wish(id, wish, forced_by, now).await?;
        }
        Ok(changed == 1)
    }

    /// Takes one more chat if there is a free place; `false` if not.
    pub(crate) async fn take_place(&mut self, id: AgentId, now: Timestamp) -> Result<bool, Failure> {
        let changed = on!(self, c => sqlx::query("update agent set load = load + 1, idle_since = $2 where id = $1 and load < capacity")
            .bind(id.uuid()).bind(now.0).execute(c).await.map(|done| done.rows_affected()))?;
        Ok(changed == 1)
    }

    /// A chat was delivered to an agent.
    pub(crate) async fn delivered(&mut self, id: AgentId, now: Timestamp) -> Result<(), Failure> {
        on!(self, c => sqlx::query("update agent set last_offer_at = $2 where id = $1").bind(id.uuid()).bind(now.0).execute(c).await.map(|_| ()))?;
        Ok(())
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
        let forced_by = match agent.forced_by {
            Some(supervisor) => self.find_agent(supervisor).await?.map(|row| row.reference()),
            None => None,
        };
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
            team: agent.team,
            skills: self.skills_of(id).await?,
            forced_by,
        }))
    }
}
