//! The console: the screens of the people who answer.
//!
//! [`App`] is the router. Sign-in and first start are plain forms; everything else stands in [`frame::Frame`], which
//! fetches the first data once and follows the live stream for as long as the console is open.

use crate::{shell::Assets, texts::use_texts, ui::IconsUrl};
use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::{
    SsrMode,
    components::{ParentRoute, Route, Router, Routes},
    path,
};

mod actions;
mod alerts;
mod alerts_page;
mod browser;
mod chats_page;
mod contact;
mod desk;
mod dialogs;
mod dock;
mod explain;
mod frame;
mod keeper;
mod keyboard;
mod login_page;
mod manager;
mod not_found;
mod offers;
mod page_failed;
mod reports;
mod requests;
mod sessions_page;
mod settings;
mod setup_page;
mod ticket_page;
mod tickets_page;
mod wallboard;
mod why;
mod window;
mod windows;
mod words;

use {
    alerts_page::AlertsPage,
    chats_page::ChatsPage,
    frame::Frame,
    login_page::LoginPage,
    not_found::NotFound,
    reports::{ReportChatPage, ReportListPage, ReportsPage},
    sessions_page::SessionsPage,
    setup_page::SetupPage,
    ticket_page::TicketPage,
    tickets_page::TicketsPage,
    wallboard::WallboardPage,
};
pub use {login_page::LoginNotice, setup_page::SetupNotice};

/// All pages of the console.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    let assets = use_context::<Assets>().unwrap_or_default();
    provide_context(IconsUrl(assets.path("icons.svg")));
    words::provide_words();
    view! {
        <Router>
            <Routes fallback=NotFound>
                <Route path=path!("/login") view=LoginPage ssr=SsrMode::Async />
                <Route path=path!("/setup") view=SetupPage ssr=SsrMode::Async />
                <ParentRoute path=path!("") view=Frame ssr=SsrMode::Async>
                    <Route path=path!("") view=ChatsPage ssr=SsrMode::Async />
                    <Route path=path!("tickets") view=TicketsPage ssr=SsrMode::Async />
                    <Route path=path!("tickets/:number") view=TicketPage ssr=SsrMode::Async />
                    <Route path=path!("account/alerts") view=AlertsPage ssr=SsrMode::Async />
                    <Route path=path!("wallboard") view=WallboardPage ssr=SsrMode::Async />
                    <Route path=path!("reports") view=ReportsPage ssr=SsrMode::Async />
                    <Route path=path!("reports/list") view=ReportListPage ssr=SsrMode::Async />
                    <Route path=path!("reports/chats/:id") view=ReportChatPage ssr=SsrMode::Async />
                    <Route path=path!("account/sessions") view=SessionsPage ssr=SsrMode::Async />
                    <ParentRoute path=path!("settings") view=settings::SettingsLayout ssr=SsrMode::Async>
                        <Route path=path!("") view=settings::QueuesPage ssr=SsrMode::Async />
                        <Route path=path!("queues") view=settings::QueuesPage ssr=SsrMode::Async />
                        <Route path=path!("queues/:id") view=settings::QueuePage ssr=SsrMode::Async />
                        <Route path=path!("agents") view=settings::AgentsPage ssr=SsrMode::Async />
                        <Route path=path!("agents/:id") view=settings::AgentPage ssr=SsrMode::Async />
                        <Route path=path!("hours") view=settings::HoursPage ssr=SsrMode::Async />
                        <Route path=path!("hours/:id") view=settings::OneHoursPage ssr=SsrMode::Async />
                        <Route path=path!("skills") view=settings::SkillsPage ssr=SsrMode::Async />
                        <Route path=path!("reasons") view=settings::ReasonsPage ssr=SsrMode::Async />
                        <Route path=path!("desk") view=settings::DeskPage ssr=SsrMode::Async />
                    </ParentRoute>
                </ParentRoute>
            </Routes>
        </Router>
    }
}

/// Takes the page over that the server rendered.
#[cfg(feature = "hydrate")]
pub fn hydrate() {
    leptos::mount::hydrate_body(|| {
        crate::texts::provide_texts(crate::texts::from_page());
        provide_context(Assets::from_page());
        view! { <App /> }
    });
}

/// "NAME · Deskbell", for pages outside the frame.
fn titled(page: &str) -> String {
    format!("{page} · {}", use_texts().get("console.name"))
}
