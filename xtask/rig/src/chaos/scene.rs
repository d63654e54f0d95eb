//! A desk with people in it, for one test: set up, run, brought to rest, judged.

use super::Common;
use crate::{
    desk::{Desk, Launch},
    people::{Crowd, World},
    place::{Place, Sowing},
};
use anyhow::{Context, Result};
use oracle::{Eyes, Verdict, judges};
use std::{net::SocketAddr, sync::Arc, time::Duration};
use tokio::time::{Instant, sleep, timeout};

/// Stands in a note of every scene's first chat; no customer may ever be sent it.
pub const CANARY: &str = "canary-3f9d1c";
/// How long a scene may take to come to rest.
const REST: Duration = Duration::from_secs(60);

pub struct Scene {
    pub place: Place,
    pub launch: Launch,
    pub world: World,
    pub crowd: Arc<Crowd>,
    desk: Option<Desk>,
}

impl Scene {
    /// A desk with `chats` joined chats, shared by `agents`, and everybody connected straight to it.
    pub async fn set(common: &Common, agents: usize, chats: usize) -> Result<Self> {
        Self::set_with(common, Sowing { agents, chats, canary: Some(CANARY) }, |launch| launch, |world| world).await
    }

    /// As [`Scene::set`], with changes to how the program is started and where the clients connect.
    pub async fn set_with(
        common: &Common,
        sowing: Sowing,
        launch: impl FnOnce(Launch) -> Launch,
        world: impl FnOnce(World) -> World,
    ) -> Result<Self> {
        let place = Place::make(common.db, sowing).await?;
        Self::set_on(place, launch(Launch::of(&common.program)), world).await
    }

    /// As [`Scene::set_with`], on a place that was made before.
    pub async fn set_on(place: Place, mut launch: Launch, world: impl FnOnce(World) -> World) -> Result<Self> {
        let desk = Desk::start(&launch, &place).await?;
        // Started again it is where it was.
        launch.port = desk.address.port();
        let world = world(World::of(&desk, CANARY));
        let crowd = Arc::new(Crowd::enter(&world, &place.fixtures, place.fixtures.chats.len()));
        timeout(REST, crowd.is_there()).await.context("the clients do not get in")?;
        Ok(Self { place, launch, world, crowd, desk: Some(desk) })
    }

    pub fn desk(&self) -> Result<&Desk> {
        self.desk.as_ref().context("the desk does not run")
    }
    pub fn address(&self) -> Result<SocketAddr> {
        Ok(self.desk()?.address)
    }

    /// `kill -9`
    pub async fn kill(&mut self) -> Result<()> {
        self.desk.take().context("the desk does not run")?.kill().await
    }
    /// SIGTERM
    pub async fn stop(&mut self) -> Result<()> {
        self.desk.take().context("the desk does not run")?.stop().await
    }

    /// Starts the program again where it was; gives how long it took until it was ready.
    pub async fn resume(&mut self) -> Result<Duration> {
        let begun = Instant::now();
        let desk = Desk::start(&self.launch, &self.place).await?;
        desk.is_ready().await?;
        self.desk = Some(desk);
        Ok(begun.elapsed())
    }

    /// Waits until nothing is in any outbox and every screen shows what was acknowledged; gives how long that took, or
    /// `None` when it did not happen in time.
    pub async fn rests(&self, within: Duration) -> Option<Duration> {
        let begun = Instant::now();
        while begun.elapsed() < within {
            if self.is_at_rest() {
                return Some(begun.elapsed());
            }
            sleep(Duration::from_millis(20)).await;
        }
        None
    }

    fn is_at_rest(&self) -> bool {
        if self.crowd.outboxes().iter().any(|outbox| outbox.waiting() > 0) {
            return false;
        }
        self.crowd.customers.iter().all(|customer| {
            let chat = customer.chat();
            let ours = crate::history::listed(&customer.state());
            let theirs = self.crowd.agents.iter().filter_map(|agent| agent.state(chat)).map(|state| crate::history::listed(&state));
            let mut all = theirs.peekable();
            all.peek().is_some() && all.all(|list| list == ours) && self.world.history.are_all_in(chat, &ours)
        })
    }

    /// Brings everything to rest and judges it; the desk is stopped and its place taken away.
    pub async fn judge(self) -> Result<Verdict> {
        self.judge_within(REST).await
    }

    /// As [`Scene::judge`], for scenes that may never come to rest.
    pub async fn judge_within(mut self, within: Duration) -> Result<Verdict> {
        let quiet = self.rests(within).await.is_some();
        let history = self.world.history.told(&self.place.fixtures, CANARY, quiet);
        if self.desk.is_some() {
            self.stop().await?;
        }
        let eyes = Eyes::open(&self.place.url)?;
        let mut verdict = judges::judge(&eyes, &history).await?;
        eyes.close().await;
        if !quiet {
            verdict.findings.push(format!("M9: not at rest {within:?} after the last message"));
        }
        self.place.remove().await?;
        Ok(verdict)
    }
}
