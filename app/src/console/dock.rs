//! The dock: offers on top, two windows side by side, what is minimised in a strip of its own.

use super::{desk::use_desk, offers::Offers, window::ChatWindow, windows::Pane, words::use_words};
use crate::ui::{Avatar, AvatarSize, Badge, Empty, IconButton};
use leptos::prelude::*;

/// The dock of the page with the chats.
#[component]
pub fn Dock() -> impl IntoView {
    let (desk, texts) = (use_desk(), use_words());
    let open = move || desk.windows.read(|panes| panes.list().iter().filter(|pane| pane.slot.is_some()).copied().collect::<Vec<_>>());
    let is_empty = Memo::new(move |_| open().is_empty() && desk.offers.with(Vec::is_empty));
    view! {
        <div class="dock" class:dock--talking=move || !open().is_empty()>
            <Offers />
            <For each=open key=|pane| (pane.chat, pane.visiting) children=move |pane| view! { <ChatWindow pane=pane /> } />
            <Show when=move || is_empty.get()>
                <div class="dock__empty"><Empty icon="chat" title=texts.get("console.dock.empty") text=texts.get("console.dock.empty_text") /></div>
            </Show>
            <Strip shows_all=Signal::stored(false) />
        </div>
    }
}

/// The windows that lie minimised; away from the chats all of them do.
#[component]
pub fn Strip(shows_all: Signal<bool>) -> impl IntoView {
    let (desk, texts) = (use_desk(), use_words());
    let low = move || {
        let all = shows_all.get();
        desk.windows.read(|panes| panes.list().iter().filter(|pane| all || pane.slot.is_none()).copied().collect::<Vec<_>>())
    };
    let is_there = Memo::new(move |_| !low().is_empty());
    view! {
        <Show when=move || is_there.get()>
            <aside class="dock-bar" aria-label=texts.get("console.strip")>
                <For each=low key=|pane| pane.chat children=move |pane| view! { <LowWindow pane=pane away=shows_all /> } />
            </aside>
        </Show>
    }
}

/// A minimised window: who, how many unread, and the way back up.
#[component]
fn LowWindow(pane: Pane, away: Signal<bool>) -> impl IntoView {
    let (desk, texts) = (use_desk(), use_words());
    let chat = pane.chat;
    let customer = Signal::derive(move || desk.card(chat).map(|card| card.customer).unwrap_or_default());
    let name = move || texts.with("console.window", &[("name", &customer.get())]);
    let unread = Memo::new(move |_| if pane.visiting { 0 } else { desk.unread_in(chat) });
    let label = Signal::derive(move || texts.count("console.unread", unread.get()));
    let navigate = leptos_router::hooks::use_navigate();
    let restore = move |_| {
        desk.look_into(chat);
        if away.get_untracked() {
            navigate("/", leptos_router::NavigateOptions::default());
        }
    };
    view! {
        <section class="window window--minimised" aria-label=name data-chat=chat.to_string()>
            <header class="window__head">
                <Avatar name=customer size=AvatarSize::Small />
                <div class="window__who"><h2 class="window__name"><span class="truncate" title=customer>{customer}</span></h2></div>
                <Badge count=unread label=label />
                <IconButton name=texts.get("console.restore") icon="chevron-up" small=true on_click=restore />
            </header>
        </section>
    }
}
