//! Rows of `customer` and `customer_token`.

use super::{Connection, Tx, on};
use crate::failure::Failure;
use domain::{
    ids::{AgentId, ConversationId, CustomerId, SiteId},
    time::Timestamp,
};
use uuid::Uuid;

/// What a customer says of themselves.
#[derive(Debug, Clone)]
pub(crate) struct NewCustomer<'a> {
    pub id: CustomerId,
    pub site: SiteId,
    pub name: &'a str,
    pub email: Option<&'a str>,
    pub company: Option<&'a str>,
    pub locale: Option<&'a str>,
}

impl Tx {
    pub(crate) async fn add_customer(&mut self, new: NewCustomer<'_>, now: Timestamp) -> Result<(), Failure> {
        on!(self, c => sqlx::query("insert into customer (id, site, name, email, locale, company, created_at) values ($1, $2, $3, $4, $5, $6, $7)")
            .bind(new.id.uuid()).bind(new.site.uuid()).bind(new.name).bind(new.email).bind(new.locale).bind(new.company).bind(now.0)
            .execute(c).await.map(|_| ()))?;
        Ok(())
    }

    /// Who answered the last chat of somebody with this e-mail on this site.
    pub(crate) async fn last_agent_of(&mut self, site: SiteId, email: &str) -> Result<Option<AgentId>, Failure> {
        let id: Option<Uuid> = on!(self, c => sqlx::query_scalar(
            "select c.answered_by from conversation c join customer u on u.id = c.customer \
             where u.email = $2 and u.site = $1 and c.answered_by is not null order by c.enqueued_at desc, c.id limit 1"
        ).bind(site.uuid()).bind(email).fetch_optional(c).await)?;
        Ok(id.map(AgentId::new))
    }

    /// Whether somebody with this e-mail has a chat on this site that waits or is answered. Who asks on another node at the
    /// same moment is told once this transaction has ended.
    pub(crate) async fn has_open_chat(&mut self, site: SiteId, email: &str) -> Result<bool, Failure> {
        if let Connection::Postgres(transaction) = &mut self.connection {
            let lock = sqlx::query("select pg_advisory_xact_lock(hashtextextended($1, 0))");
            lock.bind(format!("chat of {} {email}", site.uuid())).execute(&mut **transaction).await?;
        }
        let count: i64 = on!(self, c => sqlx::query_scalar(
            "select count(*) from conversation c join customer u on u.id = c.customer \
             where u.email = $2 and u.site = $1 and c.status in ('waiting', 'parked', 'offered', 'active')"
        ).bind(site.uuid()).bind(email).fetch_one(c).await)?;
        Ok(count > 0)
    }

    pub(crate) async fn add_customer_token(
        &mut self,
        hash: &[u8],
        (customer, conversation): (CustomerId, ConversationId),
        now: Timestamp,
        expires_at: Timestamp,
    ) -> Result<(), Failure> {
        on!(self, c => sqlx::query(
            "insert into customer_token (token_hash, customer, conversation, created_at, expires_at) values ($1, $2, $3, $4, $5)"
        ).bind(hash).bind(customer.uuid()).bind(conversation.uuid()).bind(now.0).bind(expires_at.0).execute(c).await.map(|_| ()))?;
        Ok(())
    }

    /// Whether the customer of a conversation has not left it.
    pub(crate) async fn has_customer_token(&mut self, conversation: ConversationId) -> Result<bool, Failure> {
        let count: i64 = on!(self, c => sqlx::query_scalar("select count(*) from customer_token where conversation = $1")
            .bind(conversation.uuid()).fetch_one(c).await)?;
        Ok(count > 0)
    }

    /// Makes every token of a conversation's customer worthless.
    pub(crate) async fn revoke_customer_tokens(&mut self, customer: CustomerId) -> Result<(), Failure> {
        on!(self, c => sqlx::query("delete from customer_token where customer = $1").bind(customer.uuid()).execute(c).await.map(|_| ()))?;
        Ok(())
    }
}
