//! The use cases. Each one: parse, check access, decide in `domain`, write; in that order.

use crate::{
    bus::Bus,
    clock::Clock,
    database::{Connections, Database, Tx},
    live::Hub,
    secrets::Secrets,
};
use domain::{text::Texts, time::Millis};
use std::sync::Arc;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

pub mod access;
mod conversations;
pub(crate) mod customers;
mod desk;
pub(crate) mod ledger;
mod marks;
mod messages;
pub(crate) mod offers;
pub(crate) mod presence;
mod sessions;
pub(crate) mod setup;
mod sites;
mod streams;
mod tickets;

pub use customers::{StartChat, Started};
pub use sessions::{SignIn, SignedIn};
pub use setup::FirstAdmin;
pub use sites::SitePage;
pub use streams::{CatchUp, Content};
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
    /// The name of this node among others.
    pub node: String,
    /// Not ready reasons of this desk, as text keys.
    pub reasons: Vec<String>,
    /// Transcripts are written in these words.
    pub texts: Texts,
    pub(crate) stopping: CancellationToken,
    pub(crate) tasks: TaskTracker,
}

/// What a node is made of.
pub struct Options {
    /// `sqlite:///path/desk.db` or `postgres://…`
    pub database_url: String,
    pub connections: Connections,
    pub clock: Clock,
    pub node: String,
    pub texts: Texts,
}

/// The Not ready reasons that every desk begins with.
const REASONS: [&str; 4] = ["break", "lunch", "meeting", "training"];

/// How long browsers are waited for after a start before anything runs out: longer than they are told to stay away.
const COME_BACK_WITHIN: Millis = Millis::seconds(20);

impl std::ops::Deref for Services {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl Services {
    /// Opens the database and makes it a desk. Nothing runs by itself before [`Services::start`].
    pub async fn open(options: Options) -> anyhow::Result<Self> {
        let Options { database_url, connections, clock, node, texts } = options;
        let hub = Hub::default();
        let database = Database::open(&database_url, connections, hub.clone()).await?;
        let secrets = Secrets::new(clock.clone())?;
        let (epoch, now) = (secrets.id(), clock.now());
        let name = node.clone();
        let begin = async move |tx: &mut Tx| {
            tx.ensure_desk(epoch, now).await?;
            tx.clamp_deadlines(&name, now, now + COME_BACK_WITHIN).await
        };
        database.write(begin).await?;
        Ok(Self(Arc::new(Inner {
            bus: Bus::Local(hub.clone()),
            database,
            clock,
            secrets,
            hub,
            node,
            reasons: REASONS.map(str::to_owned).to_vec(),
            texts,
            stopping: CancellationToken::new(),
            tasks: TaskTracker::new(),
        })))
    }

    /// Starts the router and the timers.
    pub fn start(&self) {
        let (router, timers) = (self.clone(), self.clone());
        let stop = self.stopping.clone();
        self.tasks.spawn(stop.clone().run_until_cancelled_owned(async move { crate::router::run(&router).await }));
        self.tasks.spawn(stop.run_until_cancelled_owned(async move { crate::timers::run(&timers).await }));
    }

    /// Stops router and timers, tells the followers, finishes what was accepted and closes the database.
    pub async fn stop(&self) {
        self.stopping.cancel();
        self.tasks.close();
        self.tasks.wait().await;
        self.hub.close();
        self.database.close().await;
    }
}
