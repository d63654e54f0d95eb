//! Messages that an agent writes.

use crate::boundary::Answer;
use domain::{
    ids::ConversationId,
    wire::{SendMessage, Sent},
};
use leptos::{prelude::*, server_fn::codec::Json};

/// Sends a message into a chat of the caller. Sending again with the same key gives the first answer back.
#[server(name = SendText, prefix = "/api/console", endpoint = "messages.send", input = Json, output = Json)]
pub async fn send(conversation: ConversationId, message: SendMessage) -> Answer<Sent> {
    use crate::boundary::{Reply, request};
    let (services, caller) = request()?;
    services.send(&caller, conversation, message.client, &message.text, message.seen).await.reply()
}

/// Leaves a message that only agents see: a note, or what a supervisor whispers.
#[server(prefix = "/api/console", endpoint = "messages.note", input = Json, output = Json)]
pub async fn note(conversation: ConversationId, message: SendMessage) -> Answer<Sent> {
    use crate::boundary::{Reply, request};
    let (services, caller) = request()?;
    services.note(&caller, conversation, message.client, &message.text).await.reply()
}
