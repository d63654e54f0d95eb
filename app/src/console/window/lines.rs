//! The rows of a log.

use super::{WindowOf, after::LeaveInLine};
use crate::{
    console::{
        desk::use_desk,
        explain::explain,
        words::{Words, use_words},
    },
    live::outbox::{Pending, Stage},
    ui::{Bubble, BubbleMeta, Delivery, Side, SystemLine},
};
use domain::{
    conversation::Marks,
    event::ParkReason,
    ids::{AgentId, ClientKey},
    message::{AgentRef, Author},
    state::Content,
    time::Timestamp,
    transcript::system_line,
};
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
pub fn NoteLine(seq: u64, at: Timestamp, author: AgentRef, text: String, client: ClientKey) -> impl IntoView {
    let me = use_desk().me.with_untracked(|me| me.id);
    let side = if author.id == me { Side::Mine } else { Side::Theirs };
    view! {
        <Bubble text=text side=side author=author.name client=client seq=Some(seq) note=true />
        <BubbleMeta side=side at=at />
    }
}

/// What was said when the chat was handed on; `by` is nobody where a rule of the queue did it.
#[component]
pub fn HandOverLine(seq: u64, at: Timestamp, by: Option<AgentRef>, note: String) -> impl IntoView {
    let (desk, texts) = (use_desk(), use_words());
    let me = desk.me.with_untracked(|me| me.id);
    let side = if by.as_ref().is_some_and(|by| by.id == me) { Side::Mine } else { Side::Theirs };
    let author = by.map_or_else(|| texts.get("line.desk"), |by| by.name);
    view! {
        <Bubble text=note side=side author=author seq=Some(seq) note=true />
        <BubbleMeta side=side at=at />
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
        other => agents_line(other, me, &customer, texts).unwrap_or_else(|| system_line(other, &customer, &texts.all())),
    };
    match content {
        Content::Ended { .. } => view! { <SystemLine text=text seq=seq at=at><LeaveInLine window=window /></SystemLine> }.into_any(),
        Content::Ticket { number } => {
                    view! { <SystemLine text=text seq=seq at=at><a href=format!("/tickets/{number}")>{texts.get("console.line.open_ticket")}</a></SystemLine> }.into_any()
        }
        _ => view! { <SystemLine text=text seq=seq at=at /> }.into_any(),
    }
}

/// The sentence for what the customer is told in other words than the agents; nothing where the words are the same.
fn agents_line(content: &Content, me: AgentId, customer: &str, texts: Words) -> Option<String> {
    Some(match content {
        Content::Moved { service } => texts.with("console.line.moved", &[("service", service)]),
        Content::Transferred { from, to: Some(to), .. } => {
            texts.with("console.line.transferred", &[("name", &from.name), ("to", &to.name)])
        }
        Content::Transferred { from, to: None, service } => {
            let service = service.as_deref().unwrap_or_default();
            texts.with("console.line.transferred_queue", &[("name", &from.name), ("service", service)])
        }
        Content::Requeued { agent } => texts.with("console.line.requeued", &[("name", &agent.name)]),
        Content::Assisting { agent } if agent.id == me => texts.get("console.line.you_assist"),
        Content::Parked { reason: ParkReason::OutsideHours, .. } => texts.get("console.line.parked_hours"),
        Content::Parked { reason: ParkReason::NoMembers, .. } => texts.get("console.line.parked_members"),
        Content::Unparked => texts.get("console.line.unparked"),
        Content::CallbackAsked => texts.with("console.line.callback", &[("name", customer)]),
        Content::InactivityWarned { .. } => texts.with("console.line.inactivity", &[("name", customer)]),
        Content::Message { .. }
        | Content::Note { .. }
        | Content::HandedOver { .. }
        | Content::Joined { .. }
        | Content::Abandoned { .. }
        | Content::Resumed
        | Content::Ended { .. }
        | Content::Ticket { .. }
        | Content::TakenOver { .. }
        | Content::Assisting { .. }
        | Content::AssistEnded { .. } => return None,
    })
}
