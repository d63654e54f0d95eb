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

/// What the browser and the person have said to notices of the desktop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "only a browser answers"))]
pub enum Notices {
    Allowed,
    Blocked,
    NotAsked,
    /// This browser has none.
    Missing,
}

/// A notice of the desktop. Another one of the same tag takes its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    pub tag: String,
    pub title: String,
    pub body: String,
    /// Stays until somebody answers it or it is taken back.
    pub stays: bool,
}

/// What became of an attempt to make a sound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "only a browser makes sounds"))]
pub enum SoundState {
    Played,
    /// The browser holds it back until the page is used.
    Held,
    /// This browser makes no sound.
    Missing,
}

/// The two sounds of the desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// A chat is offered: two rising strokes of a bell.
    Offer,
    /// A customer wrote: one short, low tap.
    Message,
}
