//! Texts of the screens and of mails: flat keys, `{name}` placeholders, plurals as `key_one`, `key_other`.

use std::{collections::BTreeMap, sync::Arc};

/// The texts of one language. A missing key shows itself, so that it is seen and reported rather than blank.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Texts {
    locale: Arc<str>,
    entries: Arc<BTreeMap<String, String>>,
}

impl Texts {
    pub fn new(locale: &str, entries: BTreeMap<String, String>) -> Self {
        Self { locale: locale.into(), entries: Arc::new(entries) }
    }
    /// From a catalogue file: one flat JSON object of strings.
    pub fn from_json(locale: &str, json: &str) -> Result<Self, serde_json::Error> {
        Ok(Self::new(locale, serde_json::from_str(json)?))
    }
    /// The BCP 47 tag, as in `<html lang>`.
    pub fn locale(&self) -> &str {
        &self.locale
    }
    pub fn entries(&self) -> &BTreeMap<String, String> {
        &self.entries
    }
    /// Only the texts whose keys begin with one of `prefixes`: what a page carries to the browser.
    pub fn only(&self, prefixes: &[&str]) -> Self {
        let wanted = |key: &str| prefixes.iter().any(|prefix| key.starts_with(prefix));
        let entries = self.entries.iter().filter(|(key, _)| wanted(key)).map(|(k, v)| (k.clone(), v.clone())).collect();
        Self { locale: self.locale.clone(), entries: Arc::new(entries) }
    }
    pub fn get(&self, key: &str) -> String {
        self.entries.get(key).cloned().unwrap_or_else(|| key.to_owned())
    }
    /// The text with its placeholders filled in.
    pub fn with(&self, key: &str, values: &[(&str, &str)]) -> String {
        fill(&self.get(key), values)
    }
    /// The plural form for `n`, with `{n}` filled in beside `values`.
    pub fn count(&self, key: &str, n: i64, values: &[(&str, &str)]) -> String {
        let form = plural(&self.locale, n);
        let shown = n.to_string();
        let mut all = vec![("n", shown.as_str())];
        all.extend_from_slice(values);
        self.with(&format!("{key}_{form}"), &all)
    }
}

fn fill(text: &str, values: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        out.push_str(&rest[..open]);
        let tail = &rest[open..];
        let hit =
            tail.find('}').and_then(|close| values.iter().find(|(name, _)| *name == &tail[1..close]).map(|(_, value)| (close, value)));
        match hit {
            Some((close, value)) => {
                out.push_str(value);
                rest = &tail[close + 1..];
            }
            None => {
                out.push('{');
                rest = &tail[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

/// The CLDR category of `n` for the languages shipped (all of them know "one" and "other" only).
fn plural(_locale: &str, n: i64) -> &'static str {
    if n == 1 { "one" } else { "other" }
}

/// The best of `available` for an `Accept-Language` header; the first one if nothing fits.
pub fn negotiate<'a>(accept_language: &str, available: &[&'a str]) -> &'a str {
    let mut wanted: Vec<(f32, &str)> = accept_language
        .split(',')
        .filter_map(|part| {
            let mut bits = part.split(';');
            let tag = bits.next()?.trim();
            let q = bits.find_map(|b| b.trim().strip_prefix("q=")).map_or(Some(1.0), |q| q.parse().ok())?;
            (!tag.is_empty() && q > 0.0).then_some((q, tag))
        })
        .collect();
    wanted.sort_by(|a, b| b.0.total_cmp(&a.0));
    let fits =
        |tag: &str, have: &str| tag.eq_ignore_ascii_case(have) || tag.split('-').next().is_some_and(|t| t.eq_ignore_ascii_case(have));
    wanted.iter().find_map(|(_, tag)| available.iter().find(|have| fits(tag, have))).or(available.first()).copied().unwrap_or("en")
}

/// Text as text: nothing in it is markup, in an element or in a quoted attribute.
pub fn escape_html(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_and_plurals() {
        let texts = Texts::from_json("en", r#"{"hi":"Hello {name}, {name}!","n_one":"{n} chat","n_other":"{n} chats","odd":"a { b } {c"}"#)
            .unwrap();
        assert_eq!(texts.with("hi", &[("name", "{name}")]), "Hello {name}, {name}!");
        assert_eq!((texts.count("n", 1, &[]), texts.count("n", 0, &[])), ("1 chat".into(), "0 chats".into()));
        assert_eq!((texts.get("odd").as_str(), texts.get("none").as_str()), ("a { b } {c", "none"));
        assert_eq!(texts.with("odd", &[("c", "x")]), "a { b } {c");
    }

    #[test]
    fn the_browser_chooses_the_language() {
        let have = ["en", "de"];
        for (header, best) in [
            ("de-AT,de;q=0.9,en;q=0.5", "de"),
            ("fr, en;q=0.1", "en"),
            ("", "en"),
            ("de;q=0, en", "en"),
            ("en;q=0.2,de;q=0.8", "de"),
            ("x;q=abc", "en"),
        ] {
            assert_eq!(negotiate(header, &have), best, "{header}");
        }
    }

    #[test]
    fn text_cannot_become_markup() {
        assert_eq!(escape_html("<b title=\"x\">Tom & 'Ä'</b>"), "&lt;b title=&quot;x&quot;&gt;Tom &amp; &#39;Ä&#39;&lt;/b&gt;");
    }
}
