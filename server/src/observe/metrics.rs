//! Prometheus metrics, on an address of their own.

use crate::web::Web;
use anyhow::Context;
use axum::{
    Router,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use std::{sync::OnceLock, time::Duration};

static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();

const SECONDS: [f64; 11] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];

/// Begins to count; one recorder serves the whole process.
pub fn start() -> anyhow::Result<()> {
    if HANDLE.get().is_some() {
        return Ok(());
    }
    let builder = PrometheusBuilder::new().set_buckets_for_metric(Matcher::Suffix("_seconds".into()), &SECONDS)?;
    let recorder = builder.build_recorder();
    let handle = recorder.handle();
    if HANDLE.set(handle).is_ok() {
        metrics::set_global_recorder(recorder).ok().context("another recorder counts already")?;
        describe();
    }
    Ok(())
}

fn describe() {
    metrics::describe_gauge!("deskbell_ws_connections", "Open sockets by audience");
    metrics::describe_counter!("deskbell_ws_resyncs_total", "Streams read again from the database because a socket lagged, by audience");
    metrics::describe_counter!("deskbell_ws_closed_total", "Sockets closed by the server, by audience and reason");
    metrics::describe_gauge!("deskbell_bus_connected", "1 while hints between nodes arrive, 0 while they do not; absent with one node");
    metrics::describe_counter!("deskbell_bus_hints_total", "Hints heard from other nodes");
    metrics::describe_counter!("deskbell_bus_dropped_total", "Hints that were not said or not heard");
    metrics::describe_counter!("deskbell_bus_unknown_total", "Messages of other nodes that this version cannot read");
    metrics::describe_counter!("deskbell_limited_total", "Requests refused because they came too often, by limit");
    metrics::describe_histogram!("http_request_duration_seconds", "Time to answer a request, by route, method and status");
}

/// Lets the recorder drop what is old; call it now and then.
pub fn upkeep() {
    if let Some(handle) = HANDLE.get() {
        handle.run_upkeep();
    }
}

/// `/metrics`, and why `/readyz` answers as it does.
pub fn router(web: Web) -> Router {
    let ready = move || async move { axum::Json(crate::http::health::detail(&web).await) };
    Router::new().route("/metrics", get(render)).route("/readyz", get(ready))
}

async fn render() -> Response {
    match HANDLE.get() {
        Some(handle) => ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], handle.render()).into_response(),
        None => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

/// How often [`upkeep`] is due.
pub const UPKEEP_EVERY: Duration = Duration::from_secs(60);
