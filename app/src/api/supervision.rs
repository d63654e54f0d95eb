//! What supervisors do: step in, hand out, set somebody's state.

use crate::boundary::Answer;
use domain::{
    ids::{AgentId, ConversationId},
    presence::Wish,
};
use leptos::{prelude::*, server_fn::codec::Json};

/// Answers from now on in the place of the chat's agent.
#[server(prefix = "/api/console", endpoint = "chats.take_over", input = Json, output = Json)]
pub async fn take_over(conversation: ConversationId) -> Answer<()> {
    use crate::boundary::{Reply, request};
    let (services, caller) = request()?;
    services.take_over(&caller, conversation).await.reply()
}

/// Writes in a chat beside its agent; the customer is told.
#[server(prefix = "/api/console", endpoint = "chats.assist", input = Json, output = Json)]
pub async fn assist(conversation: ConversationId) -> Answer<()> {
    use crate::boundary::{Reply, request};
    let (services, caller) = request()?;
    services.assist(&caller, conversation).await.reply()
}

/// Writes no more in a chat that the caller helped with.
#[server(prefix = "/api/console", endpoint = "chats.end_assist", input = Json, output = Json)]
pub async fn end_assist(conversation: ConversationId) -> Answer<()> {
    use crate::boundary::{Reply, request};
    let (services, caller) = request()?;
    services.end_assist(&caller, conversation).await.reply()
}

/// Gives a chat to an agent: an active one at once, a waiting one as an offer.
#[server(prefix = "/api/console", endpoint = "chats.assign", input = Json, output = Json)]
pub async fn assign(conversation: ConversationId, agent: AgentId, note: String) -> Answer<()> {
    use crate::boundary::{Reply, request};
    let (services, caller) = request()?;
    services.assign(&caller, conversation, agent, &note).await.reply()
}

/// Sets what an agent is: Ready, Not ready or Offline, in their place; they are told by whom.
#[server(prefix = "/api/console", endpoint = "state.force", input = Json, output = Json)]
pub async fn force(agent: AgentId, wish: Wish) -> Answer<()> {
    use crate::boundary::{Reply, request};
    let (services, caller) = request()?;
    services.force_wish(&caller, agent, wish).await.reply()
}
