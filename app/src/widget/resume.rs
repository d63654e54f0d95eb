//! A chat that goes on: its shape, until the host's page has handed in the token and the desk the conversation.

use super::{
    head::{ChatHead, landmark},
    notices::Retrying,
    state::use_widget,
};
use crate::{texts::use_texts, ui::SkeletonList};
use leptos::prelude::*;

#[component]
pub fn Resume() -> impl IntoView {
    let texts = use_texts();
    let page = use_widget().page.get_value();
    view! {
        <ChatHead />
        <Retrying />
        <main class="widget__body" aria-label=landmark()>
            <SkeletonList label=texts.get("widget.resuming") rows=4 />
            <a class="plain" href=format!("/widget/{}", page.site_key)>{texts.get("widget.new_chat")}</a>
        </main>
    }
}
