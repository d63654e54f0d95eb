//! The live streams: events down over a WebSocket, next to nothing up. Writes come by HTTP.
//!
//! Each connection is one task that both reads and writes: while a slow reader holds up a write, its bounded inbox fills
//! and is dropped, and the stream is read again from the last number sent. Order and completeness rest on those numbers
//! alone: an event is sent when it is the next one, and whatever else happens ends in [`streams`] reading the database.

mod agent;
mod pace;
mod parting;
mod streams;
mod widget;
mod wire;

use crate::{headers::is_own_origin, web::Web};
use app::boundary::CurrentCaller;
use axum::{
    Extension,
    extract::{
        State,
        ws::{WebSocket, WebSocketUpgrade},
    },
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use domain::live::SUBPROTOCOL;
use engine::caller::Caller;

/// What may wait to be written to one socket: room for the snapshot of a long chat, and a bound for everything else.
const MOST_UNWRITTEN_BYTES: usize = 32 << 20;

/// `GET /rt/agent`: signed in by cookie, and only from a page of the desk.
pub async fn agent(
    State(web): State<Web>,
    Extension(current): Extension<CurrentCaller>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Response {
    if let Err(refused) = may_upgrade(&web, &headers) {
        return refused;
    }
    let Some(Caller::Agent(caller)) = current.0 else { return StatusCode::UNAUTHORIZED.into_response() };
    let Some(token) = crate::http::session::token(&web, &headers).map(str::to_owned) else {
        return StatusCode::UNAUTHORIZED.into_response();
    };
    let Some(place) = web.agent_sockets().take(caller.id.to_string(), web.config().sockets_per_agent) else {
        return too_many("agent");
    };
    open(&web, upgrade, async move |web, socket| {
        agent::run(web, socket, caller, (token, place)).await;
    })
}

/// `GET /rt/widget`: from the desk's own frame; the token comes in the first frame.
pub async fn widget(State(web): State<Web>, headers: HeaderMap, upgrade: WebSocketUpgrade) -> Response {
    if let Err(refused) = may_upgrade(&web, &headers) {
        return refused;
    }
    open(&web, upgrade, async move |web, socket| widget::run(web, socket).await)
}

fn may_upgrade(web: &Web, headers: &HeaderMap) -> Result<(), Response> {
    if !is_own_origin(headers, web.origin()) {
        return Err(StatusCode::FORBIDDEN.into_response());
    }
    if web.closing().is_cancelled() {
        return Err(StatusCode::SERVICE_UNAVAILABLE.into_response());
    }
    Ok(())
}

fn too_many(audience: &'static str) -> Response {
    metrics::counter!("deskbell_limited_total", "limit" => "sockets").increment(1);
    tracing::info!(ws.audience = audience, "Refused a socket: its owner has too many.");
    StatusCode::TOO_MANY_REQUESTS.into_response()
}

/// The library's defaults would cost 134 KiB a socket. What browsers say is short; a longer frame takes more reads.
fn open<F, Fut>(web: &Web, upgrade: WebSocketUpgrade, serve: F) -> Response
where
    F: FnOnce(Web, WebSocket) -> Fut + Send + 'static,
    Fut: Future<Output = ()> + Send + 'static,
{
    let frame = web.config().max_frame_bytes;
    let tuned = upgrade
        .protocols([SUBPROTOCOL])
        .read_buffer_size(1024)
        .write_buffer_size(0)
        .max_write_buffer_size(MOST_UNWRITTEN_BYTES)
        .max_message_size(frame)
        .max_frame_size(frame);
    let (web, counted) = (web.clone(), web.sockets().token());
    tuned.on_upgrade(async move |socket| {
        let _counted = counted;
        serve(web, socket).await;
    })
}
