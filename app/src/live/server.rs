//! The twin of `browser.rs` where there is no browser: nothing happens, nothing is kept, nobody is reached.

use crate::live::{
    fetch::{Answer, Ask},
    socket::Heard,
};
use domain::time::Timestamp;
use leptos::ev::Event;
use std::future::Future;

pub const HERE: bool = false;

pub struct Timer;
pub struct Listener;

pub fn now() -> Timestamp {
    Timestamp::default()
}
pub fn random() -> f64 {
    0.5
}
pub fn spawn(_task: impl Future<Output = ()> + 'static) {}
pub fn after(_ms: u32, _then: impl FnOnce() + 'static) -> Timer {
    Timer
}
pub async fn sleep(_ms: u32) {
    std::future::pending().await
}
pub fn listen_window(_name: &'static str, _handler: impl Fn(Event) + 'static) -> Option<Listener> {
    None
}
pub fn listen_document(_name: &'static str, _handler: impl Fn(Event) + 'static) -> Option<Listener> {
    None
}
pub fn announce(_name: &'static str) {}
pub fn is_visible() -> bool {
    true
}
pub fn has_focus() -> bool {
    true
}
pub fn has_network() -> bool {
    true
}
pub fn socket_url(_path: &str) -> Option<String> {
    None
}
pub fn take_from_session(_key: &str) -> Option<String> {
    None
}
pub fn keep_in_session(_key: &str, _value: &str) {}

pub async fn request(_ask: Ask<'_>, _limit_ms: u32) -> Option<Answer> {
    None
}

pub struct Wire;

pub fn dial(_url: &str, _protocol: &str, _heard: impl Fn(Heard) + 'static) -> Option<Wire> {
    None
}

impl Wire {
    pub fn say(&self, _text: &str) -> bool {
        false
    }
}

pub struct Channel;

impl Channel {
    pub fn open(_name: &str, _on_text: impl Fn(String) + 'static) -> Option<Self> {
        None
    }
    pub fn say(&self, _text: &str) {}
}

pub async fn with_lock(_name: &str, work: impl Future<Output = ()> + 'static) {
    work.await;
}

#[derive(Clone)]
pub struct Store;

impl Store {
    pub async fn open() -> Option<Self> {
        None
    }
    pub async fn put(&self, _client: &str, _owner: &str, _text: &str) -> Option<()> {
        None
    }
    pub async fn remove(&self, _client: &str) -> Option<()> {
        None
    }
    pub async fn all(&self, _owner: &str) -> Option<Vec<String>> {
        None
    }
}
