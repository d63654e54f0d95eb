//! What the widget asks of the desk. Every call may be made again: a repeat changes nothing.

use super::first::Typed;
use crate::live::{fetch, outbox::Outgoing};
use domain::wire::{AskCallback, CustomerChat, MarkSeen, Problem, SendMessage, Sent};
use serde::{Deserialize, Serialize};

const API: &str = "/api/v1/widget";

/// `POST /api/v1/widget/start`
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct StartChat {
    pub key: String,
    pub start: String,
    pub name: String,
    pub email: String,
    pub company: String,
    pub message: String,
    pub locale: String,
}

/// The chat that was begun, and the token that opens it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Started {
    pub token: String,
    pub chat: CustomerChat,
}

/// Begins a chat. The same `start` gives the same chat again.
pub async fn start(key: String, start: String, typed: Typed, locale: String) -> Result<Started, Problem> {
    let Typed { name, email, company, message } = typed;
    let body = StartChat { key, start, name, email, company, message, locale };
    fetch::post_json(&format!("{API}/start"), None, &body).await
}

pub async fn chat(token: &str) -> Result<CustomerChat, Problem> {
    fetch::get_json(&format!("{API}/chat"), Some(token)).await
}

pub async fn send(token: &str, message: Outgoing) -> Result<Sent, Problem> {
    let body = SendMessage { client: message.client, text: message.text, seen: message.seen };
    fetch::post_json(&format!("{API}/messages"), Some(token), &body).await
}

pub async fn mark(token: &str, seen: MarkSeen) -> Result<(), Problem> {
    fetch::post_empty(&format!("{API}/marks"), Some(token), &seen).await
}

pub async fn end(token: &str) -> Result<CustomerChat, Problem> {
    fetch::post_json(&format!("{API}/end"), Some(token), &Nothing {}).await
}

/// Asks to be called instead of waiting on.
pub async fn callback(token: &str, ask: &AskCallback) -> Result<CustomerChat, Problem> {
    fetch::post_json(&format!("{API}/callback"), Some(token), ask).await
}

/// Gives the token up; the chat must have ended.
pub async fn leave(token: &str) -> Result<(), Problem> {
    fetch::post_empty(&format!("{API}/leave"), Some(token), &Nothing {}).await
}

#[derive(Serialize)]
struct Nothing {}
