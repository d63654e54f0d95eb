//! Taking, reading, ending and leaving chats.

use crate::boundary::Answer;
use domain::{
    ids::{ClientKey, ConversationId},
    state::ChatState,
    wire::Closing,
};
use leptos::{prelude::*, server_fn::codec::Json};

/// The whole of one chat: what stands behind a card.
#[server(prefix = "/api/console", endpoint = "chats.read", input = Json, output = Json)]
pub async fn read(conversation: ConversationId) -> Answer<ChatState> {
    use crate::boundary::{Reply, request};
    let (services, caller) = request()?;
    services.chat(&caller, conversation).await.reply()
}

/// Takes a waiting chat from the list. Refused when somebody was faster.
#[server(prefix = "/api/console", endpoint = "chats.join", input = Json, output = Json)]
pub async fn join(conversation: ConversationId) -> Answer<()> {
    use crate::boundary::{Reply, request};
    let (services, caller) = request()?;
    services.join(&caller, conversation).await.reply()
}

/// Ends the caller's chat, or answers the open question about its ticket; gives the ticket's number.
#[server(prefix = "/api/console", endpoint = "chats.end", input = Json, output = Json)]
pub async fn end(conversation: ConversationId, closing: Closing) -> Answer<Option<i64>> {
    use crate::boundary::{Reply, request};
    let (services, caller) = request()?;
    services.end(&caller, conversation, closing).await.reply()
}

/// Leaves an ended chat. Leaving again changes nothing.
#[server(prefix = "/api/console", endpoint = "chats.leave", input = Json, output = Json)]
pub async fn leave(conversation: ConversationId) -> Answer<()> {
    use crate::boundary::{Reply, request};
    let (services, caller) = request()?;
    services.leave(&caller, conversation).await.reply()
}

/// Ends the work on an abandoned chat, with a note on what was done about it.
#[server(prefix = "/api/console", endpoint = "chats.end_abandoned", input = Json, output = Json)]
pub async fn end_abandoned(conversation: ConversationId, client: ClientKey, note: String) -> Answer<()> {
    use crate::boundary::{Reply, request};
    let (services, caller) = request()?;
    services.end_work_item(&caller, conversation, client, &note).await.reply()
}
