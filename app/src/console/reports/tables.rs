//! The tables: a row a day, a queue, an agent. Each number is the way to its list.

use super::{Download, day::Day};
use crate::console::{desk::use_desk, words::use_words};
use domain::{
    hours::Date,
    report::{Drill, Length, Measure, Numbers, Query, Report, csv},
    time::Millis,
};
use leptos::prelude::*;

/// The address of the list behind a number.
pub fn address(query: &Query, measure: Measure, day: Option<Date>) -> String {
    query.address(Some(&Drill { measure, day }))
}

/// A table with its title, its file and room to scroll.
#[component]
fn Panel(id: &'static str, title: String, file: &'static str, query: StoredValue<Query>, children: Children) -> impl IntoView {
    let label = use_words().with("report.csv_of", &[("table", &title)]);
    let address = query.with_value(|query| query.address(None));
    view! {
        <section class="report__table" aria-labelledby=id>
            <header class="panel__head"><h2 class="sheet__title" id=id>{title}</h2><Download file=file address=address label=label /></header>
            <div class="panel__scroll" tabindex="0" role="group" aria-labelledby=id><table class="counts">{children()}</table></div>
        </section>
    }
}

/// The heads of the columns behind the first one.
#[component]
fn Heads(first: String, measures: Vec<Measure>) -> impl IntoView {
    let texts = use_words();
    let measures = measures
        .into_iter()
        .map(|measure| view! { <th scope="col" class="is-number">{texts.get(&format!("report.measure.{}", measure.word()))}</th> })
        .collect_view();
    let lengths = Length::ALL
        .map(|length| view! { <th scope="col" class="is-number">{texts.get(&format!("report.length.{}", length.word()))}</th> })
        .collect_view();
    view! {
        <thead>
            <tr><th scope="col">{first}</th>{measures}<th scope="col" class="is-number">{texts.get("report.level")}</th>{lengths}</tr>
        </thead>
    }
}

/// The cells of a row behind the first one. `query` asks for what the row stands for.
#[component]
fn Cells(numbers: Numbers, query: Query, measures: Vec<Measure>, day: Option<Date>) -> impl IntoView {
    let texts = use_words();
    let link = |measure: Measure| format!("/reports/list?{}", address(&query, measure, day));
    let counts = measures
        .iter()
        .map(|measure| match numbers.count(*measure) {
            0 => view! { <td class="is-number subtle">"0"</td> }.into_any(),
            count => view! { <td class="is-number"><a href=link(*measure) data-measure=measure.word()>{count}</a></td> }.into_any(),
        })
        .collect_view();
    let lengths = Length::ALL
        .map(|length| match numbers.length(length) {
            None => view! { <td class="is-number subtle">"–"</td> }.into_any(),
            Some(summary) => {
                let ninety = texts.with("report.ninety", &[("span", &summary.ninety.clock())]);
                view! {
                    <td class="is-number">
                        <a href=link(length.measure())>{summary.average.clock()}</a>
                        <small class="counts__second">{ninety}</small>
                    </td>
                }
                .into_any()
            }
        })
        .collect_view();
    let level = numbers.level_percent().map_or_else(|| "–".to_owned(), |level| format!("{level} %"));
    view! { {counts} <td class="is-number">{level}</td> {lengths} }
}

/// The measures that make sense under the filters.
fn shown(query: &Query, of_agents: bool) -> Vec<Measure> {
    Measure::ALL.into_iter().filter(|measure| !(of_agents || query.agent.is_some()) || measure.is_of_agents()).collect()
}

#[component]
pub fn ByDay(query: StoredValue<Query>, report: StoredValue<Report>) -> impl IntoView {
    let texts = use_words();
    let asked = query.get_value();
    let measures = shown(&asked, false);
    let rows = report
        .with_value(|report| report.by_day.clone())
        .into_iter()
        .map(|row| view! { <tr><th scope="row"><Day day=row.day /></th><Cells numbers=row.numbers query=asked.clone() measures=measures.clone() day=Some(row.day) /></tr> })
        .collect_view();
    let total = report.with_value(|report| report.total.clone());
    view! {
        <Panel id="report-days" title=texts.get("report.by_day") file="days" query=query>
            <Heads first=texts.get("report.day") measures=measures.clone() />
            <tbody>{rows}</tbody>
            <tfoot><tr><th scope="row">{texts.get("report.total")}</th><Cells numbers=total query=asked measures=measures day=None /></tr></tfoot>
        </Panel>
    }
}

#[component]
pub fn Queues(query: StoredValue<Query>, report: StoredValue<Report>) -> impl IntoView {
    let texts = use_words();
    let asked = query.get_value();
    let measures = shown(&asked, false);
    let rows = report
        .with_value(|report| report.by_queue.clone())
        .into_iter()
        .map(|row| {
            let query = Query { queue: Some(row.queue), ..asked.clone() };
            view! { <tr><th scope="row">{row.name}</th><Cells numbers=row.numbers query=query measures=measures.clone() day=None /></tr> }
        })
        .collect_view();
    view! {
        <Panel id="report-queues" title=texts.get("report.by_queue") file="queues" query=query>
            <Heads first=texts.get("report.queue") measures=measures.clone() />
            <tbody>{rows}</tbody>
        </Panel>
    }
}

#[component]
pub fn Agents(query: StoredValue<Query>, report: StoredValue<Report>) -> impl IntoView {
    let texts = use_words();
    let asked = query.get_value();
    let measures = shown(&asked, true);
    let rows = report
        .with_value(|report| report.by_agent.clone())
        .into_iter()
        .map(|row| {
            let query = Query { agent: Some(row.agent), ..asked.clone() };
            view! { <tr data-agent=row.agent.to_string()><th scope="row">{row.name}</th><Cells numbers=row.numbers query=query measures=measures.clone() day=None /></tr> }
        })
        .collect_view();
    view! {
        <Panel id="report-agents" title=texts.get("report.by_agent") file="agents" query=query>
            <Heads first=texts.get("report.agent") measures=measures.clone() />
            <tbody>{rows}</tbody>
        </Panel>
    }
}

#[component]
pub fn Times(query: StoredValue<Query>, report: StoredValue<Report>) -> impl IntoView {
    let (desk, texts) = (use_desk(), use_words());
    let reasons = report.with_value(csv::reasons);
    let name = |reason: &String| if reason.is_empty() { texts.get("report.no_reason") } else { desk.reason_name(reason) };
    let heads = reasons.iter().map(|reason| view! { <th scope="col" class="is-number">{name(reason)}</th> }).collect_view();
    let cell = |span: Millis| match span.0 {
        0 => view! { <td class="is-number subtle">"–"</td> }.into_any(),
        _ => view! { <td class="is-number">{span.clock()}</td> }.into_any(),
    };
    let rows = report
        .with_value(|report| report.by_agent.clone())
        .into_iter()
        .map(|row| {
            let times = row.times;
            let own = reasons.iter().map(|reason| cell(times.not_ready.get(reason).copied().unwrap_or_default())).collect_view();
            view! {
                <tr><th scope="row">{row.name}</th>{cell(times.ready)} {cell(times.with_customers)} {cell(times.all_not_ready())} {own} {cell(times.offline)}</tr>
            }
        })
        .collect_view();
    let head = move |key: &str| view! { <th scope="col" class="is-number">{texts.get(key)}</th> };
    view! {
        <Panel id="report-times" title=texts.get("report.times") file="times" query=query>
            <thead>
                <tr>
                    <th scope="col">{texts.get("report.agent")}</th>
                    {head("state.ready")} {head("report.with_customers")} {head("state.not_ready")} {heads} {head("state.offline")}
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </Panel>
    }
}
