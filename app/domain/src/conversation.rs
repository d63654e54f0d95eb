//! The conversation: where it stands, and every step it can take.
//!
//! A step either returns the events that tell it, already numbered, or a [`Refusal`]; a refused step changes nothing.
//! The numbers, the time of the last event and the version live in the aggregate and are stored with the events in one
//! transaction.

mod end;
mod hand_over;
mod refusal;
mod status;

pub use hand_over::Elsewhere;
pub use refusal::Refusal;
pub use status::Status;

use crate::{
    callback::Callback,
    event::{AbandonReason, Event, EventBody, InternalBody, PublicBody},
    ids::{AgentId, ClientKey, ConversationId, CustomerId, OfferId, QueueId, SiteId, SkillId},
    message::{AgentRef, Author, Body, Side},
    offer::OfferEnd,
    settings::language_of,
    time::{Millis, Timestamp},
};
use serde::{Deserialize, Serialize};

/// The most that a customer may write into one chat, in bytes: every screen that shows the chat loads all of it.
pub const MOST_WRITTEN: u64 = 1 << 20;

/// How far one side has got, as `pub_seq`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Marks {
    pub delivered: u64,
    pub read: u64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conversation {
    pub id: ConversationId,
    pub site: SiteId,
    pub queue: QueueId,
    pub customer: CustomerId,
    pub customer_name: String,
    pub status: Status,
    /// When the customer first began to wait; never changes.
    pub enqueued_at: Timestamp,
    /// Higher is served first; a chat whose agent was lost goes to the front.
    pub priority: i64,
    /// When the last message was written.
    pub last_activity: Timestamp,
    pub last_seq: u64,
    pub last_pub_seq: u64,
    pub last_ts: Timestamp,
    pub customer_marks: Marks,
    pub agent_marks: Marks,
    pub ticket: Option<i64>,
    /// How much the customer has written, in bytes.
    pub written: u64,
    /// The public number of the last message: marks tell of messages, so none goes beyond it.
    pub last_message: u64,
    pub extra: Extra,
    /// Grows by one with each stored change: the compare-and-set of whoever changes the row.
    pub version: i64,
}

/// What few chats have: stored as one value.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Extra {
    /// What the agent must be able to do.
    pub needs: Vec<SkillId>,
    /// The customer's language: `de`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Who is asked first, if they are free.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preferred: Option<AgentId>,
    /// Handed on, and not taken yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handover: Option<HandOver>,
    /// Who else writes beside the chat's agent.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub helpers: Vec<AgentRef>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub callback: Option<Callback>,
    /// The customer was asked whether they are still there, and has not answered.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub warned: bool,
}

/// A chat on its way from one agent to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandOver {
    pub from: AgentRef,
    /// `None`: to whoever is free in the chat's queue.
    pub to: Option<AgentRef>,
}

/// What a customer brings to a new chat.
#[derive(Debug, Clone)]
pub struct Opening {
    pub id: ConversationId,
    pub site: SiteId,
    pub queue: QueueId,
    pub service: String,
    pub customer: CustomerId,
    pub customer_name: String,
    pub email: Option<String>,
    pub page: Option<String>,
    pub user_agent: Option<String>,
    pub locale: Option<String>,
    pub first: Body,
    pub client: ClientKey,
    /// What the queue asks of an agent for this customer.
    pub needs: Vec<SkillId>,
    /// Who had this customer's last chat, where the queue asks them first.
    pub last_agent: Option<AgentId>,
}

type Step = Result<Vec<Event>, Refusal>;

impl Conversation {
    /// A new chat with its first message, waiting.
    pub fn open(opening: Opening, now: Timestamp) -> (Self, Vec<Event>) {
        let Opening {
            id,
            site,
            queue,
            service,
            customer,
            customer_name,
            email,
            page,
            user_agent,
            locale,
            first,
            client,
            needs,
            last_agent,
        } = opening;
        let language = locale.as_deref().map(language_of).filter(|tag| !tag.is_empty());
        let mut chat = Self {
            id,
            site,
            queue,
            customer,
            customer_name: customer_name.clone(),
            status: Status::Waiting { since: now },
            enqueued_at: now,
            priority: 0,
            last_activity: now,
            last_seq: 0,
            last_pub_seq: 0,
            last_ts: now,
            customer_marks: Marks::default(),
            agent_marks: Marks::default(),
            ticket: None,
            written: 0,
            last_message: 0,
            extra: Extra { needs: needs.clone(), language: language.clone(), preferred: last_agent, ..Extra::default() },
            version: 0,
        };
        let mut events = vec![
            chat.record(PublicBody::Opened { customer: customer_name, service }, now),
            chat.record(InternalBody::Arrived { queue, email, page, user_agent, locale }, now),
            chat.message(Author::Customer, first, client, now),
        ];
        if !needs.is_empty() || last_agent.is_some() {
            events.push(chat.record(InternalBody::Wants { queue, needs, language, last_agent }, now));
        }
        (chat, events)
    }

    /// Gives a fact its numbers and its time: never earlier than the event before it.
    fn record(&mut self, body: impl Into<EventBody>, now: Timestamp) -> Event {
        let body = body.into();
        self.last_seq += 1;
        self.last_ts = self.last_ts.max(now);
        let pub_seq = body.is_public().then(|| {
            self.last_pub_seq += 1;
            self.last_pub_seq
        });
        Event { seq: self.last_seq, pub_seq, ts: self.last_ts, body }
    }

    fn message(&mut self, author: Author, body: Body, client: ClientKey, now: Timestamp) -> Event {
        if author == Author::Customer {
            self.written += body.as_str().len() as u64;
        }
        let event = self.record(PublicBody::Message { author, text: body.into_string(), client }, now);
        self.last_message = self.last_pub_seq;
        event
    }

    /// A message of either side. Agents write only in their own active chat, customers until the end.
    pub fn receive(&mut self, author: Author, body: Body, client: ClientKey, now: Timestamp) -> Step {
        match (&author, &self.status) {
            (_, Status::WrapUp { .. } | Status::Closed { .. }) => return Err(Refusal::Ended),
            (Author::Customer, Status::Abandoned { reason: AbandonReason::Ended, .. }) => return Err(Refusal::Ended),
            (
                Author::Customer,
                Status::Waiting { .. }
                | Status::Offered { .. }
                | Status::Active { .. }
                | Status::Abandoned { .. }
                | Status::Parked { .. }
                | Status::Callback { .. },
            ) => {}
            (Author::Agent(writer), Status::Active { agent, .. }) if writer.id == agent.id || self.is_helped_by(writer.id) => {}
            (
                Author::Agent(_),
                Status::Active { .. }
                | Status::Waiting { .. }
                | Status::Offered { .. }
                | Status::Abandoned { .. }
                | Status::Parked { .. }
                | Status::Callback { .. },
            ) => return Err(Refusal::NotYours),
        }
        if author == Author::Customer && self.written + body.as_str().len() as u64 > MOST_WRITTEN {
            return Err(Refusal::Full);
        }
        let by_customer = author == Author::Customer;
        let mut events = if by_customer { self.resume(now) } else { Vec::new() };
        self.extra.warned &= !by_customer;
        events.push(self.message(author, body, client, now));
        self.last_activity = self.last_ts;
        Ok(events)
    }

    /// A message that only agents see.
    pub fn note(&mut self, author: AgentRef, body: Body, client: ClientKey, now: Timestamp) -> Step {
        Ok(vec![self.record(InternalBody::Note { author, text: body.into_string(), client }, now)])
    }

    /// Moves one side's marks forward; what is not news gives no event. Read implies delivered.
    pub fn mark(&mut self, by: Side, delivered: u64, read: u64, now: Timestamp) -> Vec<Event> {
        let head = self.last_message;
        let (delivered, read) = (delivered.max(read).min(head), read.min(head));
        let old = match by {
            Side::Customer => self.customer_marks,
            Side::Agent => self.agent_marks,
        };
        let new = Marks { delivered: old.delivered.max(delivered), read: old.read.max(read) };
        let (reads, mut events) = (new.read > old.read, Vec::new());
        if new.delivered > old.delivered && !(reads && new.delivered == new.read) {
            events.push(self.record(PublicBody::Delivered { by, up_to: new.delivered }, now));
        }
        if reads {
            events.push(self.record(PublicBody::Read { by, up_to: new.read }, now));
        }
        match by {
            Side::Customer => self.customer_marks = new,
            Side::Agent => self.agent_marks = new,
        }
        events
    }

    /// Holds the chat out to one agent.
    pub fn offer(&mut self, offer: OfferId, agent: AgentRef, deadline: Timestamp, now: Timestamp) -> Step {
        let Status::Waiting { since } = self.status else { return Err(Refusal::NotWaiting) };
        self.status = Status::Offered { since, offer, agent: agent.id };
        Ok(vec![self.record(InternalBody::Offered { offer, agent, deadline }, now)])
    }

    /// The offer came to nothing: back to the old place. An accepted offer is [`Self::join`].
    pub fn offer_ended(&mut self, offer: OfferId, agent: AgentRef, end: OfferEnd, now: Timestamp) -> Vec<Event> {
        if let Status::Offered { since, offer: current, .. } = self.status
            && current == offer
        {
            self.status = Status::Waiting { since };
            self.came_back(agent.id);
        }
        vec![self.record(InternalBody::OfferEnded { offer, agent, end }, now)]
    }

    /// `agent` takes the chat, by an accepted offer or from the list of waiting chats.
    pub fn join(&mut self, agent: AgentRef, now: Timestamp) -> Step {
        let waited = match &self.status {
            Status::Waiting { since } | Status::Offered { since, .. } => now - *since,
            Status::Active { agent: owner, .. } if owner.id == agent.id => return Ok(Vec::new()),
            Status::Active { .. } => return Err(Refusal::NotYours),
            Status::Parked { since, .. } => now - *since,
            Status::Abandoned { .. } | Status::Callback { .. } => return Err(Refusal::NotWaiting),
            Status::WrapUp { .. } | Status::Closed { .. } => return Err(Refusal::Ended),
        };
        let mut events = Vec::new();
        if let Status::Offered { offer, agent: held, .. } = self.status
            && held == agent.id
        {
            events.push(self.record(InternalBody::OfferEnded { offer, agent: agent.clone(), end: OfferEnd::Accepted }, now));
        }
        self.status = Status::Active { agent: agent.clone(), since: now };
        self.last_activity = self.last_activity.max(now);
        self.priority = 0;
        (self.extra.preferred, self.extra.handover, self.extra.warned) = (None, None, false);
        events.push(self.record(PublicBody::Joined { agent, waited: Millis(waited.0.max(0)) }, now));
        Ok(events)
    }

    /// The agent's browser is gone: to the front of the queue, with the history; the customer is told.
    pub fn requeue(&mut self, now: Timestamp) -> Step {
        let Status::Active { agent, .. } = &self.status else { return Err(Refusal::NotWaiting) };
        let agent = agent.clone();
        self.status = Status::Waiting { since: now };
        self.priority = 1;
        self.extra.helpers.clear();
        Ok(vec![self.record(PublicBody::Requeued { agent }, now)])
    }
}

#[cfg(test)]
#[path = "conversation/tests.rs"]
mod tests;
