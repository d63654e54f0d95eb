//! Nobody reads here: days are UTC's, nothing is kept.

use domain::{ids::ConversationId, time::Timestamp};
use leptos::web_sys::HtmlTextAreaElement;

/// The number of a moment's day in the reader's calendar.
pub fn day(at: Timestamp) -> i64 {
    at.0.div_euclid(86_400_000)
}

/// A day in the reader's words.
pub fn day_words(_locale: &str, at: Timestamp) -> String {
    at.rfc3339().get(..10).unwrap_or_default().to_owned()
}

pub fn draft(_chat: ConversationId) -> Option<String> {
    None
}

pub fn keep_draft(_chat: ConversationId, _text: &str) {}

pub fn forget_draft(_chat: ConversationId) {}

/// Gives a text box the height of its text.
pub fn fit_to_text(_text_box: &HtmlTextAreaElement) {}

/// Whether nothing has the focus, as after the focused thing was taken away.
pub fn focus_is_lost() -> bool {
    false
}

/// Whether a finger is the main pointer: focusing a text box then calls up a keyboard.
pub fn has_touch() -> bool {
    false
}

/// Sends these hidden fields as a plain form: the page that answers takes this one's place.
pub fn leave_by_form(_action: &str, _fields: &[(&str, String)]) {}
