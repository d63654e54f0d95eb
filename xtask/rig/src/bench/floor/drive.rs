//! Drives the floor with as many senders as the program has.

use super::super::{
    Arguments,
    figures::Figures,
    messages::{SENDERS, text},
    meter::{Meter, Span},
};
use super::Sent;
use anyhow::{Context, Result};
use futures_util::{SinkExt, StreamExt};
use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};
use tokio::{net::TcpStream, task::JoinSet, time::sleep};
use tokio_tungstenite::{
    client_async_with_config,
    tungstenite::{Message, protocol::WebSocketConfig},
};
use uuid::Uuid;

/// Ended with the run, however that ends.
struct Floor(Child);

impl Drop for Floor {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

pub async fn measure(arguments: &Arguments, figures: &mut Figures) -> Result<()> {
    eprintln!("floor: {SENDERS} senders");
    let directory = tempfile::Builder::new().prefix("deskbell-floor-").tempdir()?;
    let mut command = Command::new(std::env::current_exe()?);
    command.arg("floor").arg("--file").arg(directory.path().join("floor.db"));
    let mut floor = Floor(command.stdout(Stdio::piped()).spawn()?);
    let mut address = String::new();
    BufReader::new(floor.0.stdout.take().context("the floor says nothing")?).read_line(&mut address)?;
    let acknowledged = Arc::new(AtomicU64::new(0));
    let mut senders = JoinSet::new();
    for _ in 0..SENDERS {
        senders.spawn(send(address.trim().to_owned(), Arc::clone(&acknowledged)));
    }
    sleep(arguments.warm_up()).await;
    let (before, first) = (Meter::read_child(&floor.0)?, acknowledged.load(Ordering::Relaxed));
    sleep(arguments.window()).await;
    let span = before.until(Meter::read_child(&floor.0)?);
    let count = (acknowledged.load(Ordering::Relaxed) - first) as f64;
    anyhow::ensure!(senders.try_join_next().is_none(), "a sender of the floor has ended");
    tell(&span, count, figures);
    Ok(())
}

fn tell(span: &Span, count: f64, figures: &mut Figures) {
    figures.say("floor_acked_per_s", count / span.seconds());
    figures.say("floor_cpu_us_per_message", span.server.as_secs_f64() * 1e6 / count);
    figures.say("floor_generator_cpu", span.cores(span.generator));
}

/// One message after the other, each when the last one was acknowledged.
async fn send(address: String, acknowledged: Arc<AtomicU64>) -> Result<()> {
    let stream = TcpStream::connect(&address).await?;
    stream.set_nodelay(true)?;
    let config = WebSocketConfig::default().read_buffer_size(4 << 10).write_buffer_size(0);
    let (mut socket, _) = client_async_with_config(format!("ws://{address}/"), stream, Some(config)).await?;
    for number in 0.. {
        let client = Uuid::new_v4();
        let words = serde_json::to_string(&Sent { client, text: text(number) })?;
        socket.send(Message::text(words)).await?;
        let answer = socket.next().await.context("the floor has ended")??;
        anyhow::ensure!(answer.to_text()?.contains(&client.to_string()), "another message was acknowledged");
        acknowledged.fetch_add(1, Ordering::Relaxed);
    }
    Ok(())
}
