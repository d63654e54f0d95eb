//! Everything that touches the browser, in the few words the live code needs. Its twin is `server.rs`.

mod channel;
mod lock;
mod request;
mod store;
mod wire;

pub use channel::Channel;
pub use lock::with_lock;
pub use request::request;
pub use store::Store;
pub use wire::{Wire, dial};

use domain::time::Timestamp;
use leptos::ev::Event;
use std::future::Future;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Document, EventTarget, VisibilityState, Window};

/// Whether there is a browser at all.
pub const HERE: bool = true;

fn window() -> Option<Window> {
    web_sys::window()
}

fn document() -> Option<Document> {
    window().and_then(|window| window.document())
}

/// The browser's own clock, which may be wrong.
pub fn now() -> Timestamp {
    Timestamp(js_sys::Date::now() as i64)
}

/// A number from 0 up to, not including, 1; for jitter only.
pub fn random() -> f64 {
    js_sys::Math::random()
}

/// Runs `task` on this thread, beginning after the present step.
pub fn spawn(task: impl Future<Output = ()> + 'static) {
    wasm_bindgen_futures::spawn_local(task);
}

/// Cancelled when dropped.
pub struct Timer(#[expect(dead_code, reason = "held for its drop")] gloo_timers::callback::Timeout);

pub fn after(ms: u32, then: impl FnOnce() + 'static) -> Timer {
    Timer(gloo_timers::callback::Timeout::new(ms, then))
}

pub async fn sleep(ms: u32) {
    gloo_timers::future::TimeoutFuture::new(ms).await;
}

/// Removed when dropped.
pub struct Listener {
    target: EventTarget,
    name: &'static str,
    handler: Closure<dyn Fn(Event)>,
}

impl Drop for Listener {
    fn drop(&mut self) {
        let _ = self.target.remove_event_listener_with_callback(self.name, self.handler.as_ref().unchecked_ref());
    }
}

fn listen(target: Option<EventTarget>, name: &'static str, handler: impl Fn(Event) + 'static) -> Option<Listener> {
    let target = target?;
    let handler = Closure::<dyn Fn(Event)>::new(handler);
    target.add_event_listener_with_callback(name, handler.as_ref().unchecked_ref()).ok()?;
    Some(Listener { target, name, handler })
}

pub fn listen_window(name: &'static str, handler: impl Fn(Event) + 'static) -> Option<Listener> {
    listen(window().map(Into::into), name, handler)
}

pub fn listen_document(name: &'static str, handler: impl Fn(Event) + 'static) -> Option<Listener> {
    listen(document().map(Into::into), name, handler)
}

/// Tells every listener in this tab; the live parts find each other by it.
pub fn announce(name: &'static str) {
    if let (Some(window), Ok(event)) = (window(), Event::new(name)) {
        let _ = window.dispatch_event(&event);
    }
}

pub fn is_visible() -> bool {
    document().is_none_or(|document| document.visibility_state() == VisibilityState::Visible)
}

pub fn has_focus() -> bool {
    document().is_none_or(|document| document.has_focus().unwrap_or(true))
}

/// Whether the browser believes to have a network. It may believe wrongly in both ways.
pub fn has_network() -> bool {
    window().is_none_or(|window| window.navigator().on_line())
}

/// The address of a socket at `path` of the page's own origin.
pub fn socket_url(path: &str) -> Option<String> {
    let location = window()?.location();
    let scheme = if location.protocol().ok()? == "https:" { "wss" } else { "ws" };
    Some(format!("{scheme}://{}{path}", location.host().ok()?))
}

/// Takes a value out of this tab's session storage, so that a duplicate of the tab does not find it.
pub fn take_from_session(key: &str) -> Option<String> {
    let storage = window()?.session_storage().ok()??;
    let value = storage.get_item(key).ok()??;
    let _ = storage.remove_item(key);
    Some(value)
}

pub fn keep_in_session(key: &str, value: &str) {
    if let Some(Ok(Some(storage))) = window().map(|window| window.session_storage()) {
        let _ = storage.set_item(key, value);
    }
}
