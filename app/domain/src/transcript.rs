//! Transcripts: two of each chat, always. The organisation's holds everything, the customer's only public events, so
//! that not even the existence of a private message shows.

use crate::{
    event::{AbandonReason, Ender, Event, ParkReason, PublicEvent},
    message::Author,
    state::{ChatState, Content},
    text::Texts,
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

/// One line of a transcript.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    pub ts: Timestamp,
    #[serde(flatten)]
    pub said: Said,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "said", rename_all = "snake_case")]
pub enum Said {
    Message {
        name: String,
        by_agent: bool,
        text: String,
    },
    /// Only agents see this.
    Note {
        name: String,
        text: String,
    },
    System {
        text: String,
    },
}

/// The organisation's transcript, in the words of `texts`.
pub fn of_organisation(events: &[Event], texts: &Texts) -> Vec<Line> {
    lines(&ChatState::replay(events), texts)
}

/// The customer's transcript.
pub fn of_customer(events: &[PublicEvent], texts: &Texts) -> Vec<Line> {
    let mut state = ChatState::default();
    for event in events {
        state.apply_public(event);
    }
    lines(&state, texts)
}

fn lines(state: &ChatState, texts: &Texts) -> Vec<Line> {
    let said = |content: &Content| match content {
        Content::Message { author: Author::Customer, text, .. } => {
            Said::Message { name: state.customer.clone(), by_agent: false, text: text.clone() }
        }
        Content::Message { author: Author::Agent(agent), text, .. } => {
            Said::Message { name: agent.name.clone(), by_agent: true, text: text.clone() }
        }
        Content::Note { author, text, .. } => Said::Note { name: author.name.clone(), text: text.clone() },
        Content::HandedOver { by, note, .. } => {
            Said::Note { name: by.as_ref().map_or_else(|| texts.get("line.desk"), |agent| agent.name.clone()), text: note.clone() }
        }
        other => Said::System { text: system_line(other, &state.customer, texts) },
    };
    state.entries.iter().map(|entry| Line { ts: entry.ts, said: said(&entry.content) }).collect()
}

/// The sentence shown for something that is not a message; empty for messages.
pub fn system_line(content: &Content, customer: &str, texts: &Texts) -> String {
    match content {
        Content::Message { .. } | Content::Note { .. } | Content::HandedOver { .. } => String::new(),
        Content::Joined { agent, .. } => texts.with("line.joined", &[("name", &agent.name)]),
        Content::Requeued { agent } => texts.with("line.requeued", &[("name", &agent.name)]),
        Content::Abandoned { reason: AbandonReason::Ended } => texts.with("line.abandoned_ended", &[("name", customer)]),
        Content::Abandoned { reason: AbandonReason::Gone } => texts.with("line.abandoned_gone", &[("name", customer)]),
        Content::Resumed => texts.with("line.resumed", &[("name", customer)]),
        Content::Ended { by: Ender::Customer } => texts.with("line.ended", &[("name", customer)]),
        Content::Ended { by: Ender::Agent(agent) } => texts.with("line.ended", &[("name", &agent.name)]),
        Content::Ended { by: Ender::System } => texts.get("line.ended_system"),
        Content::Ticket { number } => texts.with("line.ticket", &[("number", &number.to_string())]),
        other => moved_line(other, texts),
    }
}

/// The sentence for what moves a chat between people, queues and times.
fn moved_line(content: &Content, texts: &Texts) -> String {
    match content {
        Content::Moved { service } => texts.with("line.moved", &[("service", service)]),
        Content::Transferred { from, to: Some(to), .. } => texts.with("line.transferred", &[("name", &from.name), ("to", &to.name)]),
        Content::Transferred { from, to: None, service } => {
            texts.with("line.transferred_queue", &[("name", &from.name), ("service", service.as_deref().unwrap_or_default())])
        }
        Content::TakenOver { agent, from } => texts.with("line.taken_over", &[("name", &agent.name), ("from", &from.name)]),
        Content::Assisting { agent } => texts.with("line.assisting", &[("name", &agent.name)]),
        Content::AssistEnded { agent } => texts.with("line.assist_ended", &[("name", &agent.name)]),
        Content::Parked { reason: ParkReason::OutsideHours, .. } => texts.get("line.parked_hours"),
        Content::Parked { reason: ParkReason::NoMembers, .. } => texts.get("line.parked_members"),
        Content::Unparked => texts.get("line.unparked"),
        Content::CallbackAsked => texts.get("line.callback"),
        Content::InactivityWarned { .. } => texts.get("line.inactivity"),
        Content::Message { .. }
        | Content::Note { .. }
        | Content::HandedOver { .. }
        | Content::Joined { .. }
        | Content::Requeued { .. }
        | Content::Abandoned { .. }
        | Content::Resumed
        | Content::Ended { .. }
        | Content::Ticket { .. } => String::new(),
    }
}

/// A transcript as plain text: times in UTC, private lines marked. The further lines of a message are set in, so that
/// nobody can write what looks like a line of somebody else.
pub fn to_text(lines: &[Line], texts: &Texts) -> String {
    let mut out = String::new();
    for line in lines {
        let time = line.ts.rfc3339();
        let row = match &line.said {
            Said::Message { name, text, .. } => format!("[{time}] {name}: {text}"),
            Said::Note { name, text } => format!("[{time}] {name} ({}): {text}", texts.get("line.private")),
            Said::System { text } => format!("[{time}] -- {text}"),
        };
        out.push_str(&row.replace('\n', "\n    "));
        out.push('\n');
    }
    out
}
