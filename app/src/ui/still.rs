//! The browser as the server sees it: nothing happens.

use super::TimeShape;
use domain::time::Timestamp;
use leptos::{ev::KeyboardEvent, html, prelude::NodeRef, web_sys::Element};

pub struct LocalTime {
    pub shown: String,
    pub full: String,
}

pub fn now() -> Timestamp {
    Timestamp::default()
}

pub fn every(_milliseconds: i32, _beat: impl Fn() + 'static) -> impl FnOnce() + Send + Sync + 'static {
    || ()
}

pub fn after(_milliseconds: u64, _then: impl FnOnce() + 'static) {}

pub fn local_time(_locale: &str, _at: Timestamp, _shape: TimeShape) -> Option<LocalTime> {
    None
}

pub fn show_dialog(_dialog: NodeRef<html::Dialog>) {}

pub fn close_dialog(_dialog: NodeRef<html::Dialog>) {}

pub fn menu_toggled(_list: NodeRef<html::Div>, _trigger: NodeRef<html::Button>) -> bool {
    false
}

pub fn close_menu(_inside: &Element) {}

pub fn move_in_menu(_event: &KeyboardEvent, _list: NodeRef<html::Div>) {}

pub fn move_in_tabs(_event: &KeyboardEvent) {}

pub fn has_attention(_id: &str) -> bool {
    false
}
