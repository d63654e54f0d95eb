//! Days of the calendar, as their reader writes them.

use crate::{console::browser, texts::use_texts};
use domain::hours::Date;
use leptos::prelude::*;

/// A day: `2027-01-15` from the server, "Fri, 15 Jan" once the browser says how.
#[component]
pub fn Day(day: Date) -> impl IntoView {
    let locale = StoredValue::new(use_texts().locale().to_owned());
    let (words, set_words) = signal(None::<String>);
    Effect::new(move |_| set_words.set(locale.with_value(|locale| browser::day_words(locale, day.0))));
    view! { <time datetime=day.to_string()>{move || words.get().unwrap_or_else(|| day.to_string())}</time> }
}
