//! Rows of `session` and `setup_token`: tokens are stored as their SHA-256 only.

use super::{Tx, on};
use crate::failure::Failure;
use domain::{
    ids::{AgentId, SessionId},
    time::Timestamp,
};
use uuid::Uuid;

#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct SessionRow {
    pub id: Uuid,
    pub agent: Uuid,
    pub created_at: i64,
    pub last_seen_at: i64,
    pub expires_at: i64,
    pub address: Option<String>,
    pub user_agent: Option<String>,
}

impl Tx {
    pub(crate) async fn add_session(&mut self, row: &SessionRow, token_hash: &[u8]) -> Result<(), Failure> {
        on!(self, c => sqlx::query(
            "insert into session (id, token_hash, agent, created_at, last_seen_at, expires_at, address, user_agent) values ($1, $2, $3, $4, $5, $6, $7, $8)"
        )
        .bind(row.id).bind(token_hash).bind(row.agent).bind(row.created_at).bind(row.last_seen_at).bind(row.expires_at)
        .bind(&row.address).bind(&row.user_agent)
        .execute(c).await.map(|_| ()))?;
        Ok(())
    }

    pub(crate) async fn sessions_of(&mut self, agent: AgentId, now: Timestamp) -> Result<Vec<SessionRow>, Failure> {
        Ok(on!(self, c => sqlx::query_as(
            "select id, agent, created_at, last_seen_at, expires_at, address, user_agent from session \
             where agent = $1 and expires_at > $2 order by last_seen_at desc, id"
        ).bind(agent.uuid()).bind(now.0).fetch_all(c).await)?)
    }

    pub(crate) async fn touch_session(&mut self, id: SessionId, now: Timestamp) -> Result<(), Failure> {
        on!(self, c => sqlx::query("update session set last_seen_at = $2 where id = $1").bind(id.uuid()).bind(now.0).execute(c).await.map(|_| ()))?;
        Ok(())
    }

    /// Ends one sign-in of an agent; `false` if it is not theirs.
    pub(crate) async fn remove_session(&mut self, agent: AgentId, id: SessionId) -> Result<bool, Failure> {
        let gone = on!(self, c => sqlx::query("delete from session where id = $1 and agent = $2").bind(id.uuid()).bind(agent.uuid()).execute(c).await
            .map(|done| done.rows_affected()))?;
        Ok(gone == 1)
    }

    pub(crate) async fn remove_sessions_of(&mut self, agent: AgentId) -> Result<(), Failure> {
        on!(self, c => sqlx::query("delete from session where agent = $1").bind(agent.uuid()).execute(c).await.map(|_| ()))?;
        Ok(())
    }

    /// Sign-ins and customer tokens that are over.
    pub(crate) async fn remove_expired(&mut self, now: Timestamp) -> Result<(), Failure> {
        on!(self, c => sqlx::query("delete from session where expires_at <= $1").bind(now.0).execute(c).await.map(|_| ()))?;
        on!(self, c => sqlx::query("delete from customer_token where expires_at <= $1").bind(now.0).execute(c).await.map(|_| ()))?;
        on!(self, c => sqlx::query("delete from setup_token where expires_at <= $1").bind(now.0).execute(c).await.map(|_| ()))?;
        Ok(())
    }

    /// Replaces the one-time link of the first start.
    pub(crate) async fn set_setup_token(&mut self, hash: &[u8], expires_at: Timestamp) -> Result<(), Failure> {
        on!(self, c => sqlx::query("delete from setup_token").execute(c).await.map(|_| ()))?;
        on!(self, c => sqlx::query("insert into setup_token (token_hash, expires_at) values ($1, $2)").bind(hash).bind(expires_at.0).execute(c).await
            .map(|_| ()))?;
        Ok(())
    }

    /// Uses the one-time link up; `false` if it is unknown, used or over.
    pub(crate) async fn use_setup_token(&mut self, hash: &[u8], now: Timestamp) -> Result<bool, Failure> {
        let gone = on!(self, c => sqlx::query("delete from setup_token where token_hash = $1 and expires_at > $2").bind(hash).bind(now.0).execute(c).await
            .map(|done| done.rows_affected()))?;
        Ok(gone == 1)
    }
}
