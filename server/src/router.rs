//! All routes, and the layers around them.

use crate::{
    assets, embed, headers,
    http::{console, exports, files, health, login, pages, session, setup, widget, widget_api},
    observe::requests,
    socket,
    web::Web,
};
use anyhow::Context;
use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::{Request, Response, StatusCode},
    middleware::{from_fn, from_fn_with_state},
    routing::{any, get, post},
};
use std::time::Duration;
use tower::ServiceBuilder;
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::{CompressionLayer, CompressionLevel},
    csrf::{CsrfLayer, ProtectionError},
    limit::RequestBodyLimitLayer,
    request_id::PropagateRequestIdLayer,
    set_header::SetRequestHeaderLayer,
    timeout::TimeoutLayer,
};

/// A tenth smaller than what the layer does by itself, for half a millisecond a page; from 9 on brotli takes ten times as long.
const COMPRESSION: CompressionLevel = CompressionLevel::Precise(5);

/// The desk: console, widget, sockets, files and health.
pub fn router(web: Web) -> anyhow::Result<Router> {
    let config = web.config();
    let around = ServiceBuilder::new()
        // Always our own: what a client would call its request could be anything.
        .layer(SetRequestHeaderLayer::overriding(requests::ID, |_: &Request<axum::body::Body>| requests::new_id()))
        .layer(PropagateRequestIdLayer::new(requests::ID))
        .layer(from_fn_with_state(web.clone(), headers::secure))
        .layer(from_fn(requests::watch))
        .layer(from_fn(pages::explain))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, Duration::from_secs(config.request_timeout_secs)))
        .layer(RequestBodyLimitLayer::new(config.max_body_bytes))
        .layer(DefaultBodyLimit::max(config.max_body_bytes));
    let desk = console_routes(&web)?.merge(widget_routes()).layer(CompressionLayer::new().quality(COMPRESSION)).merge(plain_routes());
    Ok(desk.fallback(pages::nothing_here).layer(around).with_state(web))
}

/// What agents use: by cookie, so nothing that changes anything is taken from a page of somebody else.
fn console_routes(web: &Web) -> anyhow::Result<Router<Web>> {
    let foreign: fn(ProtectionError) -> Response<axum::body::Body> = |_| pages::foreign_request();
    let csrf = CsrfLayer::new().add_trusted_origin(&web.origin().url).context("the public address")?.with_rejection_response(foreign);
    let mut routes = Router::new()
        .route("/login", post(login::sign_in))
        .route("/logout", post(login::sign_out))
        .route("/logout/everywhere", post(login::sign_out_everywhere))
        .route("/setup", post(setup::set_up))
        .route("/tickets/files/{id}", get(files::download))
        .route("/exports/{file}", get(exports::download))
        .route("/rt/agent", any(socket::agent))
        .route("/demo", get(console::demo));
    for path in console::calls() {
        routes = routes.route(path, post(console::call));
    }
    for path in console::paths() {
        routes = routes.route(&path, get(console::page));
    }
    Ok(routes.layer(from_fn_with_state(web.clone(), session::identify)).layer(csrf))
}

/// What customers use: by token, in a frame on somebody's page.
fn widget_routes() -> Router<Web> {
    Router::new()
        .route("/w/{file}", get(embed::loader))
        .route("/widget/{key}", get(widget::open))
        .route("/widget/{key}/start", post(widget::start))
        .route("/widget/{key}/send", post(widget::send))
        .route("/widget/{key}/check", post(widget::check))
        .route("/widget/{key}/end", post(widget::end))
        .route("/widget/{key}/callback", post(widget::callback))
        .route("/widget/{key}/leave", post(widget::leave))
        .route("/api/v1/widget/start", post(widget_api::start))
        .route("/api/v1/widget/messages", post(widget_api::send))
        .route("/api/v1/widget/marks", post(widget_api::mark))
        .route("/api/v1/widget/chat", get(widget_api::chat))
        .route("/api/v1/widget/end", post(widget_api::end))
        .route("/api/v1/widget/callback", post(widget_api::callback))
        .route("/api/v1/widget/leave", post(widget_api::leave))
        .route("/rt/widget", any(socket::widget))
}

/// What is compressed already, or too small for it.
fn plain_routes() -> Router<Web> {
    Router::new()
        .route("/pkg/{build_id}/{*file}", get(assets::serve))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/favicon.ico", get(pages::no_icon))
        .route("/robots.txt", get(pages::robots))
}

fn panicked(_cause: Box<dyn std::any::Any + Send>) -> Response<axum::body::Body> {
    tracing::error!("A handler panicked; the request was answered with 500.");
    let mut response = Response::new(axum::body::Body::empty());
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    response
}
