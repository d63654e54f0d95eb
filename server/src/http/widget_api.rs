//! The widget's JSON interface: the same use cases as its forms, by bearer token.

use super::{
    answer::{Given, Told, invalid},
    customer::Customer,
    start::BadStart,
};
use crate::{
    client::{self, ClientAddress},
    headers::is_own_origin,
    web::Web,
};
use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode},
};
use domain::wire::{AskCallback, CustomerChat, MarkSeen, Problem, SendMessage, Sent};
use engine::services::{StartChat, Started};
use serde::{Deserialize, Serialize};

/// What a customer fills in to begin.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Beginning {
    #[serde(default)]
    pub key: String,
    #[serde(default)]
    pub start: String,
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub email: Option<String>,
    #[serde(default)]
    pub company: Option<String>,
    #[serde(default)]
    pub message: String,
    #[serde(default)]
    pub locale: Option<String>,
    /// Sent by a plain form: no socket will tell whether the customer is still there.
    #[serde(skip)]
    pub by_form: bool,
}

#[derive(Serialize)]
pub struct Begun {
    pub token: String,
    pub chat: CustomerChat,
}

/// `POST /api/v1/widget/start`: the form's script path. Repeating it gives the same chat and another token.
pub async fn start(
    State(web): State<Web>,
    address: ClientAddress,
    headers: HeaderMap,
    Given(beginning): Given<Beginning>,
) -> Result<Json<Begun>, Told> {
    let Started { token, chat } = begin(&web, address, &headers, beginning).await?;
    Ok(Json(Begun { token, chat }))
}

/// Makes customer, chat and first message. Refused when the request does not come from a page of the desk.
pub async fn begin(web: &Web, address: ClientAddress, headers: &HeaderMap, beginning: Beginning) -> Result<Started, Told> {
    if !is_own_origin(headers, web.origin()) {
        return Err(Told(Problem::Forbidden));
    }
    if let Err(too_many) = web.limits().starts_per_address.check(&address.network()) {
        metrics::counter!("deskbell_limited_total", "limit" => "starts").increment(1);
        return Err(too_many.into());
    }
    let start = web.starts().verify(&beginning.start, &beginning.key, web.services().clock.now()).map_err(|bad| match bad {
        BadStart::Forged | BadStart::Expired => invalid("start", "problem.start_expired"),
    })?;
    let chat = StartChat {
        site_key: start.site_key,
        start: start.bits,
        name: beginning.name,
        email: beginning.email.filter(|email| !email.trim().is_empty()),
        company: beginning.company,
        text: beginning.message,
        by_form: beginning.by_form,
        page: start.host,
        user_agent: client::user_agent(headers),
        locale: beginning.locale.filter(|locale| is_locale(locale)),
    };
    Ok(web.services().start_chat(chat).await?)
}

/// Whether `text` has the shape of a BCP 47 tag.
fn is_locale(text: &str) -> bool {
    (1..=35).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

/// `POST /api/v1/widget/messages`
pub async fn send(State(web): State<Web>, customer: Customer, Given(message): Given<SendMessage>) -> Result<Json<Sent>, Told> {
    Ok(Json(say(&web, &customer, message).await?))
}

/// One message of a customer, within the limit. The repeat of a key is the first answer again.
pub async fn say(web: &Web, customer: &Customer, message: SendMessage) -> Result<Sent, Told> {
    if let Err(too_many) = web.limits().messages.check(&customer.of.id) {
        metrics::counter!("deskbell_limited_total", "limit" => "messages").increment(1);
        return Err(too_many.into());
    }
    let SendMessage { client, text, seen } = message;
    Ok(web.services().send(&customer.caller, customer.conversation(), client, &text, seen).await?)
}

/// `POST /api/v1/widget/marks`
pub async fn mark(State(web): State<Web>, customer: Customer, Given(seen): Given<MarkSeen>) -> Result<StatusCode, Told> {
    if let Err(too_many) = web.limits().marks.check(&customer.of.id) {
        metrics::counter!("deskbell_limited_total", "limit" => "marks").increment(1);
        return Err(too_many.into());
    }
    web.services().mark(&customer.caller, customer.conversation(), seen).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Whether the chat may be read as a whole once more: that is the most a customer can ask of the desk.
pub fn may_read(web: &Web, customer: &Customer) -> Result<(), Told> {
    web.limits().reads.check(&customer.of.id).map_err(|too_many| {
        metrics::counter!("deskbell_limited_total", "limit" => "reads").increment(1);
        too_many.into()
    })
}

/// `GET /api/v1/widget/chat`
pub async fn chat(State(web): State<Web>, customer: Customer) -> Result<Json<CustomerChat>, Told> {
    may_read(&web, &customer)?;
    Ok(Json(web.services().customer_chat(&customer.caller).await?))
}

/// `POST /api/v1/widget/end`
pub async fn end(State(web): State<Web>, customer: Customer) -> Result<Json<CustomerChat>, Told> {
    may_read(&web, &customer)?;
    Ok(Json(web.services().customer_ends(&customer.caller).await?))
}

/// `POST /api/v1/widget/callback`: the customer wants to be called instead of waiting.
pub async fn callback(State(web): State<Web>, customer: Customer, Given(ask): Given<AskCallback>) -> Result<Json<CustomerChat>, Told> {
    may_read(&web, &customer)?;
    Ok(Json(web.services().ask_callback(&customer.caller, ask).await?))
}

/// `POST /api/v1/widget/leave`: gives the token back.
pub async fn leave(State(web): State<Web>, customer: Customer) -> Result<StatusCode, Told> {
    web.services().customer_leaves(&customer.caller).await?;
    Ok(StatusCode::NO_CONTENT)
}
