use std::io::Read;

use super::*;

fn files(pairs: &[(&str, &str)]) -> Files {
    let mut files = Files::new();
    for (name, contents) in pairs {
        files.add(name, contents.as_bytes().to_vec());
    }
    files
}

fn names(directory: &Path) -> Vec<String> {
    files_under(directory).unwrap().into_iter().map(|(name, _)| name).collect()
}

#[test]
fn holds_exactly_the_files_and_the_build_id() {
    let site = tempfile::tempdir().unwrap();
    files(&[("old.js", "1"), ("console.js", "2")]).write(site.path(), true).unwrap();
    files(&[("console.js", "2"), ("fonts/inter.woff2", "3")]).write(site.path(), true).unwrap();
    assert_eq!(names(site.path()), ["build-id", "console.js", "console.js.br", "console.js.gz", "fonts/inter.woff2"]);
}

#[test]
fn twins_follow_their_file() {
    let site = tempfile::tempdir().unwrap();
    files(&[("widget.css", "a{}")]).write(site.path(), true).unwrap();
    files(&[("widget.css", "b{}")]).write(site.path(), true).unwrap();
    let mut text = String::new();
    brotli::Decompressor::new(&fs::read(site.path().join("widget.css.br")).unwrap()[..], 4096).read_to_string(&mut text).unwrap();
    assert_eq!(text, "b{}");
    text.clear();
    flate2::read::GzDecoder::new(&fs::read(site.path().join("widget.css.gz")).unwrap()[..]).read_to_string(&mut text).unwrap();
    assert_eq!(text, "b{}");
}

#[test]
fn of_wasm_only_the_brotli_twin_is_kept() {
    let site = tempfile::tempdir().unwrap();
    files(&[("a.wasm", "1")]).write(site.path(), false).unwrap();
    assert_eq!(names(site.path()), ["a.wasm", "build-id"]);
    files(&[("a.wasm", "22")]).write(site.path(), true).unwrap();
    assert_eq!(names(site.path()), ["a.wasm.br", "build-id"]);
    let packed = fs::read(site.path().join("a.wasm.br")).unwrap();
    assert_eq!(unpacked(&packed).unwrap(), b"22");
    assert_eq!(sizes(site.path()).unwrap(), [("a.wasm".to_owned(), 2, Some(packed.len() as u64))]);
    let time = || site.path().join("a.wasm.br").metadata().unwrap().modified().unwrap();
    let before = time();
    files(&[("a.wasm", "22")]).write(site.path(), true).unwrap();
    assert_eq!(time(), before);
}

#[test]
fn an_unchanged_file_is_not_written_again() {
    let site = tempfile::tempdir().unwrap();
    let time = |name: &str| site.path().join(name).metadata().unwrap().modified().unwrap();
    files(&[("a.js", "1"), ("b.js", "1")]).write(site.path(), false).unwrap();
    let before = time("a.js");
    files(&[("a.js", "1"), ("b.js", "2")]).write(site.path(), false).unwrap();
    assert_eq!(time("a.js"), before);
}

#[test]
fn the_build_id_changes_with_names_and_contents() {
    let id = files(&[("a.js", "1")]).build_id();
    assert_eq!(id.len(), 12);
    assert_eq!(id, files(&[("a.js", "1")]).build_id());
    assert_ne!(id, files(&[("a.js", "2")]).build_id());
    assert_ne!(id, files(&[("b.js", "1")]).build_id());
    assert_ne!(files(&[("a", "1"), ("b", "")]).build_id(), files(&[("a", ""), ("b", "1")]).build_id());
}
