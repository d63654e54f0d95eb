//! `/`: the session manager, the dock with the windows, and what is known of the customer.

use super::{contact::ContactPanel, dock::Dock, manager::Manager, words::use_words};
use leptos::prelude::*;
use leptos_meta::Title;

#[component]
pub fn ChatsPage() -> impl IntoView {
    let texts = use_words();
    view! {
        <Title text=texts.get("console.chats") />
        <main class="chats" id="main">
            <h1 class="visually-hidden">{texts.get("console.chats")}</h1>
            <Manager />
            <Dock />
            <ContactPanel />
        </main>
    }
}
