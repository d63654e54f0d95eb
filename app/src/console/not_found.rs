//! An address that leads nowhere.

use super::{titled, words::use_words};
use crate::ui::Empty;
use leptos::prelude::*;
use leptos_meta::Title;

#[component]
pub fn NotFound() -> impl IntoView {
    let texts = use_words();
    say_not_found();
    view! {
        <Title text=titled(&texts.get("console.not_found")) />
        <main class="page page--alone" id="main">
            <Empty alone=true icon="search" title=texts.get("console.not_found") text=texts.get("console.not_found_text")>
                <a class="button button--primary" href="/">{texts.get("console.back_to_chats")}</a>
            </Empty>
        </main>
    }
}

/// The server's answer says it too.
fn say_not_found() {
    #[cfg(feature = "ssr")]
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(http::StatusCode::NOT_FOUND);
    }
}
