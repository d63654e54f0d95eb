//! On the server: nobody looks, nothing rings, nothing is kept.

use super::Tone;
use leptos::ev::KeyboardEvent;

pub fn on_key(_key: impl Fn(KeyboardEvent) + 'static) {}
pub fn on_touch(_touched: impl Fn() + 'static) {}
pub fn before_leaving(_asks: impl Fn() -> bool + 'static) {}
pub fn language_name(_tag: &str) -> Option<String> {
    None
}
pub fn is_mac() -> bool {
    false
}
pub fn go_to(_path: &str) {}
pub fn stored(_key: &str) -> Option<String> {
    None
}
pub fn store(_key: &str, _value: &str) {}
pub fn kept(_key: &str) -> Option<String> {
    None
}
pub fn keep(_key: &str, _value: &str) {}

pub fn focus_soon(_id: String) {}
pub fn is_writing() -> bool {
    false
}
pub fn focus_next_region(_regions: &[&str], _back: bool) {}
pub fn click(_selector: &str) {}
pub fn scroll_to_end(_id: &str) {}
pub fn is_at_end(_id: &str) -> bool {
    true
}
pub fn grow(_id: &str) {}

pub fn watch_sight(_element: &leptos::web_sys::Element, _seen: impl Fn(bool) + 'static) {}

pub fn unlock_sound() {}
pub fn play(_tone: Tone) {}

pub fn may_ask_for_notices() -> bool {
    false
}
pub fn ask_for_notices(_answered: impl FnOnce() + 'static) {}
pub fn notify(_tag: &str, _title: &str, _body: &str) {}
pub fn withdraw(_tag: &str) {}
