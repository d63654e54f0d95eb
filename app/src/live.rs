//! The browser's end of the desk: what console and widget use to hear the live streams and to send.
//!
//! A socket ([`socket`]) brings frames; each stream's cursor rule ([`follow`]) applies them to the state that the screens
//! read; what people write waits in the [`outbox`] until the server has acknowledged it. The rules stand in plain types
//! that run natively under tests; all that touches the browser is behind [`platform`], whose twin for the server does
//! nothing, so that components are the same on both sides.

pub mod clock;
#[cfg(feature = "console")]
pub mod console;
pub mod fetch;
pub mod follow;
pub mod link;
pub mod marks;
pub mod outbox;
pub mod person;
pub mod socket;
#[cfg(feature = "widget")]
pub mod widget;

mod local;
mod retry;

#[cfg(feature = "hydrate")]
mod browser;
#[cfg(not(feature = "hydrate"))]
mod server;

#[cfg(feature = "hydrate")]
use browser as platform;
#[cfg(not(feature = "hydrate"))]
use server as platform;
