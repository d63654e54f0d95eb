//! What stands below the log of an own chat that has ended: nobody can write any more, something may be left to do.

use super::{WindowOf, head::LeaveButton};
use crate::{
    console::{
        desk::{is_decided, use_desk},
        words::use_words,
    },
    ui::{Button, Variant},
};
use leptos::prelude::*;

#[component]
pub fn AfterBar(window: WindowOf) -> impl IntoView {
    let (desk, texts) = (use_desk(), use_words());
    let chat = window.chat;
    let decided = Memo::new(move |_| desk.card(chat).is_some_and(|card| is_decided(&card)));
    view! {
        <div class="after">
            <Show when=move || decided.get() fallback=move || view! {
                <p class="muted">{texts.get("console.after.question")}</p>
                <Button variant=Variant::Primary on_click=move |_| desk.finish(chat)>{texts.get("console.finish")}</Button>
            }>
                <p class="muted">{texts.get("console.after.over")}</p>
            </Show>
        </div>
    }
}

/// "Leave session" inside the line that tells the end.
#[component]
pub fn LeaveInLine(window: WindowOf) -> impl IntoView {
    view! { <Show when=move || window.is_mine.get()><LeaveButton window=window label=use_words().get("console.leave_session") /></Show> }
}
