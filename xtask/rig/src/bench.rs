//! `bench`: figures that anybody can repeat, each held against its mark.
//!
//! The program runs in its own process; this one is the generator and shares the machine with it. What is measured several
//! times is measured in turn (floor, messages, latency; again), so that a noisy minute does not fall on one figure alone.

mod figures;
pub mod floor;
mod latency;
mod messages;
mod meter;
mod routing;
mod sockets;
mod start;
mod widget;

use crate::{chaos::Common, place::Db};
use anyhow::Result;
use figures::Figures;
use std::{
    path::{Path, PathBuf},
    time::Duration,
};

#[derive(clap::Args)]
pub struct Arguments {
    /// Only these parts; `routing` is measured only where it is named
    #[arg(value_enum)]
    parts: Vec<Part>,
    /// The deskbell program, as it is shipped
    #[arg(long)]
    program: PathBuf,
    #[arg(long, value_enum, default_value = "sqlite")]
    db: Db,
    /// Print one object as the last line
    #[arg(long)]
    json: bool,
    /// How often messages, latency and floor are measured
    #[arg(long, default_value_t = 3)]
    runs: u32,
    /// As the names before
    #[arg(long, value_enum, value_delimiter = ',')]
    only: Vec<Part>,
    /// Seconds instead of minutes: shows that it works, not how fast
    #[arg(long)]
    short: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Part {
    Messages,
    Latency,
    Sockets,
    Start,
    Widget,
    Floor,
    Routing,
}

impl Arguments {
    fn wants(&self, part: Part) -> bool {
        let mut named = self.parts.iter().chain(&self.only).peekable();
        if named.peek().is_none() { !matches!(part, Part::Routing) } else { named.any(|one| *one == part) }
    }

    fn common(&self, run: u32) -> Common {
        Common { program: self.program.clone(), db: self.db, seed: u64::from(run), lenient: false, test: None }
    }

    fn program(&self) -> &Path {
        &self.program
    }

    /// Not measured: caches fill, connections open.
    fn warm_up(&self) -> Duration {
        Duration::from_secs(if self.short { 1 } else { 4 })
    }

    fn window(&self) -> Duration {
        Duration::from_secs(if self.short { 3 } else { 15 })
    }
}

/// Measures, and prints the table. True when nothing was lost, doubled or out of order; a missed mark is only named.
pub async fn run(arguments: Arguments) -> Result<bool> {
    let mut figures = Figures::default();
    figures.say("binary_mib", std::fs::metadata(arguments.program())?.len() as f64 / f64::from(1 << 20));
    if arguments.wants(Part::Start) {
        start::measure(&arguments, &mut figures).await?;
    }
    for run in 1..=arguments.runs.max(1) {
        if arguments.wants(Part::Floor) {
            floor::measure(&arguments, &mut figures).await?;
        }
        if arguments.wants(Part::Messages) {
            messages::measure(&arguments, run, &mut figures).await?;
        }
        if arguments.wants(Part::Latency) {
            latency::measure(&arguments, run, &mut figures).await?;
        }
    }
    figures.ratio("ratio_to_floor", "acked_per_s", "floor_acked_per_s");
    if arguments.wants(Part::Sockets) {
        sockets::measure(&arguments, &mut figures).await?;
    }
    if arguments.wants(Part::Widget) {
        widget::measure(&arguments, &mut figures).await?;
    }
    if arguments.wants(Part::Routing) {
        for _ in 0..arguments.runs.max(1) {
            routing::measure(&arguments, &mut figures).await?;
        }
    }
    figures.print();
    if arguments.json {
        figures.print_json(arguments.db, arguments.short);
    }
    Ok(figures.are_clean())
}
