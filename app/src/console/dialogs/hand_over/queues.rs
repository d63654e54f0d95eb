//! The queues a chat can go to, with how it stands in each.

use super::{Choosing, Goal, Line, place};
use crate::console::words::{Words, use_words};
use domain::desk::QueueDestination;
use leptos::prelude::*;

#[component]
pub fn Queues(queues: Vec<QueueDestination>, choosing: Choosing) -> impl IntoView {
    let texts = use_words();
    let queues = StoredValue::new(queues);
    let lines = move || {
        queues.with_value(|queues| {
            queues
                .iter()
                .filter(|queue| choosing.finds(&queue.queue.name))
                .map(|queue| place(texts, choosing, line(queue, texts)))
                .collect_view()
        })
    };
    let none = move || queues.with_value(|queues| !queues.iter().any(|queue| choosing.finds(&queue.queue.name)));
    view! {
        <fieldset class="places" aria-describedby="hand-over-error">
            <legend class="visually-hidden">{texts.get("console.hand_over.queues")}</legend>
            {lines}
            <Show when=none><p class="muted places__none">{texts.get("console.hand_over.no_queue")}</p></Show>
        </fieldset>
    }
}

fn line(destination: &QueueDestination, texts: Words) -> Line {
    let QueueDestination { queue, ready, waiting, open } = destination;
    let count = |key: &str, n: i64| texts.count(key, usize::try_from(n).unwrap_or_default());
    let closed = (!open).then(|| texts.get("console.hand_over.closed"));
    let facts = [closed, Some(count("console.hand_over.ready", *ready)), Some(count("console.hand_over.waiting", *waiting))];
    let mut facts: Vec<String> = facts.into_iter().flatten().collect();
    if !queue.description.is_empty() {
        facts.push(queue.description.clone());
    }
    Line { id: format!("to-{}", queue.id), goal: Goal::Queue(queue.id, queue.name.clone()), facts: facts.join(" · "), why_not: None }
}
