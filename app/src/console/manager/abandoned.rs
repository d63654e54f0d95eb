//! "Abandoned": customers who left before anybody joined. Each stays until somebody has dealt with it and says how.

use super::{
    card::{CardChips, SessionCard, current},
    more::{Part, ShowMore},
    waiting::MoveButton,
    waits_since,
};
use crate::{
    console::{desk::use_desk, words::use_words},
    ui::{Button, ButtonSize, Chip, Empty, Variant},
};
use domain::{
    desk::{Card, Place},
    event::AbandonReason,
};
use leptos::prelude::*;

#[component]
pub fn AbandonedList(cards: Memo<Vec<Card>>) -> impl IntoView {
    let texts = use_words();
    let part = Part::of(cards);
    view! {
        <Show when=move || cards.with(|cards| !cards.is_empty())>
            <h2 class="manager__group"><span>{texts.get("console.abandoned.head")}</span><span>{texts.get("console.abandoned.clock")}</span></h2>
        </Show>
        <For each=move || part.get() key=|card| card.conversation children=move |card| view! { <AbandonedCard card=current(cards, card) /> } />
        <ShowMore part=part />
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
    let why = move || match card.with(|card| card.place.clone()) {
        Place::Abandoned { reason: AbandonReason::Ended, .. } => Some(texts.get("console.abandoned.ended")),
        Place::Abandoned { reason: AbandonReason::Gone, .. } => Some(texts.get("console.abandoned.gone")),
        _ => None,
    };
    let why = move || why().map(|why| view! { <Chip icon="leave">{why}</Chip> });
    view! {
        <SessionCard card=card since=since until=left words=Signal::derive(move || card.with(|card| card.words.clone()))>
            <div class="card__foot card__chips">{why}<CardChips card=card /></div>
            <div class="card__foot">
                <Button variant=Variant::Plain size=ButtonSize::Small on_click=move |_| desk.following_up.set(Some(chat))>{texts.get("console.end_session")}</Button>
                <MailLink card=card />
                <Button variant=Variant::Quiet size=ButtonSize::Small on_click=move |_| desk.look_into(chat)>{texts.get("console.open")}</Button>
                <MoveButton card=card />
            </div>
        </SessionCard>
    }
}

/// The customer's address, where one is known.
#[component]
pub fn MailLink(card: Memo<Card>) -> impl IntoView {
    let texts = use_words();
    move || {
        card.with(|card| card.email.clone()).map(|address| {
            view! { <a class="button button--secondary button--small" href=format!("mailto:{address}") title=address.clone()>{texts.get("console.abandoned.email")}</a> }
        })
    }
}
