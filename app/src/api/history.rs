//! Closed chats.

use crate::boundary::Answer;
use domain::desk::{HistoryFilter, PastChat};
use leptos::{prelude::*, server_fn::codec::Json};

/// The newest closed chats of the caller's queues that fit the filter.
#[server(prefix = "/api/console", endpoint = "history.list", input = Json, output = Json)]
pub async fn list(filter: HistoryFilter) -> Answer<Vec<PastChat>> {
    use crate::boundary::{Reply, request};
    let (services, caller) = request()?;
    services.history(&caller, filter).await.reply()
}
