//! Who waits now, and what a supervisor can do about it.

use super::{Wall, chat_menu::ChatMenu, waiting_cards};
use crate::{
    console::{desk::use_desk, words::use_words},
    ui::{Avatar, AvatarSize, Clock, Empty},
};
use domain::{
    desk::{Card, Place},
    ids::ConversationId,
};
use leptos::prelude::*;

#[component]
pub fn Waiting(wall: Wall) -> impl IntoView {
    let (desk, texts) = (use_desk(), use_words());
    let waiting = Memo::new(move |_| desk.cards.with(|cards| waiting_cards(cards)));
    let ids = Memo::new(move |_| waiting.with(|cards| cards.iter().map(|card| card.conversation).collect::<Vec<_>>()));
    view! {
        <section class="sheet panel" aria-labelledby="board-waiting">
            <header class="panel__head"><h2 class="sheet__title" id="board-waiting">{texts.get("board.waiting")}</h2></header>
            <Show
                when=move || !ids.with(Vec::is_empty)
                fallback=move || view! { <Empty icon="check" title=texts.get("board.nobody_waits") text=texts.get("board.nobody_waits_text") /> }
            >
                <ul class="agents"><For each=move || ids.get() key=|id| *id children=move |id| view! { <Row wall=wall waiting=waiting id=id /> } /></ul>
            </Show>
        </section>
    }
}

#[component]
fn Row(wall: Wall, waiting: Memo<Vec<Card>>, id: ConversationId) -> impl IntoView {
    let (desk, texts) = (use_desk(), use_words());
    let card = Memo::new(move |before: Option<&Option<Card>>| {
        waiting.with(|cards| cards.iter().find(|card| card.conversation == id).cloned()).or_else(|| before.cloned().flatten())
    });
    let customer = Signal::derive(move || card.with(|card| card.as_ref().map(|card| card.customer.clone()).unwrap_or_default()));
    let since = Signal::derive(move || match card.with(|card| card.as_ref().map(|card| card.place.clone())) {
        Some(Place::Waiting { since } | Place::Offered { since, .. } | Place::Parked { since, .. }) => since,
        _ => Default::default(),
    });
    let queue = move || {
        let name = card.with(|card| card.as_ref().map(|card| card.queue));
        desk.queues.with(|queues| queues.iter().find(|brief| Some(brief.id) == name).map(|brief| brief.name.clone()).unwrap_or_default())
    };
    let place = move || match card.with(|card| card.as_ref().map(|card| card.place.clone())) {
        Some(Place::Offered { .. }) => texts.get("board.rings"),
        Some(Place::Parked { .. }) => texts.get("board.parked"),
        _ => texts.get("board.waits"),
    };
    view! {
        <li class="agent" data-waiting=id.to_string()>
            <Avatar name=customer size=AvatarSize::Small />
            <div class="agent__who">
                <p class="agent__name truncate">{customer}</p>
                <p class="agent__state">{queue} " · " {place} " " <Clock since=since /></p>
            </div>
            <ChatMenu wall=wall chat=id customer=customer answered=false />
        </li>
    }
}
