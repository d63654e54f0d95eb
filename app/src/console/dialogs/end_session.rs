//! "End session" on the card of an abandoned chat: what was done about it, kept as a note.

use crate::{
    console::{
        desk::{Desk, use_desk},
        explain::explain,
        words::use_words,
    },
    ui::{Button, Dialog, TextArea, Variant},
};
use domain::{
    message::{Body, MAX_CHARACTERS},
    wire::Problem,
};
use leptos::{ev::SubmitEvent, html, prelude::*};

const FORM: &str = "end-session-form";

#[component]
pub fn EndSession() -> impl IntoView {
    let (desk, texts) = (use_desk(), use_words());
    let note = NodeRef::<html::Textarea>::new();
    let error = RwSignal::new(None::<String>);
    let key = StoredValue::new(Desk::fresh_key());
    let close = Callback::new(move |()| desk.following_up.set(None));
    Effect::new(move |_| {
        if desk.following_up.get().is_some() {
            error.set(None);
            key.set_value(Desk::fresh_key());
        }
    });
    let end = Action::new_local(move |text: &String| {
        let text = text.clone();
        async move {
            let Some(chat) = desk.following_up.get_untracked() else { return };
            match desk.end_abandoned(chat, key.get_value(), text).await {
                Ok(()) => desk.following_up.set(None),
                Err(Problem::SignedOut) => desk.signed_out.set(true),
                Err(problem @ Problem::Invalid { .. }) => error.set(Some(explain(&problem, None, &desk.texts()).text)),
                Err(problem) => {
                    let told = explain(&problem, None, &desk.texts());
                    error.set(Some(format!("{}. {}", told.title, told.text)));
                }
            }
        }
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(text) = note.get_untracked().map(|note| note.value()) else {
            return;
        };
        match Body::parse(&text) {
            Ok(_) => _ = end.dispatch(text),
            Err(problem) => error.set(Some(explain(&problem.into(), None, &desk.texts()).text)),
        }
    };
    let name = Memo::new(move |_| desk.following_up.get().and_then(|chat| desk.card(chat)).map(|card| card.customer).unwrap_or_default());
    let footer = move || {
        view! {
            <Button variant=Variant::Quiet on_click=move |_| close.run(())>{texts.get("console.not_yet")}</Button>
            <Button variant=Variant::Primary submit=true busy=end.pending() attr:form=FORM>{texts.get("console.end_session")}</Button>
        }
    };
    let title = move || texts.with("console.follow_up.title", &[("name", &name.get())]);
    view! {
        <Dialog
            id="end-session"
            open=Signal::derive(move || desk.following_up.get().is_some())
            title=Signal::derive(title)
            on_close=close
            footer=footer
        >
            <form id=FORM on:submit=submit novalidate>
                <TextArea
                    id="closing-note"
                    name="note"
                    label=texts.get("console.follow_up.note")
                    hint=texts.get("console.follow_up.hint")
                    error=error
                    rows=4
                    required=true
                    maxlength=MAX_CHARACTERS
                    node_ref=note
                />
            </form>
        </Dialog>
    }
}
