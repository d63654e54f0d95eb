//! The built pages: two WASM bundles with their scripts, two style sheets, icons, fonts and the embed script,
//! in `target/site/<profile>` under one build id.

mod bundle;
mod directory;
mod script;
mod styles;

use std::fs;

use anyhow::{Context, Result};

use crate::cargo::ensure_wasm_target;
use crate::place;
use crate::profile::Profile;
use crate::step::{size, step};

pub use self::bundle::{BUNDLES, Bundle};
use self::directory::Files;

/// A finished site directory.
pub struct Built {
    /// Every file with its size; where there is a brotli twin, that size too.
    sizes: Vec<(String, u64, Option<u64>)>,
}

impl Built {
    /// Prints what was built and how big it is.
    pub fn report(&self) {
        for (name, raw, brotli) in &self.sizes {
            match brotli {
                Some(brotli) => println!("    {name:<24} {:>10} {:>10} br", size(*raw), size(*brotli)),
                None => println!("    {name:<24} {:>10}", size(*raw)),
            }
        }
    }
}

/// Builds the site for a profile. What did not change since the last time is not made again.
pub fn build(profile: &Profile) -> Result<Built> {
    ensure_wasm_target()?;
    for bundle in BUNDLES {
        step(&format!("{} bundle ({})", bundle.name, profile.wasm), || bundle.compile(profile))?;
    }
    let mut files = Files::new();
    for bundle in BUNDLES {
        step(&format!("{} bindings", bundle.name), || bind(bundle, profile, &mut files))?;
    }
    step("styles, icons and embed script", || parts(&mut files))?;
    step("site directory", || files.write(&place::site(profile.name), profile.twins))?;
    Ok(Built { sizes: directory::sizes(&place::site(profile.name))? })
}

fn bind(bundle: &Bundle, profile: &Profile, files: &mut Files) -> Result<()> {
    let bound = bundle.bind(profile)?;
    files.add_directory(&bound, "")
}

fn parts(files: &mut Files) -> Result<()> {
    let style = place::root().join("style");
    files.add("console.css", styles::bundle(&style.join("main.css"))?.into_bytes());
    files.add("widget.css", styles::bundle(&style.join("widget.css"))?.into_bytes());
    files.add("icons.svg", fs::read(style.join("icons.svg")).context("could not read style/icons.svg")?);
    files.add_directory(&style.join("fonts"), "fonts/")?;
    let loader = place::root().join("server/src/embed/loader.js");
    let source = fs::read_to_string(&loader).with_context(|| format!("could not read {}", loader.display()))?;
    files.add("loader.js", script::strip(&source).into_bytes());
    Ok(())
}
