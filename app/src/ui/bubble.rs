//! A conversation: bubbles, what is known of their delivery, and the lines between them.

use super::{Icon, MessageText};
use crate::texts::use_texts;
use domain::{ids::ClientKey, time::Timestamp};
use leptos::prelude::*;

/// Whose words a bubble holds, seen from the reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Theirs,
    Mine,
}

/// How far one's own message has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// Kept in this browser until it can be sent.
    Queued,
    /// Stored by the desk.
    Sent,
    /// On the other side's device.
    Delivered,
    /// Seen by the other side.
    Read,
    /// Refused: it will not be sent again by itself.
    Failed,
}

impl Delivery {
    fn icon(self) -> &'static str {
        match self {
            Self::Queued => "clock",
            Self::Sent => "check",
            Self::Delivered | Self::Read => "check-double",
            Self::Failed => "warning",
        }
    }
    /// The key of the word for it.
    pub fn key(self) -> &'static str {
        match self {
            Self::Queued => "ui.delivery.queued",
            Self::Sent => "ui.delivery.sent",
            Self::Delivered => "ui.delivery.delivered",
            Self::Read => "ui.delivery.read",
            Self::Failed => "ui.delivery.failed",
        }
    }
    /// Whether the desk has it.
    pub fn is_stored(self) -> bool {
        matches!(self, Self::Sent | Self::Delivered | Self::Read)
    }
}

/// One message. `author` is said to those who do not see the sides; for a `note` it stands above the words, with the
/// eye. Carries `data-client-id`, `data-seq` and `data-delivery`.
#[component]
pub fn Bubble(
    #[prop(into)] text: String,
    side: Side,
    #[prop(into)] author: String,
    /// The name that its sender gave it; none for what was said along with something else.
    #[prop(optional, into)]
    client: Option<ClientKey>,
    /// Its number in the reader's stream; none while it is not stored.
    #[prop(optional, into)]
    seq: Signal<Option<u64>>,
    /// Of one's own messages.
    #[prop(optional, into)]
    delivery: Signal<Option<Delivery>>,
    /// Only agents see this.
    #[prop(optional)]
    note: bool,
) -> impl IntoView {
    let texts = use_texts();
    let is = move |wanted: fn(Delivery) -> bool| move || delivery.get().is_some_and(wanted);
    let class = match (side, note) {
        (Side::Theirs, false) => "bubble",
        (Side::Mine, false) => "bubble bubble--mine",
        (Side::Theirs, true) => "bubble bubble--private",
        (Side::Mine, true) => "bubble bubble--mine bubble--private",
    };
    let head = if note {
        view! { <p class="bubble__author"><Icon name="eye" />{author}" "<span>{texts.get("ui.only_agents")}</span></p> }.into_any()
    } else {
        view! { <span class="visually-hidden">{author}": "</span> }.into_any()
    };
    view! {
        <div
            class=class
            class:bubble--pending=is(|delivery| !delivery.is_stored())
            class:bubble--failed=is(|delivery| delivery == Delivery::Failed)
            data-client-id=client.map(|client| client.to_string())
            data-seq=move || seq.get().map(|seq| seq.to_string())
            data-delivery=move || delivery.get().map(delivery_word)
        >
            {head}
            <p class="bubble__text"><MessageText text=text /></p>
        </div>
    }
}

fn delivery_word(delivery: Delivery) -> &'static str {
    match delivery {
        Delivery::Queued => "queued",
        Delivery::Sent => "sent",
        Delivery::Delivered => "delivered",
        Delivery::Read => "read",
        Delivery::Failed => "failed",
    }
}

/// What stands once below a group of bubbles: who, when, and how far it came, with its word. `children` follow, such as
/// "Try again".
#[component]
pub fn BubbleMeta(
    side: Side,
    #[prop(optional, into)] author: Option<String>,
    #[prop(optional, into)] at: Option<Timestamp>,
    #[prop(optional, into)] delivery: Signal<Option<Delivery>>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let texts = use_texts();
    let failed = move || delivery.get() == Some(Delivery::Failed);
    let is_read = move || delivery.get() == Some(Delivery::Read);
    let sheet = StoredValue::new(super::icon::icon_href(""));
    let mark = move || {
        delivery.get().map(|delivery| {
            let href = sheet.with_value(|sheet| format!("{sheet}{}", delivery.icon()));
            view! {
                <svg class="icon" class:is-read=is_read aria-hidden="true"><use_ href=href></use_></svg>
                <span class="bubble__delivery">{texts.get(delivery.key())}</span>
            }
        })
    };
    view! {
        <p class="bubble__meta" class:bubble__meta--mine=side == Side::Mine class:bubble__meta--failed=failed>
            {author.map(|author| view! { <span>{if at.is_some() { format!("{author},") } else { author }}</span> })}
            {at.map(|at| view! { <super::Time at=at /> })}
            {mark}
            {children.map(|children| children())}
        </p>
    }
}

/// A line of the desk's own: who joined, who left. With `rule` it stands between two lines, as days do.
#[component]
pub fn SystemLine(
    #[prop(into)] text: String,
    #[prop(optional)] rule: bool,
    #[prop(optional, into)] seq: Option<u64>,
    #[prop(optional, into)] at: Option<Timestamp>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="system-line" class:system-line--rule=rule data-seq=seq.map(|seq| seq.to_string())>
            <span>{text}{at.map(|at| view! { " " <super::Time at=at /> })}</span>
            {children.map(|children| children())}
        </div>
    }
}

/// Where the unread messages begin.
#[component]
pub fn NewLine(count: usize) -> impl IntoView {
    let texts = use_texts();
    view! { <p class="new-line">{texts.count("ui.new_messages", i64::try_from(count).unwrap_or(i64::MAX), &[])}</p> }
}

/// Three dots, and "NAME is typing" in words. It stands in the log only while `name` is given.
#[component]
pub fn Typing(#[prop(into)] name: Signal<Option<String>>) -> impl IntoView {
    let texts = StoredValue::new(use_texts());
    let words = move || name.get().map(|name| texts.with_value(|texts| texts.with("ui.typing", &[("name", &name)])));
    view! {
        <Show when=move || name.with(Option::is_some)>
            <p class="typing">
                <span class="typing__dots" aria-hidden="true"><i></i><i></i><i></i></span>
                <span class="typing__words">{words}</span>
            </p>
        </Show>
    }
}
