//! Deadlines as rows: one a kind and subject, so that setting again moves it.

use super::{Outgoing, Tx, on};
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
}

impl TimerKind {
    const ALL: [TimerKind; 3] = [Self::OfferExpires, Self::ChatsReturn, Self::CustomerGone];

    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::OfferExpires => "offer_expires",
            Self::ChatsReturn => "chats_return",
            Self::CustomerGone => "customer_gone",
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

    /// A node begins after a rest: what ran out, or is about to, while nobody could be heard of waits until `soon`, so that
    /// browsers have the time to come back. The node's own leases count as seen now.
    pub(crate) async fn clamp_deadlines(&mut self, node: &str, now: Timestamp, soon: Timestamp) -> Result<(), Failure> {
        on!(self, c => sqlx::query("update lease set seen_at = $1, expires_at = $2 where node = $3 and expires_at < $2")
            .bind(now.0).bind(soon.0).bind(node).execute(c).await.map(|_| ()))?;
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
