//! Everything that ticks. One beat a page: the server renders the moment it knows, the browser takes over in an effect.

use super::browser;
use crate::texts::use_texts;
use domain::time::{Millis, Timestamp};
use leptos::prelude::*;

/// The server's time, as well as this page knows it.
#[derive(Debug, Clone, Copy)]
pub struct Now(ReadSignal<Timestamp>);

impl Now {
    pub fn get(self) -> Timestamp {
        self.0.get()
    }
    pub fn get_untracked(self) -> Timestamp {
        self.0.get_untracked()
    }
}

/// Starts the page's beat at `rendered`, the server's time in the first data. From hydration on it follows the
/// browser's clock plus `offset` (server time minus browser time), four times a second.
pub fn provide_now(rendered: Timestamp, offset: Signal<Millis>) -> Now {
    let (now, set_now) = signal(rendered);
    Effect::new(move |_| {
        let stop = browser::every(250, move || set_now.set(browser::now() + offset.get_untracked()));
        on_cleanup(stop);
    });
    provide_context(Now(now));
    Now(now)
}

/// The beat of this page; a clock that stands still at zero where none was provided.
pub fn use_now() -> Now {
    use_context::<Now>().unwrap_or_else(|| Now(signal(Timestamp::default()).0))
}

/// `m:ss` since a moment, or until one.
#[component]
pub fn Clock(
    #[prop(optional, into)] since: Option<Signal<Timestamp>>,
    #[prop(optional, into)] until: Option<Signal<Timestamp>>,
) -> impl IntoView {
    let now = use_now();
    let shown = Memo::new(move |_| match (since, until) {
        (Some(since), _) => (now.get() - since.get()).clock(),
        (None, Some(until)) => Millis(seconds_left(until.get() - now.get()) * 1_000).clock(),
        (None, None) => Millis(0).clock(),
    });
    view! { <span class="number">{shown}</span> }
}

/// Whole seconds of a countdown: the last one is shown as 1 until it is over.
fn seconds_left(span: Millis) -> i64 {
    (span.0.max(0) + 999) / 1_000
}

const RADIUS: f64 = 25.0;
const ROUND: f64 = 2.0 * std::f64::consts::PI * RADIUS;

/// A ring that empties towards `until`, with the seconds left in it. It steps once a second.
#[component]
pub fn Ring(
    #[prop(into)] until: Signal<Timestamp>,
    /// The whole span, when the ring was full.
    #[prop(into)]
    whole: Signal<Millis>,
) -> impl IntoView {
    let (now, texts) = (use_now(), use_texts());
    let left = Memo::new(move |_| seconds_left(until.get() - now.get()));
    let dashes = move || {
        let part = (left.get() as f64 * 1_000.0 / whole.get().0.max(1) as f64).clamp(0.0, 1.0);
        format!("{:.1} {ROUND:.1}", part * ROUND)
    };
    view! {
        <div class="ring" role="timer" aria-label=move || texts.count("ui.seconds_to_answer", left.get(), &[])>
            <svg viewBox="0 0 56 56" aria-hidden="true">
                <circle class="ring__track" cx="28" cy="28" r="25"></circle>
                <circle class="ring__time" cx="28" cy="28" r="25" stroke-dasharray=dashes></circle>
            </svg>
            <span aria-hidden="true">{left}</span>
        </div>
    }
}

/// How a wait stands to its promise: a bar that fills, amber from half of it, red beyond it; `children` say it in words.
#[component]
pub fn WaitBar(#[prop(into)] since: Signal<Timestamp>, #[prop(into)] promise: Signal<Millis>, children: Children) -> impl IntoView {
    let now = use_now();
    let percent = Memo::new(move |_| (now.get() - since.get()).0.max(0) * 100 / promise.get().0.max(1));
    let class = move || match percent.get() {
        0..=49 => "wait",
        50..=99 => "wait wait--late",
        _ => "wait wait--over",
    };
    view! {
        <div class=class>
            <span>{children()}</span>
            <span class="wait__bar" aria-hidden="true"><i style=move || format!("--part:{}%", percent.get().min(100))></i></span>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_countdown_ends_at_nought() {
        for (ms, shown) in [(30_000, 30), (29_999, 30), (29_001, 30), (29_000, 29), (1, 1), (0, 0), (-5, 0)] {
            assert_eq!(seconds_left(Millis(ms)), shown);
        }
    }
}
