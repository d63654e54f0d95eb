//! The wallboard.

use crate::boundary::Answer;
use domain::board::Board;
use leptos::{prelude::*, server_fn::codec::Json};

/// The board as it stands now; for supervisors.
#[server(prefix = "/api/console", endpoint = "wallboard.read", input = Json, output = Json)]
pub async fn read() -> Answer<Board> {
    use crate::boundary::{Reply, request};
    let (services, caller) = request()?;
    services.board(&caller).await.reply()
}
