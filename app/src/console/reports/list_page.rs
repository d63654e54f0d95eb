//! `/reports/list`: the chats and offers behind a number.

use super::{Download, day::Day, wanted};
use crate::{
    api,
    console::{page_failed::PageFailed, words::use_words},
    ui::{Chip, Empty, Icon, IconSize, SkeletonList, Time, TimeShape, Tone},
};
use domain::{
    offer::OfferEnd,
    report::{Drill, Line, Lines, Query, Way, What},
    wire::Problem,
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

#[component]
pub fn ReportListPage() -> impl IntoView {
    let texts = use_words();
    let (query, address) = (wanted(), use_query_map());
    let drill = Memo::new(move |_| address.with(|map| Drill::read(|key| map.get(key))));
    let found = Resource::new(
        move || (query.get(), drill.get()),
        |(query, drill)| async move {
            let drill = drill.ok_or(Problem::NotFound)?;
            let lines = api::reports::list(query.clone(), drill.clone()).await?;
            Ok::<_, crate::boundary::AppError>((query, drill, lines))
        },
    );
    view! {
        <Title text=texts.get("report.title") />
        <Transition fallback=move || view! { <main class="page" id="main"><SkeletonList label=texts.get("report.loading") rows=5 /></main> }>
            {move || Suspend::new(async move {
                match found.await {
                    Ok((query, drill, lines)) => view! { <List query=query drill=drill lines=lines /> }.into_any(),
                    Err(error) => view! { <PageFailed problem=error.0 again=move || found.refetch() /> }.into_any(),
                }
            })}
        </Transition>
    }
}

#[component]
fn List(query: Query, drill: Drill, lines: Lines) -> impl IntoView {
    let texts = use_words();
    let title = texts.get(&format!("report.measure.{}", drill.measure.word()));
    let named = |names: &[(String, String)], id: Option<String>| {
        id.and_then(|id| names.iter().find(|(one, _)| *one == id).map(|(_, name)| name.clone()))
    };
    let queues: Vec<(String, String)> = lines.queues.iter().map(|(id, name)| (id.to_string(), name.clone())).collect();
    let agents: Vec<(String, String)> = lines.agents.iter().map(|(id, name)| (id.to_string(), name.clone())).collect();
    let of = [named(&queues, query.queue.map(|id| id.to_string())), named(&agents, query.agent.map(|id| id.to_string()))];
    let of = of.into_iter().flatten().map(|name| view! { " · " {name} }).collect_view();
    let (first, last) = drill.day.map_or((lines.days.first, lines.days.last), |day| (day, day));
    let until = (first != last).then(|| view! { " – " <Day day=last /> });
    let shown = lines.lines.len();
    let rest =
        (shown < lines.total).then(|| texts.with("report.only_first", &[("shown", &shown.to_string()), ("all", &lines.total.to_string())]));
    let head = |key: &str| view! { <th scope="col">{texts.get(key)}</th> };
    let (back, file) = (format!("/reports?{}", query.address(None)), query.address(Some(&drill)));
    let is_empty = lines.lines.is_empty();
    let rows = lines
        .lines
        .into_iter()
        .map(|line| {
            let queue = named(&queues, Some(line.fact.queue.to_string())).unwrap_or_default();
            let agent = named(&agents, line.fact.agent.map(|id| id.to_string())).unwrap_or_else(|| "–".to_owned());
            view! { <Row line=line queue=queue agent=agent /> }
        })
        .collect_view();
    view! {
        <main class="page" id="main">
            <section class="sheet page__sheet report" aria-labelledby="list-title">
                <header class="sheet__head">
                    <a class="icon-button" href=back aria-label=texts.get("report.back") title=texts.get("report.back")><Icon name="arrow-left" /></a>
                    <div>
                        <h1 class="sheet__title" id="list-title">{title} ": " <span data-total="">{lines.total}</span></h1>
                        <p class="muted"><Day day=first /> {until} {of}</p>
                    </div>
                    <span class="spacer"></span>
                    <Download file="list" address=file label=texts.get("report.csv_of_list") />
                </header>
                {rest.map(|rest| view! { <p class="page__lead muted"><Icon name="info" size=IconSize::Small /> " " {rest}</p> })}
                {if is_empty {
                    view! { <Empty icon="search" title=texts.get("report.nothing") text=texts.get("report.nothing_text") /> }.into_any()
                } else {
                    view! {
                        <table class="table">
                            <caption class="visually-hidden">{texts.get("report.list")}</caption>
                            <thead><tr>{head("report.when")} {head("report.customer")} {head("report.queue")} {head("report.agent")} {head("report.what")}</tr></thead>
                            <tbody>{rows}</tbody>
                        </table>
                    }.into_any()
                }}
            </section>
        </main>
    }
}

#[component]
fn Row(line: Line, queue: String, agent: String) -> impl IntoView {
    view! {
        <tr>
            <td class="number"><Time at=line.fact.at shape=TimeShape::DayAndTime /></td>
            <td>
                <a href=format!("/reports/chats/{}", line.fact.chat)>{line.customer}</a>
                <span class="report__words truncate">{line.words}</span>
            </td>
            <td>{queue}</td>
            <td>{agent}</td>
            <td><Told what=line.fact.what /></td>
        </tr>
    }
}

/// What of the fact is worth saying, in few words.
#[component]
fn Told(what: What) -> impl IntoView {
    let texts = use_words();
    let span = |key: &str, span: domain::time::Millis| texts.with(key, &[("span", &span.clock())]);
    match what {
        What::Arrived | What::HandedOn => ().into_any(),
        What::Offer { end, rang } => {
            let (tone, word) = match end {
                None => (Tone::Accent, "report.offer.ringing"),
                Some(OfferEnd::Accepted) => (Tone::Success, "report.offer.accepted"),
                Some(OfferEnd::Rejected) => (Tone::Warning, "report.offer.rejected"),
                Some(OfferEnd::Expired) => (Tone::Danger, "report.offer.expired"),
                Some(OfferEnd::Cancelled) => (Tone::Neutral, "report.offer.cancelled"),
                Some(OfferEnd::Revoked) => (Tone::Neutral, "report.offer.revoked"),
            };
            view! { <Chip tone=tone>{texts.get(word)}</Chip> " " {rang.map(|rang| span("report.rang", rang))} }.into_any()
        }
        What::Part(part) => {
            let way = match part.way {
                Way::Offer => None,
                Way::List => Some("report.way.list"),
                Way::TakenOver => Some("report.way.taken_over"),
            };
            let late = part.first.as_ref().is_some_and(|first| !first.in_time);
            let told = [
                part.first.map(|first| span("report.waited", first.waited)),
                part.reply.map(|reply| span("report.replied", reply)),
                part.held.map(|held| span("report.held", held)),
                part.wrap_up.map(|spent| span("report.wrote_up", spent)),
                way.map(|key| texts.get(key)),
            ];
            let told = told.into_iter().flatten().collect::<Vec<_>>().join(" · ");
            view! { {late.then(|| view! { <Chip tone=Tone::Warning icon="clock">{texts.get("report.late")}</Chip> " " })} {told} }
                .into_any()
        }
        What::Abandoned { waited } | What::Callback { waited } => span("report.waited", waited).into_any(),
        What::Ticket { number } => {
            view! { <a href=format!("/tickets/{number}")>{texts.with("report.ticket", &[("number", &number.to_string())])}</a> }.into_any()
        }
    }
}
