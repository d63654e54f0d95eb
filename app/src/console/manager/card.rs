//! One card: who, since when, where from, the last words; below it what the list adds.

use crate::{
    console::{alerts::place_of, browser, desk::use_desk, words::use_words},
    ui::{Avatar, Chip, Clock},
};
use domain::{desk::Card, presence::Shown, time::Timestamp};
use leptos::{ev::MouseEvent, prelude::*};

/// The card of the list's entry `first`, kept current while the list shows it.
pub fn current(list: Memo<Vec<Card>>, first: Card) -> Memo<Card> {
    Memo::new(move |before: Option<&Card>| {
        let now = list.with(|cards| cards.iter().find(|card| card.conversation == first.conversation).cloned());
        now.unwrap_or_else(|| before.unwrap_or(&first).clone())
    })
}

/// An article named by the customer. Its name opens the chat behind it.
#[component]
pub fn SessionCard(
    card: Memo<Card>,
    /// Where the clock at the top right began.
    #[prop(into)]
    since: Signal<Timestamp>,
    /// The clock stands still here.
    #[prop(optional, into)]
    until: Signal<Option<Timestamp>>,
    #[prop(into)] words: Signal<String>,
    /// The words are new to the agent.
    #[prop(optional, into)]
    fresh: Signal<bool>,
    /// Whether the customer's browser is connected, where that is known.
    #[prop(optional, into)]
    presence: Option<Signal<Shown>>,
    children: Children,
) -> impl IntoView {
    let desk = use_desk();
    let chat = card.with_untracked(|card| card.conversation);
    let name = Signal::derive(move || card.with(|card| card.customer.clone()));
    let is_current = move || desk.windows.read(|panes| panes.current() == Some(chat));
    let open = move |event: MouseEvent| {
        event.prevent_default();
        desk.look_into(chat);
    };
    let site = move || card.with(place_of);
    let clock = move || match until.get() {
        Some(until) => view! { <span class="number">{(until - since.get()).clock()}</span> }.into_any(),
        None => view! { <Clock since=since /> }.into_any(),
    };
    let avatar = match presence {
        Some(presence) => view! { <Avatar name=name presence=presence /> }.into_any(),
        None => view! { <Avatar name=name /> }.into_any(),
    };
    view! {
        <article class="card" class:is-current=is_current aria-label=name data-chat=chat.to_string()>
            {avatar}
            <h3 class="card__name"><a href=format!("#{chat}") title=name on:click=open>{name}</a></h3>
            <span class="card__clock">{clock}</span>
            <p class="card__where"><span class="truncate">{site}</span></p>
            <Show when=move || words.with(|words| !words.is_empty())>
                <p class="card__text" class:card__text--new=fresh>{words}</p>
            </Show>
            {children()}
        </article>
    }
}

/// What else is known of the customer: language, who handed the chat on, who helps.
#[component]
pub fn CardChips(card: Memo<Card>) -> impl IntoView {
    let texts = use_words();
    let language = move || language_chip(card.with(|card| card.language.clone()));
    let handed = move || {
        let from = card.with(|card| card.handover.as_ref().map(|handover| handover.from.name.clone()));
        from.map(|name| view! { <Chip icon="transfer">{texts.with("console.offer.from", &[("name", &name)])}</Chip> })
    };
    let helpers = move || {
        card.with(|card| card.helpers.clone())
            .into_iter()
            .map(|helper| view! { <Chip icon="user-plus">{helper.name}</Chip> })
            .collect_view()
    };
    view! { {language}{handed}{helpers} }
}

/// The customer's language as the reader calls it, unless it is the reader's own.
pub fn language_chip(language: Option<String>) -> Option<impl IntoView> {
    let texts = use_words();
    let own = texts.all().locale().to_owned();
    let tag = language.filter(|tag| tag.split('-').next() != own.split('-').next())?;
    let name = RwSignal::new(tag.clone());
    Effect::new(move |_| {
        if let Some(known) = browser::language_name(&tag) {
            name.set(known);
        }
    });
    Some(view! { <Chip icon="globe">{name}</Chip> })
}

/// The dot at the avatar: whether the customer's browser is connected, as far as is known.
pub fn link_state(here: Signal<Option<bool>>) -> Signal<Shown> {
    Signal::derive(move || if here.get() == Some(false) { Shown::Offline } else { Shown::Ready })
}
