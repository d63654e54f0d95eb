//! Rows of `node`: which processes serve this desk. They run out by themselves.

use super::{Connection, Tx, on};
use crate::failure::Failure;
use domain::time::{Millis, Timestamp};
use uuid::Uuid;

/// How long a node that is not heard of counts as running.
pub(crate) const NODE_LEASE: Millis = Millis::seconds(20);

/// One process of the desk.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(crate) struct Node {
    pub name: String,
    /// This process, and no other of the same name.
    pub run: Uuid,
    /// Whether it hears other nodes.
    pub nats: bool,
}

/// What became of a node's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Renewed {
    Held,
    /// Another process runs under this name now.
    Displaced,
}

impl Tx {
    /// Whoever else takes a place waits until this transaction has ended, so that two that start at once see each other.
    pub(crate) async fn lock_nodes(&mut self) -> Result<(), Failure> {
        if let Connection::Postgres(transaction) = &mut self.connection {
            sqlx::query("select 1 from desk where id = 1 for update").execute(&mut **transaction).await?;
        }
        Ok(())
    }

    /// The other nodes that run at `now`, by name.
    pub(crate) async fn other_nodes(&mut self, name: &str, now: Timestamp) -> Result<Vec<Node>, Failure> {
        Ok(on!(self, c => sqlx::query_as("select name, run, nats from node where expires_at > $1 and name <> $2 order by name")
            .bind(now.0).bind(name).fetch_all(c).await)?)
    }

    /// Takes the node's place. What stood there under its name was an earlier run of it, or is displaced.
    pub(crate) async fn add_node(&mut self, node: &Node, now: Timestamp) -> Result<(), Failure> {
        on!(self, c => sqlx::query("delete from node where expires_at <= $1").bind(now.0).execute(c).await.map(|_| ()))?;
        on!(self, c => sqlx::query(
            "insert into node (name, run, nats, started_at, seen_at, expires_at) values ($1, $2, $3, $4, $4, $5) \
             on conflict (name) do update set run = excluded.run, nats = excluded.nats, started_at = excluded.started_at, \
             seen_at = excluded.seen_at, expires_at = excluded.expires_at"
        ).bind(&node.name).bind(node.run).bind(node.nats).bind(now.0).bind((now + NODE_LEASE).0).execute(c).await.map(|_| ()))?;
        Ok(())
    }

    /// The node lives: its place is its own for a while longer, also after it had run out.
    pub(crate) async fn renew_node(&mut self, node: &Node, now: Timestamp) -> Result<Renewed, Failure> {
        let renewed = on!(self, c => sqlx::query("update node set seen_at = $3, expires_at = $4 where name = $1 and run = $2")
            .bind(&node.name).bind(node.run).bind(now.0).bind((now + NODE_LEASE).0).execute(c).await.map(|done| done.rows_affected()))?;
        if renewed == 1 {
            return Ok(Renewed::Held);
        }
        let taken: i64 = on!(self, c => sqlx::query_scalar("select count(*) from node where name = $1 and run <> $2 and expires_at > $3")
            .bind(&node.name).bind(node.run).bind(now.0).fetch_one(c).await)?;
        if taken > 0 {
            return Ok(Renewed::Displaced);
        }
        self.add_node(node, now).await?;
        Ok(Renewed::Held)
    }

    /// The node stops: its place is free at once.
    pub(crate) async fn remove_node(&mut self, run: Uuid) -> Result<(), Failure> {
        on!(self, c => sqlx::query("delete from node where run = $1").bind(run).execute(c).await.map(|_| ()))?;
        Ok(())
    }
}
