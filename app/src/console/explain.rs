//! What went wrong, in words: what happened, what is safe, what to do.

use domain::{conversation::Refusal, offer::OfferEnd, text::Texts, wire::Problem};

/// A title and the sentence below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explained {
    pub title: String,
    pub text: String,
    /// The name of the fault in our log.
    pub incident: Option<String>,
}

/// A problem as a person reads it. `by` is who was faster, where that is known.
pub fn explain(problem: &Problem, by: Option<&str>, texts: &Texts) -> Explained {
    let key = match problem {
        Problem::SignedOut => "console.problem.signed_out",
        Problem::Forbidden => "console.problem.forbidden",
        Problem::NotFound => "console.problem.not_found",
        Problem::Invalid { .. } => "console.problem.invalid",
        Problem::Refused { refusal } => refused(*refusal),
        Problem::OfferGone { end } => gone(*end),
        Problem::KeyReused => "console.problem.key_reused",
        Problem::SlowDown { .. } => "console.problem.slow_down",
        Problem::Unavailable { .. } => "console.problem.unavailable",
        Problem::Internal { .. } => "console.problem.internal",
        Problem::Offline => "console.problem.offline",
    };
    let somebody = texts.get("console.problem.a_colleague");
    let name = by.unwrap_or(&somebody);
    let title = texts.with(key, &[("name", name)]);
    let text = match problem {
        Problem::Invalid { why, .. } => texts.get(why),
        _ => texts.get(&format!("{key}_text")),
    };
    let incident = match problem {
        Problem::Internal { incident } if !incident.is_empty() => Some(texts.with("console.problem.incident", &[("incident", incident)])),
        _ => None,
    };
    Explained { title, text, incident }
}

fn refused(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::Ended => "console.problem.ended",
        Refusal::NotYours | Refusal::NotWaiting => "console.problem.taken",
        Refusal::NotEnded => "console.problem.not_ended",
        Refusal::TooEarly { .. } | Refusal::AgentOnly => "console.problem.forbidden",
        Refusal::TicketRequired => "console.problem.ticket_required",
        Refusal::DecideFirst => "console.problem.decide_first",
        Refusal::Full => "console.problem.full",
        Refusal::AtCapacity => "console.problem.at_capacity",
        Refusal::TicketExists => "console.problem.ticket_exists",
        Refusal::NotAbandoned => "console.problem.not_abandoned",
        Refusal::AgentNotReady => "console.problem.agent_not_ready",
        Refusal::SameAgent => "console.problem.same_agent",
        Refusal::SameQueue => "console.problem.same_queue",
        Refusal::NotActive => "console.problem.not_active",
        Refusal::CallbackExists | Refusal::NoCallback => "console.problem.forbidden",
    }
}

fn gone(end: OfferEnd) -> &'static str {
    match end {
        OfferEnd::Accepted => "console.problem.taken",
        OfferEnd::Rejected => "console.problem.offer_rejected",
        OfferEnd::Expired => "console.problem.offer_expired",
        OfferEnd::Cancelled => "console.problem.offer_cancelled",
        OfferEnd::Revoked => "console.problem.offer_revoked",
    }
}
