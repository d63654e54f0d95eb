//! Whether this process lives, and whether it should be sent work.

use crate::web::Web;
use axum::{extract::State, http::StatusCode};
use serde::Serialize;

/// `GET /healthz`: 200 while the process runs.
pub async fn alive() -> &'static str {
    "ok"
}

/// `GET /readyz`: 200 while new work is welcome.
pub async fn ready(State(web): State<Web>) -> (StatusCode, &'static str) {
    if detail(&web).await.is_ready() { (StatusCode::OK, "ready") } else { (StatusCode::SERVICE_UNAVAILABLE, "not ready") }
}

/// What readiness rests on; shown on the metrics address only.
#[derive(Serialize)]
pub struct Detail {
    database_answers: bool,
    draining: bool,
    /// Whether another process took the name of this node.
    displaced: bool,
    /// Whether hints between nodes arrive; a node that hears none is slower, and ready. `None` with one node.
    hints_arrive: Option<bool>,
}

impl Detail {
    fn is_ready(&self) -> bool {
        self.database_answers && !self.draining && !self.displaced
    }
}

pub async fn detail(web: &Web) -> Detail {
    let database_answers = web.services().database.is_well().await;
    let services = web.services();
    Detail { database_answers, draining: web.is_draining(), displaced: services.is_displaced(), hints_arrive: services.bus.hears_itself() }
}
