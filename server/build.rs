//! Tells the compiler where the built pages lie. Their hash is watched, so that a release embeds what was built last.

use std::{env, fs, path::PathBuf};

fn main() -> std::io::Result<()> {
    let workspace = PathBuf::from(env::var("CARGO_MANIFEST_DIR").unwrap_or_default()).join("..");
    let profile = if env::var("PROFILE").as_deref() == Ok("release") { "release" } else { "dev" };
    let site = env::var("DESKBELL_SITE").map_or_else(|_| workspace.join("target/site").join(profile), PathBuf::from);
    fs::create_dir_all(&site)?;
    let site = site.canonicalize()?;
    let build_id = site.join("build-id");
    if !build_id.exists() && profile == "release" {
        println!("cargo:warning=the pages are not built: this binary will have none. Use `cargo xtask build --release`.");
    }
    println!("cargo:rustc-env=DESKBELL_SITE={}", site.display());
    println!("cargo:rerun-if-env-changed=DESKBELL_SITE");
    // A development build reads the pages from disk when it runs: new pages are no reason to build it again.
    if profile == "release" || env::var_os("CARGO_FEATURE_EMBED").is_some() {
        println!("cargo:rerun-if-changed={}", build_id.display());
    }
    println!("cargo:rerun-if-changed=build.rs");
    Ok(())
}
