//! The rows of a log.

use super::{WindowOf, after::LeaveInLine};
use crate::{
    console::{desk::use_desk, explain::explain, words::use_words},
    live::outbox::{Pending, Stage},
    ui::{Bubble, BubbleMeta, Delivery, Side, SystemLine},
};
use domain::{conversation::Marks, ids::ClientKey, message::Author, state::Content, time::Timestamp, transcript::system_line};
use leptos::prelude::*;

/// A message that the desk has.
#[component]
pub fn SpokenLine(
    window: WindowOf,
    seq: u64,
    pub_seq: Option<u64>,
    at: Timestamp,
    author: Author,
    text: String,
    client: ClientKey,
    closes_group: Signal<bool>,
) -> impl IntoView {
    let me = use_desk().me.with_untracked(|me| me.id);
    let (side, name, colleague) = match author {
        Author::Customer => (Side::Theirs, window.customer.get_untracked(), None),
        Author::Agent(agent) if agent.id == me => (Side::Mine, agent.name, None),
        Author::Agent(agent) => (Side::Mine, agent.name.clone(), Some(agent.name)),
    };
    let marks = Memo::new(move |_| window.state.with(|state| state.customer_marks));
    let delivery = Signal::derive(move || (side == Side::Mine).then(|| come(pub_seq, marks.get())));
    view! {
        <Bubble text=text side=side author=name client=client seq=Some(seq) delivery=delivery />
        <Show when=move || closes_group.get()>
            {match colleague.clone() {
                Some(author) => view! { <BubbleMeta side=side author=author at=at delivery=delivery /> }.into_any(),
                None => view! { <BubbleMeta side=side at=at delivery=delivery /> }.into_any(),
            }}
        </Show>
    }
}

/// How far a stored message has come on the customer's side.
fn come(pub_seq: Option<u64>, marks: Marks) -> Delivery {
    match pub_seq {
        Some(n) if n <= marks.read => Delivery::Read,
        Some(n) if n <= marks.delivered => Delivery::Delivered,
        _ => Delivery::Sent,
    }
}

/// A message that only agents see.
#[component]
pub fn NoteLine(seq: u64, at: Timestamp, author: String, text: String, client: ClientKey) -> impl IntoView {
    view! {
        <Bubble text=text side=Side::Theirs author=author client=client seq=Some(seq) note=true />
        <BubbleMeta side=Side::Theirs at=at />
    }
}

/// A message on its way; what was refused can be tried again or given up.
#[component]
pub fn PendingLine(pending: Pending) -> impl IntoView {
    let (desk, texts) = (use_desk(), use_words());
    let me = desk.me.with_untracked(|me| me.name.clone());
    let client = pending.client;
    let stage = desk.outbox.stage(client);
    let delivery = Signal::derive(move || {
        Some(match stage.get() {
            Some(Stage::Queued | Stage::Sending) => Delivery::Queued,
            Some(Stage::Acknowledged { .. }) | None => Delivery::Sent,
            Some(Stage::Failed(_)) => Delivery::Failed,
        })
    });
    let failed = move || match stage.get() {
        Some(Stage::Failed(problem)) => Some(explain(&problem, None, &texts.all()).title),
        _ => None,
    };
    let label = move |key: &'static str| texts.get(key);
    view! {
        <Bubble text=pending.text side=Side::Mine author=me client=client delivery=delivery note=pending.note />
        <BubbleMeta side=Side::Mine delivery=delivery>
            <Show when=move || failed().is_some()>
                <span>{failed}</span>
                <button class="link" type="button" on:click=move |_| desk.outbox.retry(client)>{label("console.try_again")}</button>
                <button class="link" type="button" on:click=move |_| desk.outbox.discard(client)>{label("console.discard")}</button>
            </Show>
        </BubbleMeta>
    }
}

/// What happened, said by the desk; the line that tells the end carries the way out.
#[component]
pub fn SystemEntry(window: WindowOf, seq: u64, at: Timestamp, content: Content) -> impl IntoView {
    let (desk, texts) = (use_desk(), use_words());
    let me = desk.me.with_untracked(|me| me.id);
    let customer = window.customer.get_untracked();
    let text = match &content {
        Content::Joined { agent, waited } if agent.id == me => texts.with("console.line.you_joined", &[("wait", &waited.clock())]),
        other => system_line(other, &customer, &texts.all()),
    };
    match content {
        Content::Ended { .. } => view! { <SystemLine text=text seq=seq at=at><LeaveInLine window=window /></SystemLine> }.into_any(),
        Content::Ticket { number } => {
                    view! { <SystemLine text=text seq=seq at=at><a href=format!("/tickets/{number}")>{texts.get("console.line.open_ticket")}</a></SystemLine> }.into_any()
        }
        _ => view! { <SystemLine text=text seq=seq at=at /> }.into_any(),
    }
}
