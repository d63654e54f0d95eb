//! The rows of the conversation, as plain values: what stands in the log, in which order and under which group.
//!
//! A row keeps its key for life, so that its element is never made anew: a bubble is named by the client id of its
//! message, pending or stored. What changes about a message later is a [`Fact`].

use crate::{
    live::outbox::{Pending, Row, Stage},
    ui::Delivery,
};
use domain::{
    conversation::{Marks, Refusal},
    ids::ClientKey,
    message::{AgentRef, Author},
    state::{Content, Entry},
    time::{Millis, Timestamp},
    wire::Problem,
};
use std::collections::BTreeMap;

/// Messages of one side further apart than this stand in groups of their own.
const GROUP_SPAN: Millis = Millis::minutes(5);

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// A new day begins.
    Day {
        day: i64,
        at: Timestamp,
    },
    Bubble {
        client: ClientKey,
        author: Author,
        text: String,
    },
    /// Stands under the last bubble of a group. `at` is missing until the message is stored.
    Under {
        client: ClientKey,
        author: Author,
        at: Option<Timestamp>,
    },
    System {
        seq: u64,
        at: Timestamp,
        content: Content,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum LineKey {
    Day(i64),
    Bubble(ClientKey),
    Under(ClientKey, Option<Timestamp>),
    System(u64),
}

impl Line {
    pub fn key(&self) -> LineKey {
        match self {
            Line::Day { day, .. } => LineKey::Day(*day),
            Line::Bubble { client, .. } => LineKey::Bubble(*client),
            Line::Under { client, at, .. } => LineKey::Under(*client, *at),
            Line::System { seq, .. } => LineKey::System(*seq),
        }
    }
}

/// A message as it stands in a row, stored or not.
struct Said<'a> {
    client: ClientKey,
    author: Author,
    text: &'a str,
    at: Option<Timestamp>,
    failed: bool,
}

/// The lines of the log. `day` numbers the days of the reader's calendar. What was written after the end is not among
/// them ([`too_late`]).
pub fn lines(rows: &[Row], day: impl Fn(Timestamp) -> i64) -> Vec<Line> {
    let mut out = Vec::with_capacity(rows.len() + 8);
    let mut group: Option<Said<'_>> = None;
    let mut today = None;
    for row in rows {
        let (at, said) = match row {
            Row::Confirmed(entry) => (Some(entry.ts), said_in(entry)),
            Row::Pending(pending) if is_too_late(pending) => continue,
            Row::Pending(pending) => (None, Some(said_by_me(pending))),
        };
        let new_day = at.map(&day).filter(|now| today.is_some_and(|today| today != *now));
        if group.as_ref().is_some_and(|last| new_day.is_some() || said.as_ref().is_none_or(|said| !goes_on(last, said))) {
            out.extend(group.take().map(under));
        }
        if let (Some(day), Some(at)) = (new_day, at) {
            out.push(Line::Day { day, at });
        }
        today = at.map(&day).or(today);
        match (said, row) {
            (Some(said), _) => {
                out.push(Line::Bubble { client: said.client, author: said.author.clone(), text: said.text.to_owned() });
                group = Some(said);
            }
            (None, Row::Confirmed(entry)) => out.push(Line::System { seq: entry.seq, at: entry.ts, content: entry.content.clone() }),
            (None, Row::Pending(_)) => {}
        }
    }
    out.extend(group.map(under));
    out
}

fn said_in(entry: &Entry) -> Option<Said<'_>> {
    match &entry.content {
        Content::Message { author, text, client } => {
            Some(Said { client: *client, author: author.clone(), text, at: Some(entry.ts), failed: false })
        }
        Content::Note { .. }
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
        | Content::InactivityWarned { .. }
        | Content::HandedOver { .. } => None,
    }
}

fn said_by_me(pending: &Pending) -> Said<'_> {
    let failed = matches!(pending.stage, Stage::Failed(_));
    Said { client: pending.client, author: Author::Customer, text: &pending.text, at: None, failed }
}

fn under(last: Said<'_>) -> Line {
    Line::Under { client: last.client, author: last.author, at: last.at }
}

/// Whether `next` stands in one group with `last`.
fn goes_on(last: &Said<'_>, next: &Said<'_>) -> bool {
    let near = match (last.at, next.at) {
        (Some(last), Some(next)) => next - last <= GROUP_SPAN,
        (last, next) => last.is_none() == next.is_none(),
    };
    near && last.author == next.author && !last.failed && !next.failed
}

/// What is known of a message beside its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    pub seq: Option<u64>,
    /// Of one's own messages.
    pub delivery: Option<Delivery>,
    /// Why it was refused.
    pub refused: Option<Problem>,
}

pub type Facts = BTreeMap<ClientKey, Fact>;

/// The facts of all messages; `theirs` tells how far the agent has got.
pub fn facts(rows: &[Row], theirs: Marks) -> Facts {
    rows.iter().filter_map(|row| fact(row, theirs)).collect()
}

fn fact(row: &Row, theirs: Marks) -> Option<(ClientKey, Fact)> {
    match row {
        Row::Confirmed(entry) => said_in(entry).map(|said| {
            let delivery = (said.author == Author::Customer).then(|| delivery(entry.pub_seq.unwrap_or(entry.seq), theirs));
            (said.client, Fact { seq: Some(entry.seq), delivery, refused: None })
        }),
        Row::Pending(pending) => {
            let (seq, delivery, refused) = match &pending.stage {
                Stage::Queued | Stage::Sending => (None, Delivery::Queued, None),
                Stage::Acknowledged { seq } => (*seq, Delivery::Sent, None),
                Stage::Failed(problem) => (None, Delivery::Failed, Some(problem.clone())),
            };
            Some((pending.client, Fact { seq, delivery: Some(delivery), refused }))
        }
    }
}

fn delivery(number: u64, theirs: Marks) -> Delivery {
    if theirs.read >= number {
        Delivery::Read
    } else if theirs.delivered >= number {
        Delivery::Delivered
    } else {
        Delivery::Sent
    }
}

fn is_too_late(pending: &Pending) -> bool {
    matches!(pending.stage, Stage::Failed(Problem::Refused { refusal: Refusal::Ended }))
}

/// What was written after the end, for a new chat.
pub fn too_late(pending: &[Pending]) -> Vec<String> {
    pending.iter().filter(|pending| is_too_late(pending)).map(|pending| pending.text.clone()).collect()
}

/// Who wrote it, for those who do not see the sides.
pub fn author_name(author: &Author, me: &str) -> String {
    match author {
        Author::Customer => me.to_owned(),
        Author::Agent(AgentRef { name, .. }) => name.clone(),
    }
}

#[cfg(test)]
#[path = "lines/tests.rs"]
mod tests;
