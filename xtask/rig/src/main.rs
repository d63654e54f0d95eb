//! `deskbell-rig`: what `cargo xtask bench` and `cargo xtask chaos` start.

use clap::{Parser, Subcommand};
use std::{path::PathBuf, process::ExitCode};

#[derive(Parser)]
#[command(name = "deskbell-rig", about = "Measures and breaks a Deskbell program")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Measure
    Bench(rig::bench::Arguments),
    /// Break
    Chaos(rig::chaos::Arguments),
    /// Print a desk's log as JSON
    #[command(hide = true)]
    Log {
        /// The database: sqlite://PATH or postgres://…
        url: String,
    },
    /// The bare server that the product is compared with
    #[command(hide = true)]
    Floor {
        #[arg(long)]
        file: PathBuf,
    },
}

fn main() -> ExitCode {
    match run(Arguments::parse().task) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> anyhow::Result<bool> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        match task {
            Task::Bench(arguments) => rig::bench::run(arguments).await,
            Task::Chaos(arguments) => rig::chaos::run(arguments).await,
            Task::Log { url } => rig::log::print(&url).await.map(|()| true),
            Task::Floor { file } => rig::bench::floor::serve(&file).await.map(|()| true),
        }
    })
}
