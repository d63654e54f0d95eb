//! The session manager: the agent's chats, what waits, what was abandoned, who wants to be called, and what is over, in
//! one list each. Which list is shown and of which queue stands in the address.

use super::{alerts::is_late, desk::use_desk, words::use_words};
use crate::ui::{Tab, TabPanel, Tabs, use_now};
use domain::{
    desk::{Card, Place},
    ids::QueueId,
    time::Timestamp,
};
use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};

mod abandoned;
mod callbacks;
pub mod card;
mod filter;
mod history;
mod mine;
mod more;
mod waiting;

use {abandoned::AbandonedList, callbacks::CallbackList, filter::QueueFilter, history::HistoryList, mine::MyList, waiting::WaitingList};

/// The `id` of the tabs, and their keys in the address.
const LISTS: &str = "lists";
pub const MINE: &str = "my-sessions";
pub const WAITING: &str = "waiting";
pub const ABANDONED: &str = "abandoned";
pub const CALLBACKS: &str = "callbacks";
pub const HISTORY: &str = "history";

/// Which list the address asks for.
fn list_of(query: Option<&str>) -> &'static str {
    match query {
        Some(WAITING) => WAITING,
        Some(ABANDONED) => ABANDONED,
        Some(CALLBACKS) => CALLBACKS,
        Some(HISTORY) => HISTORY,
        _ => MINE,
    }
}

/// The address of a list, of one queue or of all.
fn address(list: &str, queue: Option<QueueId>) -> String {
    match (list, queue) {
        (MINE, None) => "/".to_owned(),
        (list, None) => format!("/?list={list}"),
        (list, Some(queue)) => format!("/?list={list}&queue={queue}"),
    }
}

/// The cards of `all` that `wanted` keeps, of one queue if one is chosen, in the order in which they came.
fn pick(all: Memo<Vec<Card>>, queue: Signal<Option<QueueId>>, wanted: fn(&Card) -> bool) -> Memo<Vec<Card>> {
    Memo::new(move |_| {
        let queue = queue.get();
        let keeps = |card: &&Card| wanted(card) && queue.is_none_or(|queue| card.queue == queue);
        let mut cards: Vec<Card> = all.with(|cards| cards.iter().filter(keeps).cloned().collect());
        cards.sort_by_key(Card::order);
        cards
    })
}

/// Region "Chat session manager".
#[component]
pub fn Manager() -> impl IntoView {
    let (desk, texts, now) = (use_desk(), use_words(), use_now());
    let (query, navigate) = (use_query_map(), StoredValue::new(use_navigate()));
    let chosen = Signal::derive(move || query.with(|query| list_of(query.get_str("list"))));
    let queue = Signal::derive(move || query.with(|query| query.get_str("queue").and_then(|id| id.parse::<QueueId>().ok())));
    let go = move |list: &str, queue: Option<QueueId>| {
        let options = NavigateOptions { scroll: false, replace: true, ..NavigateOptions::default() };
        navigate.with_value(|navigate| navigate(&address(list, queue), options));
    };
    let choose = move |key: &'static str| go(key, queue.get_untracked());
    let (waiting, abandoned) = (pick(desk.cards, queue, Card::is_unanswered), pick(desk.cards, queue, Card::is_abandoned));
    let callbacks = pick(desk.cards, queue, Card::is_callback);
    let late = Memo::new(move |_| {
        let at = now.get();
        waiting.with(|cards| cards.iter().any(|card| card.is_waiting() && is_late(waits_since(card), at)))
    });
    let count = |cards: Memo<Vec<Card>>| Signal::derive(move || cards.with(Vec::len));
    let tabs = vec![
        Tab::new(MINE, texts.get("console.list.mine")).counting(count(desk.mine)),
        Tab::new(WAITING, texts.get("console.list.waiting")).counting(count(waiting)).late_when(late.into()),
        Tab::new(ABANDONED, texts.get("console.list.abandoned")).counting(count(abandoned)),
        Tab::new(CALLBACKS, texts.get("console.list.callbacks")).counting(count(callbacks)),
        Tab::new(HISTORY, texts.get("console.list.history")).marked("history"),
    ];
    let filters = Memo::new(move |_| chosen.get() != MINE);
    view! {
        <section class="sheet manager" aria-label=texts.get("console.manager")>
            <Tabs id=LISTS name=texts.get("console.lists") tabs=tabs chosen=chosen on_choose=choose />
            <Show when=move || filters.get()>
                <QueueFilter queue=queue on_choose=move |queue| go(chosen.get_untracked(), queue) />
            </Show>
            <TabPanel id=LISTS key=MINE chosen=chosen class="manager__list"><MyList /></TabPanel>
            <TabPanel id=LISTS key=WAITING chosen=chosen class="manager__list"><WaitingList cards=waiting /></TabPanel>
            <TabPanel id=LISTS key=ABANDONED chosen=chosen class="manager__list"><AbandonedList cards=abandoned /></TabPanel>
            <TabPanel id=LISTS key=CALLBACKS chosen=chosen class="manager__list"><CallbackList cards=callbacks /></TabPanel>
            <TabPanel id=LISTS key=HISTORY chosen=chosen class="manager__list">
                <HistoryList queue=queue shown=Signal::derive(move || chosen.get() == HISTORY) />
            </TabPanel>
        </section>
    }
}

/// Since when the customer of a waiting card waits; for others, since when they stand where they stand.
pub fn waits_since(card: &Card) -> Timestamp {
    match &card.place {
        Place::Waiting { since } | Place::Offered { since, .. } => *since,
        Place::Active { since, .. }
        | Place::WrapUp { since, .. }
        | Place::Abandoned { since, .. }
        | Place::Parked { since, .. }
        | Place::Callback { since } => *since,
        Place::Closed { at } => *at,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_the_list_and_the_queue() {
        let queue = QueueId::new(uuid::Uuid::from_u128(7));
        assert_eq!(address(MINE, None), "/");
        assert_eq!(address(WAITING, None), "/?list=waiting");
        assert_eq!(address(HISTORY, Some(queue)), format!("/?list=history&queue={queue}"));
        for list in [MINE, WAITING, ABANDONED, CALLBACKS, HISTORY] {
            assert_eq!(list_of(Some(list)), list);
        }
        assert_eq!(list_of(Some("nothing")), MINE);
    }
}
