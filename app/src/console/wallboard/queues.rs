//! The queues, a row each.

use super::{Wall, tiles::GOOD_PERCENT};
use crate::{
    console::words::use_words,
    ui::{Clock, Empty, Icon, IconSize, use_now},
};
use domain::{board::BoardQueue, ids::QueueId};
use leptos::prelude::*;

#[component]
pub fn Queues(wall: Wall) -> impl IntoView {
    let texts = use_words();
    let ids = Memo::new(move |_| wall.board.with(|board| board.queues.iter().map(|queue| queue.id).collect::<Vec<_>>()));
    let head = move |key: &str| view! { <th scope="col" class="is-number">{texts.get(key)}</th> };
    view! {
        <section class="sheet panel" aria-labelledby="board-queues">
            <header class="panel__head"><h2 class="sheet__title" id="board-queues">{texts.get("board.queues")}</h2></header>
            <Show when=move || ids.with(Vec::is_empty)><Empty icon="queue" title=texts.get("board.no_queues") text=texts.get("board.no_queues_text") /></Show>
            <div class="panel__scroll" tabindex="0" role="group" aria-labelledby="board-queues">
                <table class="counts">
                    <thead>
                        <tr>
                            <th scope="col">{texts.get("board.queue")}</th>
                            {head("board.waiting")} {head("board.longest_wait")} {head("board.in_chat")} {head("state.ready")} {head("state.busy")}
                            {head("state.not_ready")} {head("board.parked")} {head("board.callbacks")} {head("board.abandoned")} {head("board.answered")}
                            <th scope="col" class="counts__wide">{texts.get("board.level")}</th>
                        </tr>
                    </thead>
                    <tbody><For each=move || ids.get() key=|id| *id children=move |id| view! { <Row wall=wall id=id /> } /></tbody>
                </table>
            </div>
            <Unmanned wall=wall />
        </section>
    }
}

#[component]
fn Row(wall: Wall, id: QueueId) -> impl IntoView {
    let (texts, now) = (use_words(), use_now());
    let queue = Memo::new(move |_| wall.board.with(|board| board.queues.iter().find(|queue| queue.id == id).cloned()));
    let of = move |pick: fn(&BoardQueue) -> i64| Memo::new(move |_| queue.with(|queue| queue.as_ref().map_or(0, pick)));
    let number = move |pick: fn(&BoardQueue) -> i64| {
        let value = of(pick);
        view! { <td class="is-number" class:subtle=move || value.get() == 0>{value}</td> }
    };
    let name = move || queue.with(|queue| queue.as_ref().map(|queue| queue.name.clone()).unwrap_or_default());
    let longest = Memo::new(move |_| queue.with(|queue| queue.as_ref().and_then(|queue| queue.longest)));
    let is_late = Memo::new(move |_| queue.with(|queue| queue.as_ref().is_some_and(|queue| queue.is_late(now.get()))));
    let since = Signal::derive(move || longest.get().unwrap_or_default());
    let level = Memo::new(move |_| queue.with(|queue| queue.as_ref().and_then(BoardQueue::level_percent)));
    view! {
        <tr data-queue=id.to_string()>
            <th scope="row" class="strong">{name}</th>
            {number(|queue| queue.waiting)}
            <td class="is-number" class:over=move || is_late.get()>
                <Show when=move || longest.get().is_some() fallback=|| "–">
                    <Show when=move || is_late.get()>
                        <Icon name="warning" size=IconSize::ExtraSmall />
                        <span class="visually-hidden">{texts.get("board.too_long")} " "</span>
                    </Show>
                    <Clock since=since />
                </Show>
            </td>
            {number(|queue| queue.in_chat)}
            {number(|queue| queue.crew.ready)}
            {number(|queue| queue.crew.busy + queue.crew.wrap_up)}
            {number(|queue| queue.crew.not_ready)}
            {number(|queue| queue.parked)}
            {number(|queue| queue.callbacks)}
            {number(|queue| queue.abandoned)}
            {number(|queue| queue.answered)}
            <td><Level level=level /></td>
        </tr>
    }
}

/// The share in time, as a number and as a bar; a low one says so.
#[component]
fn Level(level: Memo<Option<i64>>) -> impl IntoView {
    let texts = use_words();
    let is_low = move || level.get().is_some_and(|level| level < GOOD_PERCENT);
    view! {
        <div class="bar-cell">
            <span class="number" class:over=is_low>
                {move || level.get().map_or_else(|| "–".to_owned(), |level| format!("{level} %"))}
                <Show when=is_low><span class="visually-hidden">" " {texts.get("board.low")}</span></Show>
            </span>
            <div class="bar" class:bar--under=is_low aria-hidden="true"><i style=move || format!("--part:{}%", level.get().unwrap_or(0))></i><b></b></div>
        </div>
    }
}

/// Where somebody waits and nobody could take them.
#[component]
fn Unmanned(wall: Wall) -> impl IntoView {
    let texts = use_words();
    let names = Memo::new(move |_| {
        wall.board.with(|board| {
            board.queues.iter().filter(|queue| queue.is_unmanned()).map(|queue| queue.name.clone()).collect::<Vec<_>>().join(", ")
        })
    });
    view! {
        <Show when=move || !names.with(String::is_empty)>
            <p class="panel__hint">
                <Icon name="warning" size=IconSize::Small />
                <span><b>{move || names.get()}</b> ": " {texts.get("board.unmanned")}</span>
            </p>
        </Show>
    }
}
