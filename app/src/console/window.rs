//! A chat's window: head, log and composer. A chat that is only looked into has a log and what can be done about it.

use super::{
    browser,
    desk::use_desk,
    windows::{Pane, Slot},
    words::use_words,
};
use crate::ui::SkeletonList;
use domain::{ids::ConversationId, state::ChatState};
use leptos::{html, prelude::*};

mod after;
mod composer;
mod head;
mod lines;
mod thread;
mod visit;

use {after::AfterBar, composer::Composer, head::WindowHead, thread::Thread, visit::VisitBar};

/// What the parts of a window share.
#[derive(Clone, Copy)]
pub struct WindowOf {
    pub chat: ConversationId,
    /// The chat as it is now.
    pub state: Memo<ChatState>,
    pub customer: Signal<String>,
    /// One of the agent's own.
    pub is_mine: Memo<bool>,
}

/// Region "Chat with NAME".
#[component]
pub fn ChatWindow(pane: Pane) -> impl IntoView {
    let (desk, texts) = (use_desk(), use_words());
    let chat = pane.chat;
    let state = Memo::new(move |_| desk.chat(chat).map(|live| live.state.get()).unwrap_or_default());
    let customer =
        Signal::derive(move || desk.card(chat).map(|card| card.customer).unwrap_or_else(|| state.with(|state| state.customer.clone())));
    let window = WindowOf { chat, state, customer, is_mine: Memo::new(move |_| desk.is_mine(chat)) };
    let name = move || texts.with("console.window", &[("name", &customer.get())]);
    let class = move || match desk.windows.read(|panes| panes.find(chat).and_then(|pane| pane.slot)) {
        Some(Slot::Start) => "window window--start",
        Some(Slot::End) | None => "window window--end",
    };
    let is_current = move || desk.windows.read(|panes| panes.current() == Some(chat));
    let has_come = Memo::new(move |_| state.with(|state| state.head > 0));
    let section = NodeRef::<html::Section>::new();
    Effect::new(move |_| {
        if let Some(section) = section.get() {
            browser::watch_sight(&section, move |seen| desk.windows.set_in_sight(chat, seen));
        }
    });
    on_cleanup(move || desk.windows.set_in_sight(chat, false));
    view! {
        <section
            node_ref=section
            class=class
            class:is-focused=is_current
            id=window_id(chat)
            aria-label=name
            tabindex="-1"
            on:focusin=move |_| desk.windows.use_now(chat)
            on:pointerdown=move |_| desk.windows.use_now(chat)
        >
            <WindowHead window=window />
            <Show when=move || has_come.get() fallback=move || view! { <div class="thread"><SkeletonList label=use_words().get("console.window.loading") /></div> }>
                <Thread window=window />
                <Foot window=window />
            </Show>
        </section>
    }
}

/// The log of a chat outside any window, to read.
#[component]
pub fn Transcript(chat: ConversationId, state: Memo<ChatState>, customer: Signal<String>) -> impl IntoView {
    let window = WindowOf { chat, state, customer, is_mine: Memo::new(|_| false) };
    view! { <Thread window=window /> }
}

/// What stands below the log: the composer while the agent may write, else what is due.
#[component]
fn Foot(window: WindowOf) -> impl IntoView {
    let has_ended = Memo::new(move |_| window.state.with(ChatState::has_ended));
    move || match (window.is_mine.get(), has_ended.get()) {
        (true, false) => view! { <Composer window=window /> }.into_any(),
        (true, true) => view! { <AfterBar window=window /> }.into_any(),
        (false, _) => view! { <VisitBar window=window /> }.into_any(),
    }
}

/// The id of a chat's window in the page.
pub fn window_id(chat: ConversationId) -> String {
    format!("window-{chat}")
}
