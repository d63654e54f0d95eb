//! Asks whether the desk may show notices of the desktop: never on its own, only once the agent has taken a chat, and in
//! our own words first, because a "no" to the browser is hard to take back.

use crate::{
    console::{browser, desk::use_desk, words::use_words},
    ui::{Button, ButtonSize, Icon, IconSize, Variant},
};
use leptos::prelude::*;

const ANSWERED_KEY: &str = "deskbell.alerts-asked";

#[component]
pub fn AlertsBanner() -> impl IntoView {
    let (desk, texts) = (use_desk(), use_words());
    let asks = RwSignal::new(false);
    Effect::new(move |_| {
        let has_chat = desk.has_chats();
        if has_chat && browser::notices() == browser::Notices::NotAsked && browser::stored(ANSWERED_KEY).is_none() {
            asks.set(true);
        }
    });
    let answered = move || {
        browser::store(ANSWERED_KEY, "yes");
        asks.set(false);
    };
    let turn_on = move |_| {
        browser::ask_for_notices(answered);
    };
    view! {
        <Show when=move || asks.get()>
            <section class="banner banner--info banner--slim" aria-label=texts.get("console.alerts.title")>
                <Icon name="bell" size=IconSize::Small />
                <p class="truncate" title=texts.get("console.alerts.text")>{texts.get("console.alerts.title")}</p>
                <Button variant=Variant::Plain size=ButtonSize::Small on_click=turn_on>{texts.get("console.alerts.yes")}</Button>
                <Button variant=Variant::Quiet size=ButtonSize::Small on_click=move |_| answered()>{texts.get("console.alerts.no")}</Button>
            </section>
        </Show>
    }
}
