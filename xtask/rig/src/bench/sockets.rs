//! What an idle desk weighs, and what each open widget adds.

use super::{Arguments, figures::Figures};
use crate::{
    desk::{Desk, Launch},
    place::{ChatKey, Place, Sowing},
    wire::Socket,
};
use anyhow::{Context, Result};
use domain::{
    ids::InstanceId,
    live::{Cursor, WidgetHears, WidgetSays},
};
use futures_util::{StreamExt, TryStreamExt, stream};
use std::time::Duration;
use tokio::{task::JoinHandle, time::sleep};
use uuid::Uuid;

/// Opened at the same time.
const AT_ONCE: usize = 32;
const AGENTS: usize = 10;

pub async fn measure(arguments: &Arguments, figures: &mut Figures) -> Result<()> {
    let points: [usize; 3] = if arguments.short { [0, 200, 1_000] } else { [0, 1_000, 5_000] };
    // Longer than a heartbeat: what that needs is counted.
    let rest = Duration::from_secs(if arguments.short { 2 } else { 30 });
    eprintln!("sockets: {points:?} idle widgets, each of a customer of its own");
    let place = Place::make(arguments.db, Sowing { agents: AGENTS, chats: points[2], canary: None }).await?;
    let desk = Desk::start(&Launch::of(arguments.program()), &place).await?;
    desk.is_ready().await?;
    let mut open = Vec::new();
    let mut weights = Vec::new();
    for point in points {
        let more = place.fixtures.chats.get(open.len()..point).context("too few chats")?;
        let entered: Vec<Widget> = stream::iter(more).map(|chat| Widget::open(&desk, chat)).buffer_unordered(AT_ONCE).try_collect().await?;
        open.extend(entered);
        sleep(rest).await;
        let gone = open.iter().filter(|widget| widget.task.is_finished()).count();
        anyhow::ensure!(gone == 0, "{gone} of {point} idle widgets were closed");
        weights.push((point as f64, desk.rss_kib()? as f64));
        eprintln!("  {point} sockets: {} KiB", desk.rss_kib()?);
    }
    figures.say("rss_mib_idle", weights[0].1 / 1_024.0);
    figures.say("rss_kib_per_socket", slope(&weights));
    drop(open);
    desk.stop().await?;
    place.remove().await
}

/// A widget that is open and does nothing but answer heartbeats.
struct Widget {
    task: JoinHandle<()>,
}

impl Widget {
    async fn open(desk: &Desk, chat: &ChatKey) -> Result<Self> {
        let mut socket = Socket::open(desk.address, &desk.origin(), "/rt/widget", None).await?;
        let hello = WidgetSays::Hello {
            token: chat.token.clone(),
            instance: InstanceId::new(Uuid::new_v4()),
            cursor: Cursor { epoch: None, seq: 0 },
        };
        socket.say(&hello).await?;
        loop {
            match socket.next::<WidgetHears>().await {
                Ok((WidgetHears::CaughtUp { .. }, _)) => break,
                Ok((WidgetHears::Refused | WidgetHears::Fenced | WidgetHears::Bye { .. }, text)) => anyhow::bail!("sent away: {text}"),
                Ok(_) => {}
                Err(end) => anyhow::bail!("{end:?} instead of a chat"),
            }
        }
        Ok(Self { task: tokio::spawn(idle(socket)) })
    }
}

impl Drop for Widget {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn idle(mut socket: Socket) {
    while let Ok((frame, _)) = socket.next::<WidgetHears>().await {
        if let WidgetHears::Heartbeat { .. } = frame
            && socket.say(&WidgetSays::Ping).await.is_err()
        {
            return;
        }
    }
}

/// Of the straight line through these points with the least squares.
fn slope(points: &[(f64, f64)]) -> f64 {
    let count = points.len() as f64;
    let (mean_x, mean_y) = (points.iter().map(|p| p.0).sum::<f64>() / count, points.iter().map(|p| p.1).sum::<f64>() / count);
    let above: f64 = points.iter().map(|(x, y)| (x - mean_x) * (y - mean_y)).sum();
    above / points.iter().map(|(x, _)| (x - mean_x).powi(2)).sum::<f64>()
}

#[cfg(test)]
mod tests {
    use super::slope;

    #[test]
    fn a_line_has_its_slope() {
        assert!((slope(&[(0.0, 7.0), (1_000.0, 3_007.0), (5_000.0, 15_007.0)]) - 3.0).abs() < 1e-9);
    }
}
