//! The agent's own state.

use crate::boundary::Answer;
use domain::presence::{AlertPrefs, Wish};
use leptos::{prelude::*, server_fn::codec::Json};

/// Sets what the caller wants to be: Ready, Not ready with a reason, or Offline.
#[server(prefix = "/api/console", endpoint = "state.set", input = Json, output = Json)]
pub async fn set(wish: Wish) -> Answer<()> {
    use crate::boundary::{Reply, request};
    let (services, caller) = request()?;
    services.set_wish(&caller, wish).await.reply()
}

/// Sets how the caller wants to be alerted.
#[server(prefix = "/api/console", endpoint = "state.set_prefs", input = Json, output = Json)]
pub async fn set_prefs(prefs: AlertPrefs) -> Answer<()> {
    use crate::boundary::{Reply, request};
    let (services, caller) = request()?;
    services.set_prefs(&caller, prefs).await.reply()
}
