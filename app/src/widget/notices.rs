//! What the customer should know about the way to the desk. The places are always there, so that a screen reader hears
//! what comes into them.

use super::state::use_widget;
use crate::{
    live::socket::{LinkState, shown_link},
    texts::use_texts,
    ui::{Clock, Icon, IconSize, use_now},
};
use domain::{
    message::Author,
    state::{ChatState, Content, Phase},
    time::Timestamp,
};
use leptos::prelude::*;

/// Above a chat: the connection is gone, something is not saved, a step did not work.
#[component]
pub fn Notices() -> impl IntoView {
    let (widget, texts) = (use_widget(), StoredValue::new(use_texts()));
    let link = shown_link(widget.live.link);
    let lost = Signal::derive(move || matches!(link.get(), LinkState::Reconnecting { .. } | LinkState::Offline { .. }));
    let (saved, waiting) = (widget.outbox.is_saved(), widget.outbox.waiting());
    let unsaved = Signal::derive(move || !saved.get() && waiting.get() > 0);
    let trouble = Signal::derive(move || widget.trouble.get().map(|key| texts.with_value(|texts| texts.get(&key))));
    view! {
        <div role="status">
            <Notice shown=lost icon="refresh" text=texts.with_value(|texts| texts.get("widget.reconnecting")) />
            <Notice shown=unsaved icon="warning" text=texts.with_value(|texts| texts.get("widget.not_saved")) />
        </div>
        <StillThere />
        <div role="alert">
            <Show when=move || trouble.with(Option::is_some)>
                <p class="link-state link-state--still"><Icon name="warning" size=IconSize::Small /><span>{move || trouble.get()}</span></p>
            </Show>
        </div>
    }
}

/// A silent customer is asked, and sees how long there is to answer. The conversation's own line is what is read out.
#[component]
fn StillThere() -> impl IntoView {
    let (widget, texts, now) = (use_widget(), use_texts(), use_now());
    let chat = widget.live.chat;
    let closes_at = Memo::new(move |_| chat.with(|chat| matches!(chat.phase, Phase::Active { .. }).then(|| warned(chat)).flatten()));
    let shown = Memo::new(move |_| closes_at.get().is_some_and(|at| at > now.get()));
    let until = Signal::derive(move || closes_at.get().unwrap_or_default());
    let text = texts.get("widget.warned");
    view! {
        <Show when=move || shown.get()>
            <p class="link-state link-state--still">
                <Icon name="clock" size=IconSize::Small />
                <span>{text.clone()} " " <span role="timer"><Clock until=until /></span></span>
            </p>
        </Show>
    }
}

/// When the chat ends, or ended, because the customer has not answered the question whether they are still there.
pub fn warned(chat: &ChatState) -> Option<Timestamp> {
    for entry in chat.entries.iter().rev() {
        match &entry.content {
            Content::InactivityWarned { closes_at } => return Some(*closes_at),
            Content::Message { author: Author::Customer, .. } => return None,
            Content::Message { author: Author::Agent(_), .. }
            | Content::Note { .. }
            | Content::Joined { .. }
            | Content::Requeued { .. }
            | Content::Abandoned { .. }
            | Content::Resumed
            | Content::Ended { .. }
            | Content::Ticket { .. }
            | Content::Moved { .. }
            | Content::Transferred { .. }
            | Content::TakenOver { .. }
            | Content::Assisting { .. }
            | Content::AssistEnded { .. }
            | Content::Parked { .. }
            | Content::Unparked
            | Content::CallbackAsked
            | Content::HandedOver { .. } => {}
        }
    }
    None
}

/// While a chat is begun or fetched: the desk does not answer, and is asked again.
#[component]
pub fn Retrying() -> impl IntoView {
    let (widget, texts) = (use_widget(), use_texts());
    view! { <div role="status"><Notice shown=widget.retrying.into() icon="refresh" text=texts.get("widget.reconnecting") /></div> }
}

#[component]
fn Notice(shown: Signal<bool>, icon: &'static str, text: String) -> impl IntoView {
    let class = if icon == "refresh" { "link-state" } else { "link-state link-state--still" };
    view! {
        <Show when=move || shown.get()>
            <p class=class><Icon name=icon size=IconSize::Small /><span>{text.clone()}</span></p>
        </Show>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::widget::first::sample::{OPENED, says, sofia, state};
    use domain::event::PublicBody;

    #[test]
    fn an_answer_takes_the_question_away() {
        let closes_at = OPENED + domain::time::Millis::minutes(5);
        let mut bodies = vec![says(Author::Customer, "Hello?", 1), PublicBody::InactivityWarned { closes_at }];
        assert_eq!(warned(&state(bodies.clone())), Some(closes_at));
        bodies.push(says(Author::Agent(sofia()), "Are you there?", 2));
        assert_eq!(warned(&state(bodies.clone())), Some(closes_at), "only the customer's own words");
        bodies.push(says(Author::Customer, "Yes", 3));
        assert_eq!(warned(&state(bodies)), None);
    }
}
