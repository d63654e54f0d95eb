//! `chaos`: faults on purpose. Each test has a number of its own, a seed, and a verdict as one line of JSON.

pub mod clock;
pub mod disk;
pub mod kill;
pub mod net;
pub mod power;
mod probe;
mod report;
mod scene;
pub mod shim;
pub mod simulate;
pub mod teeth;

pub use report::Report;
pub use scene::Scene;

use self::shim::ShimArguments;
use crate::place::Db;
use std::path::PathBuf;

/// What every test is told.
#[derive(Debug, Clone, clap::Args)]
pub struct Common {
    /// The deskbell program
    #[arg(long)]
    pub program: PathBuf,
    #[arg(long, value_enum, default_value = "sqlite")]
    pub db: Db,
    /// Repeats a run: the same seed gives the same schedule
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Times that are missed are told, but not held against the run: for machines that others use as well
    #[arg(long)]
    pub lenient: bool,
    /// Only the test of this number, such as F15
    #[arg(long)]
    pub test: Option<String>,
}

impl Common {
    /// Whether the test of this number is wanted.
    pub fn wants(&self, number: &str) -> bool {
        self.test.as_deref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(number))
    }
}

#[derive(clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    kind: Kind,
}

#[derive(clap::Subcommand)]
enum Kind {
    /// F1: kill -9 at random instants under load
    Kill {
        #[command(flatten)]
        common: Common,
        #[arg(long, default_value_t = 50)]
        cycles: u32,
    },
    /// F2: the power fails at random instants of a recorded run
    Power {
        #[command(flatten)]
        common: Common,
        #[command(flatten)]
        shim: ShimArguments,
        #[arg(long, default_value_t = 200)]
        cuts: usize,
    },
    /// F14 to F19 and F27: a network that is slow, breaks, forgets, repeats or falls silent
    Net {
        #[command(flatten)]
        common: Common,
        /// How long each fault lasts, instead of what is usual for it
        #[arg(long)]
        seconds: Option<u64>,
    },
    /// F5 and F7: a full disk, a locked database
    Disk {
        #[command(flatten)]
        common: Common,
        #[command(flatten)]
        shim: ShimArguments,
        /// Hold locks and snapshots for longer
        #[arg(long)]
        long: bool,
    },
    /// F28: the server's clock jumps
    Clock {
        #[command(flatten)]
        common: Common,
        #[command(flatten)]
        shim: ShimArguments,
    },
    /// F30: seeded days of a desk, every promise of the routing asked after every step
    Simulate {
        #[command(flatten)]
        common: Common,
        #[command(flatten)]
        arguments: simulate::SimulateArguments,
    },
    /// Each seeded bug must be seen by its checker
    Teeth {
        #[command(flatten)]
        common: Common,
    },
}

/// Runs the tests of one kind; each prints its verdict as soon as it is over. True when all are clean.
pub async fn run(arguments: Arguments) -> anyhow::Result<bool> {
    let reports = match arguments.kind {
        Kind::Kill { common, cycles } => kill::run(&common, cycles).await?,
        Kind::Power { common, shim, cuts } => power::run(&common, &shim, cuts).await?,
        Kind::Net { common, seconds } => net::run(&common, seconds).await?,
        Kind::Disk { common, shim, long } => disk::run(&common, &shim, long).await?,
        Kind::Clock { common, shim } => clock::run(&common, &shim).await?,
        Kind::Simulate { common, arguments } => simulate::run(&common, &arguments).await?,
        Kind::Teeth { common } => teeth::run(&common).await?,
    };
    Ok(!reports.is_empty() && reports.iter().all(Report::is_clean))
}
