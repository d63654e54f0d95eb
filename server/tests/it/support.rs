//! What the tests are written with: a running desk, the people around it, and their sockets.

mod app;
mod eyes;
mod half;
mod log;
mod page;
mod people;
mod process;
mod proxy;
mod run;
mod socket;

pub use app::{Chat, PASSWORD, SITE, Setup, TestApp, key, start_of};
pub use eyes::Eyes;
pub(crate) use eyes::see;
pub use half::{Half, Place, nats, nats_is_here};
pub use log::logged;
pub use page::field;
pub use people::{
    agent::{Agent, Screen, texts},
    customer::{Customer, shown},
};
pub use process::Process;
pub use proxy::Proxy;
pub(crate) use run::both;
pub use run::run;
pub use socket::{Tab, connect};

use std::time::Duration;

/// How long a test waits for what must happen.
pub const PATIENCE: Duration = Duration::from_secs(10);
