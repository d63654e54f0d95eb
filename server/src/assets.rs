//! The built pages: in the binary of a release, read from disk in development.
//!
//! Their address carries the hash of all of them, so that a file never changes under its name and may be kept for ever.
//!
//! WebAssembly is in a release only as brotli packs it. Browsers take that over HTTPS and from this machine; for the others it
//! is packed anew, once.

use axum::{
    body::Body,
    extract::Path,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};
use rust_embed::RustEmbed;
use std::{
    borrow::Cow,
    collections::HashMap,
    io::Write,
    sync::{LazyLock, Mutex, PoisonError},
};
use tokio::task::spawn_blocking;

#[derive(RustEmbed)]
#[folder = "$DESKBELL_SITE"]
struct Site;

/// The hash in the address of all files; `none` when nothing was built.
pub fn build_id() -> String {
    read_text("build-id").map_or_else(|| "none".to_owned(), |id| id.trim().to_owned())
}

/// A built text file.
pub fn read_text(path: &str) -> Option<String> {
    String::from_utf8(Site::get(path)?.data.into_owned()).ok()
}

/// `GET /pkg/{build_id}/{file}`
pub async fn serve(Path((id, file)): Path<(String, String)>, headers: HeaderMap) -> Response {
    // A page of another version asks: answering with this version's file would mix the two.
    if id != build_id() || file == "build-id" || file.ends_with(".br") || file.ends_with(".gz") {
        return missing();
    }
    let etag = format!("\"{id}\"");
    if headers.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == etag.as_bytes()) {
        return StatusCode::NOT_MODIFIED.into_response();
    }
    let accepted = headers.get(header::ACCEPT_ENCODING).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let found = match pick(&file, accepted) {
        Some(found) => Some(found),
        None => repacked(&file, accepts(accepted, "gzip")).await,
    };
    let Some((contents, encoding)) = found else { return missing() };
    let mut response = Response::new(Body::from(contents));
    let answer = response.headers_mut();
    answer.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type(&file)));
    answer.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
    answer.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Ok(etag) = HeaderValue::from_str(&etag) {
        answer.insert(header::ETAG, etag);
    }
    if let Some(encoding) = encoding {
        answer.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    response
}

/// The smallest twin that the browser takes.
fn pick(file: &str, accepted: &str) -> Option<(Bytes, Option<&'static str>)> {
    for (encoding, suffix) in [("br", "br"), ("gzip", "gz")] {
        if accepts(accepted, encoding)
            && let Some(found) = read(&format!("{file}.{suffix}"))
        {
            return Some((found, Some(encoding)));
        }
    }
    read(file).map(|found| (found, None))
}

fn read(path: &str) -> Option<Bytes> {
    Some(match Site::get(path)?.data {
        Cow::Borrowed(contents) => Bytes::from_static(contents),
        Cow::Owned(contents) => Bytes::from(contents),
    })
}

/// What was packed anew, by file and whether it is gzip.
static REPACKED: LazyLock<Mutex<HashMap<(String, bool), Bytes>>> = LazyLock::new(Mutex::default);

/// A file of which there is only the brotli twin, for who does not take that.
async fn repacked(file: &str, gzip: bool) -> Option<(Bytes, Option<&'static str>)> {
    let key = (file.to_owned(), gzip);
    let known = REPACKED.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
    let contents = match known {
        Some(known) => known,
        None => {
            let twin = read(&format!("{file}.br"))?;
            let made = spawn_blocking(move || repack(&twin, gzip)).await.ok()??;
            REPACKED.lock().unwrap_or_else(PoisonError::into_inner).insert(key, made.clone());
            made
        }
    };
    Some((contents, gzip.then_some("gzip")))
}

/// `None` when it is not brotli.
fn repack(twin: &[u8], gzip: bool) -> Option<Bytes> {
    let mut plain = Vec::new();
    brotli::BrotliDecompress(&mut &twin[..], &mut plain).ok()?;
    if !gzip {
        return Some(plain.into());
    }
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    packed.write_all(&plain).ok()?;
    packed.finish().ok().map(Bytes::from)
}

/// Whether a browser that says this takes an encoding.
pub fn accepts(header: &str, encoding: &str) -> bool {
    header.split(',').any(|part| {
        let mut bits = part.split(';').map(str::trim);
        bits.next().is_some_and(|name| name.eq_ignore_ascii_case(encoding))
            && !bits.any(|bit| matches!(bit, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
    })
}

fn missing() -> Response {
    (StatusCode::NOT_FOUND, "not found").into_response()
}

fn media_type(file: &str) -> &'static str {
    match file.rsplit('.').next() {
        Some("js") => "text/javascript; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("woff2") => "font/woff2",
        Some("json") => "application/json",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_gets_only_what_it_takes() {
        assert!(accepts("gzip, deflate, br", "br") && accepts("gzip;q=1.0", "gzip"));
        assert!(!accepts("gzip, br;q=0", "br") && !accepts("brotli", "br") && !accepts("", "gzip"));
    }

    #[test]
    fn what_only_brotli_has_packed_is_there_for_all() {
        let plain = b"(module)".repeat(1_000);
        let mut twin = Vec::new();
        brotli::BrotliCompress(&mut &plain[..], &mut twin, &brotli::enc::BrotliEncoderParams::default()).unwrap();
        assert_eq!(repack(&twin, false).unwrap(), plain);
        let gzip = repack(&twin, true).unwrap();
        let mut unpacked = Vec::new();
        std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(&gzip[..]), &mut unpacked).unwrap();
        assert!(unpacked == plain && gzip.len() < plain.len());
        assert_eq!(repack(b"no brotli", true), None);
    }
}
