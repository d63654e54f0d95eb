//! Rows of `offer`. Every end is a compare-and-set on a pending row.

use super::{Tx, on};
use crate::{bugs::Bug, failure::Failure};
use domain::{
    ids::{AgentId, ConversationId, OfferId},
    offer::{Offer, OfferEnd},
    time::{Millis, Timestamp},
};
use uuid::Uuid;

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    conversation: Uuid,
    agent: Uuid,
    state: String,
    deadline: i64,
    attempt: i64,
    waited: i64,
    created_at: i64,
}

/// An offer and how long its chat had waited when it was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfferRow {
    pub offer: Offer,
    pub waited: Millis,
}

impl Row {
    fn into_offer(self) -> Result<OfferRow, Failure> {
        let id = OfferId::new(self.id);
        let ended = match self.state.as_str() {
            "pending" => None,
            word => Some(OfferEnd::from_word(word).ok_or(Failure::BadRow { table: "offer", column: "state", id: id.to_string() })?),
        };
        let offer = Offer {
            id,
            conversation: ConversationId::new(self.conversation),
            agent: AgentId::new(self.agent),
            ended,
            deadline: Timestamp(self.deadline),
            attempt: self.attempt,
            created_at: Timestamp(self.created_at),
        };
        Ok(OfferRow { offer, waited: Millis(self.waited) })
    }
}

impl Tx {
    pub async fn add_offer(&mut self, row: &OfferRow) -> Result<(), Failure> {
        let OfferRow { offer, waited } = row;
        on!(self, c => sqlx::query(
            "insert into offer (id, conversation, agent, state, deadline, attempt, waited, created_at) values ($1, $2, $3, 'pending', $4, $5, $6, $7)"
        )
        .bind(offer.id.uuid()).bind(offer.conversation.uuid()).bind(offer.agent.uuid()).bind(offer.deadline.0).bind(offer.attempt)
        .bind(waited.0).bind(offer.created_at.0)
        .execute(c).await.map(|_| ()))?;
        Ok(())
    }

    pub async fn find_offer(&mut self, id: OfferId) -> Result<Option<OfferRow>, Failure> {
        let row: Option<Row> = on!(self, c => sqlx::query_as(
            "select id, conversation, agent, state, deadline, attempt, waited, created_at from offer where id = $1"
        ).bind(id.uuid()).fetch_optional(c).await)?;
        row.map(Row::into_offer).transpose()
    }

    /// What rings at an agent.
    pub async fn pending_offers_of(&mut self, agent: AgentId) -> Result<Vec<OfferRow>, Failure> {
        let rows: Vec<Row> = on!(self, c => sqlx::query_as(
            "select id, conversation, agent, state, deadline, attempt, waited, created_at \
             from offer where agent = $1 and state = 'pending' order by created_at, id"
        ).bind(agent.uuid()).fetch_all(c).await)?;
        rows.into_iter().map(Row::into_offer).collect()
    }

    /// How often this chat was offered before.
    pub async fn attempts(&mut self, conversation: ConversationId) -> Result<i64, Failure> {
        Ok(
            on!(self, c => sqlx::query_scalar("select count(*) from offer where conversation = $1").bind(conversation.uuid()).fetch_one(c).await)?,
        )
    }

    /// Ends a pending offer; `false` if it was not pending any more.
    pub async fn end_offer(&mut self, id: OfferId, end: OfferEnd, now: Timestamp) -> Result<bool, Failure> {
        let statement = if Bug::SkipCompareAndSet.is_on() {
            "update offer set state = $2, ended_at = $3 where id = $1"
        } else {
            "update offer set state = $2, ended_at = $3 where id = $1 and state = 'pending'"
        };
        let changed = on!(self, c => sqlx::query(statement)
            .bind(id.uuid()).bind(end.word()).bind(now.0).execute(c).await.map(|done| done.rows_affected()))?;
        Ok(changed == 1)
    }
}
