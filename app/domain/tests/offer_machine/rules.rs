//! The product's own rules, called for rows without times: everything that touches `domain` stands here.

use crate::state::{Agent, AgentNo, Chat, Desk, Offer, OfferNo, Stand};
use domain::{
    conversation::{Conversation, Extra, Marks, Refusal, Status},
    ending::Outcome,
    event::{AbandonReason, Event, EventBody, InternalBody},
    ids::{AgentId, ClientKey, ConversationId, CustomerId, OfferId, QueueId, SiteId},
    message::{AgentRef, Author, Body},
    offer::{self, Acceptance, OfferGone},
    presence::Wish,
    queue::{MayEnd, Policy},
    routing::{self, Candidate, Wanted},
    time::Timestamp,
};
use std::sync::LazyLock;
use uuid::Uuid;

pub const NOW: Timestamp = Timestamp(1_000_000);
const EARLIER: Timestamp = Timestamp(0);

/// The customer may always end, and no ticket is wanted: fewer refusals, more steps.
static POLICY: LazyLock<Policy> = LazyLock::new(|| Policy { may_end: MayEnd::Always, ticket_required: false, ..Policy::default() });

/// What a step of the rules comes to.
pub struct Stepped {
    pub stand: Stand,
    /// The offer that the log says has ended.
    pub ended: Option<OfferNo>,
    /// No event: nothing is stored.
    pub is_nothing: bool,
}

type Step = Result<Vec<Event>, Refusal>;

fn agent_id(no: AgentNo) -> AgentId {
    AgentId::new(Uuid::from_u128(u128::from(no)))
}
fn offer_id(no: OfferNo) -> OfferId {
    OfferId::new(Uuid::from_u128(u128::from(no)))
}
fn number(uuid: Uuid) -> u8 {
    u8::try_from(uuid.as_u128()).expect("an id of the model")
}
pub fn reference(no: AgentNo) -> AgentRef {
    AgentRef { id: agent_id(no), name: String::new() }
}

fn status(stand: Stand) -> Status {
    let since = EARLIER;
    match stand {
        Stand::Waiting => Status::Waiting { since },
        Stand::Offered { offer, agent } => Status::Offered { since, offer: offer_id(offer), agent: agent_id(agent) },
        Stand::Active { agent } => Status::Active { agent: reference(agent), since },
        Stand::WrapUp { agent } => Status::WrapUp { agent: reference(agent), since, closing: None },
        Stand::Gone => Status::Abandoned { since, reason: AbandonReason::Gone },
        Stand::Left => Status::Abandoned { since, reason: AbandonReason::Ended },
        Stand::Closed => Status::Closed { outcome: Outcome::Unsolved, at: since },
    }
}

fn stand(status: &Status) -> Stand {
    match status {
        Status::Waiting { .. } => Stand::Waiting,
        Status::Offered { offer, agent, .. } => Stand::Offered { offer: number(offer.uuid()), agent: number(agent.uuid()) },
        Status::Active { agent, .. } => Stand::Active { agent: number(agent.id.uuid()) },
        Status::WrapUp { agent, .. } => Stand::WrapUp { agent: number(agent.id.uuid()) },
        Status::Abandoned { reason: AbandonReason::Gone, .. } => Stand::Gone,
        Status::Abandoned { reason: AbandonReason::Ended, .. } => Stand::Left,
        Status::Closed { .. } => Stand::Closed,
        Status::Parked { .. } | Status::Callback { .. } => unreachable!("no step of the model leads there"),
    }
}

fn conversation(stand: Stand) -> Conversation {
    let nil = Uuid::nil();
    Conversation {
        id: ConversationId::new(nil),
        site: SiteId::new(nil),
        queue: QueueId::new(nil),
        customer: CustomerId::new(nil),
        customer_name: String::new(),
        status: status(stand),
        enqueued_at: EARLIER,
        priority: 0,
        last_activity: EARLIER,
        last_seq: 0,
        last_pub_seq: 0,
        last_ts: EARLIER,
        customer_marks: Marks::default(),
        agent_marks: Marks::default(),
        ticket: None,
        written: 0,
        last_message: 0,
        extra: Extra::default(),
        version: 0,
    }
}

/// Takes a step of [`Conversation`] from where a chat stands.
pub fn step(from: Stand, take: impl FnOnce(&mut Conversation) -> Step) -> Result<Stepped, Refusal> {
    let mut chat = conversation(from);
    let events = take(&mut chat)?;
    let ended = events.iter().find_map(|event| match &event.body {
        EventBody::Internal(InternalBody::OfferEnded { offer, .. }) => Some(number(offer.uuid())),
        EventBody::Internal(_) | EventBody::Public(_) => None,
    });
    Ok(Stepped { stand: stand(&chat.status), ended, is_nothing: events.is_empty() })
}

pub fn offer(from: Stand, offer: OfferNo, agent: AgentNo) -> Result<Stepped, Refusal> {
    step(from, |chat| chat.offer(offer_id(offer), reference(agent), NOW, NOW))
}
pub fn offer_ended(from: Stand, offer: OfferNo, agent: AgentNo, end: offer::OfferEnd) -> Result<Stepped, Refusal> {
    step(from, |chat| Ok(chat.offer_ended(offer_id(offer), reference(agent), end, NOW)))
}
pub fn join(from: Stand, agent: AgentNo) -> Result<Stepped, Refusal> {
    step(from, |chat| chat.join(reference(agent), NOW))
}
/// As [`join`], for who does not ask whether somebody has the chat.
pub fn join_unasked(from: Stand, agent: AgentNo) -> Result<Stepped, Refusal> {
    match from {
        Stand::Active { agent: owner } if owner != agent => join(Stand::Waiting, agent),
        _ => join(from, agent),
    }
}
pub fn customer_ends(from: Stand) -> Result<Stepped, Refusal> {
    step(from, |chat| chat.customer_ends(&POLICY, true, NOW))
}
pub fn customer_gone(from: Stand) -> Result<Stepped, Refusal> {
    step(from, |chat| Ok(chat.customer_gone(NOW)))
}
pub fn customer_writes(from: Stand) -> Result<Stepped, Refusal> {
    step(from, |chat| chat.receive(Author::Customer, words(), ClientKey(Uuid::nil()), NOW))
}
/// Whether the rules let this agent write in a chat that stands there.
pub fn may_write(at: Stand, agent: AgentNo) -> bool {
    step(at, |chat| chat.receive(Author::Agent(reference(agent)), words(), ClientKey(Uuid::nil()), NOW)).is_ok()
}
pub fn finish(from: Stand, agent: AgentNo) -> Result<Stepped, Refusal> {
    let who = reference(agent);
    step(from, |chat| {
        let mut events = chat.agent_ends(&who, None, &POLICY, NOW)?;
        events.extend(chat.leave(&who, NOW)?);
        Ok(events)
    })
}
pub fn take_over(from: Stand, agent: AgentNo) -> Result<Stepped, Refusal> {
    step(from, |chat| chat.take_over(reference(agent), None, None, NOW))
}
/// What becomes of a chat whose agent did not come back.
pub fn returned(from: Stand) -> Result<Stepped, Refusal> {
    match from {
        Stand::Active { .. } => step(from, |chat| chat.requeue(NOW)),
        Stand::WrapUp { .. } => step(from, |chat| Ok(chat.close_unattended(NOW))),
        Stand::Waiting | Stand::Offered { .. } | Stand::Gone | Stand::Left | Stand::Closed => step(from, |_| Ok(Vec::new())),
    }
}

fn words() -> Body {
    Body::parse("Hello?").expect("a text")
}

/// Whether a yes to this row still counts.
pub fn may_accept(row: &Offer) -> Result<Acceptance, OfferGone> {
    let deadline = if row.due { EARLIER } else { NOW };
    let nil = Uuid::nil();
    let offer = offer::Offer {
        id: OfferId::new(nil),
        conversation: ConversationId::new(nil),
        agent: agent_id(row.agent),
        ended: row.end.map(|end| end.as_domain()),
        deadline,
        attempt: 1,
        created_at: EARLIER,
    };
    offer.may_accept(NOW)
}

/// The agent whom the router rings for this chat.
pub fn choose(desk: &Desk, chat: &Chat) -> Option<AgentNo> {
    if chat.stand != Stand::Waiting {
        return None;
    }
    let candidates: Vec<_> = (0..).zip(&desk.agents).map(|(no, agent)| candidate(no, agent, chat)).collect();
    routing::choose(&candidates, &Wanted::anybody(NOW)).map(|id| number(id.uuid()))
}

fn candidate(no: AgentNo, agent: &Agent, chat: &Chat) -> Candidate {
    let has_rejected = |offer: &Offer| offer.agent == no && offer.end == Some(crate::state::End::Rejected);
    Candidate {
        id: agent_id(no),
        wish: if agent.ready { Wish::Ready } else { Wish::NotReady(None) },
        online: agent.tabs > 0,
        load: i64::from(agent.load),
        capacity: i64::from(agent.capacity),
        priority: 0,
        idle_since: EARLIER,
        last_offer_at: None,
        skills: Vec::new(),
        cooling_down: chat.offers.iter().flatten().any(has_rejected),
    }
}
