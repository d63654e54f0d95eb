//! The oracle: what must hold of every desk, whatever was done to it.
//!
//! Two kinds of proof. [`tables`] asks the database itself, one query a promise, past the product's own code. [`judges`] hold
//! what virtual clients did and saw ([`history`]) against the log that the database has ([`log`]). Both end in a
//! [`Verdict`]; nothing here panics on what it finds, and nothing here is part of the product.

pub mod eyes;
pub mod history;
pub mod judges;
pub mod log;
pub mod tables;
mod verdict;

pub use eyes::Eyes;
pub use history::{Audience, Bubble, Heard, History, Message, Moment, Outcome, Side, Step, View};
pub use log::Log;
pub use verdict::Verdict;
