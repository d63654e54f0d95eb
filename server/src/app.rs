//! A running desk: its listeners, and how it stops without losing anything.

mod connections;

use crate::{config::Config, observe::metrics as observed, router, web::Web};
use anyhow::Context;
use engine::services::Services;
use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    time::Duration,
};
use tokio::{
    net::TcpListener,
    task::JoinHandle,
    time::{sleep, timeout},
};
use tokio_util::sync::CancellationToken;

/// Listeners that are bound but not served yet, so that addresses are known before anything is written about them.
pub struct App {
    config: Config,
    services: Services,
    desk: TcpListener,
    shop: Option<TcpListener>,
    metrics: Option<TcpListener>,
    web: Web,
}

/// A desk that answers requests until [`RunningApp::stop`].
pub struct RunningApp {
    /// Where the desk listens.
    pub address: SocketAddr,
    /// Where the demo shop listens.
    pub shop: Option<SocketAddr>,
    /// Where `/metrics` is.
    pub metrics: Option<SocketAddr>,
    web: Web,
    services: Services,
    closing: CancellationToken,
    servers: Vec<JoinHandle<()>>,
}

impl App {
    /// Binds and serves in one step, on the ports of `config` (0: free ones).
    pub async fn start(config: Config, services: Services) -> anyhow::Result<RunningApp> {
        Self::bind(config, services).await?.run()
    }

    /// Takes the addresses; nothing answers on them yet.
    pub async fn bind(config: Config, services: Services) -> anyhow::Result<Self> {
        config.check()?;
        let desk = listen(SocketAddr::new(config.listen_addr, config.port)).await?;
        let port = desk.local_addr()?.port();
        let shop = if config.demo { Some(listen(shop_address(config.port)).await?) } else { None };
        let shop_origin = match &shop {
            Some(shop) => Some(format!("http://localhost:{}", shop.local_addr()?.port())),
            None => None,
        };
        let metrics = match config.metrics_address()? {
            Some(address) => listen_for_metrics(address).await,
            None => None,
        };
        let origin = config.origin(port)?;
        let secret = config.secret()?;
        let web = Web::new(services.clone(), config.clone(), origin, shop_origin, &secret);
        Ok(Self { config, services, desk, shop, metrics, web })
    }

    /// The address that browsers use, such as `http://127.0.0.1:8080`.
    pub fn console(&self) -> &str {
        &self.web.origin().url
    }
    /// The origin of the demo shop.
    pub fn shop(&self) -> Option<&str> {
        self.web.shop()
    }

    /// Whether browsers keep sessions safe: https, or this machine.
    pub fn is_safe(&self) -> bool {
        self.web.origin().is_secure
    }

    /// Begins to answer.
    pub fn run(self) -> anyhow::Result<RunningApp> {
        observed::start()?;
        let closing = CancellationToken::new();
        let address = self.desk.local_addr()?;
        let shop = self.shop.as_ref().map(TcpListener::local_addr).transpose()?;
        let metrics = self.metrics.as_ref().map(TcpListener::local_addr).transpose()?;
        let head_timeout = Duration::from_secs(self.config.head_timeout_secs);
        let serve = |listener, router| tokio::spawn(connections::serve(listener, router, head_timeout, closing.clone()));
        let mut servers = vec![serve(self.desk, router::router(self.web.clone())?)];
        if let Some(listener) = self.shop {
            servers.push(serve(listener, crate::demo::shop_router(self.web.clone())));
        }
        if let Some(listener) = self.metrics {
            servers.push(serve(listener, observed::router(self.web.clone())));
        }
        tokio::spawn(tidy(self.web.clone(), closing.clone()));
        tracing::info!(desk.address = %address, desk.node = self.config.node(), "The desk listens.");
        Ok(RunningApp { address, shop, metrics, web: self.web, services: self.services, closing, servers })
    }
}

impl RunningApp {
    /// The address that browsers use.
    pub fn origin(&self) -> &str {
        &self.web.origin().url
    }
    pub fn web(&self) -> &Web {
        &self.web
    }

    /// Stops in order: not ready, sockets told when to come back, requests finished, services closed. What was
    /// accepted is kept; what does not end within the grace is cut off.
    pub async fn stop(self) {
        let config = self.web.config();
        self.web.drain();
        // Nothing spreads load over the nodes of a demo, and nobody waits for what has no followers.
        if !config.demo && self.web.agent_sockets().total() + self.web.customer_sockets().total() > 0 {
            sleep(Duration::from_secs(config.shutdown_delay_secs)).await;
        }
        self.web.closing().cancel();
        self.web.sockets().close();
        self.closing.cancel();
        let quiet = async {
            self.web.sockets().wait().await;
            for server in self.servers {
                if server.await.is_err() {
                    tracing::error!("A listener had ended in a panic.");
                }
            }
        };
        if timeout(Duration::from_secs(config.shutdown_grace_secs), quiet).await.is_err() {
            tracing::warn!("Some connections did not end in time and are cut off.");
        }
        self.services.stop().await;
        tracing::info!("The desk has stopped.");
    }
}

async fn listen(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address)
        .await
        .with_context(|| format!("cannot listen on {address}: is something else there? Choose another with --port"))
}

/// Metrics are worth having, not worth failing for.
async fn listen_for_metrics(address: SocketAddr) -> Option<TcpListener> {
    match TcpListener::bind(address).await {
        Ok(listener) => Some(listener),
        Err(error) => {
            tracing::warn!(metrics.address = %address, %error, "Metrics are off: their address is taken. Choose another with DESKBELL_METRICS_ADDR.");
            None
        }
    }
}

fn shop_address(desk_port: u16) -> SocketAddr {
    let port = if desk_port == 0 { 0 } else { desk_port.saturating_add(1) };
    SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port)
}

async fn tidy(web: Web, closing: CancellationToken) {
    loop {
        tokio::select! {
            () = closing.cancelled() => return,
            () = sleep(observed::UPKEEP_EVERY) => {
                web.limits().forget_idle();
                observed::upkeep();
            }
        }
    }
}
