//! `/tickets`: the list. What is searched and shown stands in the address.

use super::{page_failed::PageFailed, words::use_words};
use crate::{
    api,
    ui::{Button, Chip, Empty, Icon, IconSize, SkeletonList, Time, TimeShape, Tone, Variant},
};
use domain::ticket::{Priority, TicketStatus, TicketSummary};
use leptos::{ev::SubmitEvent, html, prelude::*};
use leptos_meta::Title;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
    location::Url,
};

/// What the address asks for: a status, and words.
fn wanted() -> Memo<(Option<TicketStatus>, Option<String>)> {
    let query = use_query_map();
    Memo::new(move |_| {
        query.with(|query| {
            let status = query.get_str("status").and_then(TicketStatus::from_word);
            let search = query.get_str("search").map(str::trim).filter(|words| !words.is_empty()).map(str::to_owned);
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

/// The address that shows tickets of a status and with these words.
fn address(status: &str, search: &str) -> String {
    let search = search.trim();
    let words = (!search.is_empty()).then(|| format!("search={}", Url::escape(search)));
    let status = TicketStatus::from_word(status).map(|status| format!("status={}", status.word()));
    let query: Vec<String> = [words, status].into_iter().flatten().collect();
    if query.is_empty() { "/tickets".to_owned() } else { format!("/tickets?{}", query.join("&")) }
}

/// Search and status: a form whose fields become the address, with or without scripts.
#[component]
fn Filters(wanted: Memo<(Option<TicketStatus>, Option<String>)>) -> impl IntoView {
    let (texts, navigate) = (use_words(), use_navigate());
    let (search, status) = (NodeRef::<html::Input>::new(), NodeRef::<html::Select>::new());
    let (first_status, first_search) = wanted.get_untracked();
    let option = move |word: &'static str, key: &str| {
        view! { <option value=word selected=first_status.map_or("", TicketStatus::word) == word>{texts.get(key)}</option> }
    };
    // "All tickets" and the way back change the address too. What was typed before the scripts came stays.
    Effect::new(move |before: Option<_>| {
        let now = wanted.get();
        if before.is_some_and(|before| before != now)
            && let (Some(search), Some(status)) = (search.get_untracked(), status.get_untracked())
        {
            search.set_value(now.1.as_deref().unwrap_or_default());
            status.set_value(now.0.map_or("", TicketStatus::word));
        }
        now
    });
    let submit = move |event: SubmitEvent| {
        if let (Some(search), Some(status)) = (search.get_untracked(), status.get_untracked()) {
            event.prevent_default();
            navigate(&address(&status.value(), &search.value()), NavigateOptions::default());
        }
    };
    view! {
        <form class="filters" role="search" method="get" action="/tickets" on:submit=submit>
            <span class="search-field">
                <Icon name="search" size=IconSize::Small />
                <input
                    class="input"
                    type="search"
                    name="search"
                    aria-label=texts.get("ticket.search")
                    placeholder=texts.get("ticket.search")
                    value=first_search.unwrap_or_default()
                    node_ref=search
                />
            </span>
            <select class="input" name="status" aria-label=texts.get("ticket.status") node_ref=status>
                {option("", "ticket.status.any")}
                {option(TicketStatus::Open.word(), "ticket.status.open")}
                {option(TicketStatus::Closed.word(), "ticket.status.closed")}
            </select>
            <Button variant=Variant::Plain submit=true>{texts.get("ticket.find")}</Button>
        </form>
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_holds_what_is_asked_for_and_no_more() {
        for (status, search, shown) in [("", " ", "/tickets"), ("open", "", "/tickets?status=open"), ("sold", "a", "/tickets?search=a")] {
            assert_eq!(address(status, search), shown);
        }
    }
}
