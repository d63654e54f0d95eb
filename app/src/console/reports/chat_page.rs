//! `/reports/chats/ID`: a chat to read, from its first word to its last.

use crate::{
    console::{desk::use_desk, window::Transcript, words::use_words},
    ui::{Empty, Icon, SkeletonList},
};
use domain::{ids::ConversationId, state::ChatState};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

#[component]
pub fn ReportChatPage() -> impl IntoView {
    let params = use_params_map();
    let chat = Memo::new(move |_| params.with(|params| params.get_str("id").and_then(|id| id.parse::<ConversationId>().ok())));
    move || match chat.get() {
        Some(chat) => view! { <Chat chat=chat /> }.into_any(),
        None => view! { <main class="page" id="main"><NoSuchChat /></main> }.into_any(),
    }
}

#[component]
fn Chat(chat: ConversationId) -> impl IntoView {
    let (desk, texts) = (use_desk(), use_words());
    Effect::new(move |_| _ = desk.live.follow(chat));
    on_cleanup(move || {
        // A window may look at the same chat.
        if desk.windows.read(|panes| panes.find(chat).is_none()) {
            desk.live.unfollow(chat);
        }
    });
    let state = Memo::new(move |_| desk.chat(chat).map(|live| live.state.get()).unwrap_or_default());
    let gone = Memo::new(move |_| desk.chat(chat).is_some_and(|live| live.gone.get()));
    let has_come = Memo::new(move |_| state.with(|state: &ChatState| state.head > 0));
    let customer = Signal::derive(move || state.with(|state| state.customer.clone()));
    let back = move |_| {
        #[cfg(feature = "hydrate")]
        if let Ok(history) = window().history() {
            _ = history.back();
        }
    };
    view! {
        <Title text=move || customer.get() />
        <main class="page" id="main">
            <section class="sheet page__sheet report__chat" aria-labelledby="chat-title">
                <header class="sheet__head">
                    <button class="icon-button" type="button" aria-label=texts.get("report.back") title=texts.get("report.back") on:click=back><Icon name="arrow-left" /></button>
                    <h1 class="sheet__title" id="chat-title">{move || if has_come.get() { customer.get() } else { texts.get("report.chat") }}</h1>
                </header>
                <Show when=move || !gone.get() fallback=NoSuchChat>
                    <Show when=move || has_come.get() fallback=move || view! { <SkeletonList label=texts.get("report.loading") rows=4 /> }>
                        <Transcript chat=chat state=state customer=customer />
                    </Show>
                </Show>
            </section>
        </main>
    }
}

#[component]
fn NoSuchChat() -> impl IntoView {
    let texts = use_words();
    view! { <Empty icon="search" title=texts.get("report.no_chat") text=texts.get("report.no_chat_text") failed=true /> }
}
