//! Asks whether the desk may show notices of the desktop: never on its own, only once the agent has taken a chat, and in
//! our own words first, because a "no" to the browser is hard to take back.

use crate::console::words::use_words;
use crate::{
    console::{
        browser::{self, Permission},
        desk::use_desk,
    },
    ui::{Button, ButtonSize, Icon, Variant},
};
use leptos::prelude::*;

const ANSWERED_KEY: &str = "deskbell.alerts-asked";

#[component]
pub fn AlertsBanner() -> impl IntoView {
    let (desk, texts) = (use_desk(), use_words());
    let asks = RwSignal::new(false);
    Effect::new(move |_| {
        let has_chat = desk.has_chats();
        if has_chat && browser::permission() == Permission::Open && browser::stored(ANSWERED_KEY).is_none() {
            asks.set(true);
        }
    });
    let answered = move || {
        browser::store(ANSWERED_KEY, "yes");
        asks.set(false);
    };
    let turn_on = move |_| {
        browser::ask_permission(move |_| answered());
    };
    view! {
        <Show when=move || asks.get()>
            <section class="toasts toasts--ask" aria-label=texts.get("console.alerts.title")>
                <div class="toast">
                    <Icon name="bell" />
                    <div class="toast__body">
                        <p class="toast__title">{texts.get("console.alerts.title")}</p>
                        <p class="toast__text">{texts.get("console.alerts.text")}</p>
                        <div class="toast__actions">
                            <Button variant=Variant::Plain size=ButtonSize::Small on_click=turn_on>{texts.get("console.alerts.yes")}</Button>
                            <Button variant=Variant::Quiet size=ButtonSize::Small on_click=move |_| answered()>{texts.get("console.alerts.no")}</Button>
                        </div>
                    </div>
                </div>
            </section>
        </Show>
    }
}
