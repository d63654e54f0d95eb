//! The head of a window: who, where from, since when, and what can be done with it.

use super::WindowOf;
use crate::{
    console::{contact::CONTACT, desk::use_desk, manager::card::link_state, words::use_words},
    ui::{Avatar, Button, ButtonSize, Clock, Icon, IconButton, IconSize, Menu, MenuItem, Variant},
};
use domain::state::{ChatState, Phase};
use leptos::prelude::*;

#[component]
pub fn WindowHead(window: WindowOf) -> impl IntoView {
    let (desk, texts) = (use_desk(), use_words());
    let WindowOf { chat, state, customer, is_mine } = window;
    let here = desk.chat_here(chat);
    let sub = move || {
        let service = state.with(|state| state.service.clone());
        format!("{service} · {}", texts.get(standing(&state.get(), here.get())))
    };
    let since = Signal::derive(move || state.with(began));
    let ended = Memo::new(move |_| state.with(ChatState::has_ended));
    view! {
        <header class="window__head">
            <Avatar name=customer presence=link_state(here) />
            <div class="window__who">
                <h2 class="window__name"><span class="truncate" title=customer>{customer}</span></h2>
                <p class="window__sub">{sub}</p>
            </div>
            <span class="window__timer" role="timer" aria-label=texts.get("console.window.clock")><Clock since=since /></span>
            <div class="window__tools">
                <Show when=move || is_mine.get() && ended.get()>
                    <LeaveButton window=window label=texts.get("console.leave") />
                </Show>
                <Show when=move || is_mine.get() && !ended.get()>
                    <ChatMenu window=window />
                </Show>
                <IconButton name=texts.get("console.contact") icon="user" small=true class="window__contact" attr:popovertarget=CONTACT />
                <IconButton name=texts.get("console.minimise") icon="minimise" small=true on_click=move |_| desk.windows.minimise(chat) />
                <IconButton name=texts.get("console.close_chat") icon="close" small=true on_click=move |_| desk.close_window(chat) />
            </div>
        </header>
    }
}

#[component]
fn ChatMenu(window: WindowOf) -> impl IntoView {
    let (desk, texts) = (use_desk(), use_words());
    let chat = window.chat;
    view! {
        <Menu
            id=format!("menu-{chat}")
            name=texts.get("console.chat_menu")
            class="icon-button icon-button--small"
            button=move || view! { <Icon name="more" size=IconSize::Small /> }
        >
            <MenuItem icon="leave" keys="Alt X" on_choose=move |()| desk.finish(chat)>{texts.get("console.end_chat")}</MenuItem>
        </Menu>
    }
}

/// Leaves an ended chat; while the question about its ticket is open, that is asked first.
#[component]
pub fn LeaveButton(window: WindowOf, label: String) -> impl IntoView {
    let desk = use_desk();
    let chat = window.chat;
    let leave = Action::new_local(move |(): &()| desk.leave(chat));
    let pressed = move |_| {
        if desk.is_decided(chat) { _ = leave.dispatch(()) } else { desk.finish(chat) }
    };
    view! { <Button variant=Variant::Plain size=ButtonSize::Small busy=leave.pending() on_click=pressed>{label}</Button> }
}

/// How the chat stands, as a text key.
fn standing(state: &ChatState, here: Option<bool>) -> &'static str {
    match (&state.phase, here) {
        (Phase::Waiting { .. }, _) => "console.window.waiting",
        (Phase::Active { .. }, Some(false)) => "console.window.away",
        (Phase::Active { .. }, Some(true)) => "console.window.connected",
        (Phase::Active { .. }, None) => "console.window.active",
        (Phase::Abandoned { .. }, _) => "console.window.abandoned",
        (Phase::Ended { .. }, _) => "console.window.ended",
    }
}

/// Since when the chat stands where it stands.
fn began(state: &ChatState) -> domain::time::Timestamp {
    match state.phase {
        Phase::Waiting { since } | Phase::Active { since } => since,
        Phase::Abandoned { at, .. } | Phase::Ended { at, .. } => at,
    }
}
