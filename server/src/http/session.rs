//! The agent's session cookie, and who makes a request of the console.

use crate::web::Web;
use app::boundary::CurrentCaller;
use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, header},
    middleware::Next,
    response::Response,
};

/// How long a browser keeps the cookie; the session itself ends by the server's rule.
const KEPT_SECONDS: u32 = 30 * 24 * 3_600;

fn cookie_name(web: &Web) -> &'static str {
    if web.origin().is_secure { "__Host-sid" } else { "sid" }
}

/// The session token of a request.
pub fn token<'a>(web: &Web, headers: &'a HeaderMap) -> Option<&'a str> {
    let name = cookie_name(web);
    let pairs = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(';'));
    pairs.filter_map(|pair| pair.trim().split_once('=')).find(|(found, _)| *found == name).map(|(_, value)| value)
}

/// The cookie that signs a browser in.
pub fn cookie(web: &Web, token: &str) -> Option<HeaderValue> {
    written(web, token, KEPT_SECONDS)
}

/// The cookie that takes the other one away.
pub fn no_cookie(web: &Web) -> Option<HeaderValue> {
    written(web, "", 0)
}

fn written(web: &Web, value: &str, seconds: u32) -> Option<HeaderValue> {
    let secure = if web.origin().is_secure { "; Secure" } else { "" };
    let name = cookie_name(web);
    HeaderValue::from_str(&format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}")).ok()
}

/// Finds out who asks, once a request; pages and server functions read it from the request.
pub async fn identify(State(web): State<Web>, mut request: Request, next: Next) -> Response {
    let caller = match token(&web, request.headers()) {
        Some(token) => web.services().agent_by_session(token).await,
        None => Ok(None),
    };
    match caller {
        Ok(caller) => {
            request.extensions_mut().insert(CurrentCaller(caller));
            next.run(request).await
        }
        Err(failure) => super::pages::problem(request.headers(), app::boundary::problem(failure)),
    }
}
