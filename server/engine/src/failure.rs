//! What a use case answers when it does not succeed.

use domain::{conversation::Refusal, message::BodyProblem, offer::OfferEnd};

#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// A rule of the desk says no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The offer cannot be answered any more.
    #[error("the offer ended: {0:?}")]
    OfferGone(OfferEnd),
    /// It does not exist, or the caller may not know that it does.
    #[error("not found")]
    NotFound,
    #[error("not allowed")]
    Forbidden,
    /// E-mail or password is wrong; which one is not said.
    #[error("wrong e-mail or password")]
    WrongCredentials,
    /// A field of the request is wrong; `why` is a text key.
    #[error("{field}: {why}")]
    Invalid { field: &'static str, why: &'static str },
    /// As `Invalid`, found by a form's own rules.
    #[error("{field}: {why}")]
    Wrong { field: String, why: String },
    /// The same client key came with other content.
    #[error("client key used again with another text")]
    KeyReused,
    /// The writer's queue is full or closing: nothing was stored, trying again is safe.
    #[error("the desk cannot take writes now")]
    Unavailable,
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    /// A stored row that cannot be what it claims to be.
    #[error("row of {table} {id}: {column} does not fit")]
    BadRow { table: &'static str, column: &'static str, id: String },
    #[error(transparent)]
    Internal(#[from] anyhow::Error),
}

impl From<BodyProblem> for Failure {
    fn from(problem: BodyProblem) -> Self {
        let why = match problem {
            BodyProblem::Empty => "problem.required",
            BodyProblem::TooLong => "problem.too_long",
        };
        Failure::Invalid { field: "message", why }
    }
}
