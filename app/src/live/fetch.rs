//! Requests to the desk's JSON interface. Every failure is a [`Problem`].

use super::platform;
use domain::wire::Problem;
use serde::{Serialize, de::DeserializeOwned};

/// How long a request may take until the server counts as not reached.
const LIMIT_MS: u32 = 15_000;

/// One request to the desk.
pub struct Ask<'a> {
    pub method: &'a str,
    pub url: &'a str,
    pub bearer: Option<&'a str>,
    pub body: Option<String>,
    /// Goes on when the page is closed.
    pub keepalive: bool,
}

/// What came back, as text.
pub struct Answer {
    pub status: u16,
    pub retry_after_seconds: Option<u64>,
    pub text: String,
}

pub async fn get_json<R: DeserializeOwned>(url: &str, bearer: Option<&str>) -> Result<R, Problem> {
    let answer = ask(Ask { method: "GET", url, bearer, body: None, keepalive: false }).await?;
    read(&answer)
}

pub async fn post_json<B: Serialize, R: DeserializeOwned>(url: &str, bearer: Option<&str>, body: &B) -> Result<R, Problem> {
    let answer = ask(Ask { method: "POST", url, bearer, body: write(body)?, keepalive: false }).await?;
    read(&answer)
}

/// For answers whose body does not matter.
pub async fn post_empty<B: Serialize>(url: &str, bearer: Option<&str>, body: &B) -> Result<(), Problem> {
    ask(Ask { method: "POST", url, bearer, body: write(body)?, keepalive: false }).await.map(drop)
}

/// Like [`post_empty`], and goes on when the page is closed. At most 64 KiB.
pub async fn post_keepalive<B: Serialize>(url: &str, bearer: Option<&str>, body: &B) -> Result<(), Problem> {
    ask(Ask { method: "POST", url, bearer, body: write(body)?, keepalive: true }).await.map(drop)
}

async fn ask(ask: Ask<'_>) -> Result<Answer, Problem> {
    let answer = platform::request(ask, LIMIT_MS).await.ok_or(Problem::Offline)?;
    match problem(&answer) {
        Some(problem) => Err(problem),
        None => Ok(answer),
    }
}

fn write<B: Serialize>(body: &B) -> Result<Option<String>, Problem> {
    serde_json::to_string(body).map(Some).map_err(|_| Problem::Internal { incident: String::new() })
}

/// A success that is not what the desk says comes from something between us and the desk: a portal's sign-in page.
fn read<R: DeserializeOwned>(answer: &Answer) -> Result<R, Problem> {
    serde_json::from_str(&answer.text).map_err(|_| Problem::Offline)
}

/// What a refusal means: its body if the desk wrote it, else what its status says.
fn problem(answer: &Answer) -> Option<Problem> {
    if (200..300).contains(&answer.status) {
        return None;
    }
    let after_ms = answer.retry_after_seconds.unwrap_or(1).min(600) * 1_000;
    Some(serde_json::from_str(&answer.text).unwrap_or(match answer.status {
        401 => Problem::SignedOut,
        404 | 410 => Problem::NotFound,
        408 => Problem::Offline,
        429 => Problem::SlowDown { after_ms },
        400..=499 => Problem::Forbidden,
        _ => Problem::Unavailable { after_ms },
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, retry_after_seconds: Option<u64>, text: &str) -> Answer {
        Answer { status, retry_after_seconds, text: text.into() }
    }

    #[test]
    fn a_refusal_is_what_the_desk_says_or_what_its_status_says() {
        let cases = [
            (200, None, "", None),
            (204, None, "", None),
            (409, None, r#"{"error":"key_reused"}"#, Some(Problem::KeyReused)),
            (401, None, "", Some(Problem::SignedOut)),
            (403, None, "<html>", Some(Problem::Forbidden)),
            (404, None, "", Some(Problem::NotFound)),
            (418, None, "", Some(Problem::Forbidden)),
            (429, Some(7), "", Some(Problem::SlowDown { after_ms: 7_000 })),
            (429, Some(7), r#"{"error":"slow_down","after_ms":250}"#, Some(Problem::SlowDown { after_ms: 250 })),
            (502, None, "bad gateway", Some(Problem::Unavailable { after_ms: 1_000 })),
            (0, None, "", Some(Problem::Unavailable { after_ms: 1_000 })),
        ];
        for (status, retry, text, expected) in cases {
            assert_eq!(problem(&answer(status, retry, text)), expected, "{status} {text}");
        }
    }

    #[test]
    fn a_success_that_is_not_ours_is_no_success() {
        assert_eq!(read::<Vec<u8>>(&answer(200, None, "[1]")), Ok(vec![1]));
        assert_eq!(read::<Vec<u8>>(&answer(200, None, "<html>sign in to the hotel</html>")), Err(Problem::Offline));
    }
}
