use js_sys::{Function, Promise, Reflect};
use std::{cell::RefCell, future::Future, pin::Pin, rc::Rc};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::{JsFuture, future_to_promise};

type Work = Pin<Box<dyn Future<Output = ()>>>;

/// Runs `work` while no other tab runs under the same name: at once or as soon as the lock is free, which it also is when
/// its holder's tab dies. Where the browser has no locks or refuses them, runs `work` without.
pub async fn with_lock(name: &str, work: impl Future<Output = ()> + 'static) {
    let work: Rc<RefCell<Option<Work>>> = Rc::new(RefCell::new(Some(Box::pin(work))));
    let taken = work.clone();
    let granted = Closure::<dyn Fn(JsValue) -> Promise>::new(move |_lock| {
        let work = taken.borrow_mut().take();
        future_to_promise(async move {
            if let Some(work) = work {
                work.await;
            }
            Ok(JsValue::UNDEFINED)
        })
    });
    if let Some(held) = ask(name, granted.as_ref().unchecked_ref()) {
        let _ = JsFuture::from(held).await;
    }
    let left = work.borrow_mut().take();
    if let Some(work) = left {
        work.await;
    }
}

/// `navigator.locks.request(name, granted)`: behind a flag in web-sys, so by name.
fn ask(name: &str, granted: &Function) -> Option<Promise> {
    let navigator = super::window()?.navigator();
    let locks = Reflect::get(&navigator, &"locks".into()).ok().filter(JsValue::is_object)?;
    let request: Function = Reflect::get(&locks, &"request".into()).ok()?.dyn_into().ok()?;
    request.call2(&locks, &name.into(), granted).ok()?.dyn_into().ok()
}
