//! What the customer should know about the way to the desk. The places are always there, so that a screen reader hears
//! what comes into them.

use super::state::use_widget;
use crate::{
    live::socket::{LinkState, shown_link},
    texts::use_texts,
    ui::{Icon, IconSize},
};
use leptos::prelude::*;

/// Above a chat: the connection is gone, something is not saved, a step did not work.
#[component]
pub fn Notices() -> impl IntoView {
    let (widget, texts) = (use_widget(), StoredValue::new(use_texts()));
    let link = shown_link(widget.live.link);
    let lost = Signal::derive(move || matches!(link.get(), LinkState::Reconnecting { .. } | LinkState::Offline { .. }));
    let (saved, waiting) = (widget.outbox.is_saved(), widget.outbox.waiting());
    let unsaved = Signal::derive(move || !saved.get() && waiting.get() > 0);
    let trouble = Signal::derive(move || widget.trouble.get().map(|key| texts.with_value(|texts| texts.get(&key))));
    view! {
        <div role="status">
            <Notice shown=lost icon="refresh" text=texts.with_value(|texts| texts.get("widget.reconnecting")) />
            <Notice shown=unsaved icon="warning" text=texts.with_value(|texts| texts.get("widget.not_saved")) />
        </div>
        <div role="alert">
            <Show when=move || trouble.with(Option::is_some)>
                <p class="link-state link-state--still"><Icon name="warning" size=IconSize::Small /><span>{move || trouble.get()}</span></p>
            </Show>
        </div>
    }
}

/// While a chat is begun or fetched: the desk does not answer, and is asked again.
#[component]
pub fn Retrying() -> impl IntoView {
    let (widget, texts) = (use_widget(), use_texts());
    view! { <div role="status"><Notice shown=widget.retrying.into() icon="refresh" text=texts.get("widget.reconnecting") /></div> }
}

#[component]
fn Notice(shown: Signal<bool>, icon: &'static str, text: String) -> impl IntoView {
    let class = if icon == "refresh" { "link-state" } else { "link-state link-state--still" };
    view! {
        <Show when=move || shown.get()>
            <p class=class><Icon name=icon size=IconSize::Small /><span>{text.clone()}</span></p>
        </Show>
    }
}
