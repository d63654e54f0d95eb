//! A checker that cannot fail proves nothing: the program is built with faults of its own, one at a time, and each must be
//! seen by the checker that is there for it. Wants a build with the feature `seeded-bugs`.

use super::{Common, Report, Scene, scene::CANARY};
use crate::{load::Load, people::begin_chat, place::Sowing};
use anyhow::{Context, Result};
use domain::presence::Wish;
use oracle::Verdict;
use std::{sync::Arc, time::Duration};
use tokio::time::{sleep, timeout};

/// A fault, and how the verdict must show it.
struct Tooth {
    bug: &'static str,
    /// What is done while the fault is in.
    deed: Deed,
    seen: fn(&Verdict) -> bool,
}

enum Deed {
    /// Messages both ways.
    Talk,
    /// Messages both ways, and the program killed in between.
    Kill,
    /// An offer that is accepted and rejected.
    Offers,
}

const TEETH: [Tooth; 5] = [
    Tooth { bug: "lose_acknowledged", deed: Deed::Talk, seen: |verdict| verdict.lost > 0 },
    Tooth { bug: "apply_twice", deed: Deed::Talk, seen: |verdict| verdict.duplicated > 0 },
    Tooth { bug: "leak_notes", deed: Deed::Talk, seen: |verdict| verdict.leaked > 0 },
    Tooth { bug: "answer_before_commit", deed: Deed::Kill, seen: |verdict| verdict.lost > 0 },
    Tooth { bug: "skip_compare_and_set", deed: Deed::Offers, seen: |verdict| verdict.findings.iter().any(|line| line.starts_with('R')) },
];

const RATE: u32 = 150;
const TALK: Duration = Duration::from_secs(4);
const KILLS: u32 = 4;
const OFFERS: usize = 8;
/// Some of these faults never let a scene come to rest.
const PATIENCE: Duration = Duration::from_secs(6);
/// What of the findings is told.
const LINES: usize = 4;

/// One report a fault: clean when the fault was seen.
pub async fn run(common: &Common) -> Result<Vec<Report>> {
    let mut reports = Vec::new();
    for tooth in &TEETH {
        if common.test.as_deref().is_some_and(|wanted| wanted != tooth.bug) {
            continue;
        }
        let mut report = Report::of("teeth", common);
        let mut verdict = bite(common, tooth).await.with_context(|| format!("the run with {}", tooth.bug))?;
        report.figure("bug", tooth.bug);
        report.target((tooth.seen)(&verdict), format!("no checker saw {}", tooth.bug));
        verdict.findings.truncate(LINES);
        report.figure("found", serde_json::to_value(&verdict)?);
        reports.push(report.close(Verdict::default()));
    }
    Ok(reports)
}

async fn bite(common: &Common, tooth: &Tooth) -> Result<Verdict> {
    let sowing = Sowing { agents: 2, chats: 6, canary: Some(CANARY) };
    let mut scene = Scene::set_with(
        common,
        sowing,
        |launch| launch.with("DESKBELL_TEST_BUG", tooth.bug),
        |mut world| {
            world.manners.longest_pause = Duration::from_millis(500);
            world
        },
    )
    .await?;
    match tooth.deed {
        Deed::Talk => {
            let load = Load::start(Arc::clone(&scene.crowd), RATE, common.seed);
            sleep(TALK).await;
            load.stop().await?;
        }
        Deed::Kill => {
            let load = Load::start(Arc::clone(&scene.crowd), RATE, common.seed);
            for _ in 0..KILLS {
                sleep(Duration::from_millis(700)).await;
                scene.kill().await?;
                scene.resume().await?;
            }
            sleep(Duration::from_millis(700)).await;
            load.stop().await?;
        }
        Deed::Offers => offers(&scene).await?,
    }
    scene.judge_within(PATIENCE).await
}

/// Each offer is accepted, and rejected from another tab a moment later.
async fn offers(scene: &Scene) -> Result<()> {
    let agent = scene.crowd.agents.first().context("an agent")?;
    agent.wants(Wish::Ready).await?;
    for n in 0..OFFERS {
        begin_chat(&scene.world, &scene.place.fixtures.site, &format!("Newcomer {n}")).await?;
        let Ok(offer) = timeout(PATIENCE, agent.is_offered()).await else { break };
        agent.accepts(offer).await?;
        agent.rejects(offer).await?;
    }
    Ok(())
}
