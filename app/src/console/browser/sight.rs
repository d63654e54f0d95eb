//! What of the page can be seen: narrow screens show less than is open.

use leptos::{
    prelude::{StoredValue, UpdateValue, on_cleanup},
    web_sys::Element,
};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{IntersectionObserver, IntersectionObserverEntry};

/// Calls `seen` with whether any of `element` is displayed on the screen, now and whenever that changes, as long as the
/// current owner lives.
pub fn watch_sight(element: &Element, seen: impl Fn(bool) + 'static) {
    let changed = Closure::<dyn Fn(js_sys::Array)>::new(move |entries: js_sys::Array| {
        if let Ok(latest) = entries.at(-1).dyn_into::<IntersectionObserverEntry>() {
            seen(latest.is_intersecting());
        }
    });
    let Ok(observer) = IntersectionObserver::new(changed.as_ref().unchecked_ref()) else { return };
    observer.observe(element);
    let kept = StoredValue::new_local(Some((observer, changed)));
    on_cleanup(move || {
        if let Some((observer, _)) = kept.try_update_value(Option::take).flatten() {
            observer.disconnect();
        }
    });
}
