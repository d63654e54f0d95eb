//! Node.js and npm: for wasm-opt and for the browser tests. Nothing else needs them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::cargo::must;
use crate::place;

/// Whether this machine has node and npm.
pub fn is_here() -> bool {
    place::find_program("node").is_some() && (place::find_program("npm").is_some() || place::find_program("npm.cmd").is_some())
}

/// Installs a directory's locked packages, unless they are already there as locked.
pub fn install(directory: &Path) -> Result<()> {
    let lock =
        fs::read_to_string(directory.join("package-lock.json")).with_context(|| format!("no lock file in {}", directory.display()))?;
    let stamp = directory.join("node_modules/.installed-lock");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    let mut npm = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
    npm.current_dir(directory).args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]).env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
    must(&mut npm).with_context(|| format!("could not install the packages of {}", directory.display()))?;
    fs::write(&stamp, lock).with_context(|| format!("could not write {}", stamp.display()))
}

/// Node running a program of an installed package.
pub fn program(directory: &Path, file: &str) -> Command {
    let mut command = Command::new("node");
    command.current_dir(directory).arg(directory.join("node_modules").join(file));
    command
}

/// Installs the build tools that come from npm into `target/tools` and gives that directory.
pub fn tools() -> Result<PathBuf> {
    let (from, to) = (place::root().join("xtask/tools"), place::root().join("target/tools"));
    fs::create_dir_all(&to).with_context(|| format!("could not make {}", to.display()))?;
    for name in ["package.json", "package-lock.json"] {
        fs::copy(from.join(name), to.join(name)).with_context(|| format!("could not copy {name} of xtask/tools"))?;
    }
    install(&to)?;
    Ok(to)
}
