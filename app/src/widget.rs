//! The customer's side: the page in the frame on somebody's site.
//!
//! The server renders all of it in one go ([`page`]) from one value ([`first::WidgetPage`]) and every step works as a
//! plain form post. When the bundle has come, the same components take over from the same value: [`app`] builds the
//! tree, [`state::Widget`] holds what changes, [`client`] and [`port`] are its ways to the desk and to the host's page.

pub mod app;
#[cfg(feature = "ssr")]
pub mod brand;
pub mod callback;
pub mod chat;
pub mod client;
pub mod composer;
pub mod ended;
pub mod ending;
pub mod first;
pub mod form;
pub mod head;
pub mod lines;
pub mod notices;
#[cfg(feature = "ssr")]
pub mod page;
pub mod place;
pub mod port;
pub mod resume;
pub mod state;
pub mod thread;
pub mod waiting;
pub mod words;
