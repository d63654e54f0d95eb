//! "My state": one word, why, the load beside it, and the menu that changes it.

use crate::console::words::{Words, use_words};
use crate::{
    console::{
        desk::{Desk, use_desk},
        why::Why,
    },
    ui::{Clock, Icon, IconSize, Menu, MenuItem, MenuLabel, MenuLine, MenuRadio, Presence},
};
use domain::{
    desk::Place,
    presence::{AgentView, Shown, Wish},
    time::Timestamp,
};
use leptos::prelude::*;

const LOAD_ID: &str = "my-load";
/// The id of the list in the page.
pub const STATE_MENU: &str = "state-menu";

/// The text key of a state's word.
pub fn word_key(shown: Shown) -> &'static str {
    match shown {
        Shown::Ready => "state.ready",
        Shown::Busy => "state.busy",
        Shown::WrapUp => "state.wrap_up",
        Shown::NotReady => "state.not_ready",
        Shown::Offline => "state.offline",
    }
}

#[component]
pub fn MyState() -> impl IntoView {
    let (desk, texts) = (use_desk(), use_words());
    let get = move |key: &str| texts.get(key);
    let shown = Memo::new(move |_| desk.me.with(AgentView::shown));
    let word = move || texts.with("console.my_state_is", &[("state", &texts.get(word_key(shown.get())))]);
    let since = Signal::derive(move || since(desk));
    let choose = Action::new_local(move |wish: &Wish| desk.set_wish(wish.clone()));
    let radio = move |wish: Wish, mark: Shown, label: String| {
        let wanted = wish.clone();
        let checked = Signal::derive(move || desk.me.with(|me| me.wish == wish));
        view! {
            <MenuRadio checked=checked on_choose=move |()| _ = choose.dispatch(wanted.clone())>
                <Presence state=Signal::stored(mark) />
                {label}
            </MenuRadio>
        }
    };
    let reasons = desk.reasons.get_value().into_iter().map(move |reason| {
        let label = desk.reason_name(&reason.key);
        radio(Wish::NotReady(Some(reason.key)), Shown::NotReady, label)
    });
    let why = Memo::new(move |_| why(desk, texts));
    view! {
        <div class="state">
            <Menu
                id=STATE_MENU
                name=get("console.my_state")
                class="state__button"
                words=true
                described_by=LOAD_ID.to_owned()
                button=move || view! {
                    <Presence state=shown />
                    <span>{word}</span>
                    <Load />
                    <Icon name="chevron-down" size=IconSize::ExtraSmall />
                }
            >
                <Show when=move || why.with(Option::is_some)>
                    <p class="menu__note" role="presentation">{move || why.get()}</p>
                    <MenuLine />
                </Show>
                {radio(Wish::Ready, Shown::Ready, get("state.ready"))}
                <MenuLabel>{get("state.not_ready")}</MenuLabel>
                {reasons.collect_view()}
                <MenuLine />
                {radio(Wish::Offline, Shown::Offline, get("state.offline"))}
                <MenuLine />
                <MenuItem icon="help" on_choose=move |()| desk.why.set(Some(Why::Mine))>{get("console.why.none")}</MenuItem>
            </Menu>
            <span class="visually-hidden" id=LOAD_ID>{move || described(desk, texts, why.get())}</span>
            <Show when=move || why.with(Option::is_some)>
                <span class="state__why truncate" aria-hidden="true" title=move || why.get()>{move || why.get()}</span>
            </Show>
            <span class="state__timer" role="timer" aria-label=get("console.state_timer")><Clock since=since /></span>
        </div>
    }
}

/// Since when the shown state stands: wrap-up since the first of the ended chats, else since the wish was set.
fn since(desk: Desk) -> Timestamp {
    let wrap_up = desk.mine.with(|cards| {
        cards
            .iter()
            .filter_map(|card| match &card.place {
                Place::WrapUp { since, .. } => Some(*since),
                _ => None,
            })
            .min()
    });
    desk.me.with(|me| if me.shown() == Shown::WrapUp { wrap_up.unwrap_or(me.since) } else { me.since })
}

/// Why one stands so, where there is more to say than the word: the reason, and who set it.
fn why(desk: Desk, texts: Words) -> Option<String> {
    desk.me.with(|me| {
        let reason = me.wish.reason().map(|reason| desk.reason_name(reason));
        let by = me.forced_by.as_ref().map(|by| texts.with("console.state.set_by", &[("name", &by.name)]));
        match (reason, by) {
            (Some(_), Some(by)) if me.wish.reason() == Some(domain::presence::SET_BY_SUPERVISOR) => Some(by),
            (Some(reason), Some(by)) => Some(format!("{reason} · {by}")),
            (reason, by) => reason.or(by),
        }
    })
}

/// The load in words, and why one is not ready.
fn described(desk: Desk, texts: Words, why: Option<String>) -> String {
    desk.me.with(|me| {
        let load = texts.with("console.load", &[("open", &me.load.to_string()), ("most", &me.capacity.to_string())]);
        match why {
            Some(why) => format!("{load}. {why}"),
            None => load,
        }
    })
}

/// Open chats against the most one takes, as figures and as pips; what rings is hatched.
#[component]
fn Load() -> impl IntoView {
    let desk = use_desk();
    let figures = move || desk.me.with(|me| format!("{}/{}", me.load, me.capacity));
    let pips = move || {
        desk.me.with(|me| {
            let held = me.load - me.ringing;
            (0..me.capacity)
                .map(|at| {
                    let class = if at < held {
                        "is-on"
                    } else if at < me.load {
                        "is-ringing"
                    } else {
                        ""
                    };
                    view! { <i class=class></i> }
                })
                .collect_view()
        })
    };
    view! { <span class="state__load" aria-hidden="true"><span>{figures}</span><span class="load">{pips}</span></span> }
}
