//! Deadlines as rows: one a kind and subject, so that setting again moves it.

use super::{Connection, Outgoing, Tx, on};
use crate::failure::Failure;
use domain::time::Timestamp;
use uuid::Uuid;

/// What is to be done when the time has come; the subject's kind is in the comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimerKind {
    /// Subject: the offer.
    OfferExpires,
    /// Subject: the agent whose browser is gone.
    ChatsReturn,
    /// Subject: the conversation whose customer is gone.
    CustomerGone,
    /// Subject: the parked conversation whose queue opens.
    Unpark,
    /// Subject: the conversation that has waited for too long in its queue.
    Overflow,
    /// Subject: the conversation whose customer may be silent.
    Inactivity,
    /// Subject: the ended conversation that nobody leaves.
    WrapUp,
    /// Subject: the ready agent who may be away.
    AgentIdle,
}

impl TimerKind {
    const ALL: [TimerKind; 8] = [
        Self::OfferExpires,
        Self::ChatsReturn,
        Self::CustomerGone,
        Self::Unpark,
        Self::Overflow,
        Self::Inactivity,
        Self::WrapUp,
        Self::AgentIdle,
    ];

    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::OfferExpires => "offer_expires",
            Self::ChatsReturn => "chats_return",
            Self::CustomerGone => "customer_gone",
            Self::Unpark => "unpark",
            Self::Overflow => "overflow",
            Self::Inactivity => "inactivity",
            Self::WrapUp => "wrap_up",
            Self::AgentIdle => "agent_idle",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    pub kind: TimerKind,
    pub subject: Uuid,
}

impl Tx {
    /// Sets or moves a deadline.
    pub async fn set_timer(&mut self, kind: TimerKind, subject: Uuid, due: Timestamp) -> Result<(), Failure> {
        on!(self, c => sqlx::query(
            "insert into timer (kind, subject, due_at) values ($1, $2, $3) on conflict (kind, subject) do update set due_at = excluded.due_at"
        ).bind(kind.word()).bind(subject).bind(due.0).execute(c).await.map(|_| ()))?;
        self.outgoing.push(Outgoing::Deadline);
        Ok(())
    }

    pub async fn clear_timer(&mut self, kind: TimerKind, subject: Uuid) -> Result<(), Failure> {
        on!(self, c => sqlx::query("delete from timer where kind = $1 and subject = $2").bind(kind.word()).bind(subject).execute(c).await.map(|_| ()))?;
        Ok(())
    }

    pub(crate) async fn has_timer(&mut self, kind: TimerKind, subject: Uuid) -> Result<bool, Failure> {
        let found: i64 = on!(self, c => sqlx::query_scalar("select count(*) from timer where kind = $1 and subject = $2")
            .bind(kind.word()).bind(subject).fetch_one(c).await)?;
        Ok(found > 0)
    }

    /// What is due, oldest first; at most `limit`.
    pub async fn due_timers(&mut self, now: Timestamp, limit: i64) -> Result<Vec<Due>, Failure> {
        let rows: Vec<(String, Uuid)> = on!(self, c => sqlx::query_as(
            "select kind, subject from timer where due_at <= $1 order by due_at, kind, subject limit $2"
        ).bind(now.0).bind(limit).fetch_all(c).await)?;
        rows.into_iter()
            .map(|(word, subject)| {
                let kind = TimerKind::ALL.into_iter().find(|kind| kind.word() == word);
                kind.map(|kind| Due { kind, subject }).ok_or(Failure::BadRow { table: "timer", column: "kind", id: subject.to_string() })
            })
            .collect()
    }

    /// Whether this deadline still stands and has passed: asked again inside the transaction that acts on it.
    pub async fn is_due(&mut self, due: Due, now: Timestamp) -> Result<bool, Failure> {
        let found: i64 = on!(self, c => sqlx::query_scalar("select count(*) from timer where kind = $1 and subject = $2 and due_at <= $3")
            .bind(due.kind.word()).bind(due.subject).bind(now.0).fetch_one(c).await)?;
        Ok(found == 1)
    }

    /// Whether this deadline has passed and no other node is acting on it: then it is this transaction's alone. What the
    /// deadline is about is locked by whoever acts; this lock is one that nobody else waits for.
    pub(crate) async fn claim_due(&mut self, due: Due, now: Timestamp) -> Result<bool, Failure> {
        if let Connection::Postgres(transaction) = &mut self.connection {
            let claim = sqlx::query_scalar("select pg_try_advisory_xact_lock(hashtextextended($1, 0))");
            let mine: bool = claim.bind(format!("timer {} {}", due.kind.word(), due.subject)).fetch_one(&mut **transaction).await?;
            if !mine {
                return Ok(false);
            }
        }
        self.is_due(due, now).await
    }

    /// The deadline was acted on; one that was moved on meanwhile stays.
    pub(crate) async fn clear_due(&mut self, due: Due, now: Timestamp) -> Result<(), Failure> {
        on!(self, c => sqlx::query("delete from timer where kind = $1 and subject = $2 and due_at <= $3")
            .bind(due.kind.word()).bind(due.subject).bind(now.0).execute(c).await.map(|_| ()))?;
        Ok(())
    }

    /// A node begins after a rest: those who held leases on it count as seen now, and have until `soon` to come back.
    pub(crate) async fn clamp_leases(&mut self, node: &str, now: Timestamp, soon: Timestamp) -> Result<(), Failure> {
        on!(self, c => sqlx::query("update lease set seen_at = $1, expires_at = $2 where node = $3 and expires_at < $2")
            .bind(now.0).bind(soon.0).bind(node).execute(c).await.map(|_| ()))?;
        on!(self, c => sqlx::query("update agent set input_at = $1 where input_at < $1 and id in (select agent from lease where node = $2)")
            .bind(now.0).bind(node).execute(c).await.map(|_| ()))?;
        Ok(())
    }

    /// The desk begins after a rest: what ran out, or is about to, while nobody could be heard of waits until `soon`, so that
    /// browsers have the time to come back. Not for a node that joins others: they heard everybody.
    pub(crate) async fn clamp_deadlines(&mut self, soon: Timestamp) -> Result<(), Failure> {
        for statement in [
            "update customer_lease set expires_at = $1 where expires_at < $1",
            "update offer set deadline = $1 where state = 'pending' and deadline < $1",
            "update timer set due_at = $1 where due_at < $1",
        ] {
            on!(self, c => sqlx::query(statement).bind(soon.0).execute(c).await.map(|_| ()))?;
        }
        Ok(())
    }

    /// When the next deadline or lease runs out.
    pub async fn next_due(&mut self) -> Result<Option<Timestamp>, Failure> {
        let next: Option<i64> = on!(self, c => sqlx::query_scalar(
            "select min(t.at) from (select min(due_at) as at from timer union all select min(expires_at) from lease \
             union all select min(expires_at) from customer_lease) t"
        ).fetch_one(c).await)?;
        Ok(next.map(Timestamp))
    }
}
