//! "Test my alerts": rings and shows a notice as a chat would, and says what should have come, and what is in the way.

use crate::{
    console::{
        alerts::{Sound, use_sound},
        browser::{self, Notice, Notices, SoundState},
        desk::{Desk, use_desk},
        words::use_words,
    },
    ui::{Button, Icon, IconSize, Variant},
};
use leptos::prelude::*;

/// One thing that was tried: the text key of what came of it, and whether it was well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Found {
    key: &'static str,
    is_well: bool,
}

fn well(key: &'static str) -> Found {
    Found { key, is_well: true }
}

fn wrong(key: &'static str) -> Found {
    Found { key, is_well: false }
}

#[component]
pub fn TestAlerts(notices: RwSignal<Notices>) -> impl IntoView {
    let (desk, sound, texts) = (use_desk(), use_sound(), use_words());
    let found = RwSignal::new(Vec::<Found>::new());
    let test = move |_| {
        notices.set(browser::notices());
        found.set(vec![try_sound(desk, sound), try_notice(desk)]);
    };
    let line = move |found: Found| {
        let (class, icon) = if found.is_well { ("test test--good", "check") } else { ("test test--bad", "warning") };
        view! { <li class=class><Icon name=icon size=IconSize::Small /><span>{texts.get(found.key)}</span></li> }
    };
    view! {
        <div class="pref">
            <h2 class="pref__title">{texts.get("console.alerts.test_title")}</h2>
            <p class="field__hint">{texts.get("console.alerts.test_hint")}</p>
            <div><Button variant=Variant::Primary icon="bell" on_click=test>{texts.get("console.alerts.test")}</Button></div>
            <div role="status" aria-label=texts.get("console.alerts.test_result")>
                <Show when=move || !found.with(Vec::is_empty)>
                    <ul class="tests">{move || found.get().into_iter().map(line).collect_view()}</ul>
                </Show>
            </div>
        </div>
    }
}

fn try_sound(desk: Desk, sound: Sound) -> Found {
    let volume = desk.prefs.with_untracked(|prefs| prefs.volume);
    if !untrack(move || sound.is_switched_on()) {
        return wrong("console.alerts.test.sound_off");
    }
    if volume == 0 {
        return wrong("console.alerts.test.volume_zero");
    }
    match browser::try_sound(volume) {
        SoundState::Played => well("console.alerts.test.sound"),
        SoundState::Held => wrong("console.alerts.test.sound_held"),
        SoundState::Missing => wrong("console.alerts.test.sound_missing"),
    }
}

fn try_notice(desk: Desk) -> Found {
    if !desk.prefs.with_untracked(|prefs| prefs.desktop) {
        return wrong("console.alerts.test.notice_off");
    }
    match browser::notices() {
        Notices::Blocked => return wrong("console.alerts.test.notice_blocked"),
        Notices::NotAsked => return wrong("console.alerts.test.notice_not_asked"),
        Notices::Missing => return wrong("console.alerts.test.notice_missing"),
        Notices::Allowed => {}
    }
    let texts = desk.texts();
    let notice = Notice {
        tag: "deskbell.test".into(),
        title: texts.get("console.alerts.test.notice_title"),
        body: texts.get("console.alerts.test.notice_body"),
        stays: false,
    };
    if browser::notify(notice, || ()) { well("console.alerts.test.notice") } else { wrong("console.alerts.test.notice_refused") }
}
