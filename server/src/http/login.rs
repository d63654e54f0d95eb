//! Signing in and out, as plain forms.

use super::{
    answer::{Told, unreadable},
    console, pages, session,
};
use crate::{
    client::{self, ClientAddress},
    limits::TooMany,
    web::Web,
};
use app::{boundary::CurrentCaller, console::LoginNotice};
use axum::{
    Extension, Form,
    extract::{FromRequest, Query, Request, State},
    http::{HeaderMap, StatusCode, Uri, header, request::Parts},
    response::{IntoResponse, Redirect, Response},
};
use domain::wire::Problem;
use engine::{
    caller::Caller,
    failure::Failure,
    services::{SignIn, SignedIn},
};
use leptos::prelude::provide_context;
use serde::Deserialize;

#[derive(Default, Deserialize)]
#[serde(default)]
struct Fields {
    email: String,
    password: String,
    next: String,
}

/// The address of the sign-in page that leads on to `next`.
pub fn address(next: Option<&str>) -> String {
    match next.and_then(safe_next).filter(|next| *next != "/") {
        Some(next) => format!("/login?next={}", percent_encoded(next)),
        None => "/login".to_owned(),
    }
}

/// A path of this desk to go on to, or nothing: never another host, never a header of its own.
pub fn safe_next(next: &str) -> Option<&str> {
    let fine = next.starts_with('/')
        && !next.starts_with("//")
        && next.len() <= 500
        && next.bytes().all(|b| b.is_ascii_graphic() && b != b'\\')
        && !next.starts_with("/login")
        && !next.starts_with("/logout")
        && !next.starts_with("/api/");
    fine.then_some(next)
}

fn percent_encoded(text: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"/-_.~".contains(&b);
    text.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

/// `POST /login`: on to where the person was going, or the page again with the reason; the e-mail stays, the password
/// does not.
pub async fn sign_in(State(web): State<Web>, address: ClientAddress, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let headers = parts.headers.clone();
    let form = Request::from_parts(parts.clone(), body);
    let mut fields = match Form::<Fields>::from_request(form, &()).await {
        Ok(Form(fields)) => fields,
        Err(rejection) => return pages::problem(&headers, unreadable(&rejection)),
    };
    if fields.next.is_empty() {
        fields.next = next_of_referer(&headers).unwrap_or_default();
    }
    match try_sign_in(&web, address, &headers, &fields).await {
        Ok(signed_in) => signed_in_to(&web, &signed_in, safe_next(&fields.next).unwrap_or("/")),
        Err(problem @ Problem::Internal { .. }) => pages::problem(&headers, problem),
        Err(problem) => refused(&web, parts, fields, problem).await,
    }
}

/// Where the sign-in page that the form stood on was to lead.
fn next_of_referer(headers: &HeaderMap) -> Option<String> {
    let referer: Uri = headers.get(header::REFERER)?.to_str().ok()?.parse().ok()?;
    let Query(page) = Query::<Fields>::try_from_uri(&referer).ok()?;
    Some(page.next)
}

async fn try_sign_in(web: &Web, address: ClientAddress, headers: &HeaderMap, fields: &Fields) -> Result<SignedIn, Problem> {
    let email: String = fields.email.trim().to_lowercase().chars().take(254).collect();
    web.limits().sign_in(&email, address.network()).map_err(slow_down)?;
    let attempt = SignIn {
        email: email.clone(),
        password: fields.password.clone(),
        address: Some(address.0.to_string()),
        user_agent: client::user_agent(headers),
    };
    let signed_in = web.services().sign_in(attempt).await.map_err(|failure| match failure {
        Failure::WrongCredentials => {
            tracing::info!("A sign-in was refused.");
            Problem::SignedOut
        }
        other => app::boundary::problem(other),
    })?;
    web.limits().signed_in_before.add(email, address.network());
    Ok(signed_in)
}

fn slow_down(too_many: TooMany) -> Problem {
    metrics::counter!("deskbell_limited_total", "limit" => "sign_ins").increment(1);
    Told::from(too_many).0
}

/// Sets the cookie and goes on.
pub fn signed_in_to(web: &Web, signed_in: &SignedIn, next: &str) -> Response {
    let mut response = Redirect::to(next).into_response();
    if let Some(cookie) = session::cookie(web, &signed_in.token) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}

async fn refused(web: &Web, parts: Parts, fields: Fields, problem: Problem) -> Response {
    let status = StatusCode::from_u16(problem.status()).unwrap_or(StatusCode::UNAUTHORIZED);
    let key = match problem {
        Problem::SignedOut => "login.wrong",
        Problem::SlowDown { .. } => "login.slow_down",
        _ => "problem.page.broken.text",
    };
    let notice = LoginNotice { email: fields.email, problem: Some(key.to_owned()) };
    let request = console::asked_for(parts, &address(Some(&fields.next)));
    let mut response = console::render(web, request, CurrentCaller(None), move || provide_context(notice.clone())).await;
    *response.status_mut() = status;
    response
}

/// `POST /logout`
pub async fn sign_out(State(web): State<Web>, Extension(current): Extension<CurrentCaller>, headers: HeaderMap) -> Response {
    match current.0 {
        Some(caller) => signed_out(&web, &headers, web.services().sign_out(&caller).await),
        None => signed_out(&web, &headers, Ok(())),
    }
}

/// `POST /logout/everywhere`
pub async fn sign_out_everywhere(State(web): State<Web>, Extension(current): Extension<CurrentCaller>, headers: HeaderMap) -> Response {
    match current.0 {
        Some(caller @ Caller::Agent(_)) => signed_out(&web, &headers, web.services().sign_out_everywhere(&caller).await),
        Some(Caller::Customer(_)) | None => signed_out(&web, &headers, Ok(())),
    }
}

fn signed_out(web: &Web, headers: &HeaderMap, done: Result<(), Failure>) -> Response {
    if let Err(failure) = done {
        return pages::problem(headers, app::boundary::problem(failure));
    }
    let mut response = Redirect::to("/login").into_response();
    if let Some(cookie) = session::no_cookie(web) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_sign_in_nobody_is_led_elsewhere() {
        for fine in ["/", "/tickets/5", "/tickets?status=open&search=%C3%A4"] {
            assert_eq!(safe_next(fine), Some(fine));
        }
        for wrong in [
            "",
            "tickets",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "/a\r\nSet-Cookie: x",
            "/logout",
            "/login?next=/",
            "/ä",
        ] {
            assert_eq!(safe_next(wrong), None, "{wrong}");
        }
        assert_eq!(address(Some("/tickets?a=1&b=2")), "/login?next=/tickets%3Fa%3D1%26b%3D2");
        assert_eq!((address(Some("/")), address(Some("//x"))), ("/login".to_owned(), "/login".to_owned()));
    }
}
