//! `run` and `build`: the site, then the server around it.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::RunArguments;
use crate::cargo::{cargo, must};
use crate::profile::{DEV, Profile};
use crate::step::{size, step};
use crate::{place, site};

/// Builds the site and the server; gives the server's binary.
pub fn build(profile: &Profile) -> Result<PathBuf> {
    let built = site::build(profile)?;
    step(&format!("server ({})", profile.server), || build_server(profile))?;
    let binary = place::server_binary(profile.server);
    let bytes = binary.metadata().with_context(|| format!("cargo left no {}", binary.display()))?.len();
    built.report();
    println!("{} ({})", binary.display(), size(bytes));
    Ok(binary)
}

/// Builds the server's binary around the site of a profile.
pub fn build_server(profile: &Profile) -> Result<()> {
    let mut command = cargo();
    command.args(["build", "--package", "deskbell", "--bin", "deskbell"]).args(profile.server_arguments());
    // The development site is where the server's build looks by itself. Naming it would only rebuild what a plain
    // `cargo build` has built.
    if profile.name != DEV.name {
        command.env("DESKBELL_SITE", place::site(profile.name));
    }
    must(&mut command)
}

/// Builds everything and serves it in the foreground until interrupted.
pub fn run(arguments: &RunArguments) -> Result<()> {
    let binary = build(crate::profile(arguments.release))?;
    let data = match &arguments.data {
        Some(given) => std::path::absolute(given)?,
        None => place::root().join("data"),
    };
    let mut server = Command::new(&binary);
    server.current_dir(place::root()).arg("serve").arg("--data").arg(data);
    if let Some(port) = arguments.port {
        server.args(["--port", &port.to_string()]);
    }
    if !arguments.no_demo {
        server.arg("--demo");
    }
    become_server(server, &binary)
}

/// The server takes this process's place, so that the terminal's signals reach it alone.
#[cfg(unix)]
fn become_server(mut server: Command, binary: &Path) -> Result<()> {
    use std::os::unix::process::CommandExt;
    Err(server.exec()).with_context(|| format!("could not start {}", binary.display()))
}

#[cfg(not(unix))]
fn become_server(mut server: Command, _binary: &Path) -> Result<()> {
    must(&mut server)
}
