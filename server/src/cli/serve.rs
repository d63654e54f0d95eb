//! `deskbell serve`: opens the desk, says where it is, and stops it in order.

use crate::{
    app::{App, RunningApp},
    config::{Config, secret::make_private_directory},
    demo::{self, Demo},
};
use anyhow::Context;
use engine::{
    clock::Clock,
    database::Connections,
    services::{Options, Services},
};
use std::process::ExitCode;
#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Serves until told to stop. A second signal ends the process at once.
pub async fn run(config: Config) -> anyhow::Result<ExitCode> {
    make_private_directory(&config.data)?;
    let services = open(&config).await?;
    let app = App::bind(config.clone(), services.clone()).await?;
    let greeting = greeting(&config, &services, &app).await?;
    services.start();
    // Who is told where the desk is may tell it to stop.
    let mut signals = Signals::listen()?;
    let running = app.run()?;
    super::say(&greeting);
    signals.told_to_stop().await;
    stop(running, signals).await;
    Ok(ExitCode::SUCCESS)
}

async fn open(config: &Config) -> anyhow::Result<Services> {
    let half = config.database_max_connections / 2;
    let options = Options {
        database_url: config.database_url(),
        connections: Connections { readers: config.database_max_connections - half, writers: half },
        clock: Clock::System,
        node: config.node(),
        nats: config.nats(),
        texts: app::texts::catalogue("en"),
    };
    let services = Services::open(options).await.context("cannot open the desk")?;
    services.join_nodes().await.context("cannot serve this desk")?;
    Ok(services)
}

async fn greeting(config: &Config, services: &Services, app: &App) -> anyhow::Result<String> {
    let mut lines = vec![String::new(), format!("  Deskbell is at      {}", app.console())];
    if let Some(shop) = app.shop() {
        let demo = demo::prepare(services, &config.data, app.console(), shop).await?;
        lines.extend(demo_lines(&demo));
    } else if !services.has_people().await? {
        let token = services.make_setup_token().await?;
        lines.push(format!("  Begin here (once)   {}/setup?token={token}", app.console()));
    }
    if !app.is_safe() {
        lines.push("  Warning: plain http beyond this machine. Sign-ins can be stolen on the way; use https.".to_owned());
        tracing::warn!("The desk is reached by plain http beyond this machine: sign-ins can be stolen on the way.");
    }
    lines.push(String::new());
    Ok(lines.join("\n"))
}

fn demo_lines(demo: &Demo) -> Vec<String> {
    let mut lines = vec![format!("  The demo shop is at {}", demo.shop), String::new(), "  Sign in as".to_owned()];
    let wide = demo.agents.iter().map(|agent| agent.email.len()).max().unwrap_or_default();
    lines.extend(demo.agents.iter().map(|agent| format!("    {:wide$}   {}", agent.email, agent.password)));
    lines
}

async fn stop(running: RunningApp, mut signals: Signals) {
    tracing::info!("Stopping; a second signal ends the process at once.");
    tokio::select! {
        () = running.stop() => {}
        () = signals.told_to_stop() => {
            super::complain("deskbell: stopped at once");
            std::process::exit(130);
        }
    }
}

/// SIGTERM and Ctrl-C; heard from the moment on in which this is made.
#[cfg(unix)]
struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

#[cfg(unix)]
impl Signals {
    fn listen() -> anyhow::Result<Self> {
        let listen = |kind| signal(kind).context("cannot listen for signals");
        Ok(Self { terminate: listen(SignalKind::terminate())?, interrupt: listen(SignalKind::interrupt())? })
    }

    async fn told_to_stop(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

/// Ctrl-C
#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn listen() -> anyhow::Result<Self> {
        Ok(Self)
    }

    async fn told_to_stop(&mut self) {
        if let Err(error) = tokio::signal::ctrl_c().await {
            tracing::error!(%error, "Signals cannot be heard.");
        }
    }
}
