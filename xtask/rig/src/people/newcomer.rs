//! Somebody who fills in the widget's form.

use super::World;
use crate::{place::ChatKey, wire::Line};
use anyhow::{Context, Result, bail};
use domain::{state::Content, wire::CustomerChat};
use oracle::Moment;
use serde::Deserialize;
use serde_json::json;

const WORDS: &str = "Is anybody there?";

#[derive(Deserialize)]
struct Begun {
    token: String,
    chat: CustomerChat,
}

/// Begins a chat as the page's script does.
pub async fn begin_chat(world: &World, site: &str, name: &str) -> Result<ChatKey> {
    let mut line = Line::to(world.door, world.origin.clone());
    let page = line.get(&format!("/widget/{site}"), &[]).await?;
    let start = field(&String::from_utf8_lossy(&page.body), "start").context("the form carries a signed start")?;
    let invoked = Moment::now();
    let body = json!({ "key": site, "start": start, "name": name, "message": WORDS }).to_string();
    let answer = line.post("/api/v1/widget/start", &[], body.into_bytes()).await?;
    if !answer.status.is_success() {
        bail!("the chat did not begin: {} {}", answer.status, String::from_utf8_lossy(&answer.body));
    }
    let Begun { token, chat } = serde_json::from_slice(&answer.body)?;
    let first = chat.state.entries.iter().find_map(|entry| match &entry.content {
        Content::Message { client, .. } => Some((*client, entry.seq)),
        _ => None,
    });
    let first = first.context("a chat begins with a message")?;
    world.history.begins(chat.conversation, first, WORDS, invoked);
    Ok(ChatKey { id: chat.conversation, token, agent: 0, first, note: None })
}

/// The value of a form's field.
fn field(page: &str, name: &str) -> Option<String> {
    let input = page.split("<input").find(|part| part.split('>').next().is_some_and(|tag| tag.contains(&format!("name=\"{name}\""))))?;
    let value = input.split("value=\"").nth(1)?.split('"').next()?;
    Some(value.to_owned())
}
