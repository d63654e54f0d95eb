//! The rules of the desk, shared by server and browser: no async, no clock, no I/O.
//!
//! Time, identifiers and randomness come in as arguments, so that the same code runs under tests,
//! in the server's writer and in the customer's browser.

pub mod board;
pub mod callback;
pub mod conversation;
pub mod desk;
pub mod ending;
pub mod event;
pub mod hours;
pub mod ids;
pub mod live;
pub mod message;
pub mod offer;
pub mod presence;
pub mod queue;
pub mod recorder;
pub mod replay;
pub mod report;
pub mod routing;
pub mod settings;
pub mod site;
pub mod state;
pub mod text;
pub mod ticket;
pub mod time;
pub mod transcript;
pub mod waits;
pub mod wire;
