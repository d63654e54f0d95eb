//! Around every settings page: where one is, and where else one can go.

use crate::{
    console::{desk::use_desk, words::use_words},
    ui::{Empty, Icon, IconSize},
};
use domain::presence::Role;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{components::Outlet, hooks::use_location};

/// Path, icon and name of every page.
const PAGES: [(&str, &str, &str); 6] = [
    ("/settings/queues", "queue", "settings.queues"),
    ("/settings/agents", "users", "settings.agents"),
    ("/settings/hours", "calendar", "settings.hours"),
    ("/settings/skills", "bolt", "settings.skills"),
    ("/settings/reasons", "pause", "settings.reasons"),
    ("/settings/desk", "settings", "settings.desk"),
];

#[component]
pub fn SettingsLayout() -> impl IntoView {
    let (desk, texts) = (use_desk(), use_words());
    let may = desk.me.with_untracked(|me| matches!(me.role, Role::Supervisor | Role::Admin));
    let path = use_location().pathname;
    let links = PAGES.map(|(href, icon, key)| {
        let is_here = move || path.with(|path| path.starts_with(href));
        view! {
            <a href=href aria-current=move || is_here().then_some("page")><Icon name=icon size=IconSize::Small />{texts.get(key)}</a>
        }
    });
    if !may {
        return view! {
            <main class="page" id="main">
                <section class="sheet page__sheet">
                    <Empty alone=true icon="shield" title=texts.get("settings.forbidden") text=texts.get("settings.forbidden_text") />
                </section>
            </main>
        }
        .into_any();
    }
    view! {
        <Title text=texts.get("settings.title") />
        <main class="settings" id="main">
            <nav class="settings-nav" aria-label=texts.get("settings.title")>{links.collect_view()}</nav>
            <Outlet />
        </main>
    }
    .into_any()
}
