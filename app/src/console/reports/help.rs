//! How everything is counted, for whoever wants to know.

use crate::console::words::use_words;
use domain::report::{Length, Measure};
use leptos::prelude::*;

#[component]
pub fn Help() -> impl IntoView {
    let texts = use_words();
    let entry = |area: &str, word: &str| {
        let key = format!("report.{area}.{word}");
        view! { <div><dt>{texts.get(&key)}</dt><dd>{texts.get(&format!("{key}_text"))}</dd></div> }
    };
    let measures = Measure::ALL.map(|measure| entry("measure", measure.word())).collect_view();
    let lengths = Length::ALL.map(|length| entry("length", length.word())).collect_view();
    view! {
        <details class="report__help">
            <summary>{texts.get("report.help")}</summary>
            <p>{texts.get("report.help_text")}</p>
            <dl>{measures} {lengths} <div><dt>{texts.get("report.with_customers")}</dt><dd>{texts.get("report.with_customers_text")}</dd></div></dl>
        </details>
    }
}
