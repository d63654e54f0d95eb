//! A call instead of waiting: the offer, the form, and what was promised.

use super::{
    chat::HiddenFields,
    first::Fault,
    state::{Widget, use_widget},
};
use crate::{
    texts::use_texts,
    ui::{Button, Field, Icon, TextArea, Variant, use_now},
};
use domain::{
    callback::{self, LONGEST_MESSAGE, LONGEST_TIME},
    event::AbandonReason,
    state::{ChatState, Phase},
    time::Timestamp,
    wire::AskCallback,
};
use leptos::{ev::SubmitEvent, html, prelude::*};

/// The longest number that is taken.
const LONGEST_PHONE: usize = 40;

/// Whether a call can be asked for now: nobody answers, and the wait of the queue is over.
pub fn is_offered(chat: &ChatState, from: Option<Timestamp>, now: Timestamp) -> bool {
    let waits = match chat.phase {
        Phase::Waiting { .. } | Phase::Parked { .. } | Phase::Abandoned { reason: AbandonReason::Gone, .. } => true,
        Phase::Abandoned { reason: AbandonReason::Ended, .. } | Phase::Active { .. } | Phase::Ended { .. } | Phase::Callback { .. } => {
            false
        }
    };
    waits && from.is_some_and(|from| from <= now)
}

/// What is wrong with what was filled in: the desk's rules, asked before anything is sent.
pub fn faults(ask: &AskCallback) -> Vec<Fault> {
    let wrong = callback::parse(&ask.phone, &ask.message, &ask.when, Timestamp::default()).err().unwrap_or_default();
    wrong.into_iter().map(|wrong| Fault::new(&wrong.field, &wrong.why)).collect()
}

/// Among what the waiting customer sees, as soon as the queue offers it.
#[component]
pub fn CallbackOffer() -> impl IntoView {
    let (widget, texts, now) = (use_widget(), StoredValue::new(use_texts()), use_now());
    let (chat, service) = (widget.live.chat, widget.service);
    let offered = Memo::new(move |_| chat.with(|chat| is_offered(chat, service.with(|service| service.callback_from), now.get())));
    let action = StoredValue::new(widget.page.with_value(|page| page.action("callback")));
    let get = move |key: &str| texts.with_value(|texts| texts.get(key));
    let open = move |event: SubmitEvent| {
        event.prevent_default();
        widget.faults.set(Vec::new());
        widget.asking.set(true);
    };
    view! {
        <div role="status">
            <Show when=move || offered.get()>
                <form class="callback" method="post" action=action.get_value() on:submit=open>
                    <HiddenFields />
                    <input type="hidden" name="open" value="true" />
                    <p class="callback__words"><Icon name="phone" /><span>{get("widget.callback_offer")}</span></p>
                    <Button variant=Variant::Plain wide=true submit=true>{get("widget.callback")}</Button>
                </form>
            </Show>
        </div>
    }
}

/// The fields, which nobody binds: what stands there stays, whatever the answer is.
#[derive(Clone, Copy)]
struct Fields {
    phone: NodeRef<html::Input>,
    message: NodeRef<html::Textarea>,
    when: NodeRef<html::Input>,
}

impl Fields {
    fn read(self) -> AskCallback {
        AskCallback {
            phone: self.phone.get_untracked().map(|field| field.value()).unwrap_or_default(),
            message: self.message.get_untracked().map(|field| field.value()).unwrap_or_default(),
            when: self.when.get_untracked().map(|field| field.value()).unwrap_or_default(),
        }
    }

    fn focus(self, field: &str) {
        let _ = match field {
            "phone" => self.phone.get_untracked().map(|field| field.focus()),
            "message" => self.message.get_untracked().map(|field| field.focus()),
            "when" => self.when.get_untracked().map(|field| field.focus()),
            _ => None,
        };
    }
}

/// In the place of the conversation while the customer fills it in.
#[component]
pub fn CallbackForm() -> impl IntoView {
    let (widget, texts) = (use_widget(), StoredValue::new(use_texts()));
    let get = move |key: &str| texts.with_value(|texts| texts.get(key));
    let page = widget.page.get_value();
    let typed = page.asking.clone().unwrap_or_default();
    let fields = Fields { phone: NodeRef::new(), message: NodeRef::new(), when: NodeRef::new() };
    lead(widget, fields);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let ask = fields.read();
        let wrong = faults(&ask);
        if wrong.is_empty() {
            widget.ask_callback(ask);
        }
        widget.faults.set(wrong);
    };
    let back = move |event: SubmitEvent| {
        event.prevent_default();
        widget.faults.set(Vec::new());
        widget.asking.set(false);
    };
    view! {
        <section class="widget__body" aria-labelledby="callback">
            <h2 class="callback__title" id="callback">{get("widget.callback")}</h2>
            <p class="muted">{get("widget.callback_why")}</p>
            <form class="callback__form" method="post" action=page.action("callback") novalidate=true on:submit=submit>
                <HiddenFields />
                <Field id="phone" name="phone" kind="tel" label=get("widget.phone") value=typed.phone error=widget.fault("phone")
                    autocomplete="tel" required=true maxlength=LONGEST_PHONE node_ref=fields.phone />
                <TextArea id="callback-message" name="message" label=get("widget.callback_message") value=typed.message
                    error=widget.fault("message") rows=2 maxlength=LONGEST_MESSAGE node_ref=fields.message />
                <Field id="when" name="when" label=get("widget.callback_when") value=typed.when error=widget.fault("when")
                    placeholder=get("widget.callback_when_hint") maxlength=LONGEST_TIME node_ref=fields.when />
                <Button variant=Variant::Primary wide=true submit=true busy=widget.busy>{get("widget.callback")}</Button>
            </form>
            <form method="post" action=page.action("check") on:submit=back>
                <HiddenFields />
                <Button variant=Variant::Quiet wide=true submit=true>{get("widget.keep_waiting")}</Button>
            </form>
        </section>
    }
}

/// The first field gets the focus when the form opens, the first wrong one when there is something wrong.
fn lead(widget: Widget, fields: Fields) {
    Effect::new(move |before: Option<()>| {
        let first = widget.faults.with(|faults| faults.first().map(|fault| fault.field.clone()));
        match (first, before) {
            (Some(field), _) => fields.focus(&field),
            (None, None) => fields.focus("phone"),
            (None, Some(())) => {}
        }
    });
}

/// After it was asked for: who is called, and that there is nothing more to do.
#[component]
pub fn CallbackPromise() -> impl IntoView {
    let (widget, texts) = (use_widget(), StoredValue::new(use_texts()));
    let service = widget.service;
    let number = Memo::new(move |_| service.with(|service| service.called_at.clone()));
    let get = move |key: &str| texts.with_value(|texts| texts.get(key));
    view! {
        <section class="waiting waiting--still" aria-label=get("widget.callback_done")>
            <p class="waiting__place" aria-hidden="true"><Icon name="phone" /></p>
            <p class="waiting__title" role="status">
                {move || match number.get() {
                    None => view! { <span>{get("widget.callback_done")}</span> }.into_any(),
                    Some(number) => {
                        let end: String = number.chars().filter(char::is_ascii_digit).collect();
                        let said = texts.with_value(|texts| texts.with("widget.callback_ending", &[("end", &end)]));
                        view! {
                            <span>{get("widget.callback_done_at")} " " <bdi aria-hidden="true">{number}</bdi></span>
                            <span class="visually-hidden">{said}</span>
                        }.into_any()
                    }
                }}
            </p>
            <p class="muted">{get("widget.callback_done_why")}</p>
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::widget::first::sample::{OPENED, sofia, state};
    use domain::{
        event::{Ender, ParkReason, PublicBody},
        time::Millis,
    };

    #[test]
    fn a_call_is_offered_to_those_who_wait_long_enough() {
        let from = Some(OPENED + Millis::seconds(60));
        let waiting = state(Vec::new());
        assert!(!is_offered(&waiting, from, OPENED + Millis(59_999)));
        assert!(is_offered(&waiting, from, OPENED + Millis(60_000)));
        assert!(!is_offered(&waiting, None, OPENED + Millis::minutes(60)));
        let late = OPENED + Millis::minutes(9);
        for (body, offered) in [
            (PublicBody::Parked { reason: ParkReason::OutsideHours, until: None }, true),
            (PublicBody::Abandoned { reason: AbandonReason::Gone }, true),
            (PublicBody::Abandoned { reason: AbandonReason::Ended }, false),
            (PublicBody::Joined { agent: sofia(), waited: Millis(0) }, false),
            (PublicBody::CallbackAsked, false),
            (PublicBody::Ended { by: Ender::System }, false),
        ] {
            assert_eq!(is_offered(&state(vec![body.clone()]), from, late), offered, "{body:?}");
        }
    }

    #[test]
    fn every_wrong_field_is_named() {
        let ask = AskCallback { phone: "call me".into(), message: "x".repeat(LONGEST_MESSAGE + 1), when: "x".repeat(LONGEST_TIME + 1) };
        let named: Vec<_> = faults(&ask).into_iter().map(|fault| fault.field).collect();
        assert_eq!(named, ["phone", "message", "when"]);
        assert!(faults(&AskCallback { phone: "+49 30 1234567".into(), ..AskCallback::default() }).is_empty());
    }
}
