//! "What would have happened with these rules?": a day of a queue played again with what stands in its form, before it is
//! saved.

use super::failed;
use crate::{
    api,
    boundary::AppError,
    console::{
        browser,
        words::{Words, use_words},
    },
    ui::{Button, Time},
};
use domain::{
    hours::Date,
    ids::QueueId,
    message::AgentRef,
    recorder::{AskReplay, Replay, ReplayRow, Unknown},
    settings::QueueDraft,
    time::Millis,
    wire::Problem,
};
use leptos::{ev::KeyboardEvent, html, prelude::*};

/// The most chats that are listed.
const MOST_ROWS: usize = 100;

/// The block below the form of a queue. It changes nothing.
#[component]
pub fn ReplayPanel(queue: QueueId, #[prop(into)] draft: Signal<QueueDraft>) -> impl IntoView {
    let texts = use_words();
    let (day, error) = (NodeRef::<html::Input>::new(), RwSignal::new(None::<String>));
    Effect::new(move |_| {
        if let Some(input) = day.get()
            && input.value().is_empty()
        {
            input.set_value(&browser::today());
        }
    });
    let play = Action::new_local(move |day: &Date| {
        let QueueDraft { policy, members, .. } = draft.get_untracked();
        let ask = AskReplay { queue, policy, members, day: *day, ahead_minutes: browser::minutes_ahead() };
        async move { api::recorder::replay(ask).await.map_err(|AppError(problem)| problem) }
    });
    let ask = move || match day.get_untracked().map(|input| input.value()).unwrap_or_default().parse::<Date>() {
        Ok(day) => {
            error.set(None);
            play.dispatch(day);
        }
        Err(_) => error.set(Some(texts.get("console.replay.which_day"))),
    };
    let by_key = move |event: KeyboardEvent| {
        if event.key() == "Enter" {
            // It asks, and does not save the form.
            event.prevent_default();
            ask();
        }
    };
    let answer = move || {
        play.value().get().map(|answer: Result<Replay, Problem>| match answer {
            Ok(replay) => shown(texts, replay).into_any(),
            Err(problem) => failed(&problem, texts, ask),
        })
    };
    view! {
        <section class="replay" aria-labelledby="replay-title">
            <h2 class="replay__title" id="replay-title">{texts.get("console.replay.title")}</h2>
            <p class="replay__lead">{texts.get("console.replay.lead")}</p>
            <div class="replay__ask">
                <div class="field">
                    <label class="field__label" for="replay-day">{texts.get("console.replay.day")}</label>
                    // Without a name it is no value of the form around it.
                    <input
                        class="input"
                        id="replay-day"
                        type="date"
                        aria-describedby="replay-error"
                        aria-invalid=move || error.with(Option::is_some).then_some("true")
                        on:keydown=by_key
                        node_ref=day
                    />
                </div>
                <Button busy=play.pending() on_click=move |_| ask()>{texts.get("console.replay.play")}</Button>
            </div>
            <p class="field__error" id="replay-error" hidden=move || error.with(Option::is_none)>{move || error.get()}</p>
            <div class="replay__answer" role="status">{answer}</div>
        </section>
    }
}

fn shown(texts: Words, replay: Replay) -> impl IntoView {
    let fact = move |key: &str, value: String| view! { <div><dt>{texts.get(key)}</dt><dd class="number">{value}</dd></div> };
    let wait = format!("{} → {}", clock(replay.wait_before), clock(replay.wait_after));
    let announced = replay.unknown.contains(&Unknown::WhoIsFirst);
    let differs = |row: &ReplayRow| name(row.before.as_ref()) != name(row.after.as_ref()) && !announced;
    let rows: Vec<ReplayRow> = replay.rows.into_iter().filter(differs).take(MOST_ROWS).collect();
    let unknown = replay.unknown.into_iter().map(move |unknown| view! { <li>{cannot(texts, unknown)}</li> });
    view! {
        <dl class="replay__facts">
            {fact("console.replay.chats", replay.chats.to_string())}
            {fact("console.replay.different", replay.different.to_string())}
            {fact("console.replay.nobody", replay.nobody.to_string())}
            {fact("console.replay.wait", wait)}
        </dl>
        {if rows.is_empty() { view! { <p class="replay__lead">{texts.get("console.replay.same")}</p> }.into_any() } else { table(texts, rows).into_any() }}
        <ul class="replay__unknown">
            <li>{texts.get("console.replay.assumes")}</li>
            {unknown.collect_view()}
        </ul>
    }
}

fn table(texts: Words, rows: Vec<ReplayRow>) -> impl IntoView {
    let row = move |row: ReplayRow| {
        let who = move |agent: Option<&AgentRef>, waited: Option<Millis>| match agent {
            Some(agent) => format!("{} · {}", agent.name, clock(waited)),
            None => texts.get("console.replay.nobody_found"),
        };
        let (before, after) = (who(row.before.as_ref(), row.waited_before), who(row.after.as_ref(), row.waited_after));
        view! { <tr><td><Time at=row.at /></td><td>{row.customer}</td><td>{before}</td><td>{after}</td></tr> }
    };
    let heads = ["console.replay.time", "console.replay.customer", "console.replay.before", "console.replay.after"]
        .map(|key| view! { <th scope="col">{texts.get(key)}</th> });
    view! {
        <table class="table">
            <caption class="visually-hidden">{texts.get("console.replay.different")}</caption>
            <thead><tr>{heads.collect_view()}</tr></thead>
            <tbody>{rows.into_iter().map(row).collect_view()}</tbody>
        </table>
    }
}

fn name(agent: Option<&AgentRef>) -> Option<domain::ids::AgentId> {
    agent.map(|agent| agent.id)
}

fn clock(span: Option<Millis>) -> String {
    span.map_or_else(|| "–".to_owned(), Millis::clock)
}

fn cannot(texts: Words, unknown: Unknown) -> String {
    match unknown {
        Unknown::Agents { count } => texts.count("console.replay.unknown.agents", count),
        Unknown::WhoIsFirst => texts.get("console.replay.unknown.who_is_first"),
        Unknown::Hours => texts.get("console.replay.unknown.hours"),
        Unknown::Cut => texts.get("console.replay.unknown.cut"),
    }
}
