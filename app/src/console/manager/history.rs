//! "History": what is over, the newest first: by queue, by what came of it, by a word.

use super::card::{SessionCard, language_chip};
use crate::{
    api,
    boundary::AppError,
    console::{explain::explain, words::use_words},
    ui::{Button, Chip, Empty, Icon, SkeletonList, Time, TimeShape, Tone, Variant},
};
use domain::{
    desk::{HistoryFilter, PastChat},
    ending::Outcome,
    ids::QueueId,
    wire::Problem,
};
use leptos::prelude::*;
use std::time::Duration;

/// As many as the desk gives at a time: fewer are the last ones.
const PAGE: usize = 50;
/// How long a pause in typing asks.
const PAUSE: Duration = Duration::from_millis(350);

/// What has been fetched, and for what.
#[derive(Clone, Copy)]
struct Past {
    chats: RwSignal<Vec<PastChat>>,
    has_more: RwSignal<bool>,
    busy: RwSignal<bool>,
    failed: RwSignal<Option<Problem>>,
    /// Counts the questions: only the answer to the last one is shown.
    asked: StoredValue<u64>,
}

impl Past {
    fn new() -> Self {
        Self {
            chats: RwSignal::new(Vec::new()),
            has_more: RwSignal::new(false),
            busy: RwSignal::new(true),
            failed: RwSignal::new(None),
            asked: StoredValue::new(0),
        }
    }

    /// Asks for the first page, or with `more` for what follows what is shown.
    fn ask(self, mut filter: HistoryFilter, more: bool) {
        filter.before = if more { self.chats.with_untracked(|chats| chats.last().map(|chat| chat.closed_at)) } else { None };
        self.asked.update_value(|asked| *asked += 1);
        let mine = self.asked.get_value();
        self.busy.set(true);
        leptos::task::spawn_local(async move {
            let answer = api::history::list(filter).await;
            if self.asked.try_get_value() == Some(mine) {
                self.take(answer.map_err(|AppError(problem)| problem), more);
            }
        });
    }

    fn take(self, answer: Result<Vec<PastChat>, Problem>, more: bool) {
        self.busy.set(false);
        match answer {
            Ok(page) => {
                self.failed.set(None);
                self.has_more.set(page.len() >= PAGE);
                self.chats.update(|chats| {
                    if !more {
                        chats.clear();
                    }
                    chats.extend(page);
                });
            }
            Err(problem) => self.failed.set(Some(problem)),
        }
    }
}

#[component]
pub fn HistoryList(queue: Signal<Option<QueueId>>, shown: Signal<bool>) -> impl IntoView {
    let texts = use_words();
    let past = Past::new();
    let (search, outcome) = (RwSignal::new(String::new()), RwSignal::new(None::<Outcome>));
    let filter = move || HistoryFilter { queue: queue.get(), outcome: outcome.get(), search: search.get(), ..HistoryFilter::default() };
    Effect::new(move |_| {
        let filter = filter();
        if shown.get() {
            past.ask(filter, false);
        }
    });
    let again = move |more: bool| past.ask(untrack(filter), more);
    let is_empty = Memo::new(move |_| past.chats.with(Vec::is_empty));
    let is_first = Memo::new(move |_| past.busy.get() && is_empty.get());
    let nothing = Memo::new(move |_| is_empty.get() && !past.busy.get() && past.failed.with(Option::is_none));
    let is_filtered = move || !search.with(String::is_empty) || outcome.get().is_some() || queue.get().is_some();
    let empty = move |key: &'static str| {
        let key = if is_filtered() { format!("console.history.none{key}") } else { format!("console.history.empty{key}") };
        texts.get(&key)
    };
    view! {
        <Filters search=search outcome=outcome />
        <Show when=move || is_first.get()><SkeletonList label=texts.get("console.history.loading") /></Show>
        {move || past.failed.get().map(|problem| {
            let told = explain(&problem, None, &texts.all());
            view! {
                <Empty icon="warning" failed=true title=told.title text=told.text>
                    <Button on_click=move |_| again(false)>{texts.get("console.try_again")}</Button>
                </Empty>
            }
        })}
        <Show when=move || !is_empty.get()>
            <h2 class="manager__group"><span>{texts.get("console.history.head")}</span><span>{texts.get("console.history.clock")}</span></h2>
        </Show>
        <For each=move || past.chats.get() key=|chat| chat.card.conversation children=move |chat| view! { <PastCard chat=chat /> } />
        <Show when=move || past.has_more.get() && !is_empty.get()>
            <div class="manager__more"><Button variant=Variant::Quiet busy=past.busy on_click=move |_| again(true)>{texts.get("console.show_more")}</Button></div>
        </Show>
        <Show when=move || nothing.get()>
            <Empty icon="history" title=Signal::derive(move || empty("")) text=Signal::derive(move || empty("_text")) />
        </Show>
    }
}

/// Text box "Search in history" and select "Outcome".
#[component]
fn Filters(search: RwSignal<String>, outcome: RwSignal<Option<Outcome>>) -> impl IntoView {
    let texts = use_words();
    let typed = StoredValue::new(0_u64);
    let input = move |event| {
        let words = event_target_value(&event);
        typed.update_value(|typed| *typed += 1);
        let now = typed.get_value();
        set_timeout(
            move || {
                if typed.try_get_value() == Some(now) {
                    search.set(words);
                }
            },
            PAUSE,
        );
    };
    let choices = Outcome::ALL.map(|one| view! { <option value=one.word()>{texts.get(outcome_key(one))}</option> });
    view! {
        <div class="manager__filter manager__filter--row">
            <div class="search-field">
                <Icon name="search" />
                <input class="input" type="search" aria-label=texts.get("console.history.search") placeholder=texts.get("console.history.search") on:input=input />
            </div>
            <select class="input" aria-label=texts.get("console.history.outcome") on:change=move |event| outcome.set(Outcome::from_word(&event_target_value(&event)))>
                <option value="">{texts.get("console.history.any_outcome")}</option>
                {choices.into_iter().collect_view()}
            </select>
        </div>
    }
}

/// The text key of an outcome's word.
pub fn outcome_key(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Solved => "outcome.solved",
        Outcome::Unsolved => "outcome.unsolved",
        Outcome::Cancelled => "outcome.cancelled",
        Outcome::NoResponse => "outcome.no_response",
        Outcome::Ticketed => "outcome.ticketed",
        Outcome::FollowedUp => "outcome.followed_up",
    }
}

#[component]
fn PastCard(chat: PastChat) -> impl IntoView {
    let texts = use_words();
    let PastChat { card, outcome, opened_at, closed_at, agent, waited, note } = chat;
    let (tone, icon) = match outcome {
        Outcome::Solved | Outcome::FollowedUp => (Tone::Success, "check"),
        Outcome::Ticketed => (Tone::Neutral, "ticket"),
        Outcome::Unsolved | Outcome::NoResponse | Outcome::Cancelled => (Tone::Neutral, "minimise"),
    };
    let word = texts.get(outcome_key(outcome));
    let word = card.ticket.map_or(word.clone(), |number| format!("{word} {number}"));
    let agent = agent.map(|agent| view! { <Chip icon="user">{agent.name}</Chip> });
    let waited = waited.map(|waited| view! { <Chip>{texts.with("console.history.waited", &[("wait", &waited.clock())])}</Chip> });
    let language = language_chip(card.language.clone());
    let ticket = card.ticket.map(|number| {
        view! { <a class="button button--quiet button--small" href=format!("/tickets/{number}")>{texts.get("console.line.open_ticket")}</a> }
    });
    let words = Signal::stored(note.unwrap_or_else(|| card.words.clone()));
    let card = Memo::new(move |_| card.clone());
    view! {
        <SessionCard card=card since=Signal::stored(opened_at) until=Signal::stored(Some(closed_at)) words=words>
            <div class="card__foot card__chips">
                <Chip tone=tone icon=icon>{word}</Chip>
                {agent}
                {waited}
                {language}
                <span class="subtle"><Time at=closed_at shape=TimeShape::DayAndTime /></span>
                {ticket}
            </div>
        </SessionCard>
    }
}
