//! The use cases. Each one: parse, check access, decide in `domain`, write; in that order.

use crate::{bus::Bus, clock::Clock, database::Database, live::Hub, secrets::Secrets};
use std::sync::Arc;
use tokio::sync::Notify;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

pub mod access;
mod conversations;
mod customers;
mod desk;
mod marks;
mod messages;
mod offers;
mod presence;
mod sessions;
mod setup;
mod sites;
mod streams;
mod tickets;

pub use customers::{StartChat, Started};
pub use sessions::{SignIn, SignedIn};
pub use setup::FirstAdmin;
pub use sites::SitePage;
pub use streams::CatchUp;
pub use tickets::{FileContent, TicketFilter};

/// Everything a node of the desk holds; cheap to clone.
#[derive(Clone)]
pub struct Services(Arc<Inner>);

pub struct Inner {
    pub database: Database,
    pub clock: Clock,
    pub secrets: Secrets,
    pub hub: Hub,
    pub bus: Bus,
    /// Wakes the router: something may be offered now.
    pub router: Notify,
    /// Wakes the timer loop: a deadline was added.
    pub timers: Notify,
    pub stopping: CancellationToken,
    pub tasks: TaskTracker,
    /// Not ready reasons of this desk, as text keys.
    pub reasons: Vec<String>,
    /// Transcripts are written in these words.
    pub texts: domain::text::Texts,
}

impl std::ops::Deref for Services {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}
