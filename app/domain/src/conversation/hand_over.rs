//! The steps that move a chat between people, queues and times: parked, moved, transferred, taken over, helped with, or
//! left for a call.

use super::{Conversation, HandOver, Refusal, Status, Step};
use crate::{
    callback::Callback,
    event::{AbandonReason, Event, InternalBody, ParkReason, PublicBody},
    ids::{AgentId, QueueId, SkillId},
    message::AgentRef,
    time::Timestamp,
};

/// The queue that a chat goes to, and what it asks of an agent there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Elsewhere {
    pub queue: QueueId,
    pub service: String,
    pub needs: Vec<SkillId>,
    /// For whoever comes next; the customer never sees it.
    pub note: Option<String>,
}

impl Conversation {
    /// Whether `agent` writes in this chat without owning it.
    pub fn is_helped_by(&self, agent: AgentId) -> bool {
        self.extra.helpers.iter().any(|helper| helper.id == agent)
    }

    /// Nobody can be asked for now. A chat that is parked already takes over a new reason or time.
    pub fn park(&mut self, reason: ParkReason, until: Option<Timestamp>, now: Timestamp) -> Vec<Event> {
        let since = match self.status {
            Status::Waiting { since } => since,
            Status::Parked { since, reason: old, until: before } if old != reason || before != until => since,
            Status::Parked { .. }
            | Status::Offered { .. }
            | Status::Active { .. }
            | Status::WrapUp { .. }
            | Status::Abandoned { .. }
            | Status::Callback { .. }
            | Status::Closed { .. } => return Vec::new(),
        };
        self.status = Status::Parked { since, reason, until };
        vec![self.record(PublicBody::Parked { reason, until }, now)]
    }

    /// Somebody can be asked again: back into the line, at the old place.
    pub fn unpark(&mut self, now: Timestamp) -> Vec<Event> {
        let Status::Parked { .. } = self.status else { return Vec::new() };
        self.status = Status::Waiting { since: now };
        vec![self.record(PublicBody::Unparked, now)]
    }

    /// To another queue, before anybody has joined or as a work item; the customer's clock does not begin again. `by` is
    /// `None` where the queue's own rule does it. An offer must have been withdrawn before.
    pub fn move_queue(&mut self, by: Option<AgentRef>, to: Elsewhere, now: Timestamp) -> Step {
        match self.status {
            Status::Waiting { .. } | Status::Parked { .. } | Status::Abandoned { .. } | Status::Callback { .. } => {}
            Status::Offered { .. } | Status::Active { .. } => return Err(Refusal::NotWaiting),
            Status::WrapUp { .. } | Status::Closed { .. } => return Err(Refusal::Ended),
        }
        if self.queue == to.queue {
            return Err(Refusal::SameQueue);
        }
        let Elsewhere { queue, service, needs, note } = to;
        (self.queue, self.extra.needs, self.extra.preferred) = (queue, needs, None);
        let mut events = vec![self.record(PublicBody::Moved { service }, now)];
        events.extend(self.unpark(now));
        events.push(self.record(InternalBody::HandedOver { by, to: None, queue, note }, now));
        Ok(events)
    }

    /// `by` hands their chat to a colleague, who is to be asked at once. Somebody who declines sends it back to `by`, then to
    /// the queue.
    pub fn transfer(&mut self, by: &AgentRef, to: AgentRef, note: Option<String>, now: Timestamp) -> Step {
        self.owned_by(by)?;
        if to.id == by.id {
            return Err(Refusal::SameAgent);
        }
        self.set_free(by, Some(to.clone()), now);
        self.priority = 1;
        self.extra.preferred = Some(to.id);
        let queue = self.queue;
        Ok(vec![
            self.record(PublicBody::Transferred { from: by.clone(), to: Some(to.clone()), service: None }, now),
            self.record(InternalBody::HandedOver { by: Some(by.clone()), to: Some(to), queue, note }, now),
        ])
    }

    /// `by` hands their chat to whoever is free in another queue (or again in its own).
    pub fn transfer_to_queue(&mut self, by: &AgentRef, to: Elsewhere, now: Timestamp) -> Step {
        self.owned_by(by)?;
        let Elsewhere { queue, service, needs, note } = to;
        self.set_free(by, None, now);
        (self.queue, self.extra.needs, self.extra.preferred) = (queue, needs, None);
        Ok(vec![
            self.record(PublicBody::Transferred { from: by.clone(), to: None, service: Some(service) }, now),
            self.record(InternalBody::HandedOver { by: Some(by.clone()), to: None, queue, note }, now),
        ])
    }

    /// `agent` answers from now on in the place of whoever does: a supervisor who steps in, or somebody chosen by one (`by`).
    pub fn take_over(&mut self, agent: AgentRef, by: Option<AgentRef>, note: Option<String>, now: Timestamp) -> Step {
        let Status::Active { agent: owner, .. } = &self.status else { return Err(self.not_active()) };
        if owner.id == agent.id {
            return Ok(Vec::new());
        }
        let from = owner.clone();
        self.extra.helpers.retain(|helper| helper.id != agent.id);
        self.status = Status::Active { agent: agent.clone(), since: now };
        let queue = self.queue;
        let mut events = vec![self.record(PublicBody::TakenOver { agent: agent.clone(), from }, now)];
        if by.is_some() || note.is_some() {
            events.push(self.record(InternalBody::HandedOver { by, to: Some(agent), queue, note }, now));
        }
        Ok(events)
    }

    /// A supervisor (`by`) gives a chat that nobody has joined to `to`, who is to be asked at once. Somebody who declines
    /// sends it back to the queue. An offer must have been withdrawn before.
    pub fn assign(&mut self, by: AgentRef, to: AgentRef, note: Option<String>, now: Timestamp) -> Step {
        match self.status {
            Status::Waiting { .. } | Status::Parked { .. } => {}
            Status::Offered { .. } | Status::Active { .. } | Status::Abandoned { .. } | Status::Callback { .. } => {
                return Err(Refusal::NotWaiting);
            }
            Status::WrapUp { .. } | Status::Closed { .. } => return Err(Refusal::Ended),
        }
        (self.extra.handover, self.extra.preferred) = (None, None);
        let queue = self.queue;
        let mut events = self.unpark(now);
        events.push(self.record(InternalBody::HandedOver { by: Some(by), to: Some(to), queue, note }, now));
        Ok(events)
    }

    /// `agent` writes in this chat too; the customer is told. Again changes nothing.
    pub fn assist(&mut self, agent: AgentRef, now: Timestamp) -> Step {
        let Status::Active { agent: owner, .. } = &self.status else { return Err(self.not_active()) };
        if owner.id == agent.id || self.is_helped_by(agent.id) {
            return Ok(Vec::new());
        }
        self.extra.helpers.push(agent.clone());
        Ok(vec![self.record(PublicBody::Assisting { agent }, now)])
    }

    /// `agent` writes no more in a chat that they helped with.
    pub fn end_assist(&mut self, agent: &AgentRef, now: Timestamp) -> Vec<Event> {
        if !self.is_helped_by(agent.id) {
            return Vec::new();
        }
        self.extra.helpers.retain(|helper| helper.id != agent.id);
        vec![self.record(PublicBody::AssistEnded { agent: agent.clone() }, now)]
    }

    /// The customer asks to be called and waits no more. An offer must have been withdrawn before.
    pub fn ask_callback(&mut self, callback: Callback, now: Timestamp) -> Step {
        match self.status {
            Status::Waiting { .. } | Status::Parked { .. } | Status::Abandoned { reason: AbandonReason::Gone, .. } => {}
            Status::Callback { .. } => return Err(Refusal::CallbackExists),
            Status::Offered { .. } | Status::Active { .. } => return Err(Refusal::NotWaiting),
            Status::Abandoned { reason: AbandonReason::Ended, .. } | Status::WrapUp { .. } | Status::Closed { .. } => {
                return Err(Refusal::Ended);
            }
        }
        self.status = Status::Callback { since: now };
        self.extra.callback = Some(callback.clone());
        Ok(vec![self.record(InternalBody::CallbackDetails { callback }, now), self.record(PublicBody::CallbackAsked, now)])
    }

    /// An offer came to nothing: a chat that was handed to this agent is for the one who handed it on, then for anybody.
    pub(super) fn came_back(&mut self, declined: AgentId) {
        if self.extra.preferred == Some(declined) {
            let from = self.extra.handover.as_ref().map(|handover| handover.from.id);
            self.extra.preferred = from.filter(|from| *from != declined);
        }
    }

    fn owned_by(&self, agent: &AgentRef) -> Result<(), Refusal> {
        match &self.status {
            Status::Active { agent: owner, .. } if owner.id == agent.id => Ok(()),
            Status::Active { .. } => Err(Refusal::NotYours),
            Status::WrapUp { .. } | Status::Closed { .. } => Err(Refusal::Ended),
            Status::Waiting { .. }
            | Status::Offered { .. }
            | Status::Abandoned { .. }
            | Status::Parked { .. }
            | Status::Callback { .. } => Err(Refusal::NotActive),
        }
    }

    fn not_active(&self) -> Refusal {
        match self.status {
            Status::WrapUp { .. } | Status::Closed { .. } => Refusal::Ended,
            Status::Active { .. }
            | Status::Waiting { .. }
            | Status::Offered { .. }
            | Status::Abandoned { .. }
            | Status::Parked { .. }
            | Status::Callback { .. } => Refusal::NotActive,
        }
    }

    fn set_free(&mut self, from: &AgentRef, to: Option<AgentRef>, now: Timestamp) {
        self.status = Status::Waiting { since: now };
        self.extra.handover = Some(HandOver { from: from.clone(), to });
        self.extra.helpers.clear();
    }
}
