//! A browser bundle: a crate compiled to WASM, bound to JavaScript, squeezed where the profile asks.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

use crate::cargo::{WASM, cargo, must};
use crate::profile::Profile;
use crate::{node, place};

/// One entry crate and the name its files get.
pub struct Bundle {
    pub name: &'static str,
    package: &'static str,
    library: &'static str,
}

/// The two bundles. Each is compiled by itself, so that neither gets the other's features.
pub const BUNDLES: &[Bundle] = &[
    Bundle { name: "console", package: "deskbell-console", library: "deskbell_console" },
    Bundle { name: "widget", package: "deskbell-widget", library: "deskbell_widget" },
];

/// The features that both rustc and every browser we support have on; wasm-opt must be told.
const WASM_FEATURES: &[&str] = &[
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

impl Bundle {
    /// The cargo package of this bundle's entry crate.
    pub fn package(&self) -> &'static str {
        self.package
    }

    /// Compiles the entry crate to WASM.
    pub fn compile(&self, profile: &Profile) -> Result<()> {
        let mut command = cargo();
        command.args(["build", "--package", self.package, "--target", WASM, "--profile", profile.wasm]);
        must(&mut command)
    }

    /// Makes `<name>.js` and `<name>_bg.wasm` of the compiled crate and gives their directory.
    /// Does nothing when they were made of this very input before.
    pub fn bind(&self, profile: &Profile) -> Result<PathBuf> {
        let input = place::target().join(WASM).join(profile.wasm).join(format!("{}.wasm", self.library));
        let work = place::site_work(profile.name);
        let (output, stamp) = (work.join(self.name), work.join(format!("{}.stamp", self.name)));
        let wanted = self.stamp(&input)?;
        if fs::read_to_string(&stamp).is_ok_and(|made| made == wanted) {
            println!("    unchanged");
            return Ok(output);
        }
        if output.exists() {
            fs::remove_dir_all(&output).with_context(|| format!("could not clear {}", output.display()))?;
        }
        fs::create_dir_all(&output).with_context(|| format!("could not make {}", output.display()))?;
        self.generate(&input, &output, profile)?;
        let whole = !profile.optimise || self.optimise(&output)?;
        if whole {
            fs::write(&stamp, wanted).with_context(|| format!("could not write {}", stamp.display()))?;
        }
        Ok(output)
    }

    fn generate(&self, input: &Path, output: &Path, profile: &Profile) -> Result<()> {
        Bindgen::new()
            .input_path(input)
            .out_name(self.name)
            .web(true)
            .context("wasm-bindgen refused the web target")?
            .typescript(false)
            .keep_debug(false)
            .remove_name_section(profile.optimise)
            .remove_producers_section(profile.optimise)
            .generate(output)
            .with_context(|| format!("wasm-bindgen could not bind {}", input.display()))
    }

    /// Runs wasm-opt over the bound WASM. False, with a notice, where node is missing.
    fn optimise(&self, output: &Path) -> Result<bool> {
        if !node::is_here() {
            println!("    notice: node and npm are not on the PATH, so wasm-opt is skipped and the bundle stays larger");
            return Ok(false);
        }
        let file = output.join(format!("{}_bg.wasm", self.name));
        let mut wasm_opt = node::program(&node::tools()?, "binaryen/bin/wasm-opt");
        wasm_opt.args(WASM_FEATURES).arg("-Oz").arg(&file).arg("-o").arg(&file);
        must(&mut wasm_opt).with_context(|| format!("wasm-opt failed on {}", file.display()))?;
        Ok(true)
    }

    /// What the output depends on: the compiled input and this very tool.
    fn stamp(&self, input: &Path) -> Result<String> {
        let tool = std::env::current_exe().context("could not tell where this program is")?;
        Ok(format!("{} {}", age(input)?, age(&tool)?))
    }
}

fn age(file: &Path) -> Result<String> {
    let facts = file.metadata().with_context(|| format!("could not read {}", file.display()))?;
    let modified = facts.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok()).unwrap_or_default();
    Ok(format!("{}@{}", facts.len(), modified.as_nanos()))
}
