//! What can be done about a chat that is only looked into.

use super::WindowOf;
use crate::{
    console::{desk::use_desk, words::use_words},
    ui::{Button, Variant},
};
use domain::desk::{Card, Place};
use leptos::prelude::*;

#[component]
pub fn VisitBar(window: WindowOf) -> impl IntoView {
    let (desk, texts) = (use_desk(), use_words());
    let chat = window.chat;
    let card = Memo::new(move |_| desk.card(chat));
    let is = move |wanted: fn(&Card) -> bool| Memo::new(move |_| card.with(|card| card.as_ref().is_some_and(wanted)));
    let (waits, abandoned) = (is(Card::is_waiting), is(Card::is_abandoned));
    let join = Action::new_local(move |(): &()| async move {
        desk.join(chat).await;
    });
    let told = move || match card.get().map(|card| card.place) {
        Some(Place::Waiting { .. } | Place::Offered { .. }) => texts.get("console.visit.waiting"),
        Some(Place::Active { agent, .. } | Place::WrapUp { agent, .. }) => texts.with("console.visit.taken", &[("name", &agent.name)]),
        Some(Place::Abandoned { .. }) => texts.get("console.visit.abandoned"),
        Some(Place::Closed { .. }) | None => texts.get("console.visit.over"),
    };
    view! {
        <div class="after">
            <p class="muted">{told}</p>
            <Show when=move || waits.get()>
                <Button variant=Variant::Primary busy=join.pending() on_click=move |_| _ = join.dispatch(())>{texts.get("console.join")}</Button>
            </Show>
            <Show when=move || abandoned.get()>
                <Button variant=Variant::Plain on_click=move |_| desk.following_up.set(Some(chat))>{texts.get("console.end_session")}</Button>
            </Show>
        </div>
    }
}
