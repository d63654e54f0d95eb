//! The port as the page's first script holds it, in `window.deskbell`.

use super::{FromHost, ToHost};
use js_sys::{Function, JSON, Reflect};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};

fn desk() -> Option<JsValue> {
    let window = web_sys::window()?;
    Reflect::get(&window, &"deskbell".into()).ok().filter(JsValue::is_object)
}

/// Whether this page stands in a frame.
pub fn is_framed() -> bool {
    desk().and_then(|desk| Reflect::get(&desk, &"framed".into()).ok()).is_some_and(|framed| framed.is_truthy())
}

/// Calls `heard` with each message of the host from now on, and with the newest `init` if there was one.
pub fn listen(heard: impl Fn(FromHost) + 'static) {
    let Some(desk) = desk() else { return };
    let take = move |json: JsValue| {
        if let Some(message) = json.as_string().as_deref().and_then(FromHost::parse) {
            heard(message);
        }
    };
    if let Ok(init) = Reflect::get(&desk, &"init".into())
        && init.is_object()
        && let Ok(json) = JSON::stringify(&init)
    {
        take(json.into());
    }
    let hear = Closure::<dyn Fn(JsValue)>::new(take).into_js_value();
    let _ = Reflect::set(&desk, &"hear".into(), &hear);
}

/// Says `message` to the host now, or as soon as there is a port for what the host must know in the end.
pub fn tell(message: ToHost) {
    let Some(desk) = desk() else { return };
    let tell = Reflect::get(&desk, &"tell".into()).ok().and_then(|tell| tell.dyn_into::<Function>().ok());
    let message = serde_json::to_string(&message).ok().and_then(|json| JSON::parse(&json).ok());
    if let (Some(tell), Some(message)) = (tell, message) {
        let _ = tell.call1(&desk, &message);
    }
}
