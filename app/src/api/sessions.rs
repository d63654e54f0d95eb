//! Where the caller is signed in.

use crate::boundary::Answer;
use domain::{desk::SessionView, ids::SessionId};
use leptos::{prelude::*, server_fn::codec::Json};

/// The caller's sign-ins, this one among them.
#[server(prefix = "/api/console", endpoint = "sessions.list", input = Json, output = Json)]
pub async fn list() -> Answer<Vec<SessionView>> {
    use crate::boundary::{Reply, request};
    let (services, caller) = request()?;
    services.sessions(&caller).await.reply()
}

/// Ends one sign-in of the caller. Ending it again changes nothing.
#[server(prefix = "/api/console", endpoint = "sessions.end", input = Json, output = Json)]
pub async fn end(session: SessionId) -> Answer<()> {
    use crate::boundary::{Reply, request};
    let (services, caller) = request()?;
    services.end_session(&caller, session).await.reply()
}

/// Ends every sign-in of the caller, this one too.
#[server(prefix = "/api/console", endpoint = "sessions.end_everywhere", input = Json, output = Json)]
pub async fn end_everywhere() -> Answer<()> {
    use crate::boundary::{Reply, request};
    let (services, caller) = request()?;
    services.sign_out_everywhere(&caller).await.reply()
}
