//! The texts of the screens, in the reader's language: chosen and handed on by the server, read back from the page by
//! the browser, reached from any component by [`use_texts`].

use domain::text::Texts;
use leptos::prelude::*;
use std::collections::BTreeMap;

#[cfg(all(test, feature = "ssr"))]
mod tests;

/// The languages there are; the first one is the source and the fallback.
pub const LOCALES: &[&str] = &["en", "de"];

/// The whole catalogue of a language of [`LOCALES`]; English for any other.
#[cfg(feature = "ssr")]
pub fn catalogue(locale: &str) -> Texts {
    use std::sync::LazyLock;
    fn read(locale: &str, json: &str) -> Texts {
        Texts::from_json(locale, json).unwrap_or_else(|_| Texts::new(locale, BTreeMap::new()))
    }
    static ENGLISH: LazyLock<Texts> = LazyLock::new(|| read("en", include_str!("../locales/en.json")));
    static GERMAN: LazyLock<Texts> = LazyLock::new(|| read("de", include_str!("../locales/de.json")));
    match locale {
        "de" => GERMAN.clone(),
        _ => ENGLISH.clone(),
    }
}

/// Makes `texts` the texts of all components below.
pub fn provide_texts(texts: Texts) {
    provide_context(texts);
}

/// The texts of this page. Where none were provided, keys show themselves.
pub fn use_texts() -> Texts {
    use_context::<Texts>().unwrap_or_else(|| Texts::new("en", BTreeMap::new()))
}

/// What a page carries for [`from_page`]: one JSON object, safe inside a script element.
pub fn for_page(texts: &Texts) -> String {
    serde_json::to_string(texts.entries()).unwrap_or_else(|_| "{}".to_owned()).replace('<', "\\u003c")
}

/// The texts that the server wrote into the page as `<script id="texts" type="application/json" data-locale="…">`.
#[cfg(feature = "hydrate")]
pub fn from_page() -> Texts {
    let element = web_sys::window().and_then(|window| window.document()).and_then(|document| document.get_element_by_id("texts"));
    let locale = element.as_ref().and_then(|element| element.get_attribute("data-locale")).unwrap_or_else(|| "en".to_owned());
    let json = element.and_then(|element| element.text_content()).unwrap_or_default();
    Texts::from_json(&locale, &json).unwrap_or_else(|_| Texts::new(&locale, BTreeMap::new()))
}
