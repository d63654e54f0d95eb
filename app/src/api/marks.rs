//! How far the customer's messages have come.

use crate::boundary::Answer;
use domain::{ids::ConversationId, wire::MarkSeen};
use leptos::{prelude::*, server_fn::codec::Json};

/// Moves the caller's marks forward; what is not news changes nothing.
#[server(name = SendMarks, prefix = "/api/console", endpoint = "marks.send", input = Json, output = Json)]
pub async fn send(conversation: ConversationId, seen: MarkSeen) -> Answer<()> {
    use crate::boundary::{Reply, request};
    let (services, caller) = request()?;
    services.mark(&caller, conversation, seen).await.reply()
}
