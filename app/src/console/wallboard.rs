//! `/wallboard`: how queues and agents stand now, live; with `?tv` without anything around it, for a screen on the wall.

use super::{desk::use_desk, page_failed::PageFailed, words::use_words};
use crate::{
    api,
    ui::{Icon, IconSize, SkeletonList, Time, TimeShape, use_now},
};
use domain::{board::Board, desk::Card, ids::ConversationId};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

mod agents;
mod assign;
mod chat_menu;
mod queues;
mod tiles;
mod waiting;

use {agents::Agents, assign::Assign, queues::Queues, tiles::Tiles, waiting::Waiting};

/// What the parts of the board share.
#[derive(Clone, Copy)]
struct Wall {
    board: Signal<Board>,
    /// Nobody does anything on a screen on the wall.
    tv: Memo<bool>,
    /// The chat for which an agent is being chosen.
    assigning: RwSignal<Option<ConversationId>>,
}

#[component]
pub fn WallboardPage() -> impl IntoView {
    let texts = use_words();
    let first = Resource::new(|| (), |()| api::board::read());
    view! {
        <Title text=texts.get("board.title") />
        <Suspense fallback=move || view! { <main class="page" id="main"><SkeletonList label=texts.get("board.loading") rows=5 /></main> }>
            {move || Suspend::new(async move {
                match first.await {
                    Ok(board) => view! { <Shown first=board /> }.into_any(),
                    Err(error) => view! { <PageFailed problem=error.0 again=move || first.refetch() /> }.into_any(),
                }
            })}
        </Suspense>
    }
}

#[component]
fn Shown(first: Board) -> impl IntoView {
    let (desk, texts) = (use_desk(), use_words());
    let query = use_query_map();
    let tv = Memo::new(move |_| query.with(|query| query.get_str("tv").is_some()));
    let since = first.since;
    let begin = StoredValue::new(first);
    let board = Signal::derive(move || desk.live.board.get().unwrap_or_else(|| begin.get_value()));
    Effect::new(move |_| desk.live.follow_board(begin.get_value()));
    on_cleanup(move || desk.live.unfollow_board());
    let wall = Wall { board, tv, assigning: RwSignal::new(None) };
    view! {
        <main class="wallboard" class:wallboard--tv=move || tv.get() id="main">
            <header class="wallboard__head">
                <h1 class="wallboard__title">{texts.get("board.title")}</h1>
                <p class="muted">{texts.get("board.today_since")} " " <Time at=since shape=TimeShape::HourMinute /></p>
                <span class="spacer"></span>
                <a class="button button--secondary" href=move || if tv.get() { "/wallboard" } else { "/wallboard?tv" }>
                    <Icon name="expand" size=IconSize::Small />
                    {move || texts.get(if tv.get() { "board.leave_tv" } else { "board.tv" })}
                </a>
            </header>
            <Late wall=wall />
            <Tiles wall=wall />
            <Queues wall=wall />
            <Show when=move || !tv.get()><Waiting wall=wall /></Show>
            <Agents wall=wall />
            <Assign wall=wall />
        </main>
    }
}

/// Says which queues have somebody waiting for too long: once when it begins, and no more while it lasts.
#[component]
fn Late(wall: Wall) -> impl IntoView {
    let (texts, now) = (use_words(), use_now());
    let late = Memo::new(move |_| {
        let now = now.get();
        wall.board.with(|board| board.queues.iter().filter(|queue| queue.is_late(now)).map(|queue| queue.name.clone()).collect::<Vec<_>>())
    });
    let told = move || {
        late.with(|names| if names.is_empty() { String::new() } else { texts.with("board.late", &[("queues", &names.join(", "))]) })
    };
    view! { <p class="visually-hidden" role="status">{told}</p> }
}

/// The chats that nobody has, as they stand in the lists of the desk; longest waiting first.
fn waiting_cards(cards: &[Card]) -> Vec<Card> {
    let mut waiting: Vec<Card> = cards.iter().filter(|card| card.is_unanswered()).cloned().collect();
    waiting.sort_by_key(Card::order);
    waiting
}
