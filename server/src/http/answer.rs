//! Problems as JSON answers.

use crate::limits::TooMany;
use axum::{
    Json,
    extract::{
        FromRequest, Request,
        rejection::{FormRejection, JsonRejection},
    },
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::wire::Problem;
use engine::failure::Failure;
use serde::de::DeserializeOwned;

/// A problem on its way out, with its status and, where waiting helps, `Retry-After`.
#[derive(Debug)]
pub struct Told(pub Problem);

impl From<Failure> for Told {
    fn from(failure: Failure) -> Self {
        Self(app::boundary::problem(failure))
    }
}

impl From<Problem> for Told {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

impl From<TooMany> for Told {
    fn from(too_many: TooMany) -> Self {
        Self(Problem::SlowDown { after_ms: u64::try_from(too_many.after.as_millis()).unwrap_or(60_000) })
    }
}

impl IntoResponse for Told {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.0.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let after = match self.0 {
            Problem::SlowDown { after_ms } | Problem::Unavailable { after_ms } => Some(after_ms.div_ceil(1_000)),
            _ => None,
        };
        let mut response = (status, Json(self.0)).into_response();
        if let Some(seconds) = after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

/// A JSON body, or a problem that says that it is none.
pub struct Given<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Given<T> {
    type Rejection = Told;
    async fn from_request(request: Request, state: &S) -> Result<Self, Told> {
        match Json::<T>::from_request(request, state).await {
            Ok(Json(value)) => Ok(Self(value)),
            Err(JsonRejection::BytesRejection(_)) => Err(invalid("request", "problem.too_long")),
            Err(_) => Err(invalid("request", "problem.request")),
        }
    }
}

/// What is said of a form that could not be read.
pub fn unreadable(form: &FormRejection) -> Problem {
    let (field, why) = match form {
        FormRejection::BytesRejection(_) => ("message", "problem.too_long"),
        _ => ("request", "problem.request"),
    };
    Problem::Invalid { field: field.to_owned(), why: why.to_owned() }
}

pub fn invalid(field: &str, why: &str) -> Told {
    Told(Problem::Invalid { field: field.to_owned(), why: why.to_owned() })
}
