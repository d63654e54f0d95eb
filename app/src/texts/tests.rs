//! The catalogues hold what the sources ask for: no more, no less, in every language.

use super::{LOCALES, catalogue};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// Keys that a program puts together while it runs, by their beginnings, and where.
const BUILT: &[(&str, &str)] = &[
    ("state.", "the word of an agent's state, domain::presence::Shown"),
    ("reason.", "a Not ready reason of the desk's list"),
    ("settings.change.", "what was done to a setting, app/src/console/settings/desk_page.rs"),
    ("settings.day.", "a day of the week, app/src/console/settings/hours_form.rs"),
    ("settings.field.", "a field of a setting, app/src/console/settings/desk_page.rs"),
    ("settings.may_end.", "domain::queue::MayEnd"),
    ("settings.order.", "domain::queue::Order"),
    ("settings.queue.archive_named", "app/src/console/settings/queues.rs"),
    ("settings.queue.restore_named", "app/src/console/settings/queues.rs"),
    ("settings.role.", "domain::presence::Role"),
    ("report.measure.", "domain::report::Measure"),
    ("report.length.", "domain::report::Length"),
    ("report.period.", "domain::report::Period"),
    ("console.history.empty", "app/src/console/manager/history.rs"),
    ("console.history.none", "app/src/console/manager/history.rs"),
    ("hours.day.", "a day of the week, app/src/widget/words.rs"),
    ("widget.place.", "the words for a place in the queue, app/src/widget/words.rs"),
    ("problem.page.", "pages that are not there, server/src/http/pages.rs"),
    ("ticket.priority.", "domain::ticket::Priority"),
    ("ticket.status.", "domain::ticket::TicketStatus"),
];

/// What programs put behind the key of a title, for the sentence below it.
const SECOND_LINE: &str = "_text";

/// Where texts are used: the sources of both sides and of the rules.
const SOURCES: &[&str] = &["app/src", "app/domain/src", "server/src", "server/engine/src", "frontend"];

/// What every key begins with.
const AREAS: &[&str] = &[
    "board.",
    "console.",
    "demo.",
    "line.",
    "login.",
    "outcome.",
    "problem.",
    "reason.",
    "report.",
    "settings.",
    "setup.",
    "state.",
    "ticket.",
    "time.",
    "ui.",
    "widget.",
];

/// Words that look like keys and are not: names of files, hosts and functions.
const NOT_KEYS: &[&str] = &[
    "state.force",
    "console.css",
    "console.js",
    "demo.json",
    "widget.css",
    "widget.js",
    "state.set",
    "settings.read",
    "settings.save_queue",
    "settings.archive_queue",
    "settings.save_agent",
    "settings.save_hours",
    "settings.remove_hours",
    "settings.save_skill",
    "settings.remove_skill",
    "settings.save_reasons",
    "settings.save_desk",
    "state.set_prefs",
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder of sources").map(|entry| entry.expect("an entry of a folder")) {
        let path = entry.path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|end| end == "rs") && !path.ends_with("texts/tests.rs") {
            found.push(path);
        }
    }
}

/// All quoted words of the sources that are keys by their form, each with a file it stands in.
fn used_keys() -> BTreeMap<String, PathBuf> {
    let mut files = Vec::new();
    for folder in SOURCES {
        rust_files(&root().join(folder), &mut files);
    }
    let mut keys = BTreeMap::new();
    for file in files {
        let text = fs::read_to_string(&file).expect("a source to read");
        for literal in text.split('"').filter(|literal| is_key(literal)) {
            keys.insert(literal.to_owned(), file.clone());
        }
    }
    keys
}

fn is_key(literal: &str) -> bool {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "._".contains(c);
    AREAS.iter().any(|area| literal.strip_prefix(area).is_some_and(|rest| !rest.is_empty()))
        && literal.chars().all(fits)
        && !literal.ends_with(['.', '_'])
        && !NOT_KEYS.contains(&literal)
}

fn is_built(key: &str) -> bool {
    BUILT.iter().any(|(prefix, _)| key.starts_with(prefix))
}

/// The key without its plural form.
fn stem(key: &str) -> &str {
    key.strip_suffix("_one").or_else(|| key.strip_suffix("_other")).unwrap_or(key)
}

/// Whether the sources name the key, or the key of which it is a plural form.
fn says(used: &BTreeMap<String, PathBuf>, key: &str) -> bool {
    used.contains_key(key) || used.contains_key(stem(key))
}

fn placeholders(text: &str) -> BTreeSet<&str> {
    text.split('{').skip(1).filter_map(|tail| tail.split_once('}')).map(|(name, _)| name).collect()
}

#[test]
fn every_language_says_the_same() {
    let english = catalogue("en");
    assert!(!english.entries().is_empty());
    for locale in LOCALES {
        let other = catalogue(locale);
        assert_eq!(other.locale(), *locale);
        let keys = |texts: &domain::text::Texts| texts.entries().keys().cloned().collect::<BTreeSet<_>>();
        let differing: Vec<_> = keys(&english).symmetric_difference(&keys(&other)).cloned().collect();
        assert!(differing.is_empty(), "{locale} and en differ in {differing:?}");
        for (key, text) in other.entries() {
            assert!(!text.trim().is_empty(), "{locale} {key} is empty");
            // "one" may say its number in a word
            let wanted: BTreeSet<_> = placeholders(&english.entries()[key]).into_iter().filter(|name| *name != "n").collect();
            let given: BTreeSet<_> = placeholders(text).into_iter().filter(|name| *name != "n").collect();
            assert_eq!(given, wanted, "{locale} {key}");
        }
    }
}

#[test]
fn plurals_are_complete() {
    for locale in LOCALES {
        let texts = catalogue(locale);
        for key in texts.entries().keys().filter(|key| stem(key) != key.as_str()) {
            for form in ["one", "other"] {
                let sibling = format!("{}_{form}", stem(key));
                assert!(texts.entries().contains_key(&sibling), "{locale} lacks {sibling}");
            }
        }
    }
}

#[test]
fn every_key_in_the_sources_has_a_text() {
    let texts = catalogue("en");
    let has = |key: &str| texts.entries().contains_key(key) || texts.entries().contains_key(&format!("{key}_other"));
    let missing: Vec<_> = used_keys().into_iter().filter(|(key, _)| !has(key)).collect();
    assert!(missing.is_empty(), "texts are missing: {missing:#?}");
}

#[test]
fn every_text_is_used() {
    let used = used_keys();
    let orphans: Vec<_> = catalogue("en")
        .entries()
        .keys()
        .filter(|key| !is_built(key) && !says(&used, key) && !key.strip_suffix(SECOND_LINE).is_some_and(|title| says(&used, title)))
        .cloned()
        .collect();
    assert!(orphans.is_empty(), "nobody says {orphans:#?}");
}

#[test]
fn what_a_page_carries_is_safe_in_a_script() {
    let texts = domain::text::Texts::new("en", [("a".to_owned(), "</script><!--".to_owned())].into());
    let json = super::for_page(&texts);
    assert!(!json.contains('<'));
    assert_eq!(domain::text::Texts::from_json("en", &json).unwrap(), texts);
}

#[test]
fn a_language_that_is_not_there_is_english() {
    assert_eq!(catalogue("xx").locale(), "en");
}
