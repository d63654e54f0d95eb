//! Before the chat: a plain form, which the bundle later sends without leaving the page.

use super::{
    first::{Closed, LONGEST_NAME, Typed, View},
    head::{BareHead, landmark},
    notices::Retrying,
    state::{Widget, use_widget},
};
use crate::{
    texts::use_texts,
    ui::{Button, Field, TextArea, Time, TimeShape, Variant},
};
use domain::time::Timestamp;
use leptos::{ev::SubmitEvent, html, prelude::*};

/// The fields, which nobody binds: what was typed before the bundle came stays.
#[derive(Clone, Copy)]
struct Fields {
    name: NodeRef<html::Input>,
    email: NodeRef<html::Input>,
    company: NodeRef<html::Input>,
    message: NodeRef<html::Textarea>,
}

impl Fields {
    fn new() -> Self {
        Self { name: NodeRef::new(), email: NodeRef::new(), company: NodeRef::new(), message: NodeRef::new() }
    }

    fn read(self) -> Typed {
        Typed {
            name: self.name.get_untracked().map(|field| field.value()).unwrap_or_default(),
            email: self.email.get_untracked().map(|field| field.value()).unwrap_or_default(),
            company: self.company.get_untracked().map(|field| field.value()).unwrap_or_default(),
            message: self.message.get_untracked().map(|field| field.value()).unwrap_or_default(),
        }
    }

    /// Nothing can be changed while an answer about it is on its way.
    fn hold(self, held: bool) {
        for field in [self.name, self.email] {
            if let Some(field) = field.get() {
                field.set_read_only(held);
            }
        }
        if let Some(message) = self.message.get() {
            message.set_read_only(held);
        }
    }

    fn focus(self, field: &str) {
        let _ = match field {
            "name" => self.name.get_untracked().map(|field| field.focus()),
            "email" => self.email.get_untracked().map(|field| field.focus()),
            "message" => self.message.get_untracked().map(|field| field.focus()),
            _ => None,
        };
    }
}

#[component]
pub fn Form() -> impl IntoView {
    let (widget, texts) = (use_widget(), use_texts());
    let fields = Fields::new();
    let page = widget.page.get_value();
    let typed = match &page.view {
        View::Form(typed) => typed.clone(),
        View::Resume | View::Chat { .. } => Typed::default(),
    };
    Effect::new(move |_| fields.hold(widget.busy.get()));
    lead_to_fault(widget, fields);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if !widget.busy.get_untracked() {
            let typed = fields.read();
            let faults = typed.faults();
            if faults.is_empty() {
                widget.start(typed, 0);
            }
            widget.faults.set(faults);
        }
    };
    view! {
        <BareHead />
        <main class="widget__main" aria-label=landmark()>
            <Greeting />
            <form class="widget__body widget__body--lift" method="post" action=page.action("start") novalidate=true on:submit=submit>
                <input type="hidden" name="start" value=page.start.clone() />
                // The page around the frame may say it; its first script writes it here.
                <input type="hidden" id="company" name="company" value=typed.company node_ref=fields.company />
                {page.closed.clone().map(|closed| view! { <ClosedNote closed=closed /> })}
                <WholeForm error=widget.fault("form") />
                <Field id="name" name="name" label=texts.get("widget.name") value=typed.name error=widget.fault("name")
                    autocomplete="name" required=true maxlength=LONGEST_NAME node_ref=fields.name />
                <Field id="email" name="email" kind="email" label=texts.get("widget.email") hint=texts.get("widget.email_why") value=typed.email
                    error=widget.fault("email") placeholder=texts.get("widget.email_example") autocomplete="email" maxlength=254 node_ref=fields.email />
                <TextArea id="message" name="message" label=texts.get("widget.message") value=typed.message error=widget.fault("message")
                    placeholder=texts.get("widget.message_hint") rows=2 required=true grow=true node_ref=fields.message />
                <div>
                    <Retrying />
                    <Button variant=Variant::Primary wide=true submit=true busy=widget.busy>{texts.get("widget.start")}</Button>
                </div>
            </form>
        </main>
    }
}

/// Outside office hours: when it opens, and that writing is of use all the same.
#[component]
fn ClosedNote(closed: Closed) -> impl IntoView {
    let texts = use_texts();
    view! {
        <div class="hours">
            <b>{texts.get("widget.closed")}</b>
            <Opens opens=closed.opens office=closed.office />
            <span class="muted">{texts.get("widget.closed_form")}</span>
        </div>
    }
}

/// "Open again Monday, 09:00", where the reader is; nothing when nobody knows.
#[component]
pub fn Opens(opens: Option<Timestamp>, office: Option<String>) -> impl IntoView {
    let texts = use_texts();
    let time = move |at: Timestamp| view! { <Time at=at shape=TimeShape::Opening first=office.unwrap_or_default() /> };
    opens.map(|at| view! { <span>{texts.get("widget.opens")} " " {time(at)}</span> })
}

#[component]
fn Greeting() -> impl IntoView {
    let texts = use_texts();
    let look = use_widget().page.with_value(|page| page.look.clone());
    let greeting = look.greeting.unwrap_or_else(|| texts.get("widget.greeting"));
    view! {
        <div class="widget__greeting">
            <h1>{greeting}</h1>
            {look.promise.map(|promise| view! { <p>{promise}</p> })}
        </div>
    }
}

/// What is wrong with the form as a whole.
#[component]
fn WholeForm(error: Signal<Option<String>>) -> impl IntoView {
    view! { <p class="field__error" role="alert" hidden=move || error.with(Option::is_none)>{move || error.get().unwrap_or_default()}</p> }
}

/// The first field that is wrong gets the focus when the answer comes.
fn lead_to_fault(widget: Widget, fields: Fields) {
    Effect::new(move |before: Option<()>| {
        let first = widget.faults.with(|faults| faults.first().map(|fault| fault.field.clone()));
        if let (Some(field), Some(())) = (first, before) {
            fields.focus(&field);
        }
    });
}
