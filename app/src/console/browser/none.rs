//! On the server: nobody looks, nothing rings, nothing is kept.

use super::{Notice, Notices, SoundState, Tone};
use leptos::ev::KeyboardEvent;

pub fn on_key(_key: impl Fn(KeyboardEvent) + 'static) {}
pub fn on_touch(_touched: impl Fn() + 'static) {}
pub fn on_input(_used: impl Fn() + 'static) {}
pub fn on_stored(_key: &'static str, _changed: impl Fn(String) + 'static) {}
pub fn before_leaving(_asks: impl Fn() -> bool + 'static) {}
pub fn language_name(_tag: &str) -> Option<String> {
    None
}
pub fn today() -> String {
    String::new()
}
pub fn minutes_ahead() -> i32 {
    0
}
pub fn is_mac() -> bool {
    false
}
pub fn time_zone() -> Option<String> {
    None
}
pub fn day_words(_locale: &str, _days: i64) -> Option<String> {
    None
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
pub fn play(_tone: Tone, _volume: u8) {}
pub fn try_sound(_volume: u8) -> SoundState {
    SoundState::Missing
}

pub fn notices() -> Notices {
    Notices::NotAsked
}
pub fn ask_for_notices(_answered: impl FnOnce() + 'static) {}
pub fn notify(_notice: Notice, _chosen: impl FnOnce() + 'static) -> bool {
    false
}
pub fn become_the_caller() {}
pub fn is_the_caller() -> bool {
    false
}
pub fn withdraw(_tag: &str) {}
