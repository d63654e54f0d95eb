//! `/tickets/NUMBER`: who asked, what for, what was written down, and the chat that led to it.

use super::{
    page_failed::PageFailed,
    tickets_page::{PriorityWord, StatusChip},
    words::use_words,
};
use crate::{
    api,
    ui::{Avatar, AvatarSize, Chip, Empty, Icon, IconSize, MessageText, SkeletonList, Time, TimeShape, Tone},
};
use domain::{
    ticket::{TicketFile, TicketNote, TicketView},
    transcript::{Line, Said},
    wire::Problem,
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

#[component]
pub fn TicketPage() -> impl IntoView {
    let texts = use_words();
    let params = use_params_map();
    let number = Memo::new(move |_| params.with(|params| params.get_str("number").and_then(|number| number.parse::<i64>().ok())));
    let ticket = Resource::new(
        move || number.get(),
        |number| async move {
            match number {
                Some(number) => api::tickets::read(number).await,
                None => Err(Problem::NotFound.into()),
            }
        },
    );
    view! {
        <Suspense fallback=move || view! { <main class="page" id="main"><SkeletonList label=texts.get("ticket.loading") rows=5 /></main> }>
            {move || Suspend::new(async move {
                match ticket.await {
                    Ok(ticket) => view! { <Ticket ticket=ticket /> }.into_any(),
                    Err(error) if error.0 == Problem::NotFound => view! { <NoSuchTicket number=number.get_untracked() /> }.into_any(),
                    Err(error) => view! { <PageFailed problem=error.0 again=move || ticket.refetch() /> }.into_any(),
                }
            })}
        </Suspense>
    }
}

#[component]
fn NoSuchTicket(number: Option<i64>) -> impl IntoView {
    let texts = use_words();
    let title = match number {
        Some(number) => texts.with("ticket.not_there", &[("number", &number.to_string())]),
        None => texts.get("console.not_found"),
    };
    view! {
        <Title text=title.clone() />
        <main class="page" id="main">
            <section class="sheet page__sheet">
                <Empty alone=true icon="ticket" title=title text=texts.get("ticket.not_there_text")>
                    <a class="button button--primary" href="/tickets">{texts.get("ticket.all")}</a>
                </Empty>
            </section>
        </main>
    }
}

#[component]
fn Ticket(ticket: TicketView) -> impl IntoView {
    let texts = use_words();
    let TicketView { summary, description, conversation: _, notes, files, transcript } = ticket;
    let number = summary.number.to_string();
    view! {
        <Title text=texts.with("ticket.page_title", &[("number", &number), ("subject", &summary.subject)]) />
        <main class="tickets tickets--one" id="main">
            <article class="sheet ticket" aria-labelledby="ticket-title">
                <header class="ticket__head">
                    <div class="ticket__line">
                        <span class="muted number">{texts.with("ticket.number_is", &[("number", &number)])}</span>
                        <span class="subtle"><Time at=summary.created_at shape=TimeShape::DayAndTime /></span>
                        <span class="spacer"></span>
                        <a class="button button--quiet" href="/tickets"><Icon name="arrow-left" size=IconSize::Small />{texts.get("ticket.all")}</a>
                    </div>
                    <h1 class="ticket__title" id="ticket-title">{summary.subject.clone()}</h1>
                </header>
                <div class="ticket__stream">
                    <section class="entry" aria-label=texts.get("ticket.description")>
                        <Avatar name=summary.requester_name.clone() />
                        <div class="entry__body">
                            <p class="entry__head"><b>{summary.requester_name.clone()}</b></p>
                            <p class="entry__text"><MessageText text=description /></p>
                        </div>
                    </section>
                    {notes.into_iter().map(|note| view! { <Note note=note /> }).collect_view()}
                    <Files files=files />
                    <Transcript lines=transcript />
                </div>
            </article>
            <aside class="sheet properties" aria-label=texts.get("ticket.properties")>
                <div class="contact__head">
                    <Avatar name=summary.requester_name.clone() size=AvatarSize::Large />
                    <h2 class="contact__name">{summary.requester_name.clone()}</h2>
                    <p class="muted">{summary.requester_email.clone()}</p>
                </div>
                <div class="contact__part">
                    <dl class="facts">
                        <dt>{texts.get("ticket.status")}</dt><dd><StatusChip status=summary.status /></dd>
                        <dt>{texts.get("ticket.priority")}</dt><dd><PriorityWord priority=summary.priority /></dd>
                        <dt>{texts.get("ticket.assignee")}</dt><dd><span>{summary.assignee.unwrap_or_else(|| "–".to_owned())}</span></dd>
                        <dt>{texts.get("ticket.queue")}</dt><dd><span>{summary.queue_name}</span></dd>
                    </dl>
                </div>
            </aside>
        </main>
    }
}

/// An internal note.
#[component]
fn Note(note: TicketNote) -> impl IntoView {
    let texts = use_words();
    view! {
        <section class="entry entry--private" aria-label=texts.get("ticket.note")>
            <Avatar name=note.author.clone() />
            <div class="entry__body">
                <p class="entry__head">
                    <b>{note.author}</b>
                    <Chip tone=Tone::Private icon="eye">{texts.get("ui.only_agents")}</Chip>
                    <span class="subtle"><Time at=note.ts /></span>
                </p>
                <p class="entry__text"><MessageText text=note.text /></p>
            </div>
        </section>
    }
}

#[component]
fn Files(files: Vec<TicketFile>) -> impl IntoView {
    let texts = use_words();
    let file = move |file: TicketFile| {
        let kilobytes = (file.size_bytes + 1_023) / 1_024;
        let download = texts.with("ticket.download", &[("name", &file.name)]);
        view! {
            <div class="attachment">
                <span class="attachment__type"><Icon name="file" /></span>
                <div class="truncate">
                    <p class="attachment__name truncate">{file.name}</p>
                    <p class="attachment__size">{texts.with("ticket.file_size", &[("size", &kilobytes.to_string())])}</p>
                </div>
                <a class="icon-button icon-button--small" href=format!("/tickets/files/{}", file.id) rel="external" download aria-label=download.clone() title=download>
                    <Icon name="download" size=IconSize::Small />
                </a>
            </div>
        }
    };
    files.into_iter().map(file).collect_view()
}

/// The chat as the organisation has it.
#[component]
fn Transcript(lines: Vec<Line>) -> impl IntoView {
    let texts = use_words();
    if lines.is_empty() {
        return ().into_any();
    }
    let rows = lines.into_iter().map(|line| view! { <TranscriptLine line=line /> }).collect_view();
    view! {
        <section class="entry" aria-labelledby="transcript-title">
            <span class="avatar" aria-hidden="true"><Icon name="chat" size=IconSize::Small /></span>
            <div class="entry__body entry__body--box">
                <h2 class="entry__head" id="transcript-title">{texts.get("ticket.transcript")}</h2>
                <ol class="transcript">{rows}</ol>
            </div>
        </section>
    }
    .into_any()
}

#[component]
fn TranscriptLine(line: Line) -> impl IntoView {
    let texts = use_words();
    let at = line.ts;
    match line.said {
        Said::Message { name, by_agent, text } => view! {
            <li class="transcript__line" class:transcript__line--mine=by_agent>
                <span class="transcript__time subtle"><Time at=at /></span>
                <span><b>{name}</b> " " <MessageText text=text /></span>
            </li>
        }
        .into_any(),
        Said::Note { name, text } => view! {
            <li class="transcript__line transcript__line--private">
                <span class="transcript__time subtle"><Time at=at /></span>
                <span><b>{name}</b> " (" {texts.get("line.private")} ") " <MessageText text=text /></span>
            </li>
        }
        .into_any(),
        Said::System { text } => view! {
            <li class="transcript__line transcript__line--system muted">
                <span class="transcript__time subtle"><Time at=at /></span>
                <span>{text}</span>
            </li>
        }
        .into_any(),
    }
}
