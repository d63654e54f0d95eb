//! The bar on top: announced requests, how the link stands, the sound, one's own state.

use super::{alerts_banner::AlertsBanner, link_banner::LinkBanner, my_state::MyState};
use crate::{
    console::{alerts::use_sound, desk::use_desk, requests::Requests, words::use_words},
    ui::IconButton,
};
use domain::presence::AlertPrefs;
use leptos::{prelude::*, task::spawn_local};

#[component]
pub fn Topbar() -> impl IntoView {
    view! {
        <header class="topbar">
            <div class="requests">
                <Requests />
                <LinkBanner />
                <AlertsBanner />
            </div>
            <span class="spacer"></span>
            <SoundSwitch />
            <MyState />
        </header>
    }
}

/// Off for this browser; on again, with a volume that can be heard.
#[component]
fn SoundSwitch() -> impl IntoView {
    let (desk, sound, texts) = (use_desk(), use_sound(), use_words());
    let turn_on = move |_| {
        sound.switch(true);
        let prefs = desk.prefs.get_untracked();
        if prefs.volume == 0 {
            let prefs = AlertPrefs { volume: AlertPrefs::default().volume, ..prefs };
            spawn_local(async move { _ = desk.save_prefs(prefs).await });
        }
    };
    view! {
        <Show
            when=move || sound.is_on()
            fallback=move || view! { <IconButton name=texts.get("console.sound_off") icon="bell-off" on_click=turn_on /> }
        >
            <IconButton name=texts.get("console.sound_on") icon="volume" on_click=move |_| sound.switch(false) />
        </Show>
    }
}
