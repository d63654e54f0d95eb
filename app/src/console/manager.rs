//! The session manager: the agent's chats, what waits, and what was abandoned, in one list each.

use super::{alerts::is_late, desk::use_desk, words::use_words};
use crate::ui::{Tab, TabPanel, Tabs, use_now};
use domain::desk::{Card, Place};
use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};

mod abandoned;
pub mod card;
mod mine;
mod waiting;

use {abandoned::AbandonedList, mine::MyList, waiting::WaitingList};

/// The `id` of the tabs, and their keys in the address.
const LISTS: &str = "lists";
pub const MINE: &str = "my-sessions";
pub const WAITING: &str = "waiting";
pub const ABANDONED: &str = "abandoned";

/// Which list the address asks for.
fn list_of(query: Option<&str>) -> &'static str {
    match query {
        Some(WAITING) => WAITING,
        Some(ABANDONED) => ABANDONED,
        _ => MINE,
    }
}

/// The cards of `all` that `wanted` keeps, in the order in which they came.
fn pick(all: Memo<Vec<Card>>, wanted: fn(&Card) -> bool) -> Memo<Vec<Card>> {
    Memo::new(move |_| {
        let mut cards: Vec<Card> = all.with(|cards| cards.iter().filter(|card| wanted(card)).cloned().collect());
        cards.sort_by_key(Card::order);
        cards
    })
}

/// Region "Chat session manager".
#[component]
pub fn Manager() -> impl IntoView {
    let (desk, texts, now) = (use_desk(), use_words(), use_now());
    let (query, navigate) = (use_query_map(), use_navigate());
    let chosen = Signal::derive(move || query.with(|query| list_of(query.get_str("list"))));
    let choose = move |key: &'static str| {
        let address = if key == MINE { "/".to_owned() } else { format!("/?list={key}") };
        navigate(&address, NavigateOptions { scroll: false, replace: true, ..NavigateOptions::default() });
    };
    let (waiting, abandoned) = (pick(desk.cards, Card::is_waiting), pick(desk.cards, Card::is_abandoned));
    let late = Memo::new(move |_| waiting.with(|cards| cards.iter().any(|card| is_late(waits_since(card), now.get()))));
    let count = |cards: Memo<Vec<Card>>| Signal::derive(move || cards.with(Vec::len));
    let tabs = vec![
        Tab::new(MINE, texts.get("console.list.mine")).counting(count(desk.mine)),
        Tab::new(WAITING, texts.get("console.list.waiting")).counting(count(waiting)).late_when(late.into()),
        Tab::new(ABANDONED, texts.get("console.list.abandoned")).counting(count(abandoned)),
    ];
    view! {
        <section class="sheet manager" aria-label=texts.get("console.manager")>
            <Tabs id=LISTS name=texts.get("console.lists") tabs=tabs chosen=chosen on_choose=choose />
            <TabPanel id=LISTS key=MINE chosen=chosen class="manager__list">
                <MyList />
            </TabPanel>
            <TabPanel id=LISTS key=WAITING chosen=chosen class="manager__list">
                <WaitingList cards=waiting />
            </TabPanel>
            <TabPanel id=LISTS key=ABANDONED chosen=chosen class="manager__list">
                <AbandonedList cards=abandoned />
            </TabPanel>
        </section>
    }
}

/// Since when the customer of a waiting card waits; for others, since when they stand where they stand.
fn waits_since(card: &Card) -> domain::time::Timestamp {
    match &card.place {
        Place::Waiting { since } | Place::Offered { since, .. } => *since,
        Place::Active { since, .. } | Place::WrapUp { since, .. } | Place::Abandoned { since, .. } => *since,
        Place::Closed { at } => *at,
    }
}
