//! Where things are in the repository and in cargo's output.

use std::env;
use std::path::{Path, PathBuf};

/// The root of the repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."))
}

/// Cargo's output directory: `CARGO_TARGET_DIR` where set, else `target/`.
pub fn target() -> PathBuf {
    match env::var_os("CARGO_TARGET_DIR") {
        Some(directory) if !directory.is_empty() => std::path::absolute(&directory).unwrap_or_else(|_| directory.into()),
        _ => root().join("target"),
    }
}

/// The built pages' directory for a profile; always under the repository, where the server's build looks for it.
pub fn site(name: &str) -> PathBuf {
    root().join("target/site").join(name)
}

/// Intermediate files of a site's build.
pub fn site_work(name: &str) -> PathBuf {
    root().join("target/site-work").join(name)
}

/// Browser tests.
pub fn end2end() -> PathBuf {
    root().join("end2end")
}

/// The server's binary in a profile's output directory.
pub fn server_binary(directory: &str) -> PathBuf {
    target().join(directory).join(format!("deskbell{}", env::consts::EXE_SUFFIX))
}

/// Whether a program of this name is on the PATH, and where.
pub fn find_program(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|directory| directory.join(format!("{name}{}", env::consts::EXE_SUFFIX))).find(|file| file.is_file())
}
