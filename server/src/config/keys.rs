//! The list of keys, read from the commented defaults.

use anyhow::Context;
use std::sync::LazyLock;
use toml::{Table, Value};

pub const DEFAULTS: &str = include_str!("../../config.default.toml");

/// Keys whose values are never shown.
const SECRETS: [&str; 3] = ["secret_key", "database_url", "nats_url"];

/// One key of the configuration.
pub struct Key {
    pub name: &'static str,
    /// The sentence above it in the defaults.
    pub help: String,
    pub default: Value,
}

static KEYS: LazyLock<Vec<Key>> = LazyLock::new(|| {
    let defaults: Table = DEFAULTS.parse().unwrap_or_default();
    let mut comment = Vec::new();
    let mut found = Vec::new();
    for line in DEFAULTS.lines() {
        if let Some(text) = line.strip_prefix('#') {
            comment.push(text.trim());
        } else if let Some((name, _)) = line.split_once('=') {
            let name = name.trim();
            if let Some(default) = defaults.get(name) {
                found.push(Key { name, help: comment.join(" "), default: default.clone() });
            }
            comment.clear();
        } else {
            comment.clear();
        }
    }
    found
});

/// All keys, in the order of `config.default.toml`.
pub fn keys() -> &'static [Key] {
    &KEYS
}

impl Key {
    pub fn is_secret(&self) -> bool {
        SECRETS.contains(&self.name)
    }
    pub fn is_switch(&self) -> bool {
        self.default.is_bool()
    }
    /// `public_url` → `public-url`, as on the command line.
    pub fn flag(&self) -> String {
        self.name.replace('_', "-")
    }
    /// Reads a value given as text (environment, command line) as the kind that the default has.
    pub fn parse(&self, text: &str) -> anyhow::Result<Value> {
        let text = text.trim();
        match self.default {
            Value::Boolean(_) => match text.to_ascii_lowercase().as_str() {
                "true" | "1" | "yes" | "on" => Ok(Value::Boolean(true)),
                "false" | "0" | "no" | "off" | "" => Ok(Value::Boolean(false)),
                _ => anyhow::bail!("{} is true or false, not {text:?}", self.name),
            },
            Value::Integer(_) => text.parse().map(Value::Integer).with_context(|| format!("{} is a number, not {text:?}", self.name)),
            _ => Ok(Value::String(text.to_owned())),
        }
    }
}

pub fn find_key(name: &str) -> Option<&'static Key> {
    keys().iter().find(|key| key.name == name)
}

/// The key that `name` was probably meant to be.
pub fn suggestion(name: &str) -> Option<&'static str> {
    let name = name.to_ascii_lowercase().replace('-', "_");
    let near = keys().iter().map(|key| (strsim::jaro_winkler(&name, key.name), key.name));
    near.max_by(|a, b| a.0.total_cmp(&b.0)).filter(|(likeness, _)| *likeness > 0.8).map(|(_, name)| name)
}
