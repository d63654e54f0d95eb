//! Notices of the desktop. Of all tabs of a browser one shows them: the one that holds the lock `deskbell.notices`. A tab
//! that holds a lock is not frozen by the browser either, so that it hears of what it shall tell.

use super::{Notice, Notices};
use leptos::prelude::{document, window};
use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{Notification, NotificationOptions, NotificationPermission};

thread_local! {
    static SHOWN: RefCell<BTreeMap<String, Notification>> = const { RefCell::new(BTreeMap::new()) };
    static MAY_TELL: Cell<bool> = const { Cell::new(false) };
}

const LOCK: &str = "deskbell.notices";

fn permission() -> Option<NotificationPermission> {
    let is_there = js_sys::Reflect::has(&window(), &JsValue::from_str("Notification")).unwrap_or(false);
    is_there.then(Notification::permission)
}

/// How it stands with notices here.
pub fn notices() -> Notices {
    match permission() {
        None => Notices::Missing,
        Some(NotificationPermission::Granted) => Notices::Allowed,
        Some(NotificationPermission::Denied) => Notices::Blocked,
        Some(_) => Notices::NotAsked,
    }
}

/// Asks the person; call it only when they have just pressed something that says so.
pub fn ask_for_notices(answered: impl FnOnce() + 'static) {
    if let Some(Ok(promise)) = permission().map(|_| Notification::request_permission()) {
        wasm_bindgen_futures::spawn_local(async move {
            // Whatever the answer is, `permission` knows it.
            let _ = wasm_bindgen_futures::JsFuture::from(promise).await;
            answered();
        });
    }
}

/// From now on this tab is one of those that may be the one that tells.
pub fn become_the_caller() {
    super::hold_lock(LOCK, || MAY_TELL.set(true));
}

/// Whether this tab tells for all tabs of this browser.
pub fn is_the_caller() -> bool {
    MAY_TELL.get()
}

/// Shows a notice; whether it could. A click brings this tab to the front and calls `chosen`.
pub fn notify(notice: Notice, chosen: impl FnOnce() + 'static) -> bool {
    if permission() != Some(NotificationPermission::Granted) {
        return false;
    }
    let Notice { tag, title, body, stays } = notice;
    let options = NotificationOptions::new();
    options.set_tag(&tag);
    options.set_body(&body);
    options.set_require_interaction(stays);
    if let Some(icon) = icon() {
        options.set_icon(&icon);
    }
    let Ok(notice) = Notification::new_with_options(&title, &options) else {
        return false;
    };
    let shown = notice.clone();
    let on_click = Closure::once_into_js(move || {
        let _ = window().focus();
        shown.close();
        chosen();
    });
    notice.set_onclick(Some(on_click.unchecked_ref()));
    SHOWN.with_borrow_mut(|all| all.insert(tag, notice));
    true
}

/// The desk's own sign, as the page has it.
fn icon() -> Option<String> {
    document().query_selector("link[rel~=icon]").ok()??.get_attribute("href")
}

/// Takes a notice of this tab back.
pub fn withdraw(tag: &str) {
    if let Some(notice) = SHOWN.with_borrow_mut(|all| all.remove(tag)) {
        notice.close();
    }
}
