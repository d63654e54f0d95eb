//! The desk without the web: use cases, storage, routing, live fan-out.
//!
//! A write enters as a use case of [`services::Services`], is decided in `domain`, committed by [`database`] in a group
//! with others, and leaves as numbered events through [`live`]. Truth is the database; what travels between nodes is a
//! hint ([`bus`]).

mod bugs;
pub mod bus;
pub mod by_hand;
pub mod caller;
pub mod clock;
pub mod database;
pub mod demo;
pub mod failure;
pub mod live;
pub mod router;
pub mod secrets;
pub mod services;
pub mod timers;
