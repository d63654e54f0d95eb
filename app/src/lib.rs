//! The screens of Deskbell: agent console and customer widget, shared by the server that renders them first and the
//! browser that takes over.

#[cfg(feature = "console")]
pub mod api;
#[cfg(feature = "console")]
pub mod boundary;
#[cfg(feature = "console")]
pub mod console;
pub mod live;
#[cfg(feature = "console")]
pub mod shell;
pub mod texts;
pub mod ui;
#[cfg(feature = "widget")]
pub mod widget;
