//! Everything the console begins with.

use crate::boundary::Answer;
use domain::desk::DeskSnapshot;
use leptos::{prelude::*, server_fn::codec::Json};

/// The caller's own state, offers and chats and the queues they serve, from one read transaction.
#[server(prefix = "/api/console", endpoint = "desk.snapshot", input = Json, output = Json)]
pub async fn snapshot() -> Answer<DeskSnapshot> {
    use crate::boundary::{Reply, request};
    let (services, caller) = request()?;
    services.snapshot(&caller).await.reply()
}
