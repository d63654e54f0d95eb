//! What of the report is shown: a form whose fields become the address, with or without scripts.

use crate::{
    console::words::use_words,
    ui::{Button, Variant},
};
use domain::report::{Period, Query, Report};
use leptos::{ev::SubmitEvent, html, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate};

#[component]
pub fn Filters(query: StoredValue<Query>, report: StoredValue<Report>) -> impl IntoView {
    let texts = use_words();
    let now = query.get_value();
    let (period, zone) = (RwSignal::new(now.period.word().to_owned()), now.zone.clone());
    let fields = Fields::default();
    let navigate = use_navigate();
    let kept = zone.clone();
    let submit = move |event: SubmitEvent| {
        if let Some(wanted) = fields.read(kept.clone()) {
            event.prevent_default();
            navigate(&format!("/reports?{}", wanted.address(None)), NavigateOptions::default());
        }
    };
    let (first, last) = report.with_value(|report| (report.days.first.to_string(), report.days.last.to_string()));
    let (queues, agents) = report.with_value(|report| (report.queues.clone(), report.agents.clone()));
    let option = |value: String, label: String, chosen: bool| view! { <option value=value selected=chosen>{label}</option> };
    let periods = Period::WORDS
        .map(|word| option(word.to_owned(), texts.get(&format!("report.period.{word}")), word == now.period.word()))
        .collect_view();
    let queues = queues.into_iter().map(|(id, name)| option(id.to_string(), name, now.queue == Some(id))).collect_view();
    let agents = agents.into_iter().map(|(id, name)| option(id.to_string(), name, now.agent == Some(id))).collect_view();
    let no_dates = move || period.with(|period| period != "dates");
    view! {
        <form class="filters" method="get" action="/reports" aria-label=texts.get("report.filters") on:submit=submit>
            <select class="input" name="period" node_ref=fields.period aria-label=texts.get("report.period") on:change=move |event| period.set(event_target_value(&event))>{periods}</select>
            <span class="report__dates" hidden=no_dates>
                <input class="input" type="date" name="from" value=first node_ref=fields.from aria-label=texts.get("report.from") disabled=no_dates />
                <input class="input" type="date" name="to" value=last node_ref=fields.to aria-label=texts.get("report.to") disabled=no_dates />
            </span>
            <select class="input" name="queue" node_ref=fields.queue aria-label=texts.get("report.queue")>
                <option value="">{texts.get("report.all_queues")}</option>
                {queues}
            </select>
            <select class="input" name="agent" node_ref=fields.agent aria-label=texts.get("report.agent")>
                <option value="">{texts.get("report.all_agents")}</option>
                {agents}
            </select>
            {zone.map(|zone| view! { <input type="hidden" name="zone" value=zone /> })}
            <Button variant=Variant::Plain submit=true>{texts.get("report.show")}</Button>
        </form>
    }
}

/// The fields of the form.
#[derive(Clone, Copy, Default)]
struct Fields {
    period: NodeRef<html::Select>,
    from: NodeRef<html::Input>,
    to: NodeRef<html::Input>,
    queue: NodeRef<html::Select>,
    agent: NodeRef<html::Select>,
}

impl Fields {
    /// What was chosen; `None` while the page is not alive.
    fn read(self, zone: Option<String>) -> Option<Query> {
        let period = self.period.get_untracked()?.value();
        let (from, to) = (self.from.get_untracked()?.value(), self.to.get_untracked()?.value());
        let (queue, agent) = (self.queue.get_untracked()?.value(), self.agent.get_untracked()?.value());
        Some(Query::read(|name| match name {
            "period" => Some(period.clone()),
            "from" => Some(from.clone()),
            "to" => Some(to.clone()),
            "zone" => zone.clone(),
            "queue" => Some(queue.clone()),
            "agent" => Some(agent.clone()),
            _ => None,
        }))
    }
}
