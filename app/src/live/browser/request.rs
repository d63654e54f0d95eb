use crate::live::fetch::{Answer, Ask};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, Headers, RequestInit, Response};

/// `None` when nothing was heard within `limit_ms`, for whatever reason.
pub async fn request(ask: Ask<'_>, limit_ms: u32) -> Option<Answer> {
    let abort = AbortController::new().ok();
    let stop = abort.clone();
    let _limit = super::after(limit_ms, move || {
        if let Some(stop) = stop {
            stop.abort();
        }
    });
    send(ask, abort).await.ok()
}

async fn send(ask: Ask<'_>, abort: Option<AbortController>) -> Result<Answer, JsValue> {
    let headers = Headers::new()?;
    headers.set("accept", "application/json")?;
    if let Some(token) = ask.bearer {
        headers.set("authorization", &format!("Bearer {token}"))?;
    }
    let init = RequestInit::new();
    init.set_method(ask.method);
    if let Some(body) = &ask.body {
        headers.set("content-type", "application/json")?;
        init.set_body(&JsValue::from_str(body));
    }
    init.set_headers(headers.as_ref());
    if ask.keepalive {
        js_sys::Reflect::set(&init, &"keepalive".into(), &true.into())?;
    }
    if let Some(abort) = abort {
        init.set_signal(Some(&abort.signal()));
    }
    let window = super::window().ok_or(JsValue::NULL)?;
    let response: Response = JsFuture::from(window.fetch_with_str_and_init(ask.url, &init)).await?.dyn_into()?;
    let retry_after_seconds = response.headers().get("retry-after")?.and_then(|text| text.trim().parse().ok());
    let text = JsFuture::from(response.text()?).await?.as_string().unwrap_or_default();
    Ok(Answer { status: response.status(), retry_after_seconds, text })
}
