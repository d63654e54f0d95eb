//! The texts of the page as a handle that closures copy.

use crate::texts::use_texts;
use domain::text::Texts;
use leptos::prelude::*;

/// The reader's texts, from wherever a component stands.
#[derive(Debug, Clone, Copy)]
pub struct Words(StoredValue<Texts>);

/// The page's texts; where none were kept for the whole page, the component's own.
pub fn use_words() -> Words {
    use_context::<Words>().unwrap_or_else(|| Words(StoredValue::new(use_texts())))
}

/// Keeps the texts for as long as the page: an answer that comes after its component has gone can still be told.
pub fn provide_words() {
    provide_context(Words(StoredValue::new(use_texts())));
}

impl Words {
    pub fn get(self, key: &str) -> String {
        self.0.with_value(|texts| texts.get(key))
    }
    pub fn with(self, key: &str, values: &[(&str, &str)]) -> String {
        self.0.with_value(|texts| texts.with(key, values))
    }
    /// The plural form for `n`.
    pub fn count(self, key: &str, n: usize) -> String {
        self.0.with_value(|texts| texts.count(key, i64::try_from(n).unwrap_or(i64::MAX), &[]))
    }
    pub fn all(self) -> Texts {
        self.0.get_value()
    }
}
