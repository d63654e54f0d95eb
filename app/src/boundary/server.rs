//! The server's half: who asks, what serves them, and how failures leave the building.

use super::{Answer, AppError};
use domain::wire::Problem;
use engine::{caller::Caller, failure::Failure, services::Services};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;

/// How long a client waits before it tries a refused write again.
const TRY_AGAIN_MS: u64 = 1_000;
/// Letters and digits that are not taken for one another.
const INCIDENT_ALPHABET: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

/// Who makes the request; the router of the server puts it into the context of every page and server function.
#[derive(Debug, Clone, Default)]
pub struct CurrentCaller(pub Option<Caller>);

/// The desk's services of this request.
pub fn services() -> Answer<Services> {
    use_context::<Services>().ok_or_else(|| fail(Problem::Internal { incident: incident("no services in the context") }))
}

/// Who asks; *signed out* when nobody has signed in.
pub fn caller() -> Answer<Caller> {
    use_context::<CurrentCaller>().and_then(|current| current.0).ok_or_else(|| fail(Problem::SignedOut))
}

/// What every server function needs first.
pub fn request() -> Answer<(Services, Caller)> {
    Ok((services()?, caller()?))
}

/// The end of a server function.
pub trait Reply<T> {
    /// The answer, or the failure as a person may read it, with its HTTP status on the response.
    fn reply(self) -> Answer<T>;
}

impl<T> Reply<T> for Result<T, Failure> {
    fn reply(self) -> Answer<T> {
        self.map_err(|failure| fail(problem(failure)))
    }
}

/// The body of a call was not what it should be.
pub(super) fn not_understood() -> Problem {
    fail(Problem::Invalid { field: "request".into(), why: "problem.request".into() }).0
}

fn fail(problem: Problem) -> AppError {
    if let (Some(response), Ok(status)) = (use_context::<ResponseOptions>(), http::StatusCode::from_u16(problem.status())) {
        response.set_status(status);
    }
    AppError(problem)
}

/// What people are told about a failure. What is our fault is logged here, once, under the incident they are given.
pub fn problem(failure: Failure) -> Problem {
    match failure {
        Failure::Refused(refusal) => Problem::Refused { refusal },
        Failure::OfferGone(end) => Problem::OfferGone { end },
        Failure::NotFound => Problem::NotFound,
        Failure::Forbidden => Problem::Forbidden,
        Failure::WrongCredentials => Problem::Invalid { field: "password".into(), why: "login.wrong".into() },
        Failure::Invalid { field, why } => Problem::Invalid { field: field.into(), why: why.into() },
        Failure::Wrong { field, why } => Problem::Invalid { field, why },
        Failure::KeyReused => Problem::KeyReused,
        Failure::Unavailable => Problem::Unavailable { after_ms: TRY_AGAIN_MS },
        ours @ (Failure::Database(_) | Failure::BadRow { .. } | Failure::Internal(_)) => {
            Problem::Internal { incident: incident(&format!("{ours:#}")) }
        }
    }
}

/// Logs a fault of ours under a fresh name, which people can quote.
fn incident(cause: &str) -> String {
    let name = incident_name(uuid::Uuid::new_v4().as_u128());
    tracing::error!(incident.id = %name, cause, "A request failed through our fault");
    name
}

fn incident_name(mut random: u128) -> String {
    let mut letter = || {
        let index = usize::try_from(random % 32).unwrap_or_default();
        random /= 32;
        char::from(INCIDENT_ALPHABET[index])
    };
    let mut name: String = (0..3).map(|_| letter()).collect();
    name.push('-');
    name.extend((0..3).map(|_| letter()));
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_the_inside_reaches_people() {
        let row = Failure::BadRow { table: "agent", column: "password_hash", id: "agt_1".into() };
        let told = problem(row);
        let json = serde_json::to_string(&told).unwrap();
        assert!(!json.contains("password_hash") && !json.contains("agt_1"), "{json}");
        assert_eq!(told.status(), 500);
    }

    #[test]
    fn incidents_can_be_read_out_on_the_telephone() {
        assert_eq!(incident_name(0), "222-222");
        assert_eq!(incident_name(u128::MAX).len(), 7);
    }
}
