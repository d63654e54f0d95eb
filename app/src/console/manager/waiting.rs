//! "Waiting": who waits, the longest first, as the queue serves them.

use super::{
    card::{SessionCard, current},
    waits_since,
};
use crate::{
    console::{alerts::PROMISE, desk::use_desk, words::use_words},
    ui::{Button, ButtonSize, Empty, Variant, WaitBar},
};
use domain::desk::{Card, Place};
use leptos::prelude::*;

#[component]
pub fn WaitingList(cards: Memo<Vec<Card>>) -> impl IntoView {
    let texts = use_words();
    view! {
        <Show when=move || cards.with(|cards| !cards.is_empty())>
            <h2 class="manager__group"><span>{texts.get("console.waiting.head")}</span><span>{texts.get("console.waiting.clock")}</span></h2>
        </Show>
        <For
            each=move || cards.get()
            key=|card| card.conversation
            children=move |card| view! { <WaitingCard card=current(cards, card) cards=cards /> }
        />
        <Show when=move || cards.with(Vec::is_empty)>
            <Empty icon="deskbell" title=texts.get("console.waiting.empty") text=texts.get("console.waiting.empty_text") />
        </Show>
    }
}

#[component]
fn WaitingCard(card: Memo<Card>, cards: Memo<Vec<Card>>) -> impl IntoView {
    let (desk, texts) = (use_desk(), use_words());
    let chat = card.with_untracked(|card| card.conversation);
    let since = Signal::derive(move || card.with(waits_since));
    let place = Memo::new(move |_| cards.with(|cards| cards.iter().position(|card| card.conversation == chat)).map_or(1, |at| at + 1));
    let standing = move || match card.with(|card| card.place.clone()) {
        Place::Offered { agent, .. } if agent == desk.me.with(|me| me.id) => texts.get("console.waiting.offered_to_you"),
        Place::Offered { .. } => texts.get("console.waiting.offered"),
        _ => texts.with("console.waiting.place", &[("place", &place.get().to_string())]),
    };
    let join = Action::new_local(move |(): &()| async move {
        desk.join(chat).await;
    });
    view! {
        <SessionCard card=card since=since words=Signal::derive(move || card.with(|card| card.words.clone()))>
            <WaitBar since=since promise=PROMISE>{standing}</WaitBar>
            <div class="card__foot">
                <Button variant=Variant::Primary size=ButtonSize::Small busy=join.pending() on_click=move |_| _ = join.dispatch(())>{texts.get("console.join")}</Button>
                <Button variant=Variant::Quiet size=ButtonSize::Small on_click=move |_| desk.look_into(chat)>{texts.get("console.open")}</Button>
            </div>
        </SessionCard>
    }
}
