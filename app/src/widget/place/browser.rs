//! The browser's half; see `server.rs` for what each function promises.

use domain::{ids::ConversationId, time::Timestamp};
use js_sys::{Date, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Document, HtmlElement, HtmlFormElement, HtmlTextAreaElement, Storage, Window};

fn date(at: Timestamp) -> Date {
    Date::new(&JsValue::from_f64(at.0 as f64))
}

pub fn day(at: Timestamp) -> i64 {
    let minutes_behind_utc = date(at).get_timezone_offset() as i64;
    (at.0 - minutes_behind_utc * 60_000).div_euclid(86_400_000)
}

pub fn day_words(locale: &str, at: Timestamp) -> String {
    let options = Object::new();
    for (name, value) in [("weekday", "long"), ("day", "numeric"), ("month", "long")] {
        let _ = Reflect::set(&options, &name.into(), &value.into());
    }
    date(at).to_locale_date_string(locale, &options).into()
}

fn window() -> Option<Window> {
    web_sys::window()
}

fn document() -> Option<Document> {
    window()?.document()
}

/// The frame's own storage, where the browser lets it have one.
fn storage() -> Option<Storage> {
    window()?.local_storage().ok().flatten()
}

fn draft_key(chat: ConversationId) -> String {
    format!("deskbell:draft:{chat}")
}

pub fn draft(chat: ConversationId) -> Option<String> {
    storage()?.get_item(&draft_key(chat)).ok().flatten()
}

pub fn keep_draft(chat: ConversationId, text: &str) {
    if text.is_empty() {
        return forget_draft(chat);
    }
    if let Some(storage) = storage() {
        let _ = storage.set_item(&draft_key(chat), text);
    }
}

pub fn forget_draft(chat: ConversationId) {
    if let Some(storage) = storage() {
        let _ = storage.remove_item(&draft_key(chat));
    }
}

pub fn fit_to_text(text_box: &HtmlTextAreaElement) {
    let style = HtmlElement::style(text_box);
    let _ = style.set_property("height", "auto");
    let _ = style.set_property("height", &format!("{}px", text_box.scroll_height()));
}

pub fn focus_is_lost() -> bool {
    document().is_some_and(|document| match (document.active_element(), document.body()) {
        (Some(active), Some(body)) => active.is_same_node(Some(&body)),
        (None, _) => true,
        (Some(_), None) => false,
    })
}

pub fn has_touch() -> bool {
    window().and_then(|window| window.match_media("(pointer: coarse)").ok().flatten()).is_some_and(|query| query.matches())
}

pub fn leave_by_form(action: &str, fields: &[(&str, String)]) {
    let Some(document) = document() else { return };
    let form = document.create_element("form").ok().and_then(|form| form.dyn_into::<HtmlFormElement>().ok());
    let (Some(form), Some(body)) = (form, document.body()) else { return };
    form.set_method("post");
    form.set_action(action);
    form.set_hidden(true);
    for (name, value) in fields {
        let input = document.create_element("textarea").ok().and_then(|input| input.dyn_into::<HtmlTextAreaElement>().ok());
        if let Some(input) = input {
            input.set_name(name);
            input.set_value(value);
            let _ = form.append_child(&input);
        }
    }
    let _ = body.append_child(&form);
    let _ = form.submit();
}
