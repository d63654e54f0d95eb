//! Configuration: commented defaults compiled in, then a file, the environment and the command line.
//!
//! `config.default.toml` is the list of keys: what does not stand there is refused, with a suggestion. What is right
//! about the values is checked once, in [`Config::check`]; past that line nobody checks again.

mod keys;
pub mod secret;
mod sources;

pub use keys::{Key, keys};
pub use sources::{Given, Layer, gather};

use anyhow::{Context, bail, ensure};
use engine::bus::nats::NatsOptions;
use serde::Deserialize;
use std::{
    net::{IpAddr, SocketAddr},
    path::PathBuf,
};

/// The values of all keys, after defaults, file, environment and command line.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    pub data: PathBuf,
    pub database_url: String,
    pub database_max_connections: u32,
    pub public_url: String,
    pub secret_key: String,
    pub listen_addr: IpAddr,
    pub port: u16,
    pub metrics_addr: String,
    pub trusted_proxy: TrustedProxy,
    pub node_id: String,
    pub nats_url: String,
    pub nats_creds: PathBuf,
    pub log_format: LogFormat,
    pub demo: bool,
    pub allow_http: bool,
    pub head_timeout_secs: u64,
    pub request_timeout_secs: u64,
    pub max_body_bytes: usize,
    pub max_frame_bytes: usize,
    pub frames_per_second: u32,
    pub sockets_per_agent: usize,
    pub sockets_per_customer: usize,
    pub sign_ins_per_address: u32,
    pub sign_ins_per_email: u32,
    pub sign_ins_per_email_anywhere: u32,
    pub starts_per_address: u32,
    pub messages_per_minute: u32,
    pub reads_per_minute: u32,
    pub shutdown_delay_secs: u64,
    pub shutdown_grace_secs: u64,
}

/// Whose word is taken for a client's address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TrustedProxy {
    None,
    XForwardedFor,
    XRealIp,
    CfConnectingIp,
    Forwarded,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LogFormat {
    Auto,
    Json,
    Text,
}

/// The public address of the desk, as browsers write it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// `https://desk.example`
    pub url: String,
    /// Whether browsers keep `Secure` cookies of it: https, or this machine.
    pub is_secure: bool,
}

impl Config {
    /// The compiled-in defaults alone.
    pub fn defaults() -> anyhow::Result<Self> {
        gather(Given::default())?.config()
    }

    /// Refuses values that cannot work together, in words that say what to do.
    pub fn check(&self) -> anyhow::Result<()> {
        ensure!(
            !self.public_url.is_empty() || self.listen_addr.is_loopback(),
            "listening on {} needs public_url (DESKBELL_PUBLIC_URL=https://desk.example): links, cookies and the widget depend on it",
            self.listen_addr
        );
        if !self.public_url.is_empty() {
            let origin = parse_public_url(&self.public_url)?;
            ensure!(
                origin.is_secure || self.allow_http,
                "public_url is plain http beyond this machine, where sign-ins can be stolen: use https, or set DESKBELL_ALLOW_HTTP=true for a trial"
            );
        }
        ensure!(self.secret_key.is_empty() || self.secret_key.len() >= 32, "secret_key is too short: give at least 32 characters");
        let counts = [
            ("frames_per_second", self.frames_per_second),
            ("sign_ins_per_address", self.sign_ins_per_address),
            ("sign_ins_per_email", self.sign_ins_per_email),
            ("sign_ins_per_email_anywhere", self.sign_ins_per_email_anywhere),
            ("starts_per_address", self.starts_per_address),
            ("messages_per_minute", self.messages_per_minute),
            ("reads_per_minute", self.reads_per_minute),
        ];
        if let Some((name, _)) = counts.iter().find(|(_, count)| *count == 0) {
            bail!("{name} must be at least 1");
        }
        ensure!(self.database_max_connections >= 2, "database_max_connections must be at least 2");
        ensure!(self.max_frame_bytes >= 1024, "max_frame_bytes must be at least 1024");
        ensure!(self.max_body_bytes >= 65_536, "max_body_bytes must be at least 65536: a long message needs that");
        ensure!(self.head_timeout_secs > 0, "head_timeout_secs must be at least 1");
        ensure!(self.request_timeout_secs > 0, "request_timeout_secs must be at least 1");
        ensure!(
            self.nats_url.is_empty() || !self.database_url().starts_with("sqlite:"),
            "nats_url is set, but SQLite serves one node only: give database_url a postgres:// address, or leave nats_url empty"
        );
        ensure!(self.nats_creds.as_os_str().is_empty() || !self.nats_url.is_empty(), "nats_creds is set without nats_url");
        self.metrics_address().map(|_| ())
    }

    /// Where metrics are served; `None` when off.
    pub fn metrics_address(&self) -> anyhow::Result<Option<SocketAddr>> {
        if self.metrics_addr.is_empty() {
            return Ok(None);
        }
        let address = self.metrics_addr.parse();
        address.map(Some).with_context(|| format!("metrics_addr is not of the form 127.0.0.1:9090: {}", self.metrics_addr))
    }

    /// The public origin; without `public_url` it is this machine at `port`.
    pub fn origin(&self, port: u16) -> anyhow::Result<Origin> {
        if !self.public_url.is_empty() {
            return parse_public_url(&self.public_url);
        }
        let host = match self.listen_addr {
            IpAddr::V4(ip) => ip.to_string(),
            IpAddr::V6(ip) => format!("[{ip}]"),
        };
        Ok(Origin { url: format!("http://{host}:{port}"), is_secure: true })
    }

    pub fn database_url(&self) -> String {
        if self.database_url.is_empty() {
            return format!("sqlite://{}", self.data.join("deskbell.db").display());
        }
        self.database_url.clone()
    }

    /// How this node speaks to others; `None` when it is the only one.
    pub fn nats(&self) -> Option<NatsOptions> {
        let credentials = (!self.nats_creds.as_os_str().is_empty()).then(|| self.nats_creds.clone());
        (!self.nats_url.is_empty()).then(|| NatsOptions { url: self.nats_url.clone(), credentials })
    }

    /// This node's name.
    pub fn node(&self) -> String {
        if !self.node_id.is_empty() {
            return self.node_id.clone();
        }
        let name = std::fs::read_to_string("/proc/sys/kernel/hostname").or_else(|_| std::fs::read_to_string("/etc/hostname"));
        name.map(|name| name.trim().to_owned()).ok().filter(|name| !name.is_empty()).unwrap_or_else(|| "node".to_owned())
    }

    /// The key that signs: from the configuration, or the one kept in the data directory, made on first use.
    pub fn secret(&self) -> anyhow::Result<[u8; 32]> {
        secret::load(&self.secret_key, &self.data)
    }
}

fn parse_public_url(text: &str) -> anyhow::Result<Origin> {
    let trimmed = text.trim().trim_end_matches('/');
    let url = domain::site::parse_origin(trimmed)
        .with_context(|| format!("public_url must be scheme, host and port only, such as https://desk.example: {text}"))?;
    let url = url.strip_suffix(if url.starts_with("https:") { ":443" } else { ":80" }).unwrap_or(&url).to_owned();
    let is_secure = url.starts_with("https://") || is_loopback(host_of(&url));
    Ok(Origin { url, is_secure })
}

/// The host of an origin, without scheme and port.
fn host_of(origin: &str) -> &str {
    let rest = origin.split_once("://").map_or(origin, |(_, rest)| rest);
    match rest.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) => host,
        _ => rest,
    }
}

fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || host.ends_with(".localhost") || bare.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

impl Origin {
    /// Host and port, as in a `Host` header.
    pub fn authority(&self) -> &str {
        self.url.split_once("://").map_or(&self.url, |(_, rest)| rest)
    }
    pub fn is_https(&self) -> bool {
        self.url.starts_with("https://")
    }
    /// The origin of sockets: `wss://…` or `ws://…`.
    pub fn socket_url(&self) -> String {
        format!("{}://{}", if self.is_https() { "wss" } else { "ws" }, self.authority())
    }
}

#[cfg(test)]
mod tests;
