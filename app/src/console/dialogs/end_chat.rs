//! How a chat that has no ticket yet is ended: with a ticket that keeps its log, or without one where the queue allows.

use super::ticket_form::{TicketFields, TicketForm};
use crate::{
    console::{desk::use_desk, explain::explain, words::use_words},
    ui::{Button, Dialog, Icon, Variant},
};
use domain::{
    state::ChatState,
    wire::{Closing, Problem},
};
use leptos::{ev::SubmitEvent, prelude::*};

const FORM: &str = "end-chat-form";

#[component]
pub fn EndChat() -> impl IntoView {
    let (desk, texts) = (use_desk(), use_words());
    let fields = TicketFields::new();
    let with_ticket = RwSignal::new(true);
    let failed = RwSignal::new(None::<String>);
    let close = Callback::new(move |()| desk.ending.set(None));
    Effect::new(move |_| {
        if desk.ending.get().is_some() {
            with_ticket.set(true);
            failed.set(None);
            fields.begin();
        }
    });
    let end = Action::new_local(move |closing: &Closing| {
        let closing = closing.clone();
        async move {
            let Some(chat) = desk.ending.get_untracked() else { return };
            match desk.end(chat, closing).await {
                Ok(()) => desk.ending.set(None),
                Err(Problem::SignedOut) => desk.signed_out.set(true),
                Err(Problem::Invalid { field, why }) => fields.tell(field, why),
                Err(problem) => {
                    let told = explain(&problem, None, &desk.texts());
                    failed.set(Some(format!("{}. {}", told.title, told.text)));
                }
            }
        }
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        failed.set(None);
        if !with_ticket.get_untracked() {
            end.dispatch(Closing::NoTicket);
        } else if let Some(draft) = fields.checked() {
            end.dispatch(Closing::Ticket { draft });
        }
    };
    let card = Memo::new(move |before: Option<&Option<domain::desk::Card>>| {
        // Closing the dialog keeps the name while it fades.
        desk.ending.get().and_then(|chat| desk.card(chat)).or_else(|| before.cloned().flatten())
    });
    let ended = Memo::new(move |_| {
        let live = desk.ending.get().and_then(|chat| desk.chat(chat));
        live.is_some_and(|live| live.state.with(ChatState::has_ended))
    });
    let footer = move || {
        view! {
            <Button variant=Variant::Quiet on_click=move |_| close.run(())>{texts.get("console.not_yet")}</Button>
            <Button variant=Variant::Primary submit=true busy=end.pending() attr:form=FORM>
                {move || if ended.get() { texts.get("console.end.finish") } else { texts.get("console.end_chat") }}
            </Button>
        }
    };
    let title = move || {
        let name = card.with(|card| card.as_ref().map(|card| card.customer.clone())).unwrap_or_default();
        let key = if ended.get() { "console.end.title_ended" } else { "console.end.title" };
        texts.with(key, &[("name", &name)])
    };
    view! {
        <Dialog
            id="end-chat"
            wide=true
            open=Signal::derive(move || desk.ending.get().is_some())
            title=Signal::derive(title)
            on_close=close
            footer=footer
        >
            <form id=FORM class="end-chat" on:submit=submit novalidate>
                <p class="banner banner--danger" role="alert" hidden=move || failed.with(Option::is_none)>
                    <Icon name="warning" />
                    <span>{move || failed.get()}</span>
                </p>
                {move || desk.ending.get().and_then(|chat| untrack(|| desk.card(chat))).map(|card| {
                    let requires = desk.requires_ticket(card.queue);
                    view! {
                        <Ways with_ticket=with_ticket requires=requires />
                        <div hidden=move || !with_ticket.get()><TicketForm fields=fields card=card /></div>
                    }
                })}
            </form>
        </Dialog>
    }
}

/// The two ways to end; only the first where the queue wants a ticket for every chat.
#[component]
fn Ways(with_ticket: RwSignal<bool>, requires: bool) -> impl IntoView {
    let texts = use_words();
    let way = move |hint: &'static str, ticket: bool, title: String, text: String| {
        view! {
            <label class="option">
                <input
                    class="radio__dot"
                    type="radio"
                    name="way"
                    checked=ticket
                    aria-describedby=hint
                    on:change=move |_| with_ticket.set(ticket)
                />
                <span>
                    <span class="option__title">{title}</span>
                    <span class="option__text" id=hint aria-hidden="true">{text}</span>
                </span>
            </label>
        }
    };
    let second =
        (!requires).then(|| way("end-without-hint", false, texts.get("console.end.without"), texts.get("console.end.without_text")));
    view! {
        <fieldset class="end-chat__ways">
            <legend class="visually-hidden">{texts.get("console.end.ways")}</legend>
            {way("end-ticket-hint", true, texts.get("console.end.ticket"), texts.get("console.end.ticket_text"))}
            {second}
        </fieldset>
    }
}
