//! The site directory: written only where something changed, with a build id over all contents.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::thread;

use anyhow::{Context, Result, anyhow};
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};

/// Holds the build id: 12 hex characters that change with any file's name or contents.
const BUILD_ID: &str = "build-id";

/// The files of a site by their path in it.
pub struct Files(BTreeMap<String, Vec<u8>>);

impl Files {
    pub fn new() -> Self {
        Self(BTreeMap::new())
    }

    pub fn add(&mut self, name: &str, contents: Vec<u8>) {
        self.0.insert(name.to_owned(), contents);
    }

    /// Adds every file under a directory, named from `prefix` on.
    pub fn add_directory(&mut self, directory: &Path, prefix: &str) -> Result<()> {
        for (name, path) in files_under(directory)? {
            let contents = fs::read(&path).with_context(|| format!("could not read {}", path.display()))?;
            self.add(&format!("{prefix}{name}"), contents);
        }
        Ok(())
    }

    /// Makes `directory` hold exactly these files, their twins where asked, and the build id.
    /// A file that is there with the same contents keeps its time.
    pub fn write(&self, directory: &Path, twins: bool) -> Result<()> {
        fs::create_dir_all(directory).with_context(|| format!("could not make {}", directory.display()))?;
        thread::scope(|scope| {
            let writers: Vec<_> =
                self.0.iter().map(|(name, contents)| scope.spawn(move || write_one(directory, name, contents, twins))).collect();
            writers.into_iter().try_for_each(|writer| writer.join().unwrap_or_else(|_| Err(anyhow!("a writer of files panicked"))))
        })?;
        self.write_build_id(directory)?;
        for (name, path) in files_under(directory)? {
            if !self.is_wanted(&name, twins) {
                fs::remove_file(&path).with_context(|| format!("could not remove {}", path.display()))?;
            }
        }
        Ok(())
    }

    fn is_wanted(&self, name: &str, twins: bool) -> bool {
        let packed = |original: &str| twins && is_packed(original);
        if packed(name) || name.strip_suffix(".gz").is_some_and(packed) {
            return false;
        }
        let original = name.strip_suffix(".br").or_else(|| name.strip_suffix(".gz"));
        let is_twin = original.is_some_and(|original| twins && has_twins(original) && self.0.contains_key(original));
        name == BUILD_ID || self.0.contains_key(name) || is_twin
    }

    fn write_build_id(&self, directory: &Path) -> Result<()> {
        let (file, id) = (directory.join(BUILD_ID), self.build_id());
        if fs::read_to_string(&file).is_ok_and(|there| there == id) { Ok(()) } else { put(&file, id.as_bytes()) }
    }

    fn build_id(&self) -> String {
        let mut hash = Sha256::new();
        for (name, contents) in &self.0 {
            hash.update(format!("{name}\n{}\n", contents.len()));
            hash.update(contents);
        }
        hash.finalize().iter().take(6).map(|byte| format!("{byte:02x}")).collect()
    }
}

/// Twins are packed hard and slowly, so that every file has a thread.
fn write_one(directory: &Path, name: &str, contents: &[u8], twins: bool) -> Result<()> {
    let file = directory.join(name);
    if twins && is_packed(name) {
        let packed = file.with_added_extension("br");
        let same = fs::read(&packed).is_ok_and(|there| unpacked(&there).is_some_and(|there| there == contents));
        return if same { Ok(()) } else { put(&packed, &brotli_of(contents)?) };
    }
    let same = fs::read(&file).is_ok_and(|there| there == contents);
    if twins && has_twins(name) {
        write_twins(&file, contents, same)?;
    }
    if same { Ok(()) } else { put(&file, contents) }
}

/// Compressed twins are written before the file itself: a run that stops between them starts over with both.
fn write_twins(file: &Path, contents: &[u8], same: bool) -> Result<()> {
    let (brotli, gzip) = (file.with_added_extension("br"), file.with_added_extension("gz"));
    if !(same && brotli.is_file()) {
        put(&brotli, &brotli_of(contents)?)?;
    }
    if !(same && gzip.is_file()) {
        put(&gzip, &gzip_of(contents)?)?;
    }
    Ok(())
}

/// Text and WASM shrink; fonts are compressed already, and the embed script is finished by the server.
fn has_twins(name: &str) -> bool {
    let extension = Path::new(name).extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    name != "loader.js" && matches!(extension, "js" | "wasm" | "css" | "svg" | "json")
}

/// Of WebAssembly, the largest part, a release has the brotli twin and nothing else; the server makes what is seldom asked for.
fn is_packed(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|extension| extension == "wasm")
}

fn unpacked(packed: &[u8]) -> Option<Vec<u8>> {
    let mut plain = Vec::new();
    brotli::BrotliDecompress(&mut &packed[..], &mut plain).ok()?;
    Some(plain)
}

fn brotli_of(contents: &[u8]) -> Result<Vec<u8>> {
    let mut output = Vec::new();
    let options = brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, size_hint: contents.len(), ..Default::default() };
    brotli::BrotliCompress(&mut &contents[..], &mut output, &options).context("brotli failed")?;
    Ok(output)
}

fn gzip_of(contents: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(contents)?;
    encoder.finish().context("gzip failed")
}

fn put(file: &Path, contents: &[u8]) -> Result<()> {
    if let Some(parent) = file.parent() {
        fs::create_dir_all(parent).with_context(|| format!("could not make {}", parent.display()))?;
    }
    fs::write(file, contents).with_context(|| format!("could not write {}", file.display()))
}

/// Every file under a directory with its `/`-separated path in it, sorted.
fn files_under(directory: &Path) -> Result<Vec<(String, PathBuf)>> {
    let mut found = Vec::new();
    let entries = fs::read_dir(directory).with_context(|| format!("could not read {}", directory.display()))?;
    for entry in entries {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        if path.is_dir() {
            found.extend(files_under(&path)?.into_iter().map(|(inner, path)| (format!("{name}/{inner}"), path)));
        } else {
            found.push((name, path));
        }
    }
    found.sort();
    Ok(found)
}

/// Each file of a site with its size and its brotli twin's.
pub fn sizes(directory: &Path) -> Result<Vec<(String, u64, Option<u64>)>> {
    let mut sizes = Vec::new();
    for (name, path) in files_under(directory)? {
        if let Some(original) = name.strip_suffix(".br").filter(|original| is_packed(original))
            && !directory.join(original).is_file()
        {
            let packed = fs::read(&path).with_context(|| format!("could not read {}", path.display()))?;
            let plain = unpacked(&packed).with_context(|| format!("{} is not brotli", path.display()))?;
            sizes.push((original.to_owned(), plain.len() as u64, Some(packed.len() as u64)));
            continue;
        }
        if name == BUILD_ID || name.ends_with(".br") || name.ends_with(".gz") {
            continue;
        }
        let brotli = path.with_added_extension("br").metadata().ok().map(|facts| facts.len());
        sizes.push((name, path.metadata()?.len(), brotli));
    }
    Ok(sizes)
}

#[cfg(test)]
mod tests;
