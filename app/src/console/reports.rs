//! `/reports`: what happened in a period, in tables and charts. Each number leads to the chats behind it.

use super::{page_failed::PageFailed, words::use_words};
use crate::{
    api,
    boundary::Answer,
    ui::{Icon, IconSize, SkeletonList},
};
use domain::report::{Query, Report};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

mod chart;
mod chat_page;
mod day;
mod figures;
mod filters;
mod help;
mod list_page;
mod tables;
mod zone;

use {
    chart::{DayChart, WaitChart},
    figures::Figures,
    filters::Filters,
    help::Help,
    tables::{Agents, ByDay, Queues, Times},
    zone::reader_zone,
};
pub use {chat_page::ReportChatPage, list_page::ReportListPage};

/// What the address asks for; days are those of the reader, once the browser has said where that is.
fn wanted() -> Memo<Query> {
    let (address, zone) = (use_query_map(), reader_zone());
    Memo::new(move |_| {
        let query = address.with(|map| Query::read(|key| map.get(key)));
        Query { zone: query.zone.or_else(|| zone.get()), ..query }
    })
}

#[component]
pub fn ReportsPage() -> impl IntoView {
    let texts = use_words();
    let query = wanted();
    let report = Resource::new(move || query.get(), |query| async move { (query.clone(), api::reports::read(query).await) });
    view! {
        <Title text=texts.get("report.title") />
        <Transition fallback=move || view! { <main class="page" id="main"><SkeletonList label=texts.get("report.loading") rows=5 /></main> }>
            {move || Suspend::new(async move {
                let (query, answer) = report.await;
                page(query, answer, Callback::new(move |()| report.refetch()))
            })}
        </Transition>
    }
}

fn page(query: Query, answer: Answer<Report>, again: Callback<()>) -> AnyView {
    match answer {
        Ok(report) => view! { <Whole query=query report=report /> }.into_any(),
        Err(error) => view! { <PageFailed problem=error.0 again=again /> }.into_any(),
    }
}

#[component]
fn Whole(query: Query, report: Report) -> impl IntoView {
    let texts = use_words();
    let report = StoredValue::new(report);
    let query = StoredValue::new(query);
    view! {
        <main class="page" id="main">
            <section class="sheet page__sheet report" aria-labelledby="report-title">
                <header class="sheet__head">
                    <h1 class="sheet__title" id="report-title">{texts.get("report.title")}</h1>
                    <Filters query=query report=report />
                </header>
                <div class="report__top">
                    <Figures query=query report=report />
                    <DayChart report=report />
                    <WaitChart report=report />
                </div>
                <ByDay query=query report=report />
                <Queues query=query report=report />
                <Agents query=query report=report />
                <Times query=query report=report />
                <Help />
            </section>
        </main>
    }
}

/// The way to a table as a file.
#[component]
fn Download(file: &'static str, address: String, label: String) -> impl IntoView {
    view! {
        <a class="button button--secondary button--small" href=format!("/exports/{file}.csv?{address}") rel="external" download="" aria-label=label>
            <Icon name="download" size=IconSize::Small />
            "CSV"
        </a>
    }
}
