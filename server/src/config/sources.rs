//! Where values come from, and which one wins.

use super::{Config, keys};
use anyhow::{Context, bail};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};
use toml::{Table, Value};

/// What was given beside the defaults.
#[derive(Debug, Default)]
pub struct Given {
    /// A file that must exist.
    pub file: Option<PathBuf>,
    /// The environment; names without `DESKBELL_` are ignored.
    pub environment: Vec<(String, String)>,
    /// `(key, value)` from the command line.
    pub flags: Vec<(String, String)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Layer {
    Default,
    File(PathBuf),
    Environment,
    Flag,
}

/// All values with where they came from.
pub struct Gathered(BTreeMap<&'static str, (Value, Layer)>);

/// Puts the layers over each other. Unknown keys are refused, with the likely one named.
pub fn gather(given: Given) -> anyhow::Result<Gathered> {
    let mut all = Gathered(keys::keys().iter().map(|key| (key.name, (key.default.clone(), Layer::Default))).collect());
    let from_environment = read_environment(&given.environment)?;
    let from_flags = read_flags(&given.flags)?;
    // Where the file lies may itself be said by the environment or a flag.
    all.lay(from_environment.values.clone(), &Layer::Environment);
    all.lay(from_flags.clone(), &Layer::Flag);
    let named = given.file.or(from_environment.file);
    let beside = PathBuf::from(all.text("data")).join("deskbell.toml");
    if let Some(path) = named.or_else(|| beside.is_file().then_some(beside)) {
        all.lay(read_file(&path)?, &Layer::File(path));
        all.lay(from_environment.values, &Layer::Environment);
        all.lay(from_flags, &Layer::Flag);
    }
    Ok(all)
}

impl Gathered {
    fn lay(&mut self, values: Vec<(&'static str, Value)>, layer: &Layer) {
        for (name, value) in values {
            self.0.insert(name, (value, layer.clone()));
        }
    }
    fn text(&self, name: &str) -> String {
        self.0.get(name).and_then(|(value, _)| value.as_str()).unwrap_or_default().to_owned()
    }
    /// The typed values.
    pub fn config(&self) -> anyhow::Result<Config> {
        let table: Table = self.0.iter().map(|(name, (value, _))| ((*name).to_owned(), value.clone())).collect();
        table.try_into().map_err(|error| anyhow::anyhow!("configuration: {}", error.to_string().trim()))
    }
    /// Every key with its value and source; secrets are masked.
    pub fn show(&self) -> String {
        let row = |key: &keys::Key| {
            let (value, layer) = self.0.get(key.name)?;
            let masked = key.is_secret() && value.as_str().is_some_and(|text| !text.is_empty());
            let shown = if masked { "\"********\"".to_owned() } else { value.to_string() };
            let source = match layer {
                Layer::Default => "default".to_owned(),
                Layer::File(path) => path.display().to_string(),
                Layer::Environment => "environment".to_owned(),
                Layer::Flag => "command line".to_owned(),
            };
            Some(format!("{} = {shown}  # {source}\n", key.name))
        };
        keys::keys().iter().filter_map(row).collect()
    }
}

fn unknown(name: &str, place: &str, spelt: impl Fn(&str) -> String) -> anyhow::Error {
    match keys::suggestion(name) {
        Some(near) => anyhow::anyhow!("unknown key {name} in {place}: did you mean {}?", spelt(near)),
        None => anyhow::anyhow!("unknown key {name} in {place}; `deskbell config` lists all keys"),
    }
}

fn read_file(path: &Path) -> anyhow::Result<Vec<(&'static str, Value)>> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let table: Table = text.parse().with_context(|| format!("{} is not TOML", path.display()))?;
    let place = path.display().to_string();
    let known = |(name, value): (String, Value)| match keys::find_key(&name) {
        Some(key) => Ok((key.name, value)),
        None => Err(unknown(&name, &place, str::to_owned)),
    };
    table.into_iter().map(known).collect()
}

#[derive(Default)]
struct Environment {
    file: Option<PathBuf>,
    values: Vec<(&'static str, Value)>,
}

fn read_environment(environment: &[(String, String)]) -> anyhow::Result<Environment> {
    let mut read = Environment::default();
    for (variable, text) in environment {
        let Some(name) = variable.strip_prefix("DESKBELL_") else { continue };
        // The tests' own, and what only the build reads.
        if name.starts_with("TEST_") || name == "SITE" {
            continue;
        }
        if name == "CONFIG" {
            read.file = Some(PathBuf::from(text));
            continue;
        }
        let name = name.to_ascii_lowercase();
        if let Some(key) = keys::find_key(&name) {
            read.values.push((key.name, key.parse(text)?));
        } else if let Some(key) = name.strip_suffix("_file").and_then(keys::find_key) {
            let held = std::fs::read_to_string(text).with_context(|| format!("cannot read the file that {variable} names"))?;
            read.values.push((key.name, key.parse(&held)?));
        } else {
            return Err(unknown(&name, "the environment", |near| format!("DESKBELL_{}", near.to_ascii_uppercase())));
        }
    }
    Ok(read)
}

fn read_flags(flags: &[(String, String)]) -> anyhow::Result<Vec<(&'static str, Value)>> {
    let read = |(name, text): &(String, String)| {
        let Some(key) = keys::find_key(name) else { bail!("unknown flag --{name}") };
        Ok((key.name, key.parse(text)?))
    };
    flags.iter().map(read).collect()
}
