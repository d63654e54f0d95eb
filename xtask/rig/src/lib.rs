//! The proof rig: drives the deskbell program in its own process over real HTTP and WebSockets, measures it, and breaks
//! what is around it.
//!
//! A [`place::Place`] is a database with people and chats in it, a [`desk::Desk`] the program serving it, and
//! [`people`] are customers and agents without a browser, whose steps go into a [`history::History`] for the oracle.

pub mod bench;
pub mod chaos;
pub mod desk;
pub mod history;
pub mod load;
pub mod log;
pub mod people;
pub mod place;
pub mod wire;
