//! The console's frame: it fetches the first data once, opens the live stream, and stands around every page.

use super::{
    alerts::{OfferVoice, provide_alerts, use_message_bell},
    browser,
    desk::{Desk, provide_desk, send},
    dialogs::Dialogs,
    dock::Strip,
    keeper::{Keeper, Settle},
    keyboard::Keyboard,
    offers::Offers,
    page_failed::PageFailed,
    words::use_words,
};
use crate::{
    api,
    live::{console::ConsoleHooks, person},
    ui::{SkeletonList, Toast, ToastRegion, provide_now, provide_toasts},
};
use domain::{
    desk::{DeskSnapshot, OfferView},
    ids::{ConversationId, OfferId},
    offer::OfferEnd,
    presence::Wish,
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{components::Outlet, hooks::use_location};
use std::collections::BTreeMap;

mod alerts_banner;
mod changes;
mod link_banner;
mod my_state;
mod rail;
mod topbar;

pub use {
    changes::A_MOMENT,
    my_state::{STATE_MENU, word_key},
};
use {rail::Rail, topbar::Topbar};

/// Everything but sign-in: the pages of somebody who is signed in.
#[component]
pub fn Frame() -> impl IntoView {
    let first = Resource::new(|| (), |()| api::desk::snapshot());
    view! {
        <Suspense fallback=FrameLoading>
            {move || Suspend::new(async move {
                match first.await {
                    Ok(first) => view! { <Console first=first /> }.into_any(),
                    Err(error) => view! { <PageFailed problem=error.0 again=move || first.refetch() /> }.into_any(),
                }
            })}
        </Suspense>
    }
}

#[component]
fn FrameLoading() -> impl IntoView {
    view! { <main class="shell shell--loading"><SkeletonList label=use_words().get("console.loading") rows=5 /></main> }
}

#[component]
fn Console(first: DeskSnapshot) -> impl IntoView {
    let texts = use_words();
    provide_toasts();
    let desk = provide_desk(&first);
    provide_now(first.now, Signal::derive(move || desk.live.clock.now() - person::browser_now()));
    let sound = provide_alerts(desk);
    desk.outbox.open(first.agent.me.id.to_string(), send);
    let hear = use_message_bell(desk, sound);
    let offered = StoredValue::new(BTreeMap::<OfferId, OfferView>::new());
    let hooks = ConsoleHooks::default()
        .on_event(move |chat, event, live| {
            if live {
                hear(chat, event)
            }
        })
        .on_offer(move |offer| offered.update_value(|all| _ = all.insert(offer.id, offer.clone())))
        .on_offer_gone(move |offer, end| tell_missed(desk, offered.try_update_value(|all| all.remove(&offer)).flatten(), end))
        .on_signed_out(move || desk.signed_out.set(true));
    desk.live.open(hooks);
    changes::follow_own_chats(desk);
    changes::follow_helped_chats(desk);
    changes::tell_state_changes(desk);
    Effect::new(move |_| browser::on_input(move || desk.live.say_input()));
    browser::before_leaving(move || desk.mine.with_untracked(|cards| cards.iter().any(|card| desk.is_with_customer(card.conversation))));
    let path = use_location().pathname;
    let at_chats = Signal::derive(move || path.get() == "/");
    let waits_for_me = move || desk.unread.get() + desk.offers.with(Vec::len) + desk.requests.with(Vec::len);
    let counted = move |title: String| match waits_for_me() {
        0 => title,
        n => format!("({n}) {title}"),
    };
    let formatter = move |title: String| {
        if title.is_empty() { counted(texts.get("console.name")) } else { counted(format!("{title} · {}", texts.get("console.name"))) }
    };
    let mine = move || desk.mine.with(|cards| cards.iter().map(|card| card.conversation).collect::<Vec<ConversationId>>());
    let visited = move || {
        desk.windows.read(|panes| panes.list().iter().filter(|pane| pane.visiting).map(|pane| pane.chat).collect::<Vec<ConversationId>>())
    };
    view! {
        <Title formatter=formatter text=texts.get("console.title") />
        <a class="skip-link" href="#main">{texts.get("console.skip")}</a>
        <div class="shell" class:shell--away=move || !at_chats.get()>
            <Rail />
            <Topbar />
            <Outlet />
            <Show when=move || !at_chats.get() && desk.offers.with(|offers| !offers.is_empty())>
                <aside class="away"><Offers /></aside>
            </Show>
        </div>
        <Show when=move || !at_chats.get()><Strip shows_all=Signal::stored(true) /></Show>
        <For each=mine key=|chat| *chat children=move |chat| view! { <Keeper chat=chat /> } />
        <For each=visited key=|chat| *chat children=move |chat| view! { <Settle chat=chat /> } />
        <OfferVoice />
        <Dialogs />
        <Keyboard />
        <ToastRegion />
    }
}

/// Says what became of an offer that this agent did not answer.
fn tell_missed(desk: Desk, offer: Option<OfferView>, end: Option<OfferEnd>) {
    let (Some(offer), Some(end)) = (offer, end) else { return };
    let texts = desk.texts();
    let name = [("name", offer.card.customer.as_str())];
    match end {
        OfferEnd::Expired => {
            let ready = Callback::new(move |()| leptos::task::spawn_local(desk.set_wish(Wish::Ready)));
            let toast = Toast::danger(texts.with("console.missed", &name)).text(texts.get("console.missed_text"));
            desk.toasts.show(toast.action(texts.get("console.go_ready"), ready));
        }
        OfferEnd::Cancelled => {
            let chat = offer.card.conversation;
            let (title, text) = (texts.with("console.withdrawn", &name), texts.get("console.withdrawn_text"));
            // Who took it stands in the queue's stream, which may come a moment after the agent's own.
            set_timeout(move || desk.tell_taken(chat).unwrap_or_else(|| desk.toasts.show(Toast::plain(title).text(text))), A_MOMENT);
        }
        OfferEnd::Accepted | OfferEnd::Rejected | OfferEnd::Revoked => {}
    }
}
