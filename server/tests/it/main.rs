//! The desk as a whole: the real router, a real database and real sockets on a free port, and a clock that the tests move.
//!
//! Each test runs on SQLite and, when `DESKBELL_TEST_POSTGRES` names a server, on PostgreSQL in a schema of its own.
//! After each one [`oracle`] goes through the whole database. M, R and P are the promises that the names begin with.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, reason = "a panic is how a test fails")]

mod support;

mod oracle;

mod borders;
mod connections;
mod crash;
mod ledger;
mod messages;
mod offers;
mod presence;
mod pressure;
mod privacy;
mod replay;
mod restart;
mod routing;
mod schema;
mod sessions;
mod story;
mod streams;
mod tickets;
mod widget;
