//! Whether the hours that stand in a form are open now, and what comes next: counted in the browser while somebody types.

use super::zone;
use crate::{
    console::words::use_words,
    ui::{Chip, Time, TimeShape, Tone},
};
use domain::{
    hours::{Hours, Openness},
    time::Timestamp,
};
use leptos::prelude::*;

#[component]
pub fn OpenNow(hours: Signal<Hours>) -> impl IntoView {
    let texts = use_words();
    let now = RwSignal::new(None::<Openness>);
    Effect::new(move |_| now.set(hours.with(zone::openness)));
    let said = move || {
        let (tone, word, key, at) = match now.get() {
            None => return view! { <p class="muted">{texts.get("settings.hours.now_none")}</p> }.into_any(),
            Some(Openness::Open { until }) => (Tone::Success, "settings.hours.open", "settings.hours.open_until", until),
            Some(Openness::Closed { opens }) => (Tone::Neutral, "settings.hours.closed", "settings.hours.opens", opens),
        };
        let never = if now.get().is_some_and(Openness::is_open) { "settings.hours.open_always" } else { "settings.hours.never" };
        let next = move |at: Timestamp| view! { {texts.get(key)} " " <Time at=at shape=TimeShape::DayAndTime /> };
        view! {
            <p class="in-words__now"><Chip tone=tone>{texts.get(word)}</Chip></p>
            <p class="muted">{match at { Some(at) => next(at).into_any(), None => texts.get(never).into_any() }}</p>
        }
        .into_any()
    };
    view! {
        <aside class="in-words" aria-label=texts.get("settings.hours.now")>
            <h2 class="contact__title">{texts.get("settings.hours.now")}</h2>
            {said}
        </aside>
    }
}
