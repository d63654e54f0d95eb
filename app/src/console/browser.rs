//! What the console asks of the browser: focus, sound, notices, the page's visibility, keys, a little storage.
//!
//! On the server the same calls exist and do nothing: components stay equal on both sides, and nothing there would
//! look, listen or remember.

#[cfg(feature = "hydrate")]
mod focus;
#[cfg(feature = "hydrate")]
mod notice;
#[cfg(feature = "hydrate")]
mod page;
#[cfg(feature = "hydrate")]
mod sight;
#[cfg(feature = "hydrate")]
mod sound;

#[cfg(not(feature = "hydrate"))]
mod none;

#[cfg(feature = "hydrate")]
pub use {focus::*, notice::*, page::*, sight::*, sound::*};

#[cfg(not(feature = "hydrate"))]
pub use none::*;

/// The two sounds of the desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// A chat is offered: two rising strokes of a bell.
    Offer,
    /// A customer wrote: one short, low tap.
    Message,
}
