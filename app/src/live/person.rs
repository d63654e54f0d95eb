//! What the browser tells of the person before it, and small things that only a browser can give.

use super::{local::Local, platform};
use domain::{
    ids::{ClientKey, InstanceId},
    time::Timestamp,
};
use leptos::{ev::Event, prelude::*};
use std::cell::RefCell;
use uuid::Uuid;

/// Calls `handler` for each `name` event of the window, as long as the current owner lives.
pub fn on_window_event(name: &'static str, handler: impl Fn(Event) + 'static) {
    keep(|| platform::listen_window(name, handler));
}

/// Calls `handler` for each `name` event of the document, as long as the current owner lives.
pub fn on_document_event(name: &'static str, handler: impl Fn(Event) + 'static) {
    keep(|| platform::listen_document(name, handler));
}

fn keep(listen: impl FnOnce() -> Option<platform::Listener>) {
    let kept = Local::new(|| RefCell::new(listen()));
    on_cleanup(move || {
        if let Some(kept) = kept.get() {
            kept.take();
        }
    });
}

/// Whether the page can be seen. True on the server and until an effect has looked.
pub fn visible() -> Signal<bool> {
    let (shown, look) = watched(platform::is_visible);
    on_document_event("visibilitychange", move |_| look());
    shown
}

/// Whether the page can be seen at this moment: for handlers of events, where nothing is to be followed.
pub fn is_visible() -> bool {
    platform::is_visible()
}

/// Whether the window has the keyboard. True on the server and until an effect has looked.
pub fn focused() -> Signal<bool> {
    let (shown, look) = watched(platform::has_focus);
    on_window_event("focus", move |_| look());
    on_window_event("blur", move |_| look());
    shown
}

fn watched(is_so: fn() -> bool) -> (Signal<bool>, impl Fn() + Copy + Send + Sync + 'static) {
    let shown = RwSignal::new(true);
    let look = move || {
        let now = is_so();
        shown.try_maybe_update(|before| (std::mem::replace(before, now) != now, ()));
    };
    Effect::new(move |_| look());
    (shown.into(), look)
}

const INSTANCE: &str = "deskbell:instance";

/// The id of this tab. A reload keeps it (the new page fences the old one's socket); a duplicate of the tab gets its own.
pub fn new_instance() -> InstanceId {
    let id = platform::take_from_session(INSTANCE).and_then(|text| text.parse().ok()).unwrap_or_else(|| InstanceId::new(Uuid::new_v4()));
    // Only between two pages does the id lie where a duplicate could find it.
    on_window_event("pagehide", move |_| platform::keep_in_session(INSTANCE, &id.to_string()));
    on_window_event("pageshow", |_| drop(platform::take_from_session(INSTANCE)));
    id
}

/// The browser's clock; the beginning of 1970 on the server.
pub fn browser_now() -> Timestamp {
    platform::now()
}

/// A name for a new message.
pub fn random_key() -> ClientKey {
    ClientKey(Uuid::new_v4())
}
