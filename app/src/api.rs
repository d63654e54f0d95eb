//! The console's calls to the desk. Each one finds the caller, calls one use case and replies; nothing else.
//!
//! The addresses are fixed (`/api/console/NOUN.VERB`), so that a page of an older build still reaches a newer server.

pub mod chats;
pub mod desk;
pub mod marks;
pub mod messages;
pub mod offers;
pub mod sessions;
pub mod state;
pub mod tickets;
