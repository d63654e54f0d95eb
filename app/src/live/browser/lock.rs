use js_sys::{Array, Function, Object, Promise, Reflect};
use std::{cell::RefCell, future::Future, pin::Pin, rc::Rc};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::{JsFuture, future_to_promise};
use web_sys::AbortController;

/// Whoever holds a lock for longer sleeps: the browser has frozen its tab. The lock is taken from it.
const PATIENCE_MS: u32 = 25_000;

type Work = Pin<Box<dyn Future<Output = ()>>>;
/// What of a piece of work is not begun, and what is under way.
type Begun = (Option<Work>, Option<Promise>);

/// Runs `work` while no other tab that is awake runs under the same name: at once or as soon as the lock is free, which it
/// also is when its holder's tab dies. Where the browser has no locks or refuses them, runs `work` without. Two may run at
/// the same time when a tab was asleep that held the lock.
pub async fn with_lock(name: &str, work: impl Future<Output = ()> + 'static) {
    let begun: Rc<RefCell<Begun>> = Rc::new(RefCell::new((Some(Box::pin(work)), None)));
    let begins = begun.clone();
    let granted = Closure::<dyn Fn(JsValue) -> Promise>::new(move |_lock| {
        let work = begins.borrow_mut().0.take();
        let running = future_to_promise(async move {
            if let Some(work) = work {
                work.await;
            }
            Ok(JsValue::UNDEFINED)
        });
        begins.borrow_mut().1 = Some(running.clone());
        running
    });
    let granted: &Function = granted.as_ref().unchecked_ref();
    if let Ok(waiting) = AbortController::new()
        && let Some(held) = ask(name, Some(&waiting), granted)
    {
        patiently(held).await;
        if begun.borrow().0.is_some() {
            waiting.abort();
            if let Some(held) = ask(name, None, granted) {
                let _ = JsFuture::from(held).await;
            }
        }
    }
    // The lock may have been taken away in the middle: what was begun is finished.
    let (left, running) = begun.replace((None, None));
    if let Some(running) = running {
        let _ = JsFuture::from(running).await;
    }
    if let Some(work) = left {
        work.await;
    }
}

async fn patiently(held: Promise) {
    let limit = future_to_promise(async {
        super::sleep(PATIENCE_MS).await;
        Ok(JsValue::UNDEFINED)
    });
    let _ = JsFuture::from(Promise::race(&Array::of2(&held, &limit))).await;
}

/// `navigator.locks.request(name, options, granted)`: behind a flag in web-sys, so by name. Waits for its turn until
/// `waiting` is aborted; without that the lock is taken from its holder.
fn ask(name: &str, waiting: Option<&AbortController>, granted: &Function) -> Option<Promise> {
    let navigator = super::window()?.navigator();
    let locks = Reflect::get(&navigator, &"locks".into()).ok().filter(JsValue::is_object)?;
    let request: Function = Reflect::get(&locks, &"request".into()).ok()?.dyn_into().ok()?;
    let options = Object::new();
    match waiting {
        Some(waiting) => Reflect::set(&options, &"signal".into(), &waiting.signal()).ok()?,
        None => Reflect::set(&options, &"steal".into(), &true.into()).ok()?,
    };
    request.call3(&locks, &name.into(), &options, granted).ok()?.dyn_into().ok()
}
