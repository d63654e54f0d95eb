//! The signing key: given, or made once and kept readable by its owner only.

use anyhow::{Context, ensure};
use rand::TryRngCore;
use sha2::{Digest, Sha256};
use std::{
    fs::{self, OpenOptions},
    io::{ErrorKind, Write},
    path::Path,
};

/// Makes the data directory, readable by its owner only; one that exists stays as it is.
pub fn make_private_directory(path: &Path) -> anyhow::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).with_context(|| format!("cannot make the data directory {}", path.display()))
}

/// Makes a file that only its owner may read; refused when it exists.
pub fn create_private(path: &Path) -> std::io::Result<fs::File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

pub(super) fn load(given: &str, data: &Path) -> anyhow::Result<[u8; 32]> {
    if !given.is_empty() {
        return Ok(Sha256::digest(given.as_bytes()).into());
    }
    make_private_directory(data)?;
    let path = data.join("secret.key");
    match create_private(&path) {
        Ok(mut file) => {
            let mut random = [0u8; 32];
            rand::rngs::OsRng.try_fill_bytes(&mut random).context("no randomness from the system")?;
            let text: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
            writeln!(file, "{text}").and_then(|()| file.sync_all()).with_context(|| format!("cannot write {}", path.display()))?;
            Ok(Sha256::digest(text.as_bytes()).into())
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
            ensure!(text.trim().len() >= 32, "{} is damaged: it must hold at least 32 characters", path.display());
            Ok(Sha256::digest(text.trim().as_bytes()).into())
        }
        Err(error) => Err(error).with_context(|| format!("cannot make {}", path.display())),
    }
}
