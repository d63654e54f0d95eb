//! "Callbacks": customers who want to be called, the oldest request first. Each stays until somebody has called and says
//! what came of it.

use super::{
    abandoned::MailLink,
    card::{CardChips, SessionCard, current},
    more::{Part, ShowMore},
    waiting::MoveButton,
    waits_since,
};
use crate::{
    console::{desk::use_desk, words::use_words},
    ui::{Button, ButtonSize, Chip, Empty, Icon, IconSize, Variant},
};
use domain::{callback::Callback as Wanted, desk::Card};
use leptos::prelude::*;

#[component]
pub fn CallbackList(cards: Memo<Vec<Card>>) -> impl IntoView {
    let texts = use_words();
    let ordered = Memo::new(move |_| {
        let mut cards = cards.get();
        cards.sort_by_key(|card| (waits_since(card), card.conversation));
        cards
    });
    let part = Part::of(ordered);
    view! {
        <Show when=move || cards.with(|cards| !cards.is_empty())>
            <h2 class="manager__group"><span>{texts.get("console.callbacks.head")}</span><span>{texts.get("console.callbacks.clock")}</span></h2>
        </Show>
        <For each=move || part.get() key=|card| card.conversation children=move |card| view! { <CallbackCard card=current(ordered, card) /> } />
        <ShowMore part=part />
        <Show when=move || cards.with(Vec::is_empty)>
            <Empty icon="phone" title=texts.get("console.callbacks.empty") text=texts.get("console.callbacks.empty_text") />
        </Show>
    }
}

#[component]
fn CallbackCard(card: Memo<Card>) -> impl IntoView {
    let (desk, texts) = (use_desk(), use_words());
    let chat = card.with_untracked(|card| card.conversation);
    let since = Signal::derive(move || card.with(waits_since));
    let wanted = Memo::new(move |_| card.with(|card| card.callback.clone()));
    let words = Signal::derive(move || {
        let message = wanted.with(|wanted| wanted.as_ref().and_then(|wanted| wanted.message.clone()));
        message.unwrap_or_else(|| card.with(|card| card.words.clone()))
    });
    let when = move || {
        let when = wanted.with(|wanted| wanted.as_ref().and_then(|wanted| wanted.when.clone()));
        when.map(|when| view! { <Chip icon="clock"><span class="truncate">{texts.with("console.callbacks.when", &[("when", &when)])}</span></Chip> })
    };
    view! {
        <SessionCard card=card since=since words=words>
            <div class="card__foot card__chips">{when}<CardChips card=card /></div>
            <div class="card__foot">
                {move || wanted.get().map(|wanted| view! { <Phone wanted=wanted /> })}
                <Button variant=Variant::Plain size=ButtonSize::Small on_click=move |_| desk.following_up.set(Some(chat))>{texts.get("console.end_session")}</Button>
                <MailLink card=card />
                <Button variant=Variant::Quiet size=ButtonSize::Small on_click=move |_| desk.look_into(chat)>{texts.get("console.open")}</Button>
                <MoveButton card=card />
            </div>
        </SessionCard>
    }
}

/// The number as a link for the phone system.
#[component]
pub fn Phone(wanted: Wanted) -> impl IntoView {
    let link = wanted.link();
    view! {
        <a class="button button--primary button--small" href=link>
            <Icon name="phone" size=IconSize::ExtraSmall />
            <span class="number">{wanted.phone}</span>
        </a>
    }
}
