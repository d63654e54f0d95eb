//! A queue's rules as sentences, so that whoever sets them reads what they mean.

use crate::console::words::{Words, use_words};
use domain::{
    queue::{Distribution, MayEnd, Order, Policy},
    settings::QueueDraft,
    time::Millis,
};
use leptos::prelude::*;

#[component]
pub fn InWords(draft: Signal<QueueDraft>) -> impl IntoView {
    let texts = use_words();
    let lines = move || draft.with(|draft| sentences(draft, texts)).into_iter().map(|line| view! { <li>{line}</li> }).collect_view();
    view! {
        <aside class="in-words" aria-label=texts.get("settings.words")>
            <h2 class="contact__title">{texts.get("settings.words")}</h2>
            <ol>{lines}</ol>
        </aside>
    }
}

fn span(texts: Words, span: Millis) -> String {
    let seconds = span.0 / 1_000;
    if seconds >= 120 && seconds % 60 == 0 {
        texts.count("settings.words.minutes", usize::try_from(seconds / 60).unwrap_or(0))
    } else {
        texts.count("settings.words.seconds", usize::try_from(seconds).unwrap_or(0))
    }
}

fn sentences(draft: &QueueDraft, texts: Words) -> Vec<String> {
    let Policy { distribution, order, may_end, .. } = &draft.policy;
    let policy = &draft.policy;
    let mut lines = Vec::new();
    if draft.members.is_empty() {
        lines.push(texts.get("settings.words.nobody"));
    }
    match distribution {
        Distribution::Announce => lines.push(texts.get("settings.words.announce")),
        Distribution::Offer => {
            let first = match order {
                Order::FewestChats => "settings.words.fewest",
                Order::RoundRobin => "settings.words.robin",
                Order::LongestIdle => "settings.words.idle",
            };
            lines.push(texts.get(first));
            lines.push(texts.with("settings.words.accept", &[("time", &span(texts, policy.accept_timeout))]));
            if policy.missed_makes_not_ready {
                lines.push(texts.get("settings.words.missed"));
            }
            if policy.prefer_last_agent {
                lines.push(texts.get("settings.words.last_agent"));
            }
        }
    }
    if let Some(overflow) = policy.overflow {
        lines.push(texts.with("settings.words.overflow", &[("time", &span(texts, overflow.after))]));
    }
    if let Some(after) = policy.callback_after {
        lines.push(texts.with("settings.words.callback", &[("time", &span(texts, after))]));
    }
    if policy.one_chat {
        lines.push(texts.get("settings.words.one_chat"));
    }
    lines.push(match may_end {
        MayEnd::Always => texts.get("settings.words.end_always"),
        MayEnd::AgentOnly => texts.get("settings.words.end_agent"),
        MayEnd::Restricted { unanswered, idle } => {
            texts.with("settings.words.end_restricted", &[("unanswered", &span(texts, *unanswered)), ("idle", &span(texts, *idle))])
        }
    });
    if let Some(quiet) = policy.inactivity {
        let times = [("warn", span(texts, quiet.warn_after)), ("close", span(texts, quiet.close_after))];
        lines.push(texts.with("settings.words.inactive", &times.each_ref().map(|(name, time)| (*name, time.as_str()))));
    }
    if policy.ticket_required {
        lines.push(texts.get("settings.words.ticket"));
    }
    lines.push(texts.get(if policy.hours.is_some() { "settings.words.hours" } else { "settings.words.always_open" }));
    lines
}
