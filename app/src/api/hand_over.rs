//! Sending a chat elsewhere: to another queue, to a colleague.

use crate::boundary::Answer;
use domain::{
    desk::Destinations,
    ids::{AgentId, ConversationId, QueueId},
};
use leptos::{prelude::*, server_fn::codec::Json};

/// Where this chat could go.
#[server(name = ReadDestinations, prefix = "/api/console", endpoint = "chats.destinations", input = Json, output = Json)]
pub async fn destinations(conversation: ConversationId) -> Answer<Destinations> {
    use crate::boundary::{Reply, request};
    let (services, caller) = request()?;
    services.destinations(&caller, conversation).await.reply()
}

/// Moves a chat that nobody has joined to another queue; the customer's clock does not begin again.
#[server(prefix = "/api/console", endpoint = "chats.move_queue", input = Json, output = Json)]
pub async fn move_queue(conversation: ConversationId, queue: QueueId, note: String) -> Answer<()> {
    use crate::boundary::{Reply, request};
    let (services, caller) = request()?;
    services.move_queue(&caller, conversation, queue, &note).await.reply()
}

/// Hands the caller's chat to a colleague, who is offered it at once. Refused when they are not ready or full.
#[server(prefix = "/api/console", endpoint = "chats.transfer", input = Json, output = Json)]
pub async fn transfer(conversation: ConversationId, agent: AgentId, note: String) -> Answer<()> {
    use crate::boundary::{Reply, request};
    let (services, caller) = request()?;
    services.transfer(&caller, conversation, agent, &note).await.reply()
}

/// Hands the caller's chat to whoever is free in a queue.
#[server(prefix = "/api/console", endpoint = "chats.transfer_queue", input = Json, output = Json)]
pub async fn transfer_queue(conversation: ConversationId, queue: QueueId, note: String) -> Answer<()> {
    use crate::boundary::{Reply, request};
    let (services, caller) = request()?;
    services.transfer_queue(&caller, conversation, queue, &note).await.reply()
}
