//! Where the reader is.

use crate::console::browser;
use leptos::prelude::*;

/// The time zone of the browser; on the server, and until the page is alive, nothing.
pub fn reader_zone() -> ReadSignal<Option<String>> {
    let (zone, set_zone) = signal(None::<String>);
    Effect::new(move |_| {
        let here = browser::time_zone();
        if here.as_deref().is_some_and(|here| here != "UTC") {
            set_zone.set(here);
        }
    });
    zone
}
