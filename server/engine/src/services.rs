//! The use cases. Each one: parse, check access, decide in `domain`, write; in that order.

use crate::{
    bus::{
        Bus,
        nats::{Nats, NatsOptions},
    },
    clock::Clock,
    database::{Connections, Database, Tx},
    live::Hub,
    secrets::Secrets,
};
use domain::{text::Texts, time::Millis};
use std::sync::{Arc, atomic::AtomicBool};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use uuid::Uuid;

pub mod access;
pub(crate) mod board;
pub(crate) mod callbacks;
mod conversations;
pub(crate) mod customers;
mod desk;
pub(crate) mod hand_over;
mod history;
pub mod hours;
pub(crate) mod ledger;
mod marks;
mod messages;
mod nodes;
pub(crate) mod offers;
pub(crate) mod parking;
pub(crate) mod presence;
mod recorder;
mod reports;
mod sessions;
mod settings;
pub(crate) mod setup;
pub(crate) mod silence;
mod sites;
mod streams;
mod supervision;
mod tickets;
pub(crate) mod waits;

pub use customers::{StartChat, Started};
pub use reports::MOST_LINES;
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
    /// This process, and no other of the same name.
    pub(crate) run: Uuid,
    pub(crate) displaced: AtomicBool,
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
    /// How this node speaks to others; without it, it is the only one.
    pub nats: Option<NatsOptions>,
    pub texts: Texts,
}

/// How long browsers are waited for after a start before anything runs out: longer than they are told to stay away.
const COME_BACK_WITHIN: Millis = Millis::seconds(20);

impl std::ops::Deref for Services {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl Services {
    /// Opens the database and makes it a desk. Nothing runs by itself before [`Services::join`] and [`Services::start`].
    ///
    /// Fails when NATS is wanted and cannot be reached.
    pub async fn open(options: Options) -> anyhow::Result<Self> {
        let Options { database_url, connections, clock, node, nats, texts } = options;
        let hub = Hub::default();
        let secrets = Secrets::new(clock.clone())?;
        let run = Uuid::new_v4();
        let bus = match &nats {
            None => Bus::Local(hub.clone()),
            Some(nats) => Bus::Nats(hub.clone(), Arc::new(Nats::connect(nats, &node, run).await?)),
        };
        let database = Database::open(&database_url, connections, bus.clone()).await?;
        let (epoch, now) = (secrets.id(), clock.now());
        database.write(async move |tx: &mut Tx| tx.ensure_desk(epoch, now).await).await?;
        Ok(Self(Arc::new(Inner {
            bus,
            database,
            clock,
            secrets,
            hub,
            node,
            run,
            displaced: AtomicBool::new(false),
            texts,
            stopping: CancellationToken::new(),
            tasks: TaskTracker::new(),
        })))
    }

    /// Starts the router, the timers and the wallboard.
    pub fn start(&self) {
        let (router, timers, board) = (self.clone(), self.clone(), self.clone());
        let stop = self.stopping.clone();
        self.tasks.spawn(stop.clone().run_until_cancelled_owned(async move { crate::router::run(&router).await }));
        self.tasks.spawn(stop.clone().run_until_cancelled_owned(async move { crate::timers::run(&timers).await }));
        self.tasks.spawn(stop.run_until_cancelled_owned(async move { board::run(&board).await }));
    }

    /// Stops router and timers, tells the followers, finishes what was accepted and closes the database.
    pub async fn stop(&self) {
        self.stopping.cancel();
        self.tasks.close();
        self.tasks.wait().await;
        self.hub.close();
        self.leave_place().await;
        self.database.close().await;
        // Last, so that others hear of what was committed at the end.
        if let Some(nats) = self.bus.nats() {
            nats.close().await;
        }
    }
}
