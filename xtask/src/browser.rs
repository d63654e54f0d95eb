//! A Chromium for the browser tests.

use std::env;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::cargo::must;
use crate::{node, place};

/// Names under which a Chromium stands on the PATH.
const NAMES: &[&str] = &["chromium", "chromium-browser", "google-chrome"];

/// Which Chromium the tests start.
pub enum Chromium {
    At(PathBuf),
    /// The one that Playwright has fetched for itself.
    Playwrights,
}

/// Finds a Chromium: the one named by `DESKBELL_CHROMIUM`, one on the PATH, else Debian's (installed when we may),
/// else Playwright's own download.
pub fn find() -> Result<Chromium> {
    if let Some(named) = env::var_os("DESKBELL_CHROMIUM") {
        return Ok(Chromium::At(named.into()));
    }
    if let Some(found) = on_path() {
        return Ok(Chromium::At(found));
    }
    if place::find_program("apt-get").is_some() && is_root() {
        println!("    installing Debian's chromium");
        match install_debian() {
            Ok(found) => return Ok(Chromium::At(found)),
            Err(error) => println!("    notice: {error:#}; trying Playwright's own"),
        }
    }
    let end2end = place::end2end();
    node::install(&end2end)?;
    must(node::program(&end2end, "@playwright/test/cli.js").args(["install", "chromium"]))
        .context("no Chromium could be found or fetched")?;
    Ok(Chromium::Playwrights)
}

fn on_path() -> Option<PathBuf> {
    NAMES.iter().find_map(|name| place::find_program(name))
}

fn install_debian() -> Result<PathBuf> {
    must(apt_get().args(["update", "-qq"])).context("apt-get update failed")?;
    must(apt_get().args(["install", "-y", "-qq", "--no-install-recommends", "chromium"])).context("apt-get could not install chromium")?;
    on_path().context("apt-get installed chromium, but it is not on the PATH")
}

fn apt_get() -> Command {
    let mut command = Command::new("apt-get");
    command.env("DEBIAN_FRONTEND", "noninteractive");
    command
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}
