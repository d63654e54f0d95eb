//! The console's calls to the desk. Each one finds the caller, calls one use case and replies; nothing else.
//!
//! The addresses are fixed (`/api/console/NOUN.VERB`), so that a page of an older build still reaches a newer server.

pub mod board;
pub mod chats;
pub mod desk;
pub mod hand_over;
pub mod history;
pub mod marks;
pub mod messages;
pub mod offers;
pub mod recorder;
pub mod reports;
pub mod sessions;
pub mod settings;
pub mod state;
pub mod supervision;
pub mod tickets;
