//! Where the keyboard is, and where it goes.

use leptos::prelude::{document, request_animation_frame};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlInputElement, HtmlTextAreaElement};

fn element(id: &str) -> Option<HtmlElement> {
    document().get_element_by_id(id)?.dyn_into().ok()
}

/// Moves the focus to the element of this id once the screen has been redrawn, if it is there then.
pub fn focus_soon(id: String) {
    request_animation_frame(move || {
        if let Some(element) = element(&id) {
            // An element that cannot take the focus leaves it where it was.
            let _ = element.focus();
        }
    });
}

/// Presses the first thing that `selector` finds.
pub fn click(selector: &str) {
    if let Some(element) = document().query_selector(selector).ok().flatten().and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        element.click();
    }
}

/// Whether somebody has begun to write where the focus is.
pub fn is_writing() -> bool {
    let Some(element) = document().active_element() else { return false };
    let text = match element.dyn_ref::<HtmlTextAreaElement>() {
        Some(area) => area.value(),
        None => element.dyn_ref::<HtmlInputElement>().map(HtmlInputElement::value).unwrap_or_default(),
    };
    !text.trim().is_empty()
}

/// Walks the focus to the next (or previous) of the regions that are on the screen, in the order given.
pub fn focus_next_region(regions: &[&str], back: bool) {
    let found: Vec<Element> = regions.iter().filter_map(|selector| document().query_selector(selector).ok().flatten()).collect();
    if found.is_empty() {
        return;
    }
    let active = document().active_element();
    let current = active.and_then(|active| found.iter().position(|region| region.contains(Some(&active))));
    let next = match (current, back) {
        (None, false) => 0,
        (None, true) => found.len() - 1,
        (Some(at), false) => (at + 1) % found.len(),
        (Some(at), true) => (at + found.len() - 1) % found.len(),
    };
    enter(&found[next]);
}

/// Focuses the first thing in a region that takes the focus, else the region itself.
fn enter(region: &Element) {
    const FOCUSABLE: &str = "textarea:not([disabled]), [role=tab][aria-selected=true], button:not([disabled]), a[href], input:not([disabled]), [tabindex=\"0\"]";
    let inside = region.query_selector(FOCUSABLE).ok().flatten();
    let target = inside.and_then(|element| element.dyn_into::<HtmlElement>().ok());
    let region = || region.clone().dyn_into::<HtmlElement>().ok();
    if let Some(target) = target.or_else(region) {
        let _ = target.focus();
    }
}

/// Shows the newest of a list that scrolls, once the screen has been redrawn.
pub fn scroll_to_end(id: &str) {
    let id = id.to_owned();
    request_animation_frame(move || {
        if let Some(list) = element(&id) {
            list.set_scroll_top(list.scroll_height());
        }
    });
}

/// Whether the reader stands at the newest of a list that scrolls.
pub fn is_at_end(id: &str) -> bool {
    const NEAR: i32 = 48;
    element(id).is_none_or(|list| list.scroll_height() - list.scroll_top() - list.client_height() <= NEAR)
}

/// Gives a text box the height of its words, within what its style allows.
pub fn grow(id: &str) {
    if let Some(area) = element(id) {
        let style = area.style();
        // A browser that refuses a height shows a scroll bar.
        let _ = style.set_property("height", "auto");
        let _ = style.set_property("height", &format!("{}px", area.scroll_height()));
    }
}
