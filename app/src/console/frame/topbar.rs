//! The bar on top: how the link stands, the sound, one's own state.

use super::{alerts_banner::AlertsBanner, link_banner::LinkBanner, my_state::MyState};
use crate::{
    console::{alerts::use_sound, words::use_words},
    ui::IconButton,
};
use leptos::prelude::*;

#[component]
pub fn Topbar() -> impl IntoView {
    view! {
        <header class="topbar">
            <div class="requests">
                <LinkBanner />
                <AlertsBanner />
            </div>
            <span class="spacer"></span>
            <SoundSwitch />
            <MyState />
        </header>
    }
}

#[component]
fn SoundSwitch() -> impl IntoView {
    let (sound, texts) = (use_sound(), use_words());
    view! {
        <Show
            when=move || sound.is_on()
            fallback=move || view! { <IconButton name=texts.get("console.sound_off") icon="bell-off" on_click=move |_| sound.toggle() /> }
        >
            <IconButton name=texts.get("console.sound_on") icon="volume" on_click=move |_| sound.toggle() />
        </Show>
    }
}
