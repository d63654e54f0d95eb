//! Leases: what proves that somebody's browser is there. They run out by themselves.

use super::{Outgoing, Tx, on};
use crate::failure::Failure;
use domain::{
    ids::{AgentId, ConversationId, InstanceId},
    presence::{CLEAN_CLOSE_GRACE, LEASE},
    time::Timestamp,
};
use uuid::Uuid;

/// An agent whose last lease ran out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeaseEnd {
    pub agent: AgentId,
    /// When a browser of theirs was last heard of.
    pub last_seen: Timestamp,
}

/// A lease that is given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Left {
    /// When its holder last renewed it.
    pub renewed_at: Timestamp,
    /// When the holder was there last.
    pub left_at: Timestamp,
}

impl Tx {
    /// Takes or renews an agent's lease; `true` if the agent had none alive.
    pub async fn take_lease(&mut self, agent: AgentId, instance: InstanceId, node: &str, now: Timestamp) -> Result<bool, Failure> {
        let alive = self.is_online(agent, now).await?;
        on!(self, c => sqlx::query(
            "insert into lease (agent, instance, node, seen_at, expires_at) values ($1, $2, $3, $4, $5) \
             on conflict (agent, instance) do update set node = excluded.node, seen_at = excluded.seen_at, expires_at = excluded.expires_at"
        ).bind(agent.uuid()).bind(instance.uuid()).bind(node).bind(now.0).bind((now + LEASE).0).execute(c).await.map(|_| ()))?;
        self.ends_earlier(!alive);
        Ok(!alive)
    }

    pub async fn is_online(&mut self, agent: AgentId, now: Timestamp) -> Result<bool, Failure> {
        let alive: i64 = on!(self, c => sqlx::query_scalar("select count(*) from lease where agent = $1 and expires_at > $2")
            .bind(agent.uuid()).bind(now.0).fetch_one(c).await)?;
        Ok(alive > 0)
    }

    /// A tab was left: its lease lives on for the grace of a clean close. One that was renewed since is another socket's.
    pub async fn release_lease(&mut self, agent: AgentId, instance: InstanceId, left: Left) -> Result<(), Failure> {
        on!(self, c => sqlx::query(
            "update lease set seen_at = $3, expires_at = $4 where agent = $1 and instance = $2 and expires_at > $4 and expires_at <= $5"
        ).bind(agent.uuid()).bind(instance.uuid()).bind(left.left_at.0).bind((left.left_at + CLEAN_CLOSE_GRACE).0)
            .bind((left.renewed_at + LEASE).0).execute(c).await.map(|_| ()))?;
        self.ends_earlier(true);
        Ok(())
    }

    /// Wakes the timers when a lease may be the next to end. One that is renewed ends later than they have in mind.
    fn ends_earlier(&mut self, may: bool) {
        if may {
            self.outgoing.push(Outgoing::Deadline);
        }
    }

    /// Removes leases that ran out and names the agents who have none left. What another node removes or renews at this
    /// moment is left to it.
    pub async fn sweep_leases(&mut self, now: Timestamp) -> Result<Vec<LeaseEnd>, Failure> {
        let statement = self.pick(
            "delete from lease where expires_at <= $1 returning agent, seen_at",
            "delete from lease where (agent, instance) in (select agent, instance from lease where expires_at <= $1 for update skip locked) \
             returning agent, seen_at",
        );
        let rows: Vec<(Uuid, i64)> = on!(self, c => sqlx::query_as(statement)
            .bind(now.0).fetch_all(c).await)?;
        let mut ends: Vec<LeaseEnd> = Vec::new();
        for (agent, seen_at) in rows {
            let (agent, last_seen) = (AgentId::new(agent), Timestamp(seen_at));
            match ends.iter_mut().find(|end| end.agent == agent) {
                Some(end) => end.last_seen = end.last_seen.max(last_seen),
                None if !self.is_online(agent, now).await? => ends.push(LeaseEnd { agent, last_seen }),
                None => {}
            }
        }
        Ok(ends)
    }

    /// Takes or renews a customer's lease; `true` if there was none.
    pub async fn take_customer_lease(
        &mut self,
        conversation: ConversationId,
        instance: InstanceId,
        now: Timestamp,
    ) -> Result<bool, Failure> {
        let connected = self.is_customer_connected(conversation, now).await?;
        on!(self, c => sqlx::query(
            "insert into customer_lease (conversation, instance, expires_at) values ($1, $2, $3) \
             on conflict (conversation, instance) do update set expires_at = excluded.expires_at"
        ).bind(conversation.uuid()).bind(instance.uuid()).bind((now + LEASE).0).execute(c).await.map(|_| ()))?;
        self.ends_earlier(!connected);
        Ok(!connected)
    }

    /// Gives a customer's lease up; `true` if it was the last one. One that was renewed since is another socket's.
    pub async fn release_customer_lease(
        &mut self,
        conversation: ConversationId,
        instance: InstanceId,
        left: Left,
    ) -> Result<bool, Failure> {
        let gone = on!(self, c => sqlx::query("delete from customer_lease where conversation = $1 and instance = $2 and expires_at <= $3")
            .bind(conversation.uuid()).bind(instance.uuid()).bind((left.renewed_at + LEASE).0).execute(c).await
            .map(|done| done.rows_affected()))?;
        Ok(gone > 0 && !self.is_customer_connected(conversation, left.left_at).await?)
    }

    pub async fn is_customer_connected(&mut self, conversation: ConversationId, now: Timestamp) -> Result<bool, Failure> {
        let alive: i64 = on!(self, c => sqlx::query_scalar("select count(*) from customer_lease where conversation = $1 and expires_at > $2")
            .bind(conversation.uuid()).bind(now.0).fetch_one(c).await)?;
        Ok(alive > 0)
    }

    /// Removes customers' leases that ran out and names the conversations that have none left.
    pub async fn sweep_customer_leases(&mut self, now: Timestamp) -> Result<Vec<ConversationId>, Failure> {
        let statement = self.pick(
            "delete from customer_lease where expires_at <= $1 returning conversation",
            "delete from customer_lease where (conversation, instance) in \
             (select conversation, instance from customer_lease where expires_at <= $1 for update skip locked) returning conversation",
        );
        let mut ids: Vec<Uuid> = on!(self, c => sqlx::query_scalar(statement)
            .bind(now.0).fetch_all(c).await)?;
        ids.sort_unstable();
        ids.dedup();
        let mut gone = Vec::new();
        for id in ids.into_iter().map(ConversationId::new) {
            if !self.is_customer_connected(id, now).await? {
                gone.push(id);
            }
        }
        Ok(gone)
    }
}
