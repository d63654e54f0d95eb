//! Tickets: the list and one of them.

use crate::boundary::Answer;
use domain::ticket::{TicketStatus, TicketSummary, TicketView};
use leptos::{prelude::*, server_fn::codec::Json};

/// The tickets that fit, newest first. An empty search finds all.
#[server(prefix = "/api/console", endpoint = "tickets.list", input = Json, output = Json)]
pub async fn list(status: Option<TicketStatus>, search: Option<String>) -> Answer<Vec<TicketSummary>> {
    use crate::boundary::{Reply, request};
    use engine::services::TicketFilter;
    let (services, caller) = request()?;
    services.tickets(&caller, TicketFilter { status, search }).await.reply()
}

/// The ticket of this number with its notes, files and transcript.
#[server(prefix = "/api/console", endpoint = "tickets.read", input = Json, output = Json)]
pub async fn read(number: i64) -> Answer<TicketView> {
    use crate::boundary::{Reply, request};
    let (services, caller) = request()?;
    services.ticket(&caller, number).await.reply()
}
