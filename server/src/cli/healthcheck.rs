//! `deskbell healthcheck`: for containers, which have no other program inside to ask with.

use crate::config::Config;
use anyhow::{Context, ensure};
use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    process::ExitCode,
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

const PATIENCE: Duration = Duration::from_secs(5);

/// Success when `/readyz` of the desk at the configured address answers 200.
pub async fn run(config: &Config) -> anyhow::Result<ExitCode> {
    let ip = if config.listen_addr.is_unspecified() { IpAddr::V4(Ipv4Addr::LOCALHOST) } else { config.listen_addr };
    let address = SocketAddr::new(ip, config.port);
    let answer = timeout(PATIENCE, ask(address)).await.with_context(|| format!("no answer from {address}"))??;
    let status = answer.split_ascii_whitespace().nth(1).unwrap_or_default();
    ensure!(status == "200", "the desk at {address} is not ready: {status}");
    super::say("ready");
    Ok(ExitCode::SUCCESS)
}

async fn ask(address: SocketAddr) -> anyhow::Result<String> {
    let mut stream = TcpStream::connect(address).await.with_context(|| format!("no desk at {address}"))?;
    let request = format!("GET /readyz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut head = vec![0u8; 64];
    let read = stream.read(&mut head).await?;
    Ok(String::from_utf8_lossy(&head[..read]).into_owned())
}
