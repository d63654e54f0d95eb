//! A chat's steps, read into facts.

use super::{Fact, First, Part, Way, What};
use crate::{
    event::{EventBody, InternalBody, PublicBody},
    ids::{AgentId, ConversationId, OfferId, QueueId},
    offer::OfferEnd,
    time::{Millis, Timestamp},
};
use std::collections::HashMap;

/// An event of a chat that is not a message or a mark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub seq: u64,
    pub at: Timestamp,
    /// The agent whose step it was.
    pub by: Option<AgentId>,
    pub body: EventBody,
    /// Of a step that gave the chat to an agent: when an agent wrote next.
    pub reply_at: Option<Timestamp>,
}

/// What happened in a chat, in order. `level` is the service level of a queue. `steps` are all of the chat's.
pub fn facts(chat: ConversationId, steps: Vec<Step>, level: impl Fn(QueueId) -> Millis) -> Vec<Fact> {
    let mut reader =
        Reader { chat, level, facts: Vec::new(), queue: None, arrived: Timestamp(0), now: Now::default(), offers: HashMap::new() };
    for step in steps {
        reader.read(step);
    }
    reader.facts
}

struct Reader<F> {
    chat: ConversationId,
    level: F,
    facts: Vec<Fact>,
    /// Where the chat is.
    queue: Option<QueueId>,
    arrived: Timestamp,
    now: Now,
    offers: HashMap<OfferId, usize>,
}

/// How the chat stands at this step.
#[derive(Default)]
struct Now {
    /// The fact of the part that lasts.
    part: Option<usize>,
    /// When an agent wrote first in it.
    reply_at: Option<Timestamp>,
    /// The fact of the part whose agent writes up the ended chat, and since when.
    wrap_up: Option<(usize, Timestamp)>,
    was_answered: bool,
    /// The fact of the customer's leaving, unless they came back.
    gone: Option<usize>,
    accepted: Option<(u64, AgentId)>,
}

impl<F: Fn(QueueId) -> Millis> Reader<F> {
    fn read(&mut self, step: Step) {
        match &step.body {
            EventBody::Public(body) => self.public(&step, body),
            EventBody::Internal(body) => self.internal(&step, body),
        }
    }

    fn public(&mut self, step: &Step, body: &PublicBody) {
        match body {
            PublicBody::Joined { agent, .. } => {
                let by_offer = self.now.accepted == Some((step.seq.saturating_sub(1), agent.id));
                self.begin(step, agent.id, if by_offer { Way::Offer } else { Way::List });
            }
            PublicBody::TakenOver { agent, from } => {
                self.close(step.at);
                self.add(step.at, Some(from.id), What::HandedOn);
                self.begin(step, agent.id, Way::TakenOver);
            }
            PublicBody::Transferred { from, .. } => {
                self.close(step.at);
                self.add(step.at, Some(from.id), What::HandedOn);
            }
            PublicBody::Requeued { .. } => self.close(step.at),
            PublicBody::Ended { .. } => {
                let part = self.now.part;
                self.close(step.at);
                self.now.wrap_up = part.map(|part| (part, step.at));
            }
            PublicBody::Abandoned { .. } => {
                let waited = step.at - self.arrived;
                self.now.gone = self.add(step.at, None, What::Abandoned { waited });
            }
            PublicBody::Resumed => self.forget_gone(),
            PublicBody::CallbackAsked => {
                self.forget_gone();
                let waited = step.at - self.arrived;
                self.add(step.at, None, What::Callback { waited });
            }
            PublicBody::TicketRaised { number } => {
                self.add(step.at, step.by, What::Ticket { number: *number });
            }
            PublicBody::Opened { .. }
            | PublicBody::Message { .. }
            | PublicBody::Delivered { .. }
            | PublicBody::Read { .. }
            | PublicBody::Moved { .. }
            | PublicBody::Assisting { .. }
            | PublicBody::AssistEnded { .. }
            | PublicBody::Parked { .. }
            | PublicBody::Unparked
            | PublicBody::InactivityWarned { .. } => {}
        }
    }

    fn internal(&mut self, step: &Step, body: &InternalBody) {
        match body {
            InternalBody::Arrived { queue, .. } => {
                (self.queue, self.arrived) = (Some(*queue), step.at);
                self.add(step.at, None, What::Arrived);
            }
            InternalBody::HandedOver { queue, .. } => self.queue = Some(*queue),
            InternalBody::Offered { offer, agent, .. } => {
                if let Some(at) = self.add(step.at, Some(agent.id), What::Offer { end: None, rang: None }) {
                    self.offers.insert(*offer, at);
                }
            }
            InternalBody::OfferEnded { offer, agent, end } => {
                if *end == OfferEnd::Accepted {
                    self.now.accepted = Some((step.seq, agent.id));
                }
                if let Some(fact) = self.offers.remove(offer).and_then(|at| self.facts.get_mut(at)) {
                    fact.what = What::Offer { end: Some(*end), rang: Some(step.at - fact.at) };
                }
            }
            InternalBody::Left { .. } | InternalBody::Closed { by: None, .. } => self.leave(step.at),
            InternalBody::Closed { by: Some(_), .. }
            | InternalBody::Note { .. }
            | InternalBody::Wants { .. }
            | InternalBody::CallbackDetails { .. } => {}
        }
    }

    /// Adds a fact; gives where it stands. Nothing counts before the chat has a queue.
    fn add(&mut self, at: Timestamp, agent: Option<AgentId>, what: What) -> Option<usize> {
        let queue = self.queue?;
        self.facts.push(Fact { at, chat: self.chat, queue, agent, what });
        Some(self.facts.len() - 1)
    }

    /// The customer who left is back. Nothing else was counted in between.
    fn forget_gone(&mut self) {
        if let Some(at) = self.now.gone.take() {
            self.facts.remove(at);
        }
    }

    fn begin(&mut self, step: &Step, agent: AgentId, way: Way) {
        let Some(queue) = self.queue else { return };
        let waited = step.at - self.arrived;
        let first = (!self.now.was_answered).then(|| First { waited, in_time: waited <= (self.level)(queue), reply: None });
        let part = Part { way, first, reply: None, held: None, wrap_up: None };
        self.now.part = self.add(step.at, Some(agent), What::Part(part));
        (self.now.reply_at, self.now.was_answered, self.now.wrap_up) = (step.reply_at, true, None);
        self.reply(None);
    }

    /// The part that lasts is over.
    fn close(&mut self, at: Timestamp) {
        self.reply(Some(at));
        let Some(here) = self.now.part.take() else { return };
        if let Some(Fact { at: joined, what: What::Part(part), .. }) = self.facts.get_mut(here) {
            part.held = Some(at - *joined);
        }
    }

    /// What was written after the end of a part was written by the next one.
    fn reply(&mut self, ended: Option<Timestamp>) {
        let in_part = self.now.reply_at.filter(|at| ended.is_none_or(|ended| *at <= ended));
        let Some(fact) = self.now.part.and_then(|here| self.facts.get_mut(here)) else { return };
        if let What::Part(part) = &mut fact.what {
            part.reply = in_part.map(|at| at - fact.at);
            if let Some(first) = &mut part.first {
                first.reply = in_part.map(|at| at - self.arrived);
            }
        }
    }

    fn leave(&mut self, at: Timestamp) {
        let Some((here, since)) = self.now.wrap_up.take() else { return };
        if let Some(Fact { what: What::Part(part), .. }) = self.facts.get_mut(here) {
            part.wrap_up = Some(at - since);
        }
    }
}
