//! Each request under an id of its own, timed under the pattern of its route.

use axum::{
    extract::{MatchedPath, Request},
    http::{HeaderName, HeaderValue, Method},
    middleware::Next,
    response::Response,
};
use std::time::Instant;
use tracing::{Instrument, info_span};
use uuid::Uuid;

/// The header that carries the id, to be quoted.
pub const ID: HeaderName = HeaderName::from_static("x-request-id");

pub fn new_id() -> Option<HeaderValue> {
    HeaderValue::from_str(&Uuid::new_v4().simple().to_string()).ok()
}

/// A method by its name, if it is one of the few: clients may write anything, and labels stay few.
fn named(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "OPTIONS" => "OPTIONS",
        _ => "other",
    }
}

/// Counts and logs a request. The pattern of the route stands for its address, so that labels stay few and no log holds
/// a query or a key.
pub async fn watch(request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().map_or_else(|| "none".to_owned(), |path| path.as_str().to_owned());
    let method = named(request.method());
    let id = request.headers().get(ID).and_then(|id| id.to_str().ok()).unwrap_or_default().to_owned();
    let span = info_span!("request", request.id = id, http.route = route, http.method = method);
    let begun = Instant::now();
    let response = next.run(request).instrument(span.clone()).await;
    let taken = begun.elapsed();
    let status = response.status();
    metrics::histogram!("http_request_duration_seconds", "route" => route, "method" => method, "status" => status.as_u16().to_string())
        .record(taken.as_secs_f64());
    let taken_ms = u64::try_from(taken.as_millis()).unwrap_or(u64::MAX);
    span.in_scope(|| {
        if status.is_server_error() {
            tracing::warn!(http.status = status.as_u16(), taken_ms, "Answered a request with a failure.");
        } else {
            tracing::debug!(http.status = status.as_u16(), taken_ms, "Answered a request.");
        }
    });
    response
}
