//! `check`: formatting, lints and types, each reported even when one before it failed.

use anyhow::Result;

use crate::cargo::{SERVER_SIDE, WASM, cargo, ensure_wasm_target, must};
use crate::profile::TESTED;
use crate::site::BUNDLES;
use crate::step::step;
use crate::{node, place};

/// Runs all checks and prints what failed. True when nothing did.
pub fn check() -> bool {
    let failed = failures();
    match failed.as_slice() {
        [] => println!("all checks passed"),
        some => println!("failed: {}", some.join(", ")),
    }
    failed.is_empty()
}

/// Runs all checks; gives the names of those that failed.
pub fn failures() -> Vec<String> {
    let mut failed = Vec::new();
    let mut run = |name: &str, work: &dyn Fn() -> Result<()>| {
        if let Err(error) = step(name, work) {
            eprintln!("error: {error:#}");
            failed.push(name.to_owned());
        }
    };
    run("formatting", &|| must(cargo().args(["fmt", "--all", "--", "--check"])));
    run("lints: server", &|| lint(SERVER_SIDE, &["--all-targets"]));
    for bundle in BUNDLES {
        run(&format!("lints: {}", bundle.name), &|| lint_bundle(bundle.package()));
    }
    run("lints: xtask", &|| lint(&["--package", "xtask"], &["--all-targets"]));
    run("types: browser tests", &types);
    failed
}

fn lint(packages: &[&str], rest: &[&str]) -> Result<()> {
    must(cargo().arg("clippy").args(packages).args(rest).args(["--", "-D", "warnings"]))
}

fn lint_bundle(package: &str) -> Result<()> {
    ensure_wasm_target()?;
    lint(&["--package", package], &["--target", WASM, "--profile", TESTED.wasm])
}

fn types() -> Result<()> {
    if !node::is_here() {
        println!("    notice: node and npm are not on the PATH, so the browser tests' types are not checked");
        return Ok(());
    }
    let end2end = place::end2end();
    node::install(&end2end)?;
    for project in ["tsconfig.json", "tsconfig.loader.json"] {
        must(node::program(&end2end, "typescript/bin/tsc").args(["--noEmit", "--project", project]))?;
    }
    Ok(())
}
