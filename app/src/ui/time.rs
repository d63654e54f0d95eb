//! Moments for people: UTC from the server, the reader's own time zone as soon as the browser says it.

use super::browser;
use crate::texts::use_texts;
use domain::time::Timestamp;
use leptos::prelude::*;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TimeShape {
    /// `14:08`
    #[default]
    HourMinute,
    /// `21 Nov, 14:08`, with the year if it is another one.
    DayAndTime,
    /// `Monday, 09:00`, with the date if that is further than a week: when something begins.
    Opening,
}

/// A moment. Its full date is its title. `first` is what stands there until the browser has said it, if not UTC.
#[component]
pub fn Time(#[prop(into)] at: Signal<Timestamp>, #[prop(optional)] shape: TimeShape, #[prop(optional)] first: String) -> impl IntoView {
    let locale = StoredValue::new(use_texts().locale().to_owned());
    let (words, set_words) = signal(None::<browser::LocalTime>);
    Effect::new(move |_| set_words.set(locale.with_value(|locale| browser::local_time(locale, at.get(), shape))));
    let shown = move || {
        words
            .with(|words| words.as_ref().map(|w| w.shown.clone()))
            .unwrap_or_else(|| if first.is_empty() { utc(at.get(), shape) } else { first.clone() })
    };
    let full = move || words.with(|words| words.as_ref().map(|w| w.full.clone()));
    let kind = (shape == TimeShape::Opening).then_some("opening");
    view! { <time class="time" datetime=move || at.get().rfc3339() title=full data-shape=kind>{shown}</time> }
}

fn utc(at: Timestamp, shape: TimeShape) -> String {
    match shape {
        TimeShape::HourMinute => at.hour_minute_utc(),
        TimeShape::Opening => format!("{} {} UTC", at.rfc3339().get(..10).unwrap_or_default(), at.hour_minute_utc()),
        TimeShape::DayAndTime => format!("{} {}", at.rfc3339().get(..10).unwrap_or_default(), at.hour_minute_utc()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_server_says_utc() {
        let at = Timestamp(1_800_000_000_000);
        assert_eq!((utc(at, TimeShape::HourMinute).as_str(), utc(at, TimeShape::DayAndTime).as_str()), ("08:00", "2027-01-15 08:00"));
    }
}
