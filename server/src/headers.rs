//! Headers that every answer carries, and the content security policy of pages.

use crate::{config::Origin, web::Web};
use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, header},
    middleware::Next,
    response::Response,
};

const CROSS_ORIGIN_RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");
const CROSS_ORIGIN_OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");

/// Who may put a page into a frame.
pub enum Framing<'a> {
    Nobody,
    Sites(&'a [String]),
}

/// The policy of a page whose scripts and styles carry `nonce`.
///
/// `style-src-attr` because style attributes of server-rendered pages would be dropped without it; sockets are allowed to
/// the desk's own host only, so that nothing can carry data elsewhere.
pub fn page_policy(origin: &Origin, nonce: &str, framing: &Framing<'_>) -> String {
    let ancestors = match framing {
        Framing::Nobody => "'none'".to_owned(),
        Framing::Sites([]) => "'self'".to_owned(),
        Framing::Sites(sites) => format!("'self' {}", sites.join(" ")),
    };
    let socket = origin.socket_url();
    format!(
        "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; style-src 'self' 'nonce-{nonce}'; \
         style-src-attr 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self' {socket}; frame-src 'self'; \
         manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors {ancestors}"
    )
}

/// For whatever is no page of the app: it may look like the desk and do nothing.
const BARE_POLICY: &str =
    "default-src 'none'; style-src 'self'; font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// A policy as a header value; characters that do not belong into one cannot come from origins and nonces.
pub fn policy_value(policy: &str) -> HeaderValue {
    HeaderValue::from_str(policy).unwrap_or(HeaderValue::from_static(BARE_POLICY))
}

/// Fills in what an answer has not set itself: private by default, closed by default.
pub async fn secure(State(web): State<Web>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    or_insert(headers, header::CONTENT_SECURITY_POLICY, BARE_POLICY);
    or_insert(headers, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    or_insert(headers, header::REFERRER_POLICY, "strict-origin-when-cross-origin");
    or_insert(headers, CROSS_ORIGIN_RESOURCE_POLICY, "same-origin");
    or_insert(headers, CROSS_ORIGIN_OPENER_POLICY, "same-origin");
    or_insert(headers, PERMISSIONS_POLICY, "camera=(), geolocation=(), microphone=(), payment=(), usb=()");
    or_insert(headers, header::CACHE_CONTROL, "no-store");
    let may_be_framed = headers.get(header::CONTENT_SECURITY_POLICY).and_then(|v| v.to_str().ok()).is_some_and(|p| !p.ends_with("'none'"));
    if !may_be_framed {
        or_insert(headers, header::X_FRAME_OPTIONS, "DENY");
    }
    if web.origin().is_https() {
        or_insert(headers, header::STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
    response
}

fn or_insert(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    headers.entry(name).or_insert(HeaderValue::from_static(value));
}

/// Whether a request comes from a page of the desk: its `Origin` is the public one, or the host that was asked.
pub fn is_own_origin(headers: &HeaderMap, own: &Origin) -> bool {
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let Some(origin) = text(header::ORIGIN) else { return false };
    if origin == own.url {
        return true;
    }
    let authority = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
    authority.is_some() && authority == text(header::HOST)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own() -> Origin {
        Origin { url: "https://desk.example".into(), is_secure: true }
    }

    #[test]
    fn only_the_desks_own_pages_are_own() {
        let cases = [
            (Some("https://desk.example"), "inner:8080", true),
            (Some("http://127.0.0.1:9"), "127.0.0.1:9", true),
            (Some("https://evil.example"), "desk.example", false),
            (Some("https://desk.example.evil.example"), "desk.example", false),
            (Some("null"), "null", false),
            (None, "desk.example", false),
        ];
        for (origin, host, expected) in cases {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, host.parse().unwrap());
            if let Some(origin) = origin {
                headers.insert(header::ORIGIN, origin.parse().unwrap());
            }
            assert_eq!(is_own_origin(&headers, &own()), expected, "{origin:?} {host}");
        }
    }

    #[test]
    fn a_policy_names_its_nonce_and_its_frames() {
        let sites = vec!["https://shop.example".to_owned()];
        let policy = page_policy(&own(), "n0nce", &Framing::Sites(&sites));
        assert!(policy.contains("'nonce-n0nce'") && policy.ends_with("frame-ancestors 'self' https://shop.example"), "{policy}");
        assert!(policy.contains("connect-src 'self' wss://desk.example;"));
        assert!(page_policy(&own(), "x", &Framing::Nobody).ends_with("frame-ancestors 'none'"));
    }
}
