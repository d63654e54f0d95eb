//! Notices of the desktop, for a tab that nobody looks at.

use leptos::prelude::window;
use std::{cell::RefCell, collections::BTreeMap};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{Notification, NotificationOptions, NotificationPermission};

thread_local! {
    static SHOWN: RefCell<BTreeMap<String, Notification>> = const { RefCell::new(BTreeMap::new()) };
}

fn permission() -> Option<NotificationPermission> {
    let is_there = js_sys::Reflect::has(&window(), &JsValue::from_str("Notification")).unwrap_or(false);
    is_there.then(Notification::permission)
}

/// Whether the browser has notices and nobody has said yes or no to them yet.
pub fn may_ask_for_notices() -> bool {
    permission() == Some(NotificationPermission::Default)
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

/// Shows a notice. Another one of the same tag takes its place, in every tab. A click brings this tab to the front.
pub fn notify(tag: &str, title: &str, body: &str) {
    if permission() != Some(NotificationPermission::Granted) {
        return;
    }
    let options = NotificationOptions::new();
    options.set_tag(tag);
    options.set_body(body);
    let Ok(notice) = Notification::new_with_options(title, &options) else {
        return;
    };
    let shown = notice.clone();
    let on_click = Closure::once_into_js(move || {
        let _ = window().focus();
        shown.close();
    });
    notice.set_onclick(Some(on_click.unchecked_ref()));
    SHOWN.with_borrow_mut(|all| all.insert(tag.to_owned(), notice));
}

/// Takes a notice of this tab back.
pub fn withdraw(tag: &str) {
    if let Some(notice) = SHOWN.with_borrow_mut(|all| all.remove(tag)) {
        notice.close();
    }
}
