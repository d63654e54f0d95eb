//! The desk as a whole: the real router, a real database and real sockets on a free port, and a clock that the tests move.
//!
//! Each test runs on SQLite and, when `DESKBELL_TEST_POSTGRES` names a server, on PostgreSQL in a schema of its own.
//! After each one [`oracle`] goes through the whole database. M, R and P are the promises that the names begin with.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, reason = "a panic is how a test fails")]

mod support;

mod oracle;

mod board;
mod borders;
mod callbacks;
mod closed;
mod connections;
mod crash;
mod hand_over;
mod history;
mod ledger;
mod messages;
mod moves;
mod nodes;
mod offers;
mod parking;
mod presence;
mod pressure;
mod privacy;
mod quiet;
mod races;
mod recorder;
mod replay;
mod reports;
mod restart;
mod routing;
mod rules;
mod schema;
mod sessions;
mod settings;
mod silence;
mod story;
mod streams;
mod supervision;
mod tickets;
mod waits;
mod widget;
