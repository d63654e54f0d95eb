//! Calling cargo from under cargo.

use std::env;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::place;
use crate::profile::TESTED;

/// The browser's compile target.
pub const WASM: &str = "wasm32-unknown-unknown";

/// Everything that runs on the server's side. Lints, unit tests, integration tests, the binary for the browser tests and the
/// rig all select exactly this, so that cargo resolves one set of features and compiles every dependency once. The rig's shim
/// stands between programs and the C library of Linux, and is of no use elsewhere.
pub const SERVER_SIDE: &[&str] = &[
    "--profile",
    TESTED.server,
    "--package",
    "deskbell",
    "--package",
    "engine",
    "--package",
    "domain",
    "--package",
    "app",
    "--package",
    "oracle",
    "--package",
    "rig",
    #[cfg(target_os = "linux")]
    "--package",
    #[cfg(target_os = "linux")]
    "rig-shim",
    "--features",
    "app/ssr,deskbell/seeded-bugs",
];

/// Cargo at the repository's root, without what the outer cargo left in the environment
/// (build scripts watch some of it, and would run again for nothing).
pub fn cargo() -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(place::root()).env("CARGO_TARGET_DIR", place::target());
    let ours = |name: &str| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") || name == "CARGO_BIN_NAME";
    for (name, _) in env::vars_os() {
        if name.to_str().is_some_and(ours) {
            command.env_remove(name);
        }
    }
    command
}

/// Runs a command to its end; its output goes straight to the terminal. Fails when it fails.
pub fn must(command: &mut Command) -> Result<()> {
    let name = command.get_program().to_string_lossy().into_owned();
    let status = command.status().with_context(|| format!("could not start {name}"))?;
    if !status.success() {
        let arguments: Vec<_> = command.get_args().map(|argument| argument.to_string_lossy().into_owned()).collect();
        bail!("{name} {} ended with {status}", arguments.join(" "));
    }
    Ok(())
}

/// Makes sure that the standard library for the browser is there, fetching it with rustup when it is not.
pub fn ensure_wasm_target() -> Result<()> {
    if has_wasm_target()? {
        return Ok(());
    }
    println!("    adding the Rust target {WASM}");
    let mut rustup = Command::new("rustup");
    rustup.current_dir(place::root()).args(["target", "add", WASM]);
    must(&mut rustup).with_context(|| format!("the Rust target {WASM} is missing and rustup could not add it"))?;
    if !has_wasm_target()? {
        bail!("rustup added {WASM}, but the rustc on the PATH does not see it: is it another toolchain?");
    }
    Ok(())
}

fn has_wasm_target() -> Result<bool> {
    let mut rustc = Command::new("rustc");
    rustc.current_dir(place::root()).args(["--print", "target-libdir", "--target", WASM]);
    let output = rustc.output().context("could not start rustc")?;
    let directory = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    Ok(output.status.success() && std::path::Path::new(&directory).is_dir())
}
