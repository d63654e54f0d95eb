//! F28: the server's clock jumps by an hour and by a day, forwards and backwards, while people talk.

use super::{
    Common, Report, Scene,
    probe::{self, Answered, Probe},
    scene::CANARY,
    shim::{Shim, ShimArguments},
};
use crate::{
    desk::Launch,
    load::Load,
    people::begin_chat,
    place::{Place, Sowing},
};
use anyhow::{Context, Result};
use domain::presence::Wish;
use oracle::Eyes;
use std::{sync::Arc, time::Duration};
use tokio::time::{Instant, sleep, timeout};

const SOWING: Sowing = Sowing { agents: 5, chats: 20, canary: Some(CANARY) };
/// Messages a second.
const RATE: u32 = 30;
const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;
/// Where the clock stands against the true time, one after the other.
const OFFSETS: [i64; 8] = [HOUR, 0, -HOUR, 0, DAY, 0, -DAY, 0];
/// How long each lasts.
const HOLD: Duration = Duration::from_secs(4);
/// A message is taken this long after a jump.
const TAKEN: Duration = Duration::from_secs(2);
const RINGS: Duration = Duration::from_secs(15);
/// As long as an offer rings, and the desk's own second.
const RUNS_OUT: Duration = Duration::from_secs(35);

pub async fn run(common: &Common, arguments: &ShimArguments) -> Result<Vec<Report>> {
    let mut report = Report::of("F28", common);
    let shim = Shim::prepare(arguments)?;
    let place = Place::make(common.db, SOWING).await?;
    let launch = shim.around(Launch::of(&common.program), &place, false)?;
    let mut scene = Scene::set_on(place, launch, |world| world).await?;
    shim.is_in(scene.desk()?.pid()?)?;
    let load = Load::start(Arc::clone(&scene.crowd), RATE, common.seed);
    let probe = Probe::begin(&scene.world, &scene.place.fixtures.chats[0]);
    let begun = Instant::now();
    for (turn, offset) in OFFSETS.into_iter().enumerate() {
        let slowest = jump(&mut report, &scene, &shim, &probe, (turn, offset)).await?;
        report.figure(&format!("to_{offset}s_taken_ms"), slowest.map(|time| time.as_millis() as u64));
        report.target(slowest.is_some_and(|time| time <= TAKEN), format!("to {offset} s: nothing is taken within {TAKEN:?}"));
    }
    runs_out(&mut report, &scene, &shim).await?;
    load.stop().await?;
    // Also across a restart.
    shim.clock_is_off_by(-DAY)?;
    scene.kill().await?;
    scene.resume().await?;
    let taken = probe.is_taken_after(Instant::now(), RINGS).await;
    report.target(taken.is_some(), "after a restart a day earlier nothing is taken");
    let tries = probe.tries_since(begun);
    probe.stop().await?;
    report.figure("tries", tries.len());
    report.figure("taken_ms_p99", probe::slowest(&tries, &Answered::Yes, 0.99));
    expiries(&mut report, &scene).await?;
    report.target(
        scene.world.history.counts().refused == 0,
        format!("{} messages were refused for good", scene.world.history.counts().refused),
    );
    Ok(vec![report.close(scene.judge().await?)])
}

/// Moves the clock while an offer rings; gives how long the next message took.
async fn jump(report: &mut Report, scene: &Scene, shim: &Shim, probe: &Probe, (turn, offset): (usize, i64)) -> Result<Option<Duration>> {
    // In turn: nobody has places for all newcomers.
    let agent = &scene.crowd.agents[turn % scene.crowd.agents.len()];
    agent.wants(Wish::Ready).await?;
    begin_chat(&scene.world, &scene.place.fixtures.site, "Newcomer").await?;
    let offer = timeout(RINGS, agent.is_offered()).await;
    report.target(offer.is_ok(), format!("before the jump to {offset} s no offer rings within {RINGS:?}"));
    shim.clock_is_off_by(offset)?;
    let jumped = Instant::now();
    let taken = probe.is_taken_after(jumped, RINGS).await;
    sleep(HOLD).await;
    if let Ok(offer) = offer {
        let accepted = agent.accepts(offer).await?;
        report
            .target(accepted.status.is_success(), format!("the offer that rang over the jump to {offset} s was gone: {}", accepted.status));
    }
    agent.wants(Wish::NotReady(None)).await?;
    Ok(taken)
}

/// An offer that nobody answers ends when its time is over, though the clock was set back meanwhile.
async fn runs_out(report: &mut Report, scene: &Scene, shim: &Shim) -> Result<()> {
    let agent = scene.crowd.agents.first().context("an agent")?;
    agent.wants(Wish::Ready).await?;
    begin_chat(&scene.world, &scene.place.fixtures.site, "Newcomer").await?;
    let Ok(offer) = timeout(RINGS, agent.is_offered()).await else {
        report.target(false, "no offer rings after the jumps");
        return Ok(());
    };
    shim.clock_is_off_by(-HOUR)?;
    let still = async || agent.desk().is_some_and(|desk| desk.offers.iter().any(|ringing| ringing.id == offer));
    let begun = Instant::now();
    while still().await && begun.elapsed() < RUNS_OUT {
        sleep(Duration::from_millis(100)).await;
    }
    report.figure("offer_ran_out_s", begun.elapsed().as_secs());
    report.target(!still().await, format!("an offer rings on for more than {RUNS_OUT:?} when the clock is set back"));
    agent.wants(Wish::NotReady(None)).await?;
    shim.clock_is_off_by(0)
}

/// What ran out by the clock though everybody was there all the time.
async fn expiries(report: &mut Report, scene: &Scene) -> Result<()> {
    let eyes = Eyes::open(&scene.place.url)?;
    let requeued = eyes.number("select count(*) from event where kind = 'requeued'").await?;
    // Newcomers leave; the chats of the fixtures, each with its note, have somebody in them.
    let sql =
        "select count(*) from event where kind = 'abandoned' and conversation in (select conversation from event where kind = 'note')";
    let abandoned = eyes.number(sql).await?;
    eyes.close().await;
    report.figure("chats_taken_from_their_agents", requeued);
    report.figure("chats_given_up", abandoned);
    report.target(requeued == 0, format!("{requeued} chats were taken from agents who were there"));
    report.target(abandoned == 0, format!("{abandoned} chats were given up though their customers were there"));
    Ok(())
}
