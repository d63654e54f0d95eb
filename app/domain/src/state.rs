//! The one reducer: what a conversation looks like after its events. Page load, live frames and resync all end here.

use crate::{
    callback::Callback,
    conversation::Marks,
    event::{AbandonReason, Ender, Event, EventBody, InternalBody, ParkReason, PublicBody, PublicEvent},
    ids::ClientKey,
    message::{AgentRef, Author, Side},
    time::{Millis, Timestamp},
};
use serde::{Deserialize, Serialize};

/// A conversation as one audience sees it. For agents `head` and the entries' `seq` count all events, for customers the
/// public ones only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct ChatState {
    /// The number of the last event applied: the cursor.
    pub head: u64,
    pub customer: String,
    pub service: String,
    pub phase: Phase,
    pub opened_at: Timestamp,
    /// Who answers or answered.
    pub agent: Option<AgentRef>,
    pub entries: Vec<Entry>,
    pub customer_marks: Marks,
    pub agent_marks: Marks,
    /// When the last message was written, or the agent joined.
    pub last_activity: Timestamp,
    pub ticket: Option<i64>,
    /// Who else writes beside `agent`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub helpers: Vec<AgentRef>,
    /// Agents only.
    pub contact: Option<Contact>,
    /// Agents only: where the customer wants to be called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub callback: Option<Callback>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "phase", rename_all = "snake_case")]
pub enum Phase {
    Waiting {
        since: Timestamp,
    },
    Active {
        since: Timestamp,
    },
    Abandoned {
        reason: AbandonReason,
        at: Timestamp,
    },
    Ended {
        by: Ender,
        at: Timestamp,
    },
    /// Nobody can be asked for now.
    Parked {
        since: Timestamp,
        reason: ParkReason,
        until: Option<Timestamp>,
    },
    /// The customer will be called.
    Callback {
        at: Timestamp,
    },
}

impl Default for Phase {
    fn default() -> Self {
        Phase::Waiting { since: Timestamp::default() }
    }
}

/// What agents know of where the customer came from, as claimed by the customer and their browser.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    pub email: Option<String>,
    pub page: Option<String>,
    pub user_agent: Option<String>,
    pub locale: Option<String>,
}

/// One row of the conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The number in the reader's own stream.
    pub seq: u64,
    /// The public number, by which marks count; `None` for what only agents see.
    pub pub_seq: Option<u64>,
    pub ts: Timestamp,
    pub content: Content,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Content {
    Message {
        author: Author,
        text: String,
        client: ClientKey,
    },
    /// Only agents see this.
    Note {
        author: AgentRef,
        text: String,
        client: ClientKey,
    },
    Joined {
        agent: AgentRef,
        waited: Millis,
    },
    Requeued {
        agent: AgentRef,
    },
    Abandoned {
        reason: AbandonReason,
    },
    Resumed,
    Ended {
        by: Ender,
    },
    Ticket {
        number: i64,
    },
    Moved {
        service: String,
    },
    Transferred {
        from: AgentRef,
        to: Option<AgentRef>,
        service: Option<String>,
    },
    TakenOver {
        agent: AgentRef,
        from: AgentRef,
    },
    Assisting {
        agent: AgentRef,
    },
    AssistEnded {
        agent: AgentRef,
    },
    Parked {
        reason: ParkReason,
        until: Option<Timestamp>,
    },
    Unparked,
    CallbackAsked,
    InactivityWarned {
        closes_at: Timestamp,
    },
    /// Only agents see this: what was said when the chat was handed on.
    HandedOver {
        by: Option<AgentRef>,
        to: Option<AgentRef>,
        note: String,
    },
}

/// What became of an event handed to the reducer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Applied {
    /// It was the next one.
    Now,
    /// It had been applied before: dropped.
    Old,
    /// Something before it is missing: fetch from the cursor.
    Gap,
}

impl ChatState {
    /// The state after all of `events`, which must be dense from 1.
    pub fn replay(events: &[Event]) -> Self {
        let mut state = Self::default();
        for event in events {
            state.apply(event);
        }
        state
    }

    /// The customer's state after all public events among `events`.
    pub fn replay_public(events: &[Event]) -> Self {
        let mut state = Self::default();
        for event in events.iter().filter_map(Event::to_public) {
            state.apply_public(&event);
        }
        state
    }

    /// Applies an agent's event if it is the next one.
    pub fn apply(&mut self, event: &Event) -> Applied {
        let step = self.step(event.seq);
        if step == Applied::Now {
            match &event.body {
                EventBody::Public(body) => self.public(event.seq, event.pub_seq, event.ts, body),
                EventBody::Internal(body) => self.internal(event.seq, event.ts, body),
            }
        }
        step
    }

    /// Applies a customer's event if it is the next one.
    pub fn apply_public(&mut self, event: &PublicEvent) -> Applied {
        let step = self.step(event.seq);
        if step == Applied::Now {
            self.public(event.seq, Some(event.seq), event.ts, &event.body);
        }
        step
    }

    fn step(&mut self, seq: u64) -> Applied {
        match seq {
            n if n <= self.head => Applied::Old,
            n if n == self.head + 1 => {
                self.head = n;
                Applied::Now
            }
            _ => Applied::Gap,
        }
    }

    fn public(&mut self, seq: u64, pub_seq: Option<u64>, ts: Timestamp, body: &PublicBody) {
        let content = match body.clone() {
            PublicBody::Opened { customer, service } => {
                (self.customer, self.service) = (customer, service);
                (self.opened_at, self.last_activity) = (ts, ts);
                self.phase = Phase::Waiting { since: ts };
                return;
            }
            PublicBody::Delivered { by, up_to } => {
                let marks = self.marks_mut(by);
                marks.delivered = marks.delivered.max(up_to);
                return;
            }
            PublicBody::Read { by, up_to } => {
                let marks = self.marks_mut(by);
                marks.read = marks.read.max(up_to);
                marks.delivered = marks.delivered.max(up_to);
                return;
            }
            PublicBody::Message { author, text, client } => {
                self.last_activity = ts;
                Content::Message { author, text, client }
            }
            PublicBody::Joined { agent, waited } => {
                self.agent = Some(agent.clone());
                self.last_activity = ts;
                self.phase = Phase::Active { since: ts };
                Content::Joined { agent, waited }
            }
            PublicBody::Requeued { agent } => {
                (self.agent, self.helpers) = (None, Vec::new());
                self.phase = Phase::Waiting { since: ts };
                Content::Requeued { agent }
            }
            PublicBody::Abandoned { reason } => {
                self.phase = Phase::Abandoned { reason, at: ts };
                Content::Abandoned { reason }
            }
            PublicBody::Resumed => {
                self.phase = Phase::Waiting { since: self.opened_at };
                Content::Resumed
            }
            PublicBody::Ended { by } => {
                self.phase = Phase::Ended { by: by.clone(), at: ts };
                Content::Ended { by }
            }
            PublicBody::TicketRaised { number } => {
                self.ticket = Some(number);
                Content::Ticket { number }
            }
            PublicBody::Moved { service } => {
                self.service.clone_from(&service);
                Content::Moved { service }
            }
            PublicBody::Transferred { from, to, service } => {
                (self.agent, self.helpers) = (None, Vec::new());
                self.phase = Phase::Waiting { since: ts };
                if let Some(service) = &service {
                    self.service.clone_from(service);
                }
                Content::Transferred { from, to, service }
            }
            PublicBody::TakenOver { agent, from } => {
                self.agent = Some(agent.clone());
                self.helpers.retain(|helper| helper.id != agent.id);
                Content::TakenOver { agent, from }
            }
            PublicBody::Assisting { agent } => {
                self.helpers.push(agent.clone());
                Content::Assisting { agent }
            }
            PublicBody::AssistEnded { agent } => {
                self.helpers.retain(|helper| helper.id != agent.id);
                Content::AssistEnded { agent }
            }
            PublicBody::Parked { reason, until } => {
                let since = match self.phase {
                    Phase::Waiting { since } | Phase::Parked { since, .. } => since,
                    Phase::Active { .. } | Phase::Abandoned { .. } | Phase::Ended { .. } | Phase::Callback { .. } => ts,
                };
                self.phase = Phase::Parked { since, reason, until };
                Content::Parked { reason, until }
            }
            PublicBody::Unparked => {
                self.phase = Phase::Waiting { since: ts };
                Content::Unparked
            }
            PublicBody::CallbackAsked => {
                self.phase = Phase::Callback { at: ts };
                Content::CallbackAsked
            }
            PublicBody::InactivityWarned { closes_at } => Content::InactivityWarned { closes_at },
        };
        self.entries.push(Entry { seq, pub_seq, ts, content });
    }

    fn internal(&mut self, seq: u64, ts: Timestamp, body: &InternalBody) {
        match body.clone() {
            InternalBody::Arrived { queue: _, email, page, user_agent, locale } => {
                self.contact = Some(Contact { email, page, user_agent, locale });
            }
            InternalBody::Note { author, text, client } => {
                self.entries.push(Entry { seq, pub_seq: None, ts, content: Content::Note { author, text, client } });
            }
            InternalBody::HandedOver { by, to, queue: _, note: Some(note) } => {
                self.entries.push(Entry { seq, pub_seq: None, ts, content: Content::HandedOver { by, to, note } });
            }
            InternalBody::CallbackDetails { callback } => self.callback = Some(callback),
            InternalBody::Offered { .. }
            | InternalBody::OfferEnded { .. }
            | InternalBody::Closed { .. }
            | InternalBody::Left { .. }
            | InternalBody::Wants { .. }
            | InternalBody::HandedOver { note: None, .. } => {}
        }
    }

    fn marks_mut(&mut self, by: Side) -> &mut Marks {
        match by {
            Side::Customer => &mut self.customer_marks,
            Side::Agent => &mut self.agent_marks,
        }
    }

    pub fn marks(&self, by: Side) -> Marks {
        match by {
            Side::Customer => self.customer_marks,
            Side::Agent => self.agent_marks,
        }
    }

    /// Whether nobody can write any more.
    pub fn has_ended(&self) -> bool {
        matches!(self.phase, Phase::Ended { .. } | Phase::Abandoned { reason: AbandonReason::Ended, .. })
    }

    /// The messages of the other side that `reader` has not read.
    pub fn unread_by(&self, reader: Side) -> usize {
        let read = self.marks(reader).read;
        self.messages().filter(|(entry, author)| author.side() != reader && entry.pub_seq.is_some_and(|n| n > read)).count()
    }

    /// The public number of the last message of the other side: what `reader` marks as delivered or read.
    pub fn last_from_other(&self, reader: Side) -> Option<u64> {
        self.messages().filter(|(_, author)| author.side() != reader).filter_map(|(entry, _)| entry.pub_seq).last()
    }

    fn messages(&self) -> impl Iterator<Item = (&Entry, &Author)> {
        self.entries.iter().filter_map(|entry| match &entry.content {
            Content::Message { author, .. } => Some((entry, author)),
            _ => None,
        })
    }

    /// Who wrote the last message, and when.
    pub fn last_message(&self) -> Option<(&Author, Timestamp)> {
        self.messages().last().map(|(entry, author)| (author, entry.ts))
    }

    /// The last message, for a card: who wrote it and its text.
    pub fn last_words(&self) -> Option<(&Author, &str)> {
        self.entries.iter().rev().find_map(|entry| match &entry.content {
            Content::Message { author, text, .. } => Some((author, text.as_str())),
            _ => None,
        })
    }

    /// Whether the log holds the message that its sender called `key`.
    pub fn holds(&self, key: ClientKey) -> bool {
        self.entries.iter().any(|entry| match &entry.content {
            Content::Message { client, .. } | Content::Note { client, .. } => *client == key,
            _ => false,
        })
    }
}
