//! Before anybody has joined: the place in the queue and the wait so far.

use super::{state::use_widget, words};
use crate::{texts::use_texts, ui::Clock};
use domain::state::Phase;
use leptos::prelude::*;

#[component]
pub fn Waiting() -> impl IntoView {
    let (widget, texts) = (use_widget(), StoredValue::new(use_texts()));
    let standing = widget.live.standing;
    let place = Memo::new(move |_| standing.with(|standing| standing.as_ref().map(|standing| standing.place)));
    let expected = move || {
        let wait = standing.with(|standing| standing.as_ref().and_then(|standing| standing.expected));
        texts.with_value(|texts| words::expected(texts, wait).map(|about| format!("{about}. ")))
    };
    let title =
        move || texts.with_value(|texts| place.get().map_or_else(|| texts.get("widget.in_line"), |place| words::place(texts, place)));
    let chat = widget.live.chat;
    let since = Memo::new(move |_| {
        chat.with(|chat| match chat.phase {
            Phase::Waiting { since } => since,
            Phase::Active { .. } | Phase::Abandoned { .. } | Phase::Ended { .. } => chat.opened_at,
        })
    });
    let get = move |key: &str| texts.with_value(|texts| texts.get(key));
    view! {
        <section class="waiting" aria-label=get("widget.waiting")>
            <p class="waiting__place" aria-hidden="true">{move || place.get().map_or_else(|| "…".to_owned(), |place| place.to_string())}</p>
            <p class="waiting__title" role="status">{title}</p>
            <p class="muted">{expected}{get("widget.keep_browsing")}</p>
            <p class="muted">{get("widget.waited")} " " <Clock since=since /></p>
        </section>
    }
}
