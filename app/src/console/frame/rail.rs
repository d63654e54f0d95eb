//! The rail at the side: where one can go, and one's own account.

use crate::{
    console::{desk::use_desk, words::use_words},
    ui::{Avatar, Icon, IconSize, Menu},
};
use domain::presence::Role;
use leptos::prelude::*;
use leptos_router::hooks::use_location;

#[component]
pub fn Rail() -> impl IntoView {
    let texts = use_words();
    let desk = use_desk();
    let unread_words = move || texts.count("console.unread_aside", desk.unread.get());
    let supervises = move || match desk.me.with(|me| me.role) {
        Role::Supervisor | Role::Admin => true,
        Role::Agent => false,
    };
    let badge = move || {
        (desk.unread.get() > 0).then(|| {
            view! {
                <span class="badge" aria-hidden="true">{desk.unread.get().min(99)}</span>
                <span class="visually-hidden">{unread_words}</span>
            }
        })
    };
    view! {
        <nav class="rail" aria-label=texts.get("console.nav")>
            <span class="rail__mark" title=texts.get("console.name")><Icon name="deskbell" size=IconSize::Large /></span>
            <RailItem href="/" icon="chats" label=texts.get("console.chats")>{badge}</RailItem>
            <RailItem href="/tickets" icon="ticket" label=texts.get("console.tickets")>""</RailItem>
            <Show when=supervises>
                <RailItem href="/wallboard" icon="wallboard" label=texts.get("board.title")>""</RailItem>
                <RailItem href="/reports" icon="report" label=texts.get("report.title")>""</RailItem>
                <RailItem href="/settings" icon="settings" label=texts.get("settings.title")>""</RailItem>
            </Show>
            <div class="rail__foot"><Account /></div>
        </nav>
    }
}

#[component]
fn RailItem(href: &'static str, icon: &'static str, label: String, children: Children) -> impl IntoView {
    let path = use_location().pathname;
    let is_here = move || path.with(|path| if href == "/" { path == "/" } else { path.starts_with(href) });
    view! {
        <a class="rail__item" href=href aria-current=move || is_here().then_some("page")>
            <Icon name=icon />
            {label}
            {children()}
        </a>
    }
}

/// One's own picture: sign-ins, and the way out. Signing out is a plain form, so that it works whatever else does not.
#[component]
fn Account() -> impl IntoView {
    let (desk, texts) = (use_desk(), use_words());
    let name = Signal::derive(move || desk.me.with(|me| me.name.clone()));
    let shown = Signal::derive(move || desk.me.with(domain::presence::AgentView::shown));
    let label = move || name.with(|name| texts.with("console.account", &[("name", name)]));
    view! {
        <form id="sign-out" method="post" action="/logout" hidden></form>
        <Menu id="account-menu" name=label class="rail__account" button=move || view! { <Avatar name=name presence=shown /> }>
            <a class="menu__item" role="menuitem" tabindex="-1" href="/account/alerts"><Icon name="bell" />{texts.get("console.alerts")}</a>
            <a class="menu__item" role="menuitem" tabindex="-1" href="/account/sessions"><Icon name="shield" />{texts.get("console.sign_ins")}</a>
            <button class="menu__item" role="menuitem" tabindex="-1" type="submit" form="sign-out"><Icon name="leave" />{texts.get("console.sign_out")}</button>
        </Menu>
    }
}
