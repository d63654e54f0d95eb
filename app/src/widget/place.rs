//! The browser around the page: the reader's calendar, drafts, the size and place of things, leaving by a form.

#[cfg(feature = "hydrate")]
#[path = "place/browser.rs"]
mod platform;
#[cfg(not(feature = "hydrate"))]
#[path = "place/server.rs"]
mod platform;

pub use platform::{day, day_words, draft, fit_to_text, focus_is_lost, forget_draft, has_touch, keep_draft, leave_by_form};
