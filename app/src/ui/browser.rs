//! What the components ask of the browser; only effects and event handlers come here.

use super::TimeShape;
use domain::time::Timestamp;
use leptos::{
    ev::KeyboardEvent,
    html,
    prelude::{Get, GetUntracked, NodeRef, request_animation_frame, set_timeout},
};
use std::time::Duration;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlElement};

/// A moment in the reader's language and time zone.
pub struct LocalTime {
    pub shown: String,
    pub full: String,
}

pub fn now() -> Timestamp {
    Timestamp(js_sys::Date::now() as i64)
}

/// Runs `beat` now and then every so often, until the function it returns is called.
pub fn every(milliseconds: i32, beat: impl Fn() + 'static) -> impl FnOnce() + Send + Sync + 'static {
    beat();
    let handle = leptos::prelude::set_interval_with_handle(beat, Duration::from_millis(milliseconds.unsigned_abs().into()));
    move || {
        if let Ok(handle) = handle {
            handle.clear();
        }
    }
}

pub fn after(milliseconds: u64, then: impl FnOnce() + 'static) {
    set_timeout(then, Duration::from_millis(milliseconds));
}

pub fn local_time(locale: &str, at: Timestamp, shape: TimeShape) -> Option<LocalTime> {
    let date = js_sys::Date::new(&JsValue::from_f64(at.0 as f64));
    let this_year = js_sys::Date::new_0().get_full_year() == date.get_full_year();
    let mut wanted = vec![("hour", "2-digit"), ("minute", "2-digit"), ("hourCycle", "h23")];
    if shape == TimeShape::DayAndTime {
        wanted.extend([("day", "numeric"), ("month", "short")]);
        if !this_year {
            wanted.push(("year", "numeric"));
        }
    }
    if shape == TimeShape::Opening {
        wanted.push(("weekday", "long"));
        if at.0 - now().0 > 6 * 86_400_000 {
            wanted.extend([("day", "numeric"), ("month", "long")]);
        }
    }
    let shown = date.to_locale_string(locale, &options(&wanted)).into();
    let full = date.to_locale_string(locale, &options(&[("dateStyle", "full"), ("timeStyle", "medium")])).into();
    Some(LocalTime { shown, full })
}

fn options(pairs: &[(&str, &str)]) -> JsValue {
    let object = js_sys::Object::new();
    for (key, value) in pairs {
        let _ = js_sys::Reflect::set(&object, &(*key).into(), &(*value).into());
    }
    object.into()
}

/// Shows a dialog above everything. Its content may still be on its way into the page, so it waits for the next frame.
pub fn show_dialog(dialog: NodeRef<html::Dialog>) {
    request_animation_frame(move || {
        if let Some(dialog) = dialog.get_untracked()
            && !dialog.open()
        {
            let _ = dialog.show_modal();
        }
    });
}

/// Closes a dialog; the browser gives the focus back.
pub fn close_dialog(dialog: NodeRef<html::Dialog>) {
    if let Some(dialog) = dialog.get()
        && dialog.open()
    {
        dialog.close();
    }
}

/// After a menu was opened or closed: whether it is open now. An open one stands at its button and has the focus on
/// what is chosen, or on its first item.
pub fn menu_toggled(list: NodeRef<html::Div>, trigger: NodeRef<html::Button>) -> bool {
    let (Some(list), Some(trigger)) = (list.get_untracked(), trigger.get_untracked()) else {
        return false;
    };
    if !list.matches(":popover-open").unwrap_or(false) {
        return false;
    }
    place(&list, &trigger);
    let all = items(&list);
    let chosen = all.iter().find(|item| item.get_attribute("aria-checked").as_deref() == Some("true"));
    if let Some(item) = chosen.or(all.first()) {
        let _ = item.focus();
    }
    true
}

/// Puts the list below its button, ends in line, or above it where there is no room: for browsers without anchors.
fn place(list: &HtmlElement, trigger: &HtmlElement) {
    let Some(window) = web_sys::window() else { return };
    let size = |value: Result<JsValue, JsValue>| value.ok().and_then(|v| v.as_f64()).unwrap_or(0.0);
    let (wide, high) = (size(window.inner_width()), size(window.inner_height()));
    let (at, own) = (trigger.get_bounding_client_rect(), list.get_bounding_client_rect());
    let below = at.bottom() + 6.0;
    let top = if below + own.height() > high { (at.top() - 6.0 - own.height()).max(4.0) } else { below };
    let left = (at.right() - own.width()).clamp(4.0, (wide - own.width() - 4.0).max(4.0));
    let style = list.style();
    let _ = style.set_property("--menu-top", &format!("{top}px"));
    let _ = style.set_property("--menu-left", &format!("{left}px"));
}

fn items(list: &Element) -> Vec<HtmlElement> {
    elements(list, "[role^=menuitem]:not([aria-disabled=true])")
}

fn elements(inside: &Element, selector: &str) -> Vec<HtmlElement> {
    let Ok(found) = inside.query_selector_all(selector) else {
        return Vec::new();
    };
    (0..found.length()).filter_map(|n| found.item(n)).filter_map(|node| node.dyn_into().ok()).collect()
}

/// Closes the menu that `inside` is part of; the focus goes back to its button.
pub fn close_menu(inside: &Element) {
    if let Some(menu) = inside.closest("[popover]").ok().flatten().and_then(|menu| menu.dyn_into::<HtmlElement>().ok()) {
        let _ = menu.hide_popover();
    }
}

/// Arrows, Home, End and first letters move in a menu; Tab leaves it.
pub fn move_in_menu(event: &KeyboardEvent, list: NodeRef<html::Div>) {
    let Some(list) = list.get_untracked() else { return };
    let all = items(&list);
    let here = focused(&all);
    let key = event.key();
    let target = match key.as_str() {
        "ArrowDown" => Some(here.map_or(0, |n| (n + 1) % all.len())),
        "ArrowUp" => Some(here.unwrap_or(0).checked_sub(1).unwrap_or(all.len().saturating_sub(1))),
        "Home" => Some(0),
        "End" => Some(all.len().saturating_sub(1)),
        "Tab" => {
            let _ = list.hide_popover();
            None
        }
        letter if letter.chars().count() == 1 && letter != " " => by_letter(&all, here, letter),
        _ => None,
    };
    if let Some(item) = target.and_then(|n| all.get(n)) {
        event.prevent_default();
        let _ = item.focus();
    }
}

fn by_letter(all: &[HtmlElement], here: Option<usize>, letter: &str) -> Option<usize> {
    let begins =
        |item: &HtmlElement| item.text_content().is_some_and(|text| text.trim().to_lowercase().starts_with(&letter.to_lowercase()));
    let start = here.map_or(0, |n| n + 1);
    (0..all.len()).map(|n| (start + n) % all.len()).find(|n| all.get(*n).is_some_and(begins))
}

fn focused(all: &[HtmlElement]) -> Option<usize> {
    let active = web_sys::window()?.document()?.active_element()?;
    all.iter().position(|item| item.is_same_node(Some(&active)))
}

/// Arrows, Home and End move among tabs and choose the one they reach.
pub fn move_in_tabs(event: &KeyboardEvent) {
    let Some(list) = event.current_target().and_then(|target| target.dyn_into::<Element>().ok()) else {
        return;
    };
    let all = elements(&list, "[role=tab]");
    let Some(here) = focused(&all) else { return };
    let backwards = web_sys::window().and_then(|w| w.document()).is_some_and(|d| d.dir() == "rtl");
    let step = match (event.key().as_str(), backwards) {
        ("ArrowRight", false) | ("ArrowLeft", true) => (here + 1) % all.len(),
        ("ArrowLeft", false) | ("ArrowRight", true) => (here + all.len() - 1) % all.len(),
        ("Home", _) => 0,
        ("End", _) => all.len() - 1,
        _ => return,
    };
    event.prevent_default();
    if let Some(tab) = all.get(step) {
        tab.click();
        let _ = tab.focus();
    }
}

/// Whether the reader points at the element or has the focus in it.
pub fn has_attention(id: &str) -> bool {
    let element = web_sys::window().and_then(|w| w.document()).and_then(|d| d.get_element_by_id(id));
    element.is_some_and(|element| element.matches(":hover, :focus-within").unwrap_or(false))
}
