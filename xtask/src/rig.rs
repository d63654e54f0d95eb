//! `bench` and `chaos`: builds the product and the rig, and lets the rig drive the product's own process.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::cargo::{SERVER_SIDE, cargo, must};
use crate::profile::{Profile, RELEASE, TESTED};
use crate::step::step;
use crate::test::playwright;
use crate::test::tally::{Counts, Tally};
use crate::{place, run, site};

/// One fault test of the short form: the rig's arguments.
struct Fault {
    arguments: &'static [&'static str],
    wants: Want,
}

/// What a fault test cannot do without.
#[derive(Clone, Copy)]
enum Want {
    Nothing,
    /// The PostgreSQL that `DESKBELL_TEST_POSTGRES` names.
    Postgres,
    /// The shim, which there is on Linux only.
    Shim,
}

impl Want {
    /// Why it is not to be had here.
    fn missing(self) -> Option<&'static str> {
        match self {
            Want::Nothing => None,
            Want::Postgres => {
                let is_set = std::env::var_os("DESKBELL_TEST_POSTGRES").is_some_and(|url| !url.is_empty());
                (!is_set).then_some("DESKBELL_TEST_POSTGRES is not set")
            }
            Want::Shim => (!HAS_SHIM).then_some("it wants Linux"),
        }
    }
}

/// Whether programs can be lied to about disk and clock on this system.
const HAS_SHIM: bool = cfg!(target_os = "linux");

const fn fault(arguments: &'static [&'static str]) -> Fault {
    Fault { arguments, wants: Want::Nothing }
}

const fn on_postgres(arguments: &'static [&'static str]) -> Fault {
    Fault { arguments, wants: Want::Postgres }
}

const fn with_shim(arguments: &'static [&'static str]) -> Fault {
    Fault { arguments, wants: Want::Shim }
}

/// What CI runs: a few minutes. Times are not held against it there: others may use the machine.
const SHORT: &[Fault] = &[
    fault(&["kill", "--cycles", "5"]),
    on_postgres(&["kill", "--cycles", "5", "--db", "postgres"]),
    fault(&["teeth"]),
    with_shim(&["power", "--cuts", "200"]),
    fault(&["net", "--test", "F14", "--seconds", "10"]),
    fault(&["net", "--test", "F15"]),
    fault(&["net", "--test", "F17"]),
    fault(&["net", "--test", "F27", "--seconds", "10"]),
    with_shim(&["disk", "--test", "F5"]),
    fault(&["disk", "--test", "F7"]),
    with_shim(&["clock"]),
    fault(&["simulate", "--seeds", "500", "--steps", "80"]),
    fault(&["simulate", "--faulty", "--seeds", "40"]),
];

/// The files of `chaos browser` that CI runs; all of them take some ten minutes.
const SHORT_BROWSER: &[&str] = &["crash", "frozen", "offline"];

/// Measures the release binary.
pub fn bench(rest: &[String]) -> Result<bool> {
    let program = run::build(&RELEASE)?;
    step("rig", || must(cargo().args(["build", "--release", "--package", "rig"])))?;
    drive(&RELEASE, "bench", rest, &program)
}

/// Breaks the tested binary, or the release's.
pub fn chaos(release: bool, rest: &[String]) -> Result<bool> {
    let profile = if release { &RELEASE } else { &TESTED };
    let program = if release {
        let program = run::build(&RELEASE)?;
        let shim: &[&str] = if HAS_SHIM { &["--package", "rig-shim"] } else { &[] };
        step("rig", || must(cargo().args(["build", "--release", "--package", "rig"]).args(shim)))?;
        program
    } else {
        step("site", || site::build(&TESTED))?;
        step("server and rig", build_tested)?;
        place::server_binary(TESTED.server)
    };
    match rest.split_first() {
        Some((kind, filter)) if kind == "browser" => {
            let counts = playwright::suite("chaos", &program, filter)?;
            Ok(counts.failed == 0 && counts.passed > 0)
        }
        _ => drive(profile, "chaos", rest, &program),
    }
}

/// Builds the server, its tests and the rig, all with the features that they share.
pub fn build_tested() -> Result<()> {
    must(cargo().arg("build").args(SERVER_SIDE).args(["--lib", "--bins", "--test", "it"]))
}

/// The short form of every fault test; each counts as one.
pub fn short_faults(filter: &[String], tally: &mut Tally) -> Result<()> {
    build_tested()?;
    let program = place::server_binary(TESTED.server);
    for fault in SHORT {
        let name = fault.arguments.join(" ");
        if !filter.is_empty() && !filter.iter().any(|wanted| name.contains(wanted.as_str())) {
            continue;
        }
        if let Some(why) = fault.wants.missing() {
            println!("    chaos {name}: skipped, {why}");
            tally.add(Counts { skipped: 1, ..Counts::default() });
            continue;
        }
        let rest: Vec<String> = fault.arguments.iter().copied().chain(["--lenient"]).map(str::to_owned).collect();
        let passed = step(&format!("chaos {name}"), || drive(&TESTED, "chaos", &rest, &program))?;
        tally.add(Counts { passed: u64::from(passed), failed: u64::from(!passed), skipped: 0 });
    }
    if filter.is_empty() || filter.iter().any(|wanted| wanted == "browser") {
        let some: Vec<String> = SHORT_BROWSER.iter().map(|&name| name.to_owned()).collect();
        let seen = step("chaos browser", || playwright::suite("chaos", &program, &some))?;
        tally.add(seen);
    }
    Ok(())
}

fn drive(profile: &Profile, task: &str, rest: &[String], program: &PathBuf) -> Result<bool> {
    let rig = place::target().join(profile.server).join(format!("deskbell-rig{}", std::env::consts::EXE_SUFFIX));
    let mut command = Command::new(&rig);
    command.current_dir(place::root()).arg(task).args(rest).arg("--program").arg(program);
    let status = command.status().with_context(|| format!("could not start {}", rig.display()))?;
    Ok(status.success())
}
