//! Rows of `customer` and `customer_token`.

use super::{Tx, on};
use crate::failure::Failure;
use domain::{
    ids::{ConversationId, CustomerId, SiteId},
    time::Timestamp,
};

/// What a customer says of themselves.
#[derive(Debug, Clone)]
pub(crate) struct NewCustomer<'a> {
    pub id: CustomerId,
    pub site: SiteId,
    pub name: &'a str,
    pub email: Option<&'a str>,
    pub locale: Option<&'a str>,
}

impl Tx {
    pub(crate) async fn add_customer(&mut self, new: NewCustomer<'_>, now: Timestamp) -> Result<(), Failure> {
        on!(self, c => sqlx::query("insert into customer (id, site, name, email, locale, created_at) values ($1, $2, $3, $4, $5, $6)")
            .bind(new.id.uuid()).bind(new.site.uuid()).bind(new.name).bind(new.email).bind(new.locale).bind(now.0)
            .execute(c).await.map(|_| ()))?;
        Ok(())
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
