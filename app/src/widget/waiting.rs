//! Before anybody has joined: the place in the queue and the wait so far, or why nobody can be asked just now.

use super::{callback::CallbackOffer, form::Opens, state::use_widget, words};
use crate::{
    texts::use_texts,
    ui::{Clock, Icon, use_now},
};
use domain::{
    event::ParkReason,
    state::{ChatState, Content, Phase},
    time::{Millis, Timestamp},
    transcript::system_line,
};
use leptos::prelude::*;

/// Past the promised moment by this much, the wait is longer than usual.
const LATE: Millis = Millis::minutes(1);

#[component]
pub fn Waiting() -> impl IntoView {
    let (widget, texts) = (use_widget(), use_texts());
    let chat = widget.live.chat;
    let parked = Memo::new(move |_| chat.with(parked));
    let view = move || match parked.get() {
        Some((reason, until)) => view! { <Parked reason=reason until=until /> }.into_any(),
        None => view! { <InLine /> }.into_any(),
    };
    view! {
        <section class="waiting-room" aria-label=texts.get("widget.waiting")>
            {view}
            <CallbackOffer />
        </section>
    }
}

#[component]
fn InLine() -> impl IntoView {
    let (widget, texts, now) = (use_widget(), StoredValue::new(use_texts()), use_now());
    let (standing, chat) = (widget.live.standing, widget.live.chat);
    let place = Memo::new(move |_| standing.with(|standing| standing.as_ref().map(|standing| standing.place)));
    let expected = Memo::new(move |_| {
        let now = now.get();
        let (wait, late) = standing.with(|standing| match standing {
            Some(standing) => (standing.expected, standing.promised.is_some_and(|promised| now > promised + LATE)),
            None => (None, false),
        });
        texts.with_value(|texts| words::expected(texts, wait, late).map(|about| format!("{about}. ")))
    });
    let title = Memo::new(move |_| {
        let handed =
            texts.with_value(|texts| chat.with(|chat| handed_over(chat).map(|content| system_line(content, &chat.customer, texts))));
        let in_line =
            || texts.with_value(|texts| place.get().map_or_else(|| texts.get("widget.in_line"), |place| words::place(texts, place)));
        handed.unwrap_or_else(in_line)
    });
    let since = Memo::new(move |_| chat.with(waits_since));
    let get = move |key: &str| texts.with_value(|texts| texts.get(key));
    view! {
        <div class="waiting">
            <p class="waiting__place" aria-hidden="true">{move || place.get().map_or_else(|| "…".to_owned(), |place| place.to_string())}</p>
            <p class="waiting__title" role="status">{title}</p>
            <p class="muted">{expected}{get("widget.keep_browsing")}</p>
            <p class="muted">{get("widget.waited")} " " <Clock since=since /></p>
        </div>
    }
}

#[component]
fn Parked(reason: ParkReason, until: Option<Timestamp>) -> impl IntoView {
    let (widget, texts) = (use_widget(), use_texts());
    let office = widget.page.with_value(|page| page.office_words(until));
    let (icon, title, kept) = match reason {
        ParkReason::OutsideHours => ("moon", "widget.closed", "widget.closed_kept"),
        ParkReason::NoMembers => ("pause", "widget.nobody", "widget.nobody_kept"),
    };
    view! {
        <div class="waiting waiting--still">
            <p class="waiting__place" aria-hidden="true"><Icon name=icon /></p>
            <div class="waiting__title" role="status">
                <p>{texts.get(title)}</p>
                <p class="waiting__opens"><Opens opens=until office=office /></p>
            </div>
            <p class="muted">{texts.get(kept)}</p>
        </div>
    }
}

fn parked(chat: &ChatState) -> Option<(ParkReason, Option<Timestamp>)> {
    match chat.phase {
        Phase::Parked { since: _, reason, until } => Some((reason, until)),
        Phase::Waiting { .. } | Phase::Active { .. } | Phase::Abandoned { .. } | Phase::Ended { .. } | Phase::Callback { .. } => None,
    }
}

fn waits_since(chat: &ChatState) -> Timestamp {
    match chat.phase {
        // The line begins again after a pause; the customer's wait does not.
        Phase::Waiting { since } if chat.entries.iter().any(was_answered) => since,
        Phase::Waiting { .. }
        | Phase::Active { .. }
        | Phase::Abandoned { .. }
        | Phase::Ended { .. }
        | Phase::Parked { .. }
        | Phase::Callback { .. } => chat.opened_at,
    }
}

fn was_answered(entry: &domain::state::Entry) -> bool {
    matches!(entry.content, Content::Joined { .. })
}

/// The hand-over that this customer waits for to be taken.
fn handed_over(chat: &ChatState) -> Option<&Content> {
    for entry in chat.entries.iter().rev() {
        match &entry.content {
            content @ Content::Transferred { .. } => return Some(content),
            Content::Joined { .. }
            | Content::Requeued { .. }
            | Content::Moved { .. }
            | Content::TakenOver { .. }
            | Content::Parked { .. }
            | Content::Unparked
            | Content::CallbackAsked
            | Content::Ended { .. } => return None,
            Content::Message { .. }
            | Content::Note { .. }
            | Content::HandedOver { .. }
            | Content::Abandoned { .. }
            | Content::Resumed
            | Content::Ticket { .. }
            | Content::Assisting { .. }
            | Content::AssistEnded { .. }
            | Content::InactivityWarned { .. } => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::widget::first::sample::{OPENED, says, sofia, state};
    use domain::{event::PublicBody, message::Author};

    #[test]
    fn who_is_handed_over_sees_it_until_somebody_takes_them() {
        let mut bodies = vec![
            PublicBody::Joined { agent: sofia(), waited: Millis(0) },
            PublicBody::Transferred { from: sofia(), to: None, service: Some("Repairs".into()) },
            says(Author::Customer, "Fine", 1),
        ];
        assert!(matches!(handed_over(&state(bodies.clone())), Some(Content::Transferred { .. })));
        bodies.push(PublicBody::Joined { agent: sofia(), waited: Millis(0) });
        assert_eq!(handed_over(&state(bodies)), None);
    }

    #[test]
    fn a_pause_does_not_begin_the_wait_again_but_an_answer_does() {
        let pause = vec![PublicBody::Parked { reason: ParkReason::NoMembers, until: None }, PublicBody::Unparked];
        assert_eq!(waits_since(&state(pause)), OPENED);
        let back = vec![PublicBody::Joined { agent: sofia(), waited: Millis(0) }, PublicBody::Requeued { agent: sofia() }];
        assert_eq!(waits_since(&state(back)), OPENED + Millis::seconds(20));
    }
}
