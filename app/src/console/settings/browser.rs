//! Reading a form, going to the first field that is wrong, and noticing links that lead away from it.

use super::values::Values;
use leptos::web_sys::HtmlFormElement;

/// What stands in the form's fields.
#[cfg(feature = "hydrate")]
pub fn read(form: &HtmlFormElement) -> Values {
    use wasm_bindgen::JsCast;
    let Ok(data) = leptos::web_sys::FormData::new_with_form(form) else { return Values::default() };
    let Ok(Some(pairs)) = js_sys::try_iter(data.as_ref()) else { return Values::default() };
    let pair = |pair: wasm_bindgen::JsValue| {
        let pair: js_sys::Array = pair.dyn_into().ok()?;
        Some((pair.get(0).as_string()?, pair.get(1).as_string()?))
    };
    Values(pairs.filter_map(|found| pair(found.ok()?)).collect())
}

/// Moves the focus to the control with this name.
#[cfg(feature = "hydrate")]
pub fn focus(form: &HtmlFormElement, name: &str) {
    use wasm_bindgen::JsCast;
    let safe: String = name.chars().filter(|c| c.is_ascii_alphanumeric() || "_.-".contains(*c)).collect();
    let found = form.query_selector(&format!("[name=\"{safe}\"], [data-field=\"{safe}\"], [name^=\"{safe}.\"]")).ok().flatten();
    if let Some(control) = found.and_then(|found| found.dyn_into::<leptos::web_sys::HtmlElement>().ok()) {
        let _ = control.focus();
    }
}

/// Calls `then` when the page shows what was just changed in it.
#[cfg(feature = "hydrate")]
pub fn soon(then: impl FnOnce() + 'static) {
    leptos::prelude::request_animation_frame(then);
}

/// Calls `clicked` with where a link of the desk leads, before the router follows it; `true` holds the click back. Links
/// marked `data-discards` are followed always.
#[cfg(feature = "hydrate")]
pub fn on_link(clicked: impl Fn(&str) -> bool + 'static) {
    use leptos::prelude::{StoredValue, UpdateValue, document, on_cleanup};
    use leptos::web_sys::{Element, MouseEvent};
    use wasm_bindgen::{JsCast, closure::Closure};
    let listen = Closure::<dyn Fn(MouseEvent)>::new(move |event: MouseEvent| {
        let is_plain = event.button() == 0 && !(event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key());
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let link = target.and_then(|target| target.closest("a[href^='/']:not([data-discards], [target])").ok().flatten());
        if let Some(href) = link.filter(|_| is_plain).and_then(|link| link.get_attribute("href"))
            && clicked(&href)
        {
            event.prevent_default();
            event.stop_propagation();
        }
    });
    let _ = document().add_event_listener_with_callback_and_bool("click", listen.as_ref().unchecked_ref(), true);
    let kept = StoredValue::new_local(Some(listen));
    on_cleanup(move || {
        if let Some(listen) = kept.try_update_value(Option::take).flatten() {
            let _ = document().remove_event_listener_with_callback_and_bool("click", listen.as_ref().unchecked_ref(), true);
        }
    });
}

#[cfg(not(feature = "hydrate"))]
pub fn read(_form: &HtmlFormElement) -> Values {
    Values::default()
}

#[cfg(not(feature = "hydrate"))]
pub fn focus(_form: &HtmlFormElement, _name: &str) {}

#[cfg(not(feature = "hydrate"))]
pub fn soon(_then: impl FnOnce() + 'static) {}

#[cfg(not(feature = "hydrate"))]
pub fn on_link(_clicked: impl Fn(&str) -> bool + 'static) {}
