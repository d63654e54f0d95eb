//! F17: thousands of widgets lose their sockets at once and come back, with the usual jitter and as a herd without any.

use super::{Proxy, acknowledged_ms, by_agent, is_due, ms, percentile};
use crate::{
    chaos::{Common, Report, Scene, scene::CANARY},
    desk::Launch,
    history::listed,
    load::Load,
    people::{Customer, World},
    place::Sowing,
};
use anyhow::{Context, Result};
use oracle::Moment;
use std::{collections::HashMap, sync::Arc, time::Duration};
use tokio::time::{Instant, sleep, timeout};

const AGENTS: usize = 10;
/// Ten sockets a chat: tabs of the same customer.
const CHATS: usize = 500;
const TABS: u32 = 10;
/// Entered at a time, so that getting in is no storm.
const GROUP: usize = 100;
const RATE: u32 = 40;
const USUAL: Duration = Duration::from_secs(8);
const BEFORE: Duration = Duration::from_secs(5);
const GIVEN_UP: Duration = Duration::from_secs(90);
const SEND_P99: u64 = 500;
const RESTS: Duration = Duration::from_secs(20);

struct Storm {
    name: &'static str,
    longest_pause: Duration,
    caught_up: Duration,
}

const STORMS: [Storm; 2] = [
    Storm { name: "jitter", longest_pause: USUAL, caught_up: Duration::from_secs(15) },
    // A millisecond, so that a door that is shut is not all that the machine is busy with.
    Storm { name: "herd", longest_pause: Duration::from_millis(1), caught_up: Duration::from_secs(30) },
];

pub async fn run(common: &Common) -> Result<Vec<Report>> {
    let mut reports = Vec::new();
    for storm in &STORMS {
        reports.push(storm.breaks(common).await.with_context(|| storm.name)?);
    }
    Ok(reports)
}

impl Storm {
    async fn breaks(&self, common: &Common) -> Result<Report> {
        let mut report = Report::of("F17", common);
        let sowing = Sowing { agents: AGENTS, chats: CHATS, canary: Some(CANARY) };
        let wide = |launch: Launch| launch.with("DESKBELL_SOCKETS_PER_CUSTOMER", 1_000);
        let quiet = |mut world: World| {
            world.manners.marks = false;
            world
        };
        let scene = Scene::set_with(common, sowing, wide, quiet).await?;
        let proxy = Proxy::to(scene.address()?, common.seed)?;
        let mut door = scene.world.clone().through(proxy.address);
        door.manners.longest_pause = self.longest_pause;
        let widgets = enter(&scene, &door).await?;

        let load = Load::start(Arc::clone(&scene.crowd), RATE, common.seed);
        let calm = Moment::now();
        sleep(BEFORE).await;
        let times: Vec<u64> = widgets.iter().map(Customer::times_caught_up).collect();
        let cpu = scene.desk()?.cpu()?;
        let cut = Moment::now();
        proxy.cut();
        let back = until(GIVEN_UP, || widgets.iter().zip(&times).all(|(widget, before)| widget.times_caught_up() > *before)).await;
        let (end, spent) = (Moment::now(), scene.desk()?.cpu()?.saturating_sub(cpu));
        let took = back.map(|()| Duration::from_nanos(end.0 - cut.0));
        // Whoever was slow to be answered still counts.
        load.stop().await?;
        let rested = scene.rests(RESTS).await;
        let alike = until(RESTS, || are_alike(&scene, &widgets)).await;

        let written = scene.world.history.written();
        let before = acknowledged_ms(written.values(), |message| by_agent(message) && is_due(message, calm, cut));
        let meanwhile = acknowledged_ms(written.values(), |message| by_agent(message) && is_due(message, cut, end));
        report.figure("storm", self.name);
        report.figure("sockets", widgets.len());
        report.figure("caught_up_ms", took.map(ms));
        report.figure("connections", proxy.deeds().connections);
        report.figure("server_cpu_ms", ms(spent));
        report.figure("send_ms_p99_before", percentile(&before, 99.0));
        report.figure("send_ms_p99", percentile(&meanwhile, 99.0));
        report.figure("send_ms_max", percentile(&meanwhile, 100.0));
        report.figure("sends", meanwhile.len());
        report.mark(took.is_some_and(|took| took <= self.caught_up), format!("all caught up within {:?}: {took:?}", self.caught_up));
        report.mark(percentile(&meanwhile, 99.0) <= SEND_P99, format!("agents' sends within {SEND_P99} ms at p99"));
        report.target(rested.is_some() && alike.is_some(), format!("at rest and alike within {RESTS:?}"));
        let verdict = scene.judge().await?;
        drop(widgets);
        Ok(report.close(verdict))
    }
}

/// Opens all widgets, some at a time.
async fn enter(scene: &Scene, door: &World) -> Result<Vec<Customer>> {
    let mut widgets: Vec<Customer> = Vec::new();
    let tabs = (1..=TABS).flat_map(|tab| scene.place.fixtures.chats.iter().map(move |chat| (chat, tab)));
    for (n, (chat, tab)) in tabs.enumerate() {
        widgets.push(Customer::enter(door, chat, tab));
        if (n + 1) % GROUP == 0 {
            for widget in &widgets[widgets.len() - GROUP..] {
                timeout(GIVEN_UP, widget.is_there()).await.context("a widget does not get in")?;
            }
        }
    }
    Ok(widgets)
}

/// Whether every widget shows what the first tab of its chat shows.
fn are_alike(scene: &Scene, widgets: &[Customer]) -> bool {
    let first: HashMap<_, _> = scene.crowd.customers.iter().map(|customer| (customer.chat(), listed(&customer.state()))).collect();
    widgets.iter().all(|widget| first.get(&widget.chat()).is_some_and(|list| *list == listed(&widget.state())))
}

/// Waits until it holds; `None` when it does not in time.
pub(super) async fn until(within: Duration, holds: impl Fn() -> bool) -> Option<()> {
    let begun = Instant::now();
    while begun.elapsed() < within {
        if holds() {
            return Some(());
        }
        sleep(Duration::from_millis(20)).await;
    }
    None
}
