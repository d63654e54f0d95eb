//! Where the customer writes. Enter sends, Shift and Enter begins a line; an input method keeps its Enter.

use super::{
    chat::HiddenFields,
    place,
    state::{Widget, use_widget},
};
use crate::{
    texts::use_texts,
    ui::{Icon, textarea_html},
};
use domain::{message::Body, wire::Problem};
use leptos::{
    ev::{KeyboardEvent, SubmitEvent},
    html,
    prelude::*,
};

/// The key code of a key that an input method is still using.
const COMPOSING: u32 = 229;

#[component]
pub fn Composer() -> impl IntoView {
    let (widget, texts) = (use_widget(), use_texts());
    let page = widget.page.get_value();
    let text_box = NodeRef::<html::Textarea>::new();
    let error = widget.fault("message");
    take_up(widget, text_box);
    let input = move || {
        let Some(text_box) = text_box.get_untracked() else { return };
        changed(widget, &text_box.value());
        place::fit_to_text(&text_box);
        if !text_box.value().trim().is_empty() {
            widget.live.say_typing();
        }
    };
    let keydown = move |event: KeyboardEvent| {
        if event.key() == "Enter" && !event.shift_key() && !event.is_composing() && event.key_code() != COMPOSING {
            event.prevent_default();
            send(widget, text_box);
        }
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        send(widget, text_box);
    };
    let hint = hint(widget);
    view! {
        <form class="composer" method="post" action=page.action("send") on:submit=submit>
            <HiddenFields />
            <input type="hidden" name="client" value=page.client.to_string() />
            <label class="visually-hidden" for="say">{texts.get("widget.message")}</label>
            <textarea
                class="composer__text"
                id="say"
                name="message"
                rows="1"
                autocomplete="off"
                enterkeyhint="send"
                placeholder=hint
                aria-describedby="say-error"
                aria-invalid=move || error.with(Option::is_some).then_some("true")
                inner_html=textarea_html(&page.kept)
                node_ref=text_box
                on:keydown=keydown
                on:input=move |_| input()
            ></textarea>
            <p class="field__error" id="say-error" role="alert" hidden=move || error.with(Option::is_none)>{move || error.get().unwrap_or_default()}</p>
            <div class="composer__bar">
                <button class="send" type="submit" aria-label=texts.get("widget.send") title=texts.get("widget.send")>
                    <Icon name="send" />
                </button>
            </div>
        </form>
    }
}

/// The words in the empty box.
fn hint(widget: Widget) -> impl Fn() -> String + Send + Sync + 'static {
    let texts = use_texts();
    let link = crate::live::socket::shown_link(widget.live.link);
    move || {
        let agent = widget.live.chat.with(|chat| chat.agent.as_ref().map(|agent| agent.name.clone()));
        match agent {
            _ if link.get().down_since().is_some() => texts.get("widget.write_offline"),
            Some(name) => texts.with("widget.write_to", &[("name", &name)]),
            None => texts.get("widget.write"),
        }
    }
}

/// Takes over the box as the customer left it: typed before the bundle came, or kept from before a reload.
fn take_up(widget: Widget, text_box: NodeRef<html::Textarea>) {
    Effect::new(move |_| {
        let Some(text_box) = text_box.get() else { return };
        let kept = widget.conversation().and_then(place::draft).filter(|_| text_box.value().is_empty());
        if let Some(kept) = kept {
            text_box.set_value(&kept);
        }
        widget.draft.set(text_box.value());
        place::fit_to_text(&text_box);
        if place::focus_is_lost() && widget.was_started_here() && !place::has_touch() {
            let _ = text_box.focus();
        }
    });
}

fn changed(widget: Widget, text: &str) {
    widget.draft.set(text.to_owned());
    widget.faults.set(Vec::new());
    if let Some(conversation) = widget.conversation() {
        place::keep_draft(conversation, text);
    }
}

fn send(widget: Widget, text_box: NodeRef<html::Textarea>) {
    let Some(text_box) = text_box.get_untracked() else { return };
    let text = text_box.value();
    if text.trim().is_empty() {
        let _ = text_box.focus();
        return;
    }
    match Body::parse(&text) {
        Ok(body) => {
            widget.say(body.as_str());
            text_box.set_value("");
            changed(widget, "");
            place::fit_to_text(&text_box);
        }
        Err(problem) => widget.refuse(&Problem::from(problem)),
    }
    let _ = text_box.focus();
}
