//! The page itself: keys, touches, leaving, small settings.

use leptos::{
    ev,
    prelude::{document, on_cleanup, window, window_event_listener, window_event_listener_untyped},
};
use std::rc::Rc;
use wasm_bindgen::JsCast;

/// Calls `key` for every key pressed anywhere in the page.
pub fn on_key(key: impl Fn(ev::KeyboardEvent) + 'static) {
    let handle = window_event_listener(ev::keydown, key);
    on_cleanup(move || handle.remove());
}

/// Calls `touched` whenever a person uses pointer or keyboard.
pub fn on_touch(touched: impl Fn() + 'static) {
    let touched = Rc::new(touched);
    let by_key = touched.clone();
    let pointer = window_event_listener(ev::pointerdown, move |_| touched());
    let keys = window_event_listener(ev::keydown, move |_| by_key());
    on_cleanup(move || {
        pointer.remove();
        keys.remove();
    });
}

/// Calls `used` for whatever a person does in this page: pointer, keys, touch, wheel, or coming to it.
pub fn on_input(used: impl Fn() + 'static) {
    const EVENTS: [&str; 6] = ["pointerdown", "pointermove", "keydown", "touchstart", "wheel", "focus"];
    let used = Rc::new(used);
    let handles = EVENTS.map(|name| {
        let used = used.clone();
        window_event_listener_untyped(name, move |_| used())
    });
    on_cleanup(move || handles.into_iter().for_each(leptos::prelude::WindowListenerHandle::remove));
}

/// Calls `changed` with the new value when another tab of this browser stores something under `key`.
pub fn on_stored(key: &'static str, changed: impl Fn(String) + 'static) {
    let handle = window_event_listener(ev::storage, move |event| {
        if event.key().as_deref() == Some(key)
            && let Some(value) = event.new_value()
        {
            changed(value);
        }
    });
    on_cleanup(move || handle.remove());
}

/// Asks before the page is left while `asks` says so.
pub fn before_leaving(asks: impl Fn() -> bool + 'static) {
    let handle = window_event_listener(ev::beforeunload, move |event| {
        if asks() {
            event.prevent_default();
        }
    });
    on_cleanup(move || handle.remove());
}

/// What the reader calls a language, by its tag.
pub fn language_name(tag: &str) -> Option<String> {
    let intl = js_sys::Reflect::get(&window(), &"Intl".into()).ok()?;
    let names: js_sys::Function = js_sys::Reflect::get(&intl, &"DisplayNames".into()).ok()?.dyn_into().ok()?;
    let locale = document().document_element().and_then(|root| root.get_attribute("lang")).unwrap_or_else(|| "en".into());
    let options = js_sys::Object::new();
    js_sys::Reflect::set(&options, &"type".into(), &"language".into()).ok()?;
    let names = js_sys::Reflect::construct(&names, &js_sys::Array::of2(&locale.into(), &options)).ok()?;
    let of: js_sys::Function = js_sys::Reflect::get(&names, &"of".into()).ok()?.dyn_into().ok()?;
    of.call1(&names, &tag.into()).ok()?.as_string()
}

/// The IANA name of the reader's time zone.
pub fn time_zone() -> Option<String> {
    let format = js_sys::Intl::DateTimeFormat::new(&js_sys::Array::new(), &js_sys::Object::new());
    js_sys::Reflect::get(&format.resolved_options(), &"timeZone".into()).ok()?.as_string()
}

/// A day, given as days since 1970-01-01, as its reader writes it.
pub fn day_words(locale: &str, days: i64) -> Option<String> {
    let date = js_sys::Date::new(&((days * 86_400_000) as f64).into());
    let options = js_sys::Object::new();
    for (key, value) in [("weekday", "short"), ("day", "numeric"), ("month", "short"), ("timeZone", "UTC")] {
        js_sys::Reflect::set(&options, &key.into(), &value.into()).ok()?;
    }
    Some(date.to_locale_date_string(locale, &options).into())
}

/// Loads another page of the desk from the server.
pub fn go_to(path: &str) {
    // A browser that refuses to navigate is being closed.
    let _ = window().location().set_href(path);
}

/// A small setting of this browser; nothing where storage is denied.
pub fn stored(key: &str) -> Option<String> {
    window().local_storage().ok()??.get_item(key).ok()?
}

/// Keeps a small setting in this browser, where it allows that.
pub fn store(key: &str, value: &str) {
    if let Ok(Some(storage)) = window().local_storage() {
        // A full or denied storage only means that the setting is asked for again.
        let _ = storage.set_item(key, value);
    }
}

/// What this tab keeps over a reload.
pub fn kept(key: &str) -> Option<String> {
    window().session_storage().ok()??.get_item(key).ok()?
}

/// Keeps something in this tab over a reload; empty text forgets it.
pub fn keep(key: &str, value: &str) {
    if let Ok(Some(storage)) = window().session_storage() {
        let _ = if value.is_empty() { storage.remove_item(key) } else { storage.set_item(key, value) };
    }
}

/// Whether the keyboard has an Option key instead of Alt.
pub fn is_mac() -> bool {
    window().navigator().platform().is_ok_and(|platform| platform.starts_with("Mac") || platform.starts_with("iP"))
}

/// The date that the reader's calendar shows: `2026-11-26`.
pub fn today() -> String {
    let date = js_sys::Date::new_0();
    format!("{:04}-{:02}-{:02}", date.get_full_year(), date.get_month() + 1, date.get_date())
}

/// Minutes that the reader's clocks are ahead of UTC.
pub fn minutes_ahead() -> i32 {
    -(js_sys::Date::new_0().get_timezone_offset() as i32)
}
