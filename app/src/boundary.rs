//! The one boundary between the screens and the desk: context in, error and HTTP status out.
//!
//! A server function asks [`request`] for the services and the caller, calls one use case and ends with
//! [`Reply::reply`], which turns a failure into what a person may read and sets the HTTP status.

use domain::wire::Problem;
use leptos::server_fn::{
    codec::JsonEncoding,
    error::{FromServerFnError, ServerFnErrorErr},
};
use serde::{Deserialize, Serialize};

#[cfg(not(feature = "ssr"))]
mod browser;
#[cfg(feature = "ssr")]
mod server;
#[cfg(not(feature = "ssr"))]
use browser::not_understood;
#[cfg(feature = "ssr")]
use server::not_understood;
#[cfg(feature = "ssr")]
pub use server::{CurrentCaller, Reply, caller, problem, request, services};

/// What a server function answers when it does not succeed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(transparent)]
#[error(transparent)]
pub struct AppError(pub Problem);

/// What the console's calls answer.
pub type Answer<T> = Result<T, AppError>;

impl From<Problem> for AppError {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

impl FromServerFnError for AppError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        Self(match error {
            ServerFnErrorErr::Request(_) => Problem::Offline,
            ServerFnErrorErr::Deserialization(_) | ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) => not_understood(),
            ServerFnErrorErr::Response(_)
            | ServerFnErrorErr::Registration(_)
            | ServerFnErrorErr::UnsupportedRequestMethod(_)
            | ServerFnErrorErr::MiddlewareError(_)
            | ServerFnErrorErr::ServerError(_)
            | ServerFnErrorErr::Serialization(_) => Problem::Internal { incident: String::new() },
        })
    }
}
