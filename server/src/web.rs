//! What every handler of this process shares.

use crate::{
    config::{Config, Origin},
    embed::Squeezed,
    http::start::Starts,
    limits::{Limits, Open},
};
use engine::services::Services;
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// The desk on the web: services, configuration and what is counted in memory. Cheap to clone.
#[derive(Clone)]
pub struct Web(Arc<Inner>);

struct Inner {
    services: Services,
    config: Config,
    origin: Origin,
    shop: Option<String>,
    limits: Limits,
    starts: Starts,
    scripts: Squeezed,
    agent_sockets: Open,
    customer_sockets: Open,
    sockets: TaskTracker,
    draining: AtomicBool,
    closing: CancellationToken,
}

impl Web {
    /// `secret` signs the start tokens of widget pages; `shop` is the origin of the demo shop, if there is one.
    pub fn new(services: Services, config: Config, origin: Origin, shop: Option<String>, secret: &[u8; 32]) -> Self {
        let limits = Limits::new(&config);
        Self(Arc::new(Inner {
            services,
            config,
            origin,
            shop,
            limits,
            starts: Starts::new(secret),
            scripts: Squeezed::default(),
            agent_sockets: Open::default(),
            customer_sockets: Open::default(),
            sockets: TaskTracker::new(),
            draining: AtomicBool::new(false),
            closing: CancellationToken::new(),
        }))
    }
    pub fn services(&self) -> &Services {
        &self.0.services
    }
    pub fn config(&self) -> &Config {
        &self.0.config
    }
    pub fn origin(&self) -> &Origin {
        &self.0.origin
    }
    /// The origin of the demo shop.
    pub fn shop(&self) -> Option<&str> {
        self.0.shop.as_deref()
    }
    pub fn limits(&self) -> &Limits {
        &self.0.limits
    }
    pub fn starts(&self) -> &Starts {
        &self.0.starts
    }
    /// Finished embed scripts.
    pub fn scripts(&self) -> &Squeezed {
        &self.0.scripts
    }
    /// Sockets that count against their owners.
    pub fn agent_sockets(&self) -> &Open {
        &self.0.agent_sockets
    }
    pub fn customer_sockets(&self) -> &Open {
        &self.0.customer_sockets
    }
    /// Upgraded connections: the HTTP server does not know them any more.
    pub fn sockets(&self) -> &TaskTracker {
        &self.0.sockets
    }
    /// From now on `/readyz` says no, so that nobody new is sent here.
    pub fn drain(&self) {
        self.0.draining.store(true, Ordering::Relaxed);
    }
    pub fn is_draining(&self) -> bool {
        self.0.draining.load(Ordering::Relaxed)
    }
    /// Cancelled when the sockets are to say good-bye.
    pub fn closing(&self) -> &CancellationToken {
        &self.0.closing
    }
}
