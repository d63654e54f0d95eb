//! `/account/alerts`: how one is alerted, whether this browser plays along, and a test of both.

use super::{
    alerts::use_sound,
    browser::{self, Notices},
    desk::use_desk,
    words::use_words,
};
use crate::ui::{Button, ButtonSize, Icon, IconSize, Variant};
use domain::presence::AlertPrefs;
use leptos::{prelude::*, task::spawn_local};
use leptos_meta::Title;

mod test;

use test::TestAlerts;

#[component]
pub fn AlertsPage() -> impl IntoView {
    let texts = use_words();
    let notices = RwSignal::new(Notices::NotAsked);
    Effect::new(move |_| notices.set(browser::notices()));
    view! {
        <Title text=texts.get("console.alerts") />
        <main class="page" id="main">
            <section class="sheet page__sheet" aria-labelledby="alerts-title">
                <header class="sheet__head"><h1 class="sheet__title" id="alerts-title">{texts.get("console.alerts")}</h1></header>
                <div class="page__body">
                    <p class="page__lead muted">{texts.get("console.alerts.lead")}</p>
                    <Volume />
                    <Desktop notices=notices />
                    <WhenAway />
                    <TestAlerts notices=notices />
                </div>
            </section>
        </main>
    }
}

/// Keeps a change of the preferences.
fn use_change() -> impl Fn(fn(&mut AlertPrefs, u8), u8) + Copy + Send + Sync + 'static {
    let desk = use_desk();
    move |change, value| {
        let mut prefs = desk.prefs.get_untracked();
        change(&mut prefs, value);
        spawn_local(async move {
            desk.save_prefs(prefs).await;
        });
    }
}

#[component]
fn Volume() -> impl IntoView {
    let (desk, sound, texts, change) = (use_desk(), use_sound(), use_words(), use_change());
    let shown = RwSignal::new(desk.prefs.with_untracked(|prefs| prefs.volume));
    Effect::new(move |_| shown.set(desk.prefs.with(|prefs| prefs.volume)));
    let read = |event: &leptos::ev::Event| event_target_value(event).parse::<u8>().unwrap_or_default().min(100);
    let set = move |event: leptos::ev::Event| {
        let volume = read(&event);
        change(|prefs, volume| prefs.volume = volume, volume);
        if volume > 0 {
            browser::try_sound(volume);
        }
    };
    view! {
        <div class="pref">
            <label class="pref__title" for="volume">{texts.get("console.alerts.volume")}</label>
            <div class="pref__range">
                <Icon name="volume" size=IconSize::Small />
                <input
                    class="range"
                    type="range"
                    id="volume"
                    min="0"
                    max="100"
                    step="5"
                    value=shown.get_untracked().to_string()
                    prop:value=move || shown.get().to_string()
                    aria-describedby="volume-hint"
                    on:input=move |event| shown.set(read(&event))
                    on:change=set
                />
                <output class="number" for="volume">{move || texts.with("console.alerts.percent", &[("n", &shown.get().to_string())])}</output>
            </div>
            <p class="field__hint" id="volume-hint">{texts.get("console.alerts.volume_hint")}</p>
            <Show when=move || !sound.is_switched_on()>
                <p class="banner banner--slim">
                    <Icon name="bell-off" size=IconSize::Small />
                    <span>{texts.get("console.alerts.switched_off")}</span>
                    <Button size=ButtonSize::Small on_click=move |_| sound.switch(true)>{texts.get("console.alerts.switch_on")}</Button>
                </p>
            </Show>
        </div>
    }
}

#[component]
fn Desktop(notices: RwSignal<Notices>) -> impl IntoView {
    let (desk, texts, change) = (use_desk(), use_words(), use_change());
    let set = move |event| change(|prefs, on| prefs.desktop = on == 1, event_target_checked(&event).into());
    let ask = move |_| browser::ask_for_notices(move || notices.set(browser::notices()));
    let told = move || {
        texts.get(match notices.get() {
            Notices::Allowed => "console.alerts.allowed",
            Notices::Blocked => "console.alerts.blocked",
            Notices::NotAsked => "console.alerts.not_asked",
            Notices::Missing => "console.alerts.missing",
        })
    };
    let class = move || match notices.get() {
        Notices::Allowed => "pref__state pref__state--good",
        Notices::Blocked | Notices::Missing => "pref__state pref__state--bad",
        Notices::NotAsked => "pref__state",
    };
    view! {
        <div class="pref">
            <label class="pref__check">
                <input type="checkbox" prop:checked=move || desk.prefs.with(|prefs| prefs.desktop) aria-describedby="desktop-hint" on:change=set />
                <span class="pref__title">{texts.get("console.alerts.desktop")}</span>
            </label>
            <p class="field__hint" id="desktop-hint">{texts.get("console.alerts.desktop_hint")}</p>
            <p class=class role="status">{told}</p>
            <Show when=move || notices.get() == Notices::Blocked>
                <p class="field__hint">{texts.get("console.alerts.unblock")}</p>
            </Show>
            <Show when=move || notices.get() == Notices::NotAsked>
                <div><Button variant=Variant::Plain on_click=ask>{texts.get("console.alerts.yes")}</Button></div>
            </Show>
        </div>
    }
}

#[component]
fn WhenAway() -> impl IntoView {
    let (desk, texts, change) = (use_desk(), use_words(), use_change());
    let set = move |event| change(|prefs, on| prefs.when_away = on == 1, event_target_checked(&event).into());
    view! {
        <div class="pref">
            <label class="pref__check">
                <input type="checkbox" prop:checked=move || desk.prefs.with(|prefs| prefs.when_away) aria-describedby="away-hint" on:change=set />
                <span class="pref__title">{texts.get("console.alerts.when_away")}</span>
            </label>
            <p class="field__hint" id="away-hint">{texts.get("console.alerts.when_away_hint")}</p>
        </div>
    }
}
