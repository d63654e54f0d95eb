//! "Abandoned": customers who left before anybody joined. Each stays until somebody has dealt with it and says how.

use super::{
    card::{SessionCard, current},
    waits_since,
};
use crate::{
    console::{desk::use_desk, words::use_words},
    ui::{Button, ButtonSize, Empty, Variant},
};
use domain::desk::Card;
use leptos::prelude::*;

#[component]
pub fn AbandonedList(cards: Memo<Vec<Card>>) -> impl IntoView {
    let texts = use_words();
    view! {
        <Show when=move || cards.with(|cards| !cards.is_empty())>
            <h2 class="manager__group"><span>{texts.get("console.abandoned.head")}</span><span>{texts.get("console.abandoned.clock")}</span></h2>
        </Show>
        <For each=move || cards.get() key=|card| card.conversation children=move |card| view! { <AbandonedCard card=current(cards, card) /> } />
        <Show when=move || cards.with(Vec::is_empty)>
            <Empty icon="check" title=texts.get("console.abandoned.empty") text=texts.get("console.abandoned.empty_text") />
        </Show>
    }
}

#[component]
fn AbandonedCard(card: Memo<Card>) -> impl IntoView {
    let (desk, texts) = (use_desk(), use_words());
    let chat = card.with_untracked(|card| card.conversation);
    let since = Signal::derive(move || card.with(|card| card.enqueued_at));
    let left = Signal::derive(move || Some(card.with(waits_since)));
    let address = move || card.with(|card| card.email.clone());
    let mail = move || {
        address().map(|address| view! { <a class="button button--secondary button--small" href=format!("mailto:{address}") title=address.clone()>{texts.get("console.abandoned.email")}</a> })
    };
    view! {
        <SessionCard card=card since=since until=left words=Signal::derive(move || card.with(|card| card.words.clone()))>
            <div class="card__foot">
                <Button variant=Variant::Plain size=ButtonSize::Small on_click=move |_| desk.following_up.set(Some(chat))>{texts.get("console.end_session")}</Button>
                {mail}
                <Button variant=Variant::Quiet size=ButtonSize::Small on_click=move |_| desk.look_into(chat)>{texts.get("console.open")}</Button>
            </div>
        </SessionCard>
    }
}
