//! Pages that say what went wrong and what to do, for people who asked with a browser.

use super::answer::Told;
use crate::assets;
use app::texts::{LOCALES, catalogue};
use axum::{
    extract::Request,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{Html, IntoResponse, Redirect, Response},
};
use domain::{
    text::{Texts, escape_html, negotiate},
    wire::Problem,
};

/// The texts of the language that the browser asks for.
pub fn texts(headers: &HeaderMap) -> Texts {
    let wanted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    catalogue(negotiate(wanted, LOCALES))
}

fn wants_page(headers: &HeaderMap) -> bool {
    headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).is_some_and(|accept| accept.contains("text/html"))
}

/// A problem as a page for a browser that asked for one, else as JSON. Who is signed out is sent to sign in.
pub fn problem(headers: &HeaderMap, problem: Problem) -> Response {
    if !wants_page(headers) {
        return Told(problem).into_response();
    }
    let values = |name: &'static str, value: String| vec![(name, value)];
    let (kind, values) = match &problem {
        Problem::SignedOut => return Redirect::to("/login").into_response(),
        Problem::Forbidden => ("forbidden", Vec::new()),
        Problem::NotFound => ("not_found", Vec::new()),
        Problem::SlowDown { after_ms } | Problem::Unavailable { after_ms } => {
            ("later", values("seconds", after_ms.div_ceil(1_000).to_string()))
        }
        Problem::Internal { incident } if incident.is_empty() => ("broken", Vec::new()),
        Problem::Internal { incident } => ("internal", values("incident", incident.clone())),
        Problem::Invalid { .. } | Problem::Refused { .. } | Problem::OfferGone { .. } | Problem::KeyReused | Problem::Offline => {
            ("refused", Vec::new())
        }
    };
    let status = StatusCode::from_u16(problem.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    page(status, headers, kind, &values)
}

/// Gives words to answers that came without: from layers that know neither the person nor the program that asks.
pub async fn explain(request: Request, next: Next) -> Response {
    let headers = request.headers().clone();
    let response = next.run(request).await;
    let status = response.status();
    let is_told = response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind != "text/plain; charset=utf-8");
    let found = match status {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::Invalid { field: "message".into(), why: "problem.too_long".into() },
        StatusCode::BAD_REQUEST | StatusCode::UNSUPPORTED_MEDIA_TYPE | StatusCode::UNPROCESSABLE_ENTITY => {
            Problem::Invalid { field: "request".into(), why: "problem.request".into() }
        }
        StatusCode::METHOD_NOT_ALLOWED => Problem::NotFound,
        StatusCode::INTERNAL_SERVER_ERROR => Problem::Internal { incident: String::new() },
        StatusCode::SERVICE_UNAVAILABLE => Problem::Unavailable { after_ms: 1_000 },
        _ => return response,
    };
    if is_told {
        return response;
    }
    let mut told = problem(&headers, found);
    *told.status_mut() = status;
    told
}

/// What is asked for where nothing is.
pub async fn nothing_here(request: Request) -> Response {
    problem(request.headers(), Problem::NotFound)
}

/// A widget of a site that does not exist.
pub fn no_such_site(headers: &HeaderMap) -> Response {
    page(StatusCode::NOT_FOUND, headers, "no_site", &[])
}

/// A request that changes something did not come from a page of the desk.
pub fn foreign_request() -> Response {
    page(StatusCode::FORBIDDEN, &HeaderMap::new(), "foreign", &[])
}

/// Something broke that nothing else caught.
pub fn broken() -> Response {
    page(StatusCode::INTERNAL_SERVER_ERROR, &HeaderMap::new(), "broken", &[])
}

/// A whole document without scripts; `problem.page.KIND.title` and `.text` are its words.
fn page(status: StatusCode, headers: &HeaderMap, kind: &str, values: &[(&str, String)]) -> Response {
    let texts = texts(headers);
    let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let title = escape_html(&texts.get(&format!("problem.page.{kind}.title")));
    let text = escape_html(&texts.with(&format!("problem.page.{kind}.text"), &values));
    let home = if kind == "no_site" {
        String::new()
    } else {
        format!("<p><a class=\"button button--secondary\" href=\"/\">{}</a></p>", escape_html(&texts.get("problem.page.home")))
    };
    let (locale, build) = (texts.locale(), assets::build_id());
    let html = format!(
        "<!doctype html><html lang=\"{locale}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\"><title>{title}</title><link rel=\"stylesheet\" href=\"/pkg/{build}/console.css\"></head>\
         <body><main class=\"problem-page\"><div class=\"empty\"><h1 class=\"empty__title\">{title}</h1><p class=\"empty__text\">{text}</p>{home}</div></main></body></html>"
    );
    (status, Html(html)).into_response()
}

/// `GET /favicon.ico` and the like: nothing, said shortly and kept for a day.
pub async fn no_icon(method: Method) -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    if method == Method::GET {
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=86400"));
    }
    response
}

/// `GET /robots.txt`: there is nothing to find here.
pub async fn robots() -> &'static str {
    "User-agent: *\nDisallow: /\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_has_its_words_in_every_language() {
        for locale in LOCALES {
            let texts = catalogue(locale);
            for kind in ["forbidden", "not_found", "later", "internal", "refused", "no_site", "foreign", "broken"] {
                for part in ["title", "text"] {
                    let key = format!("problem.page.{kind}.{part}");
                    assert!(texts.entries().contains_key(&key), "{locale} {key}");
                }
            }
        }
    }
}
