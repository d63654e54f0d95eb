//! The steps with which a chat ends, on either side, and the way back of a customer who was only gone.

use super::{Conversation, Refusal, Status, Step};
use crate::{
    ending::{EndRight, Moment, Outcome, customer_may_end},
    event::{AbandonReason, Ender, Event, InternalBody, PublicBody},
    ids::ClientKey,
    message::{AgentRef, Body},
    queue::Policy,
    time::Timestamp,
};

impl Conversation {
    /// Since when the customer may end this chat; `open` is whether its queue is within its office hours.
    pub fn end_right(&self, policy: &Policy, open: bool) -> EndRight {
        let moment = match &self.status {
            Status::Waiting { since } | Status::Offered { since, .. } | Status::Parked { since, .. } if !open => {
                Moment::Closed { since: *since }
            }
            Status::Waiting { since } | Status::Offered { since, .. } | Status::Parked { since, .. } => {
                Moment::Unanswered { since: *since }
            }
            Status::Active { .. } => Moment::Active { last_activity: self.last_activity },
            Status::Abandoned { since, .. } | Status::WrapUp { since, .. } | Status::Callback { since } => {
                Moment::Unanswered { since: *since }
            }
            Status::Closed { at, .. } => Moment::Unanswered { since: *at },
        };
        customer_may_end(&policy.may_end, moment)
    }

    /// The customer presses "End chat". Before anybody joined the chat becomes a work item.
    pub fn customer_ends(&mut self, policy: &Policy, open: bool, now: Timestamp) -> Step {
        match self.status {
            Status::WrapUp { .. }
            | Status::Closed { .. }
            | Status::Abandoned { reason: AbandonReason::Ended, .. }
            | Status::Callback { .. } => {
                return Ok(Vec::new());
            }
            Status::Waiting { .. } | Status::Offered { .. } | Status::Active { .. } | Status::Abandoned { .. } | Status::Parked { .. } => {}
        }
        match self.end_right(policy, open) {
            EndRight::From(at) if now < at => return Err(Refusal::TooEarly { at }),
            EndRight::Never => return Err(Refusal::AgentOnly),
            EndRight::From(_) => {}
        }
        if let Status::Active { agent, .. } = &self.status {
            self.status = Status::WrapUp { agent: agent.clone(), since: now, closing: None };
            Ok(vec![self.record(PublicBody::Ended { by: Ender::Customer }, now)])
        } else {
            Ok(self.abandon(AbandonReason::Ended, now))
        }
    }

    /// The customer's browser has been gone for too long while nobody had joined.
    pub fn customer_gone(&mut self, now: Timestamp) -> Vec<Event> {
        if self.status.is_unanswered() { self.abandon(AbandonReason::Gone, now) } else { Vec::new() }
    }

    fn abandon(&mut self, reason: AbandonReason, now: Timestamp) -> Vec<Event> {
        self.status = Status::Abandoned { since: now, reason };
        vec![self.record(PublicBody::Abandoned { reason }, now)]
    }

    /// The customer is back: an abandoned chat that the customer did not end waits at its old place again.
    pub fn resume(&mut self, now: Timestamp) -> Vec<Event> {
        let Status::Abandoned { reason: AbandonReason::Gone, .. } = self.status else { return Vec::new() };
        self.status = Status::Waiting { since: self.enqueued_at };
        vec![self.record(PublicBody::Resumed, now)]
    }

    /// The agent ends the chat, with a ticket (`ticket` is its number) or without. After the customer's own end this
    /// answers the question about the ticket that is still open.
    pub fn agent_ends(&mut self, agent: &AgentRef, ticket: Option<i64>, policy: &Policy, now: Timestamp) -> Step {
        if ticket.is_none() && policy.ticket_required {
            return Err(Refusal::TicketRequired);
        }
        let (since, ended_now) = match &self.status {
            Status::Active { agent: owner, .. } | Status::WrapUp { agent: owner, .. } if owner.id != agent.id => {
                return Err(Refusal::NotYours);
            }
            Status::Active { .. } => (now, true),
            Status::WrapUp { since, closing: None, .. } => (*since, false),
            Status::WrapUp { closing: Some(_), .. } | Status::Closed { .. } => return Err(Refusal::Ended),
            Status::Waiting { .. }
            | Status::Offered { .. }
            | Status::Abandoned { .. }
            | Status::Parked { .. }
            | Status::Callback { .. } => {
                return Err(Refusal::NotYours);
            }
        };
        let outcome = if ticket.is_some() { Outcome::Ticketed } else { Outcome::Unsolved };
        let mut events = Vec::new();
        if ended_now {
            events.push(self.record(PublicBody::Ended { by: Ender::Agent(agent.clone()) }, now));
        }
        if let Some(number) = ticket {
            events.push(self.record(PublicBody::TicketRaised { number }, now));
            self.ticket = Some(number);
        }
        events.push(self.record(InternalBody::Closed { outcome, by: Some(agent.clone()) }, now));
        self.status = Status::WrapUp { agent: agent.clone(), since, closing: Some(outcome) };
        Ok(events)
    }

    /// The agent leaves the ended chat, which is closed with that. Leaving again changes nothing.
    pub fn leave(&mut self, agent: &AgentRef, now: Timestamp) -> Step {
        match &self.status {
            Status::WrapUp { agent: owner, .. } | Status::Active { agent: owner, .. } if owner.id != agent.id => Err(Refusal::NotYours),
            Status::WrapUp { closing: None, .. } => Err(Refusal::DecideFirst),
            Status::WrapUp { closing: Some(outcome), .. } => {
                self.status = Status::Closed { outcome: *outcome, at: now };
                Ok(vec![self.record(InternalBody::Left { agent: agent.clone() }, now)])
            }
            Status::Closed { .. } => Ok(Vec::new()),
            Status::Active { .. }
            | Status::Waiting { .. }
            | Status::Offered { .. }
            | Status::Abandoned { .. }
            | Status::Parked { .. }
            | Status::Callback { .. } => Err(Refusal::NotEnded),
        }
    }

    /// Nobody will answer the ticket question any more (the agent is gone): closed as unsolved.
    pub fn close_unattended(&mut self, now: Timestamp) -> Vec<Event> {
        let Status::WrapUp { closing, .. } = &self.status else { return Vec::new() };
        let outcome = closing.unwrap_or(Outcome::Unsolved);
        self.status = Status::Closed { outcome, at: now };
        vec![self.record(InternalBody::Closed { outcome, by: None }, now)]
    }

    /// Asks a silent customer whether they are still there.
    pub fn warn_inactive(&mut self, closes_at: Timestamp, now: Timestamp) -> Vec<Event> {
        let Status::Active { .. } = self.status else { return Vec::new() };
        if self.extra.warned {
            return Vec::new();
        }
        self.extra.warned = true;
        vec![self.record(PublicBody::InactivityWarned { closes_at }, now)]
    }

    /// Ends a chat whose customer did not answer. Where every chat needs a ticket the agent still has to decide.
    pub fn end_inactive(&mut self, policy: &Policy, now: Timestamp) -> Vec<Event> {
        let Status::Active { agent, .. } = &self.status else { return Vec::new() };
        let closing = (!policy.ticket_required).then_some(Outcome::NoResponse);
        self.status = Status::WrapUp { agent: agent.clone(), since: now, closing };
        let mut events = vec![self.record(PublicBody::Ended { by: Ender::System }, now)];
        if let Some(outcome) = closing {
            events.push(self.record(InternalBody::Closed { outcome, by: None }, now));
        }
        events
    }

    /// Ends the work on an abandoned chat or a callback, with what was done about it.
    pub fn end_work_item(&mut self, agent: &AgentRef, note: Body, client: ClientKey, now: Timestamp) -> Step {
        match self.status {
            Status::Abandoned { .. } | Status::Callback { .. } => {}
            Status::Closed { .. } => return Err(Refusal::Ended),
            Status::Waiting { .. } | Status::Offered { .. } | Status::Active { .. } | Status::WrapUp { .. } | Status::Parked { .. } => {
                return Err(Refusal::NotAbandoned);
            }
        }
        let mut events = self.note(agent.clone(), note, client, now)?;
        self.status = Status::Closed { outcome: Outcome::FollowedUp, at: now };
        events.push(self.record(PublicBody::Ended { by: Ender::Agent(agent.clone()) }, now));
        events.push(self.record(InternalBody::Closed { outcome: Outcome::FollowedUp, by: Some(agent.clone()) }, now));
        Ok(events)
    }
}
