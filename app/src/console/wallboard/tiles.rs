//! The figures at the top: readable from the other end of the room.

use super::Wall;
use crate::{
    console::words::use_words,
    ui::{Clock, Icon, IconSize, use_now},
};
use domain::board::percent;
use leptos::prelude::*;

/// The share of chats in time that is called good.
pub(super) const GOOD_PERCENT: i64 = 80;

#[component]
pub fn Tiles(wall: Wall) -> impl IntoView {
    let texts = use_words();
    let sum = move |of: fn(&domain::board::BoardQueue) -> i64| {
        Memo::new(move |_| wall.board.with(|board| board.queues.iter().map(of).sum::<i64>()))
    };
    let (in_chat, callbacks, parked, abandoned) = (sum(|q| q.in_chat), sum(|q| q.callbacks), sum(|q| q.parked), sum(|q| q.abandoned));
    let (answered, in_time) = (sum(|q| q.answered), sum(|q| q.in_time));
    let crew = Memo::new(move |_| wall.board.with(domain::board::Board::crew));
    let places =
        Memo::new(move |_| wall.board.with(|board| board.agents.iter().filter(|one| one.online).map(|one| one.load.capacity).sum::<i64>()));
    let level = Memo::new(move |_| percent(in_time.get(), answered.get()));
    let is_good = move || level.get().is_some_and(|level| level >= GOOD_PERCENT);
    view! {
        <div class="tiles">
            <WaitingTile wall=wall />
            <section class="tile">
                <h2>{texts.get("board.in_chat")}</h2>
                <p class="tile__number">{in_chat}</p>
                <p class="tile__note">{move || texts.count("board.places", usize::try_from(places.get()).unwrap_or(0))}</p>
            </section>
            <section class="tile">
                <h2>{texts.get("state.ready")}</h2>
                <p class="tile__number">
                    {move || crew.get().ready} <small>{move || texts.with("board.of", &[("n", &crew.get().all().to_string())])}</small>
                </p>
                <p class="tile__note">
                    {move || texts.with("board.crew_rest", &[("busy", &crew.get().busy.to_string()), ("away", &crew.get().not_ready.to_string())])}
                </p>
            </section>
            <section class="tile">
                <h2>{texts.get("board.level")}</h2>
                <p class="tile__number">{move || level.get().map_or_else(|| "–".to_owned(), |level| level.to_string())} <small>"%"</small></p>
                <p class="tile__note" class:tile__note--good=is_good>
                    <Show when=is_good><Icon name="check" size=IconSize::ExtraSmall /></Show>
                    {move || texts.with("board.in_time_of", &[("part", &in_time.get().to_string()), ("whole", &answered.get().to_string())])}
                </p>
            </section>
            <section class="tile">
                <h2>{texts.get("board.abandoned")}</h2>
                <p class="tile__number">{abandoned}</p>
                <p class="tile__note">{texts.get("board.today")}</p>
            </section>
            <section class="tile">
                <h2>{texts.get("board.callbacks")}</h2>
                <p class="tile__number">{callbacks}</p>
                <p class="tile__note">{move || texts.with("board.parked_n", &[("n", &parked.get().to_string())])}</p>
            </section>
        </div>
    }
}

#[component]
fn WaitingTile(wall: Wall) -> impl IntoView {
    let (texts, now) = (use_words(), use_now());
    let waiting = Memo::new(move |_| wall.board.with(|board| board.queues.iter().map(|queue| queue.waiting).sum::<i64>()));
    let longest = Memo::new(move |_| wall.board.with(|board| board.queues.iter().filter_map(|queue| queue.longest).min()));
    let is_late = Memo::new(move |_| wall.board.with(|board| board.queues.iter().any(|queue| queue.is_late(now.get()))));
    let since = Signal::derive(move || longest.get().unwrap_or_default());
    view! {
        <section class="tile" class:tile--alert=move || is_late.get()>
            <h2>{texts.get("board.waiting")}</h2>
            <p class="tile__number">{waiting}</p>
            <p class="tile__note">
                <Show when=move || longest.get().is_some() fallback=move || texts.get("board.nobody_waits")>
                    <Show when=move || is_late.get()><Icon name="warning" size=IconSize::ExtraSmall /></Show>
                    {texts.get("board.longest")} " " <b><Clock since=since /></b>
                </Show>
            </p>
        </section>
    }
}
