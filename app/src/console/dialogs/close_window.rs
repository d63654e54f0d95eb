//! "Close this chat?": asked while the customer is there and waits for an answer.

use crate::{
    console::{desk::use_desk, words::use_words},
    ui::{Button, Dialog, Variant},
};
use leptos::prelude::*;

#[component]
pub fn CloseWindow() -> impl IntoView {
    let (desk, texts) = (use_desk(), use_words());
    let name = Memo::new(move |_| desk.closing.get().and_then(|chat| desk.card(chat)).map(|card| card.customer).unwrap_or_default());
    let keep = Callback::new(move |()| desk.closing.set(None));
    let close = move |_| {
        if let Some(chat) = desk.closing.get_untracked() {
            desk.closing.set(None);
            desk.close_now(chat);
        }
    };
    let footer = move || {
        view! {
            <Button variant=Variant::Danger on_click=close>{texts.get("console.close.close")}</Button>
            <Button variant=Variant::Plain on_click=move |_| keep.run(()) attr:autofocus=true>{texts.get("console.close.keep")}</Button>
        }
    };
    view! {
        <Dialog id="close-window" alert=true open=Signal::derive(move || desk.closing.get().is_some()) title=texts.get("console.close.title") on_close=keep footer=footer>
            <p>{move || texts.with("console.close.text", &[("name", &name.get())])}</p>
        </Dialog>
    }
}
