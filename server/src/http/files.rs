//! Files kept with tickets: always a download, never a page.

use super::pages;
use crate::web::Web;
use app::boundary::CurrentCaller;
use axum::{
    Extension,
    body::Body,
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, header},
    response::Response,
};
use domain::{ids::FileId, wire::Problem};

/// `GET /tickets/files/{id}`
pub async fn download(
    State(web): State<Web>,
    Extension(current): Extension<CurrentCaller>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    match find(&web, current, &id).await {
        Ok(response) => response,
        Err(problem) => pages::problem(&headers, problem),
    }
}

async fn find(web: &Web, current: CurrentCaller, id: &str) -> Result<Response, Problem> {
    let caller = current.0.ok_or(Problem::SignedOut)?;
    let id: FileId = id.parse().map_err(|_| Problem::NotFound)?;
    let file = web.services().ticket_file(&caller, id).await.map_err(app::boundary::problem)?;
    let mut response = Response::new(Body::from(file.bytes));
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_str(&file.media_type).unwrap_or(HeaderValue::from_static("application/octet-stream")),
    );
    headers.insert(header::CONTENT_DISPOSITION, disposition(&file.name));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox; frame-ancestors 'none'"));
    Ok(response)
}

/// `attachment`, with the name in plain ASCII and in full.
fn disposition(name: &str) -> HeaderValue {
    let plain: String = name.chars().map(|c| if c.is_ascii_alphanumeric() || "-_. ".contains(c) { c } else { '_' }).collect();
    let full: String = name
        .bytes()
        .map(|b| if b.is_ascii_alphanumeric() || b"-_.".contains(&b) { char::from(b).to_string() } else { format!("%{b:02X}") })
        .collect();
    HeaderValue::from_str(&format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{full}"))
        .unwrap_or(HeaderValue::from_static("attachment"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_cannot_break_its_header() {
        let value = disposition("a\"\r\nSet-Cookie: x; ä.txt");
        assert_eq!(
            value.to_str().unwrap(),
            "attachment; filename=\"a___Set-Cookie_ x_ _.txt\"; filename*=UTF-8''a%22%0D%0ASet-Cookie%3A%20x%3B%20%C3%A4.txt"
        );
    }
}
