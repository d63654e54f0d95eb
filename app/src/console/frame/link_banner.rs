//! How the link to the desk stands, said once while it is down. The work goes on: what is written is kept.

use crate::{
    console::{browser, desk::use_desk, words::use_words},
    live::socket::{LinkState, Stop, shown_link},
    ui::{Button, ButtonSize, Icon, IconSize},
};
use leptos::prelude::*;

#[component]
pub fn LinkBanner() -> impl IntoView {
    let (desk, texts) = (use_desk(), use_words());
    let link = shown_link(desk.live.link);
    let state = Memo::new(move |_| match link.get() {
        LinkState::Connecting | LinkState::Online => None,
        LinkState::Reconnecting { .. } => Some("console.link.reconnecting"),
        LinkState::Offline { .. } => Some("console.link.offline"),
        LinkState::Stopped(Stop::Fenced) => Some("console.link.fenced"),
        LinkState::Stopped(Stop::SignedOut | Stop::Closed) => None,
    });
    view! {
        <div role="status">
            {move || {
                state.get().map(|key| {
                    let is_fenced = key == "console.link.fenced";
                    view! {
                        <p class="banner banner--slim">
                            <Icon name="offline" size=IconSize::Small />
                            <span><strong>{texts.get(key)}</strong> " " {texts.get(&format!("{key}_text"))}</span>
                            <Show when=move || is_fenced>
                                <Button size=ButtonSize::Small on_click=move |_| browser::go_to("/")>{texts.get("console.link.reload")}</Button>
                            </Show>
                        </p>
                    }
                })
            }}
        </div>
    }
}
