//! `bench`: figures that anybody can repeat.

pub mod floor;

#[derive(clap::Args)]
pub struct Arguments {}

pub async fn run(_arguments: Arguments) -> anyhow::Result<bool> {
    anyhow::bail!("not yet")
}
