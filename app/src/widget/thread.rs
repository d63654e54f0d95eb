//! The log of the conversation.

use super::{
    lines::{self, Fact, Facts, Line, author_name},
    place,
    state::{Widget, use_widget},
    words,
};
use crate::{
    live::outbox::{Pending, merge},
    texts::use_texts,
    ui::{Bubble, BubbleMeta, Button, ButtonSize, Delivery, Latest, Side, SystemLine, Typing, Variant},
};
use domain::{ids::ClientKey, message::Author, time::Timestamp, transcript::system_line};
use leptos::{html, prelude::*};

/// As near to the end as this, the log follows what comes.
const NEAR_END_PIXELS: i32 = 80;

#[component]
pub fn Thread(pending: Signal<Vec<Pending>>) -> impl IntoView {
    let (widget, texts) = (use_widget(), use_texts());
    let chat = widget.live.chat;
    let rows = Memo::new(move |_| chat.with(|chat| pending.with(|pending| merge(&chat.entries, pending))));
    let facts = Memo::new(move |_| rows.with(|rows| lines::facts(rows, chat.with(|chat| chat.agent_marks))));
    let hydrated = RwSignal::new(false);
    Effect::new(move |_| hydrated.set(true));
    // The server does not know the reader's calendar: both sides begin with UTC's.
    let shown = Memo::new(move |_| {
        let day = if hydrated.get() { place::day } else { utc_day };
        rows.with(|rows| lines::lines(rows, day))
    });
    let typing = Signal::derive(move || {
        let name = || chat.with(|chat| chat.agent.as_ref().map(|agent| agent.name.clone()));
        widget.live.typing.get().then(name).flatten()
    });
    let log = NodeRef::<html::Div>::new();
    let at_end = follow_end(log, widget, shown, typing);
    view! {
        <div
            class="thread thread--end"
            role="log"
            aria-label=texts.get("widget.conversation")
            aria-live="polite"
            aria-relevant="additions"
            tabindex="0"
            node_ref=log
            on:scroll=move |_| at_end.set(log.get_untracked().is_none_or(|log| is_near_end(&log)))
        >
            <For each=move || shown.get() key=Line::key children=move |line| view! { <Row line=line facts=facts /> } />
            <div aria-live="off"><Typing name=typing /></div>
            <Latest at_end=at_end label=texts.get("ui.latest") on_click=move |()| to_end(log) />
        </div>
        <TypingSaid name=typing />
    }
}

fn utc_day(at: Timestamp) -> i64 {
    at.0.div_euclid(86_400_000)
}

fn is_near_end(log: &leptos::web_sys::HtmlDivElement) -> bool {
    log.scroll_height() - log.scroll_top() - log.client_height() < NEAR_END_PIXELS
}

/// Keeps the end of the log in view as long as the reader has not gone back in it. One's own words always lead there.
fn follow_end(log: NodeRef<html::Div>, widget: Widget, shown: Memo<Vec<Line>>, typing: Signal<Option<String>>) -> RwSignal<bool> {
    let at_end = RwSignal::new(true);
    Effect::new(move |before: Option<usize>| {
        let count = shown.with(Vec::len);
        let mine = shown.with(|lines| matches!(lines.last(), Some(Line::Under { author: Author::Customer, at: None, .. })));
        typing.track();
        widget.watch_opening();
        if at_end.get_untracked() || (mine && before != Some(count)) {
            at_end.set(true);
            request_animation_frame(move || to_end(log));
        }
        count
    });
    at_end
}

fn to_end(log: NodeRef<html::Div>) {
    if let Some(log) = log.try_get_untracked().flatten() {
        log.set_scroll_top(log.scroll_height());
    }
}

/// The first time somebody types it is also said aloud.
#[component]
fn TypingSaid(name: Signal<Option<String>>) -> impl IntoView {
    let texts = use_texts();
    // Whether it has been said, and what stands there now.
    let once = Memo::new(move |before: Option<&(bool, Option<String>)>| match (before, name.get()) {
        (Some((true, _)) | Some((false, Some(_))), None) => (true, None),
        (Some((true, _)), Some(_)) => (true, None),
        (_, name) => (false, name),
    });
    let words = move || once.get().1.map(|name| texts.with("ui.typing", &[("name", &name)])).unwrap_or_default();
    view! { <p class="visually-hidden" role="status">{words}</p> }
}

#[component]
fn Row(line: Line, facts: Memo<Facts>) -> impl IntoView {
    let (widget, texts) = (use_widget(), use_texts());
    match line {
        Line::Day { at, .. } => view! { <SystemLine text=place::day_words(texts.locale(), at) rule=true /> }.into_any(),
        Line::System { seq, at, content } => {
            let text = widget.live.chat.with_untracked(|chat| system_line(&content, &chat.customer, &texts));
            view! { <SystemLine text=text seq=seq at=at /> }.into_any()
        }
        Line::Bubble { client, author, text } => view! { <Said client=client author=author text=text facts=facts /> }.into_any(),
        Line::Under { client, author, at } => view! { <Under client=client author=author at=at facts=facts /> }.into_any(),
    }
}

fn side(author: &Author) -> Side {
    match author {
        Author::Customer => Side::Mine,
        Author::Agent(_) => Side::Theirs,
    }
}

fn known<T: Send + Sync + 'static>(facts: Memo<Facts>, client: ClientKey, take: fn(&Fact) -> Option<T>) -> Signal<Option<T>> {
    Signal::derive(move || facts.with(|facts| facts.get(&client).and_then(take)))
}

#[component]
fn Said(client: ClientKey, author: Author, text: String, facts: Memo<Facts>) -> impl IntoView {
    let seq = known(facts, client, |fact| fact.seq);
    let delivery = known(facts, client, |fact| fact.delivery);
    let side = side(&author);
    let name = author_name(&author, &use_texts().get("widget.you"));
    // What one has written oneself need not be read out.
    let live = if side == Side::Mine { "off" } else { "polite" };
    view! { <Bubble text=text side=side author=name client=client seq=seq delivery=delivery attr:dir="auto" attr:aria-live=live /> }
}

#[component]
fn Under(client: ClientKey, author: Author, at: Option<Timestamp>, facts: Memo<Facts>) -> impl IntoView {
    let delivery = known(facts, client, |fact| fact.delivery);
    let name = match &author {
        Author::Customer => String::new(),
        Author::Agent(agent) => agent.name.clone(),
    };
    let side = side(&author);
    let meta = move || match (side, at) {
        (Side::Theirs, Some(at)) => view! { <BubbleMeta side=side author=name.clone() at=at /> }.into_any(),
        (_, Some(at)) => view! { <BubbleMeta side=side at=at delivery=delivery /> }.into_any(),
        (_, None) => view! { <BubbleMeta side=side delivery=delivery /> }.into_any(),
    };
    let failed = Memo::new(move |_| delivery.get() == Some(Delivery::Failed));
    view! {
        {meta()}
        <Show when=move || failed.get()>
            <Refused client=client facts=facts />
        </Show>
    }
}

/// Why a message was not taken, and what can be done.
#[component]
fn Refused(client: ClientKey, facts: Memo<Facts>) -> impl IntoView {
    let (widget, texts) = (use_widget(), StoredValue::new(use_texts()));
    let why = known(facts, client, |fact| fact.refused.as_ref().map(words::problem_key));
    let words = move || why.get().map(|key| texts.with_value(|texts| texts.get(&key)));
    let get = move |key: &str| texts.with_value(|texts| texts.get(key));
    view! {
        <p class="bubble__meta bubble__meta--mine bubble__meta--failed">
            <span>{words}</span>
            <Button variant=Variant::Quiet size=ButtonSize::Small on_click=move |_| widget.outbox.retry(client)>{get("widget.try_again")}</Button>
            <Button variant=Variant::Quiet size=ButtonSize::Small on_click=move |_| widget.outbox.discard(client)>{get("widget.discard")}</Button>
        </p>
    }
}
