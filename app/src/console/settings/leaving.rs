//! "Leave without saving?": asked when a link leads away from a form with changes.

use super::browser;
use crate::{
    console::words::use_words,
    ui::{Button, Dialog, Variant},
};
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};

/// Asks before a link is followed while there are `changes`.
#[component]
pub fn LeaveGuard(changes: RwSignal<usize>) -> impl IntoView {
    let texts = use_words();
    let (asked, leaves) = (RwSignal::new(None::<String>), RwSignal::new(None::<String>));
    browser::on_link(move |href| {
        let has_changes = changes.try_get_untracked().is_some_and(|changes| changes > 0);
        if has_changes {
            asked.set(Some(href.to_owned()));
        }
        has_changes
    });
    let navigate = use_navigate();
    Effect::new(move |_| {
        if let Some(href) = leaves.get() {
            navigate(&href, NavigateOptions::default());
        }
    });
    let stay = Callback::new(move |()| asked.set(None));
    let leave = move |_| {
        changes.set(0);
        leaves.set(asked.get_untracked());
        asked.set(None);
    };
    let footer = move || {
        view! {
            <Button variant=Variant::Danger on_click=leave>{texts.get("settings.leave.leave")}</Button>
            <Button variant=Variant::Plain on_click=move |_| stay.run(()) attr:autofocus=true>{texts.get("settings.leave.stay")}</Button>
        }
    };
    let title = Signal::stored(texts.get("settings.leave.title"));
    view! {
        <Dialog id="leave-form" alert=true open=Signal::derive(move || asked.with(Option::is_some)) title=title on_close=stay footer=footer>
            <p>{texts.get("settings.leave.text")}</p>
        </Dialog>
    }
}
