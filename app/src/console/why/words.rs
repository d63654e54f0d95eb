//! What the recorder kept, in words.

use crate::console::{desk::Desk, words::Words};
use domain::{
    event::ParkReason,
    offer::OfferEnd,
    presence::Wish,
    queue::Order,
    recorder::{Considered, Decided, Decision},
    routing::{Candidate, Skip},
};

/// What was decided.
pub fn decided(texts: Words, decided: &Decided) -> String {
    match decided {
        Decided::Offered { agent, .. } => texts.with("console.why.offered", &[("name", &agent.name)]),
        Decided::Announced => texts.get("console.why.announced"),
        Decided::Nobody => texts.get("console.why.nobody"),
        Decided::Parked { reason, .. } => texts.get(parked(*reason)),
        Decided::Unparked => texts.get("console.why.unparked"),
        Decided::Overflowed { name, .. } => texts.with("console.why.overflowed", &[("queue", name)]),
        Decided::Joined { agent } => texts.with("console.why.joined", &[("name", &agent.name)]),
        Decided::HandedOver { by, to } if by.name == *to => texts.with("console.why.taken_over", &[("name", to)]),
        Decided::HandedOver { by, to } => texts.with("console.why.handed_over", &[("name", &by.name), ("to", to)]),
        Decided::Requeued { from } => texts.with("console.why.requeued", &[("name", &from.name)]),
    }
}

fn parked(reason: ParkReason) -> &'static str {
    match reason {
        ParkReason::OutsideHours => "console.why.outside_hours",
        ParkReason::NoMembers => "console.why.no_members",
    }
}

/// What came of an offer; rings while nothing has.
pub fn end(texts: Words, end: Option<OfferEnd>) -> String {
    texts.get(match end {
        None => "console.why.end.rings",
        Some(OfferEnd::Accepted) => "console.why.end.accepted",
        Some(OfferEnd::Rejected) => "console.why.end.rejected",
        Some(OfferEnd::Expired) => "console.why.end.expired",
        Some(OfferEnd::Cancelled) => "console.why.end.cancelled",
        Some(OfferEnd::Revoked) => "console.why.end.revoked",
    })
}

/// Why the agent who was asked came before the others who could have been.
pub fn first(texts: Words, decision: &Decision, chosen: &Candidate) -> String {
    let others: Vec<&Candidate> =
        decision.considered.iter().filter(|one| one.skip.is_none() && one.candidate.id != chosen.id).map(|one| &one.candidate).collect();
    let key = if others.is_empty() {
        "console.why.first.only"
    } else if decision.wanted.preferred == Some(chosen.id) {
        "console.why.first.preferred"
    } else if others.iter().all(|other| other.priority < chosen.priority) {
        "console.why.first.priority"
    } else {
        match decision.wanted.order {
            Order::FewestChats => "console.why.first.fewest_chats",
            Order::RoundRobin => "console.why.first.round_robin",
            Order::LongestIdle => "console.why.first.longest_idle",
        }
    };
    texts.get(key)
}

/// Why somebody was passed over, or that they could have been asked.
pub fn stood(texts: Words, desk: Desk, one: &Considered) -> String {
    let (load, most) = (one.candidate.load.to_string(), one.candidate.capacity.to_string());
    match (one.skip, &one.candidate.wish) {
        (None, _) => texts.with("console.why.could", &[("open", &load), ("most", &most)]),
        (Some(Skip::NotReady), Wish::NotReady(Some(reason))) => {
            texts.with("console.why.skip.reason", &[("reason", &desk.reason_name(reason))])
        }
        (Some(Skip::NotReady), Wish::Offline) => texts.get("console.why.skip.offline"),
        (Some(Skip::Full), _) => texts.with("console.why.skip.full_of", &[("open", &load), ("most", &most)]),
        (Some(skip), _) => skipped(texts, skip),
    }
}

/// Why an agent is passed over.
pub fn skipped(texts: Words, skip: Skip) -> String {
    texts.get(match skip {
        Skip::NotReady => "console.why.skip.not_ready",
        Skip::NotOnline => "console.why.skip.not_online",
        Skip::Full => "console.why.skip.full",
        Skip::CoolingDown => "console.why.skip.cooling_down",
        Skip::LacksSkill => "console.why.skip.lacks_skill",
        Skip::RampingUp { .. } => "console.why.skip.ramping_up",
    })
}
