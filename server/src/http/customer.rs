//! The customer behind a bearer token.

use super::answer::Told;
use crate::web::Web;
use axum::{
    extract::FromRequestParts,
    http::{header, request::Parts},
};
use domain::{ids::ConversationId, wire::Problem};
use engine::caller::{Caller, CustomerCaller};

/// A customer who has shown their token; nobody else gets past this.
pub struct Customer {
    pub caller: Caller,
    pub of: CustomerCaller,
}

impl Customer {
    /// Signed out when the token is unknown or was given back.
    pub async fn by_token(web: &Web, token: &str) -> Result<Self, Told> {
        let caller = web.services().customer_by_token(token).await?;
        match caller {
            Some(caller @ Caller::Customer(_)) => {
                let of = caller.customer().cloned().ok_or(Told(Problem::SignedOut))?;
                Ok(Self { caller, of })
            }
            Some(Caller::Agent(_)) | None => Err(Told(Problem::SignedOut)),
        }
    }
    pub fn conversation(&self) -> ConversationId {
        self.of.conversation
    }
}

impl FromRequestParts<Web> for Customer {
    type Rejection = Told;
    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Told> {
        let header = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = header.and_then(|text| text.strip_prefix("Bearer ")).ok_or(Told(Problem::SignedOut))?;
        Self::by_token(web, token.trim()).await
    }
}
