//! The console from the keyboard. Alt with a letter (Ctrl Option on a Mac); AltGr writes characters and is left alone.

use super::{
    browser,
    desk::{Desk, use_desk},
    frame::STATE_MENU,
};
use leptos::{ev::KeyboardEvent, prelude::*, task::spawn_local};

/// What F6 walks through, in this order.
const REGIONS: &[&str] = &[".requests__list", "[role=alertdialog].offer", ".manager", ".dock .window.is-focused", ".contact", ".page"];

#[component]
pub fn Keyboard() -> impl IntoView {
    let desk = use_desk();
    let press = move |event: &KeyboardEvent| -> bool {
        match letter(event) {
            Some('a') => browser::click(".offer [data-key=accept]"),
            Some('o') => browser::click(".offer [data-key=open]"),
            Some('r') => browser::click(".offer [data-key=reject]"),
            Some('j') => desk.windows.walk(false),
            Some('k') => desk.windows.walk(true),
            Some('w') => join_longest_waiting(desk),
            Some('p') => browser::click(".dock .window.is-focused [data-key=private]"),
            Some('m') => browser::click(&format!("[popovertarget={STATE_MENU}]")),
            Some('x') => {
                let current = desk.windows.read_untracked(|panes| panes.current());
                let own = current.filter(|chat| desk.mine.with_untracked(|cards| cards.iter().any(|card| card.conversation == *chat)));
                if let Some(chat) = own {
                    desk.finish(chat);
                }
            }
            _ => return false,
        }
        true
    };
    Effect::new(move |_| {
        browser::on_key(move |event| {
            if event.default_prevented() {
                return;
            }
            if event.key() == "F6" && !event.ctrl_key() && !event.alt_key() && !event.meta_key() {
                event.prevent_default();
                browser::focus_next_region(REGIONS, event.shift_key());
            } else if press(&event) {
                event.prevent_default();
            }
        });
    });
}

/// Takes the chat that the queues would serve next.
fn join_longest_waiting(desk: Desk) {
    let next = desk.cards.with_untracked(|cards| {
        let waiting = cards.iter().filter(|card| card.is_waiting());
        waiting.min_by_key(|card| card.order()).map(|card| card.conversation)
    });
    if let Some(chat) = next {
        spawn_local(async move {
            desk.join(chat).await;
        });
    }
}

/// The letter of a combination with Alt, or with Ctrl Option on a Mac, where Option alone writes characters.
fn letter(event: &KeyboardEvent) -> Option<char> {
    let is_alt_gr = event.get_modifier_state("AltGraph");
    if !event.alt_key() || is_alt_gr || event.meta_key() || event.shift_key() || event.is_composing() {
        return None;
    }
    let is_mac = browser::is_mac();
    if event.ctrl_key() != is_mac {
        return None;
    }
    let name = if is_mac { event.code().strip_prefix("Key").map(str::to_owned)? } else { event.key() };
    let mut characters = name.chars();
    let letter = characters.next().filter(char::is_ascii_alphabetic)?;
    characters.next().is_none().then_some(letter.to_ascii_lowercase())
}
