//! `/w/KEY.js`: the loader with the site's settings written into it.

mod squeezed;

pub use squeezed::Squeezed;

use crate::{assets, http::pages, web::Web};
use app::widget::page::loader_settings;
use axum::{
    body::Body,
    extract::{Path, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{site::Site, text::Texts};
use sha2::{Digest, Sha256};

/// The readable source; a build puts a shorter one among the pages.
const SOURCE: &str = include_str!("embed/loader.js");
const SETTINGS: &str = "__DESKBELL_SETTINGS__";
const KEPT: &str = "public, max-age=300, stale-while-revalidate=86400";

/// `GET /w/{key}.js`
pub async fn loader(State(web): State<Web>, Path(file): Path<String>, headers: HeaderMap) -> Response {
    let found = match file.strip_suffix(".js") {
        Some(key) => web.services().site_by_key(key).await,
        None => Ok(None),
    };
    let site = match found {
        Ok(Some(page)) => page.site,
        Ok(None) => return unknown(),
        Err(failure) => return pages::problem(&headers, app::boundary::problem(failure)),
    };
    let script = write(&web, &site, &pages::texts(&headers));
    let digest: String = Sha256::digest(&script).iter().take(12).map(|byte| format!("{byte:02x}")).collect();
    let etag = format!("\"{digest}\"");
    let known = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok()).is_some_and(|known| known.contains(&etag));
    let mut response = if known { StatusCode::NOT_MODIFIED.into_response() } else { tell(&web, &headers, &digest, script).await };
    let answer = response.headers_mut();
    answer.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/javascript; charset=utf-8"));
    answer.insert(header::CACHE_CONTROL, HeaderValue::from_static(KEPT));
    answer.insert(header::VARY, HeaderValue::from_static("accept-language, accept-encoding"));
    answer.insert(HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("cross-origin"));
    if let Ok(etag) = HeaderValue::from_str(&etag) {
        answer.insert(header::ETAG, etag);
    }
    response
}

/// Compressed as far as it goes where the browser takes that; it is loaded with every page of the host.
async fn tell(web: &Web, headers: &HeaderMap, digest: &str, script: String) -> Response {
    let accepted = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if assets::accepts(accepted, "br")
        && let Some(squeezed) = web.scripts().of(digest, &script).await
    {
        let mut response = Body::from(squeezed).into_response();
        response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("br"));
        return response;
    }
    script.into_response()
}

fn unknown() -> Response {
    let body = "console.warn('Deskbell: no site has this key. Copy the line for embedding again.');\n";
    let kind = HeaderValue::from_static("text/javascript; charset=utf-8");
    let anywhere = HeaderValue::from_static("cross-origin");
    let headers = [(header::CONTENT_TYPE, kind), (HeaderName::from_static("cross-origin-resource-policy"), anywhere)];
    (StatusCode::NOT_FOUND, headers, body).into_response()
}

fn write(web: &Web, site: &Site, texts: &Texts) -> String {
    let source = assets::read_text("loader.js").unwrap_or_else(|| SOURCE.to_owned());
    source.replacen(SETTINGS, &loader_settings(site, texts, &web.origin().url, &assets::build_id()), 1)
}
