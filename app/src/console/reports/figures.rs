//! The figures of the whole period.

use super::tables::address;
use crate::console::words::use_words;
use domain::report::{Length, Measure, Query, Report};
use leptos::prelude::*;

#[component]
pub fn Figures(query: StoredValue<Query>, report: StoredValue<Report>) -> impl IntoView {
    let texts = use_words();
    let total = report.with_value(|report| report.total.clone());
    let query = query.get_value();
    let link = |measure: Measure| format!("/reports/list?{}", address(&query, measure, None));
    let count = |measure: Measure, note: String| {
        let (value, title) = (total.count(measure).to_string(), texts.get(&format!("report.measure.{}", measure.word())));
        view! { <div><dt>{title}</dt><dd><a href=link(measure)>{value}</a></dd><dd class="figures__note">{note}</dd></div> }
    };
    let length = |length: Length| {
        let summary = total.length(length);
        let value = summary.map_or_else(|| "–".to_owned(), |summary| summary.average.clock());
        let note = summary.map(|summary| texts.with("report.ninety", &[("span", &summary.ninety.clock())])).unwrap_or_default();
        let title = texts.get(&format!("report.length.{}", length.word()));
        view! { <div><dt>{title}</dt><dd><a href=link(length.measure())>{value}</a></dd><dd class="figures__note">{note}</dd></div> }
    };
    let percent =
        |value: Option<u64>, key: &str| value.map(|value| texts.with(key, &[("percent", &value.to_string())])).unwrap_or_default();
    view! {
        <dl class="figures">
            {count(Measure::Chats, String::new())}
            {count(Measure::Answered, percent(total.level_percent(), "report.in_time_percent"))}
            {count(Measure::Missed, percent(total.accepted_percent(), "report.accepted_percent"))}
            {count(Measure::Abandoned, String::new())}
            {length(Length::Wait)}
            {length(Length::Handle)}
        </dl>
    }
}
