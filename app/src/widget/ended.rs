//! After the end: leaving, and what was written too late.

use super::{chat::HiddenFields, lines::too_late, notices::warned, place, state::use_widget};
use crate::{
    live::outbox::Pending,
    texts::use_texts,
    ui::{Button, Variant},
};
use domain::{event::Ender, state::Phase};
use leptos::{ev::SubmitEvent, html, prelude::*};

#[component]
pub fn Ended(pending: Signal<Vec<Pending>>) -> impl IntoView {
    let (widget, texts) = (use_widget(), use_texts());
    let was_over = widget.page.with_value(|page| page.chat().is_some_and(|chat| chat.state.has_ended()));
    // What the page before this one could not send, because the chat was over.
    let kept = if was_over { widget.page.with_value(|page| page.kept.clone()) } else { String::new() };
    // What was refused, and what still stood in the box.
    let late = Memo::new(move |_| {
        let draft = widget.draft.get();
        let mut words = pending.with(|pending| too_late(pending));
        words.extend([if draft.trim().is_empty() { kept.clone() } else { draft }]);
        words.retain(|words| !words.trim().is_empty());
        words.join("\n\n")
    });
    let chat = widget.live.chat;
    let silent =
        Memo::new(move |_| chat.with(|chat| matches!(chat.phase, Phase::Ended { by: Ender::System, .. }) && warned(chat).is_some()));
    let silence = texts.get("widget.ended_silence");
    let has_late = Memo::new(move |_| late.with(|late| !late.is_empty()));
    let section = NodeRef::<html::Section>::new();
    // The box that had the focus is gone: reading goes on here.
    Effect::new(move |_| {
        if let Some(section) = section.get()
            && !was_over
            && place::focus_is_lost()
        {
            let _ = section.focus();
        }
    });
    view! {
        <section class="ended" aria-labelledby="ended" tabindex="-1" node_ref=section>
            <h2 id="ended">{texts.get("widget.ended")}</h2>
            <Show when=move || silent.get()>
                <p>{silence.clone()}</p>
            </Show>
            <Show when=move || has_late.get()>
                <TooLate late=late />
            </Show>
            <LeaveForm />
        </section>
    }
}

/// Words that came after the end are never lost: they can begin a new chat.
#[component]
fn TooLate(late: Memo<String>) -> impl IntoView {
    let (widget, texts) = (use_widget(), use_texts());
    let action = widget.page.with_value(|page| page.action("leave"));
    let name = widget.live.chat.with_untracked(|chat| chat.customer.clone());
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        widget.leave(late.get_untracked());
    };
    view! {
        <form class="ended__late" method="post" action=action on:submit=submit>
            <HiddenFields />
            <input type="hidden" name="name" value=name />
            <input type="hidden" name="message" value=move || late.get() />
            <p class="quoted" dir="auto"><b>{texts.get("widget.too_late")}</b>{move || late.get()}</p>
            <Button variant=Variant::Primary wide=true submit=true busy=widget.busy>{texts.get("widget.start_with_this")}</Button>
        </form>
    }
}

#[component]
pub fn LeaveForm() -> impl IntoView {
    let (widget, texts) = (use_widget(), use_texts());
    let action = widget.page.with_value(|page| page.action("leave"));
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        widget.leave(String::new());
    };
    view! {
        <form method="post" action=action on:submit=submit>
            <HiddenFields />
            <Button variant=Variant::Quiet wide=true submit=true busy=widget.busy>{texts.get("widget.leave")}</Button>
        </form>
    }
}
