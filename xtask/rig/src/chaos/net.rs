//! What networks do: F14 to F19 and F27, through a proxy of our own.

mod flapping;
mod forgotten;
mod framing;
mod proxy;
mod repeated;
mod rough;
mod silent;
mod slow;
mod storm;

use super::{Common, Report, Scene, scene::CANARY};
use crate::{desk::Launch, history::Written, people::World, place::Sowing, wire::Line};
use anyhow::{Context, Result};
use domain::message::Side;
use oracle::{Moment, Outcome};
use proxy::{Proxy, Weather};
use std::{
    collections::HashMap,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    time::Duration,
};

/// Runs the tests that are wanted; `seconds` makes the faults last longer or shorter than they do by default.
pub async fn run(common: &Common, seconds: Option<u64>) -> Result<Vec<Report>> {
    let lasting = |default: u64| Duration::from_secs(seconds.unwrap_or(default));
    let mut reports = Vec::new();
    if common.wants("F14") {
        reports.push(rough::run(common, lasting(30)).await.context("F14")?);
    }
    if common.wants("F15") {
        reports.push(forgotten::run(common, lasting(10)).await.context("F15")?);
    }
    if common.wants("F16") {
        reports.push(silent::run(common).await.context("F16")?);
    }
    if common.wants("F17") {
        reports.extend(storm::run(common).await.context("F17")?);
    }
    if common.wants("F18") {
        reports.push(flapping::run(common, lasting(40)).await.context("F18")?);
    }
    if common.wants("F19") {
        reports.push(slow::run(common, lasting(90)).await.context("F19")?);
    }
    if common.wants("F27") {
        reports.push(repeated::run(common, lasting(15)).await.context("F27")?);
    }
    Ok(reports)
}

/// A scene whose people reach the desk through a proxy, and come back soon when they are cut off.
async fn behind_a_proxy(
    common: &Common,
    (agents, chats): (usize, usize),
    longest_pause: Duration,
    launch: impl FnOnce(Launch) -> Launch,
) -> Result<(Scene, Proxy)> {
    let mut proxy = None;
    let through = |mut world: World| {
        world.manners.longest_pause = longest_pause;
        match Proxy::to(world.door, common.seed) {
            Ok(opened) => {
                let world = world.through(opened.address);
                proxy = Some(opened);
                world
            }
            Err(_) => world,
        }
    };
    let scene = Scene::set_with(common, Sowing { agents, chats, canary: Some(CANARY) }, launch, through).await?;
    Ok((scene, proxy.context("the proxy does not open")?))
}

/// An address that nothing listens on just now.
fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}

/// What the desk counts.
struct Meter {
    line: Line,
}

impl Meter {
    fn at(address: SocketAddr) -> Self {
        Self { line: Line::to(address, format!("http://{address}")) }
    }

    /// The sum over all values whose name and labels hold every one of `words`.
    async fn sum(&mut self, words: &[&str]) -> Result<f64> {
        let answer = self.line.get("/metrics", &[]).await?;
        let text = String::from_utf8_lossy(&answer.body).into_owned();
        let fitting = text.lines().filter(|line| !line.starts_with('#') && words.iter().all(|word| line.contains(word)));
        Ok(fitting.filter_map(|line| line.rsplit_once(' ')?.1.parse::<f64>().ok()).sum())
    }

    async fn sockets(&mut self) -> Result<usize> {
        Ok(self.sum(&["deskbell_ws_connections"]).await? as usize)
    }
}

/// How long the messages that fit took from when they were due until acknowledged, in milliseconds, sorted.
fn acknowledged_ms<'a>(written: impl IntoIterator<Item = &'a Written>, fits: impl Fn(&Written) -> bool) -> Vec<u64> {
    let took = |message: &Written| match message.outcome {
        Outcome::Acknowledged { at, .. } => Some(at.0.saturating_sub(message.due.0) / 1_000_000),
        Outcome::Pending | Outcome::Refused { .. } => None,
    };
    let mut all: Vec<u64> = written.into_iter().filter(|message| fits(message)).filter_map(took).collect();
    all.sort_unstable();
    all
}

/// How long the messages that fit took from when they were due until the other party held them.
fn delivered_ms<'a>(written: impl IntoIterator<Item = &'a Written>, fits: impl Fn(&Written) -> bool) -> Vec<u64> {
    let took = |message: &Written| Some(message.delivered?.0.saturating_sub(message.due.0) / 1_000_000);
    let mut all: Vec<u64> = written.into_iter().filter(|message| fits(message)).filter_map(took).collect();
    all.sort_unstable();
    all
}

/// Of sorted values; 0 of none.
fn percentile(sorted: &[u64], percent: f64) -> u64 {
    let place = (sorted.len() as f64 * percent / 100.0).ceil() as usize;
    sorted.get(place.clamp(1, sorted.len().max(1)) - 1).copied().unwrap_or(0)
}

/// Whether every number that the desk gave in answers nobody saw is the one that was acknowledged in the end.
fn same_numbers(scene: &Scene, proxy: &Proxy, report: &mut Report) {
    let written: HashMap<_, _> = scene.world.history.written();
    let mut others = 0;
    for (client, numbers) in proxy.unseen_answers() {
        let acknowledged = match written.get(&client).map(|message| &message.outcome) {
            Some(Outcome::Acknowledged { seq, .. }) => Some(*seq),
            _ => None,
        };
        others += usize::from(numbers.len() != 1 || acknowledged.is_some_and(|seq| !numbers.contains(&seq)));
    }
    report.target(others == 0, format!("{others} messages were given more than one number"));
}

/// Whether a message was due between two moments.
fn is_due(message: &Written, from: Moment, until: Moment) -> bool {
    from <= message.due && message.due < until
}

fn by_agent(message: &Written) -> bool {
    message.by == Side::Agent
}

fn ms(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
