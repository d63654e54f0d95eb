//! Region "Chat requests": what the queues announce to everybody who is ready. Whoever joins first has the chat.

use super::{
    alerts::join_id,
    desk::use_desk,
    manager::{WAITING, card::current, waits_since},
    words::use_words,
};
use crate::ui::{Button, ButtonSize, Clock, Variant};
use domain::desk::Card;
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};

/// How many requests have a place in the bar; the rest is in Waiting.
const SHOWN: usize = 2;

/// The newest requests, wherever the agent is in the console.
#[component]
pub fn Requests() -> impl IntoView {
    let (desk, texts) = (use_desk(), use_words());
    let shown = move || desk.requests.with(|cards| cards.iter().take(SHOWN).cloned().collect::<Vec<_>>());
    let rest = Memo::new(move |_| desk.requests.with(|cards| cards.len().saturating_sub(SHOWN)));
    let is_there = Memo::new(move |_| desk.requests.with(|cards| !cards.is_empty()));
    view! {
        <Show when=move || is_there.get()>
            <section class="requests__list" aria-label=texts.get("console.requests")>
                <For each=shown key=|card| card.conversation children=move |card| view! { <Request card=current(desk.requests, card) /> } />
                <Show when=move || { rest.get() > 0 }>
                    <a class="button button--quiet button--small requests__more" href=format!("/?list={WAITING}")>
                        {move || texts.count("console.requests.more", rest.get())}
                    </a>
                </Show>
            </section>
        </Show>
    }
}

#[component]
fn Request(card: Memo<Card>) -> impl IntoView {
    let (desk, texts) = (use_desk(), use_words());
    let chat = card.with_untracked(|card| card.conversation);
    let name = Signal::derive(move || card.with(|card| card.customer.clone()));
    let since = Signal::derive(move || card.with(waits_since));
    let place = move || card.with(super::alerts::place_of);
    let navigate = use_navigate();
    let join = Action::new_local(move |(): &()| {
        let navigate = navigate.clone();
        async move {
            if desk.join(chat).await.is_some() {
                navigate("/", NavigateOptions::default());
            }
        }
    });
    view! {
        <article class="notice" aria-label=name data-chat=chat.to_string()>
            <i class="notice__pulse"></i>
            <div class="notice__text truncate">
                <span class="notice__name" title=name>{name}</span>
                <span class="notice__sub truncate" title=place><Clock since=since /> " · " {place}</span>
            </div>
            <span class="spacer"></span>
            <Button
                variant=Variant::Primary
                size=ButtonSize::Small
                busy=join.pending()
                on_click=move |_| _ = join.dispatch(())
                attr:id=join_id(chat)
            >{texts.get("console.join")}</Button>
        </article>
    }
}
