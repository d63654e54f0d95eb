//! "My state": one word, the load beside it, and the menu that changes it.

use crate::console::words::{Words, use_words};
use crate::{
    console::desk::{Desk, use_desk},
    ui::{Clock, Icon, IconSize, Menu, MenuLabel, MenuLine, MenuRadio, Presence},
};
use domain::presence::{AgentView, Shown, Wish};
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
    let since = Signal::derive(move || desk.me.with(|me| me.since));
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
        let label = get(&format!("reason.{reason}"));
        radio(Wish::NotReady(Some(reason)), Shown::NotReady, label)
    });
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
                {radio(Wish::Ready, Shown::Ready, get("state.ready"))}
                <MenuLabel>{get("state.not_ready")}</MenuLabel>
                {reasons.collect_view()}
                <MenuLine />
                {radio(Wish::Offline, Shown::Offline, get("state.offline"))}
            </Menu>
            <span class="visually-hidden" id=LOAD_ID>{move || described(desk, texts)}</span>
            <span class="state__timer" role="timer" aria-label=get("console.state_timer")><Clock since=since /></span>
        </div>
    }
}

/// The load in words, and why one is not ready.
fn described(desk: Desk, texts: Words) -> String {
    desk.me.with(|me| {
        let load = texts.with("console.load", &[("open", &me.load.to_string()), ("most", &me.capacity.to_string())]);
        match me.wish.reason() {
            Some(reason) => format!("{load}. {}", texts.get(&format!("reason.{reason}"))),
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
