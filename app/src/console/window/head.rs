//! The head of a window: who, where from, since when, and what can be done with it.

use super::WindowOf;
use crate::{
    console::{
        contact::CONTACT,
        desk::{Desk, Handing, use_desk},
        manager::card::link_state,
        why::Why,
        words::use_words,
    },
    ui::{Avatar, Button, ButtonSize, Clock, Icon, IconButton, IconSize, Menu, MenuItem, MenuLine, Variant},
};
use domain::{
    desk::{Card, Place},
    state::{ChatState, Phase},
};
use leptos::prelude::*;

#[component]
pub fn WindowHead(window: WindowOf) -> impl IntoView {
    let (desk, texts) = (use_desk(), use_words());
    let WindowOf { chat, state, customer, is_mine } = window;
    let here = desk.chat_here(chat);
    let sub = move || {
        let service = state.with(|state| state.service.clone());
        let mut parts = vec![service, texts.get(standing(&state.get(), here.get()))];
        let others = others(desk, &state.get());
        if !others.is_empty() {
            parts.push(texts.with("console.window.with", &[("name", &others.join(", "))]));
        }
        parts.join(" · ")
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
                <Show when=move || !is_mine.get()>
                    <VisitMenu window=window />
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
            <MenuItem icon="transfer" on_choose=move |()| desk.handing.set(Some((chat, Handing::Transfer)))>{texts.get("console.transfer")}</MenuItem>
            <MenuItem icon="queue" on_choose=move |()| desk.handing.set(Some((chat, Handing::TransferToQueue)))>{texts.get("console.move_queue")}</MenuItem>
            <MenuItem icon="help" on_choose=move |()| desk.why.set(Some(Why::Chat(chat)))>{texts.get("console.why.chat")}</MenuItem>
            <MenuLine />
            <MenuItem icon="leave" keys="Alt X" on_choose=move |()| desk.finish(chat)>{texts.get("console.end_chat")}</MenuItem>
        </Menu>
    }
}

/// What can be done with a chat that is looked into.
#[component]
fn VisitMenu(window: WindowOf) -> impl IntoView {
    let (desk, texts) = (use_desk(), use_words());
    let chat = window.chat;
    let card = Memo::new(move |_| desk.card(chat));
    let moves = move || card.with(|card| card.as_ref().is_some_and(can_move));
    let assigns =
        move || desk.is_supervisor() && card.with(|card| card.as_ref().is_some_and(|card| is_active(card) || card.is_unanswered()));
    view! {
        <Menu
            id=format!("menu-{chat}")
            name=texts.get("console.chat_menu")
            class="icon-button icon-button--small"
            button=move || view! { <Icon name="more" size=IconSize::Small /> }
        >
            <Show when=moves>
                <MenuItem icon="queue" on_choose=move |()| desk.handing.set(Some((chat, Handing::Move)))>{texts.get("console.move_queue")}</MenuItem>
            </Show>
            <Show when=assigns>
                <MenuItem icon="user" on_choose=move |()| desk.handing.set(Some((chat, Handing::Assign)))>{texts.get("console.assign")}</MenuItem>
            </Show>
            <MenuItem icon="help" on_choose=move |()| desk.why.set(Some(Why::Chat(chat)))>{texts.get("console.why.chat")}</MenuItem>
        </Menu>
    }
}

fn can_move(card: &Card) -> bool {
    card.is_unanswered() || card.is_abandoned() || card.is_callback()
}

fn is_active(card: &Card) -> bool {
    matches!(card.place, Place::Active { .. })
}

/// Who else is in the chat, seen from its reader: its agent where it is somebody else, and who helps.
fn others(desk: Desk, state: &ChatState) -> Vec<String> {
    if !matches!(state.phase, Phase::Active { .. }) {
        return Vec::new();
    }
    let me = desk.me.with(|me| me.id);
    state.agent.iter().chain(&state.helpers).filter(|agent| agent.id != me).map(|agent| agent.name.clone()).collect()
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
        (Phase::Parked { .. }, _) => "console.window.parked",
        (Phase::Callback { .. }, _) => "console.window.callback",
        (Phase::Ended { .. }, _) => "console.window.ended",
    }
}

/// Since when the chat stands where it stands.
fn began(state: &ChatState) -> domain::time::Timestamp {
    match state.phase {
        Phase::Waiting { since } | Phase::Active { since } | Phase::Parked { since, .. } => since,
        Phase::Abandoned { at, .. } | Phase::Ended { at, .. } | Phase::Callback { at } => at,
    }
}
