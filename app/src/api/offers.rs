//! Answers to offers.

use crate::boundary::Answer;
use domain::ids::{ConversationId, OfferId};
use leptos::{prelude::*, server_fn::codec::Json};

/// Takes the offered chat. Saying yes again is the same success; too late is *offer gone* with the reason.
#[server(prefix = "/api/console", endpoint = "offers.accept", input = Json, output = Json)]
pub async fn accept(offer: OfferId) -> Answer<ConversationId> {
    use crate::boundary::{Reply, request};
    let (services, caller) = request()?;
    services.accept(&caller, offer).await.reply()
}

/// Gives the offered chat back to its place in the queue.
#[server(prefix = "/api/console", endpoint = "offers.reject", input = Json, output = Json)]
pub async fn reject(offer: OfferId) -> Answer<()> {
    use crate::boundary::{Reply, request};
    let (services, caller) = request()?;
    services.reject(&caller, offer).await.reply()
}
