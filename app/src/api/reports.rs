//! Reports for supervisors.

use crate::boundary::Answer;
use domain::report::{Drill, Lines, Query, Report};
use leptos::{prelude::*, server_fn::codec::Json};

/// The tables of a period.
#[server(prefix = "/api/console", endpoint = "reports.read", input = Json, output = Json)]
pub async fn read(query: Query) -> Answer<Report> {
    use crate::boundary::{Reply, request};
    let (services, caller) = request()?;
    services.report(&caller, &query).await.reply()
}

/// The list behind a number: its first lines.
#[server(prefix = "/api/console", endpoint = "reports.list", input = Json, output = Json)]
pub async fn list(query: Query, drill: Drill) -> Answer<Lines> {
    use crate::boundary::{Reply, request};
    let (services, caller) = request()?;
    services.report_lines(&caller, &query, &drill, engine::services::MOST_LINES).await.reply()
}
