//! `/tickets`: the list. What is searched and shown stands in the address.

use super::{page_failed::PageFailed, words::use_words};
use crate::{
    api,
    ui::{Button, Chip, Empty, Icon, IconSize, SkeletonList, Time, TimeShape, Tone, Variant},
};
use domain::ticket::{Priority, TicketStatus, TicketSummary};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{components::Form, hooks::use_query_map};

/// What the address asks for: a status, and words.
fn wanted() -> Memo<(Option<TicketStatus>, Option<String>)> {
    let query = use_query_map();
    Memo::new(move |_| {
        query.with(|query| {
            let status = query.get_str("status").and_then(TicketStatus::from_word);
            let search = query
                .get_str("search")
                .map(str::trim)
                .filter(|words| !words.is_empty())
                .map(str::to_owned);
            (status, search)
        })
    })
}

#[component]
pub fn TicketsPage() -> impl IntoView {
    let texts = use_words();
    let wanted = wanted();
    let found = Resource::new(move || wanted.get(), |(status, search)| api::tickets::list(status, search));
    view! {
        <Title text=texts.get("console.tickets") />
        <main class="page" id="main">
            <section class="sheet page__sheet" aria-labelledby="tickets-title">
                <header class="sheet__head">
                    <h1 class="sheet__title" id="tickets-title">{texts.get("console.tickets")}</h1>
                    <Filters wanted=wanted />
                </header>
                <div class="page__body">
                    <Suspense fallback=move || view! { <SkeletonList label=texts.get("ticket.loading") rows=5 /> }>
                        {move || Suspend::new(async move {
                            match found.await {
                                Ok(tickets) if tickets.is_empty() => view! { <NoTickets wanted=wanted /> }.into_any(),
                                Ok(tickets) => view! { <Table tickets=tickets /> }.into_any(),
                                Err(error) => view! { <PageFailed problem=error.0 again=move || found.refetch() /> }.into_any(),
                            }
                        })}
                    </Suspense>
                </div>
            </section>
        </main>
    }
}

/// Search and status: a form whose fields become the address.
#[component]
fn Filters(wanted: Memo<(Option<TicketStatus>, Option<String>)>) -> impl IntoView {
    let texts = use_words();
    let (status, search) = wanted.get_untracked();
    let option = move |word: &'static str, label: String| view! { <option value=word selected=status.map_or("", TicketStatus::word) == word>{label}</option> };
    view! {
        <Form method="get" action="/tickets" attr:class="filters" attr:role="search">
            <span class="search-field">
                <Icon name="search" size=IconSize::Small />
                <input
                    class="input"
                    type="search"
                    name="search"
                    aria-label=texts.get("ticket.search")
                    placeholder=texts.get("ticket.search")
                    value=search.unwrap_or_default()
                />
            </span>
            <select class="input" name="status" aria-label=texts.get("ticket.status")>
                {option("", texts.get("ticket.status.any"))}
                {option(TicketStatus::Open.word(), texts.get("ticket.status.open"))}
                {option(TicketStatus::Closed.word(), texts.get("ticket.status.closed"))}
            </select>
            <Button variant=Variant::Plain submit=true>{texts.get("ticket.find")}</Button>
        </Form>
    }
}

#[component]
fn NoTickets(wanted: Memo<(Option<TicketStatus>, Option<String>)>) -> impl IntoView {
    let texts = use_words();
    match wanted.get_untracked() {
        (None, None) => view! { <Empty icon="ticket" title=texts.get("ticket.none") text=texts.get("ticket.none_text") /> }.into_any(),
        (_, search) => {
            let title = match search {
                Some(words) => texts.with("ticket.nothing_for", &[("words", &words)]),
                None => texts.get("ticket.nothing"),
            };
            view! {
                <Empty icon="search" title=title text=texts.get("ticket.nothing_text")>
                    <a class="button button--secondary" href="/tickets">{texts.get("ticket.all")}</a>
                </Empty>
            }
            .into_any()
        }
    }
}

#[component]
fn Table(tickets: Vec<TicketSummary>) -> impl IntoView {
    let texts = use_words();
    let head = |key: &str| view! { <th scope="col">{texts.get(key)}</th> };
    let rows = tickets.into_iter().map(|ticket| view! { <Row ticket=ticket /> }).collect_view();
    view! {
        <table class="table">
            <caption class="visually-hidden">{texts.get("console.tickets")}</caption>
            <thead>
                <tr>
                    {head("ticket.number")} {head("ticket.subject")} {head("ticket.requester")} {head("ticket.status")} {head("ticket.priority")}
                    {head("ticket.assignee")} {head("ticket.created")}
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
}

#[component]
fn Row(ticket: TicketSummary) -> impl IntoView {
    view! {
        <tr>
            <td class="number">{ticket.number}</td>
            <td><a href=format!("/tickets/{}", ticket.number)>{ticket.subject}</a></td>
            <td>{ticket.requester_name}</td>
            <td><StatusChip status=ticket.status /></td>
            <td><PriorityWord priority=ticket.priority /></td>
            <td>{ticket.assignee.unwrap_or_else(|| "–".to_owned())}</td>
            <td><Time at=ticket.created_at shape=TimeShape::DayAndTime /></td>
        </tr>
    }
}

#[component]
pub fn StatusChip(status: TicketStatus) -> impl IntoView {
    let tone = match status {
        TicketStatus::Open => Tone::Accent,
        TicketStatus::Closed => Tone::Neutral,
    };
    let word = use_words().get(&format!("ticket.status.{}", status.word()));
    view! { <Chip tone=tone>{word}</Chip> }
}

#[component]
pub fn PriorityWord(priority: Priority) -> impl IntoView {
    use_words().get(&format!("ticket.priority.{}", priority.word()))
}
