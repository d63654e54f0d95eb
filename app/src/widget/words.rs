//! Sentences of the widget that depend on what happened.

use super::ending::EndShown;
use domain::{
    conversation::Refusal,
    hours::{Date, Span},
    text::Texts,
    time::Millis,
    wire::Problem,
};

/// Places that have a word of their own.
const NAMED_PLACES: u32 = 10;

/// "You are second in line".
pub fn place(texts: &Texts, place: u32) -> String {
    match place {
        1..=NAMED_PLACES => texts.get(&format!("widget.place.{place}")),
        _ => texts.with("widget.place.more", &[("n", &place.to_string())]),
    }
}

/// "About 2 minutes"; nothing while nobody can say. `late` is whether an earlier forecast did not hold.
pub fn expected(texts: &Texts, wait: Option<Millis>, late: bool) -> Option<String> {
    if late {
        return Some(texts.get("widget.expected_late"));
    }
    wait.map(|wait| texts.count("widget.expected", ((wait.0.max(0) + 59_999) / 60_000).max(1), &[]))
}

/// "Monday, 09:00 (Europe/Berlin)": a moment as the clocks of an office show it.
pub fn opening(texts: &Texts, date: Date, minute: u16, zone: &str) -> String {
    let day = texts.get(&format!("hours.day.{}", date.weekday()));
    format!("{day}, {} ({zone})", Span::minute_text(minute))
}

/// What stands in place of "End chat" until it comes.
pub fn ending(texts: &Texts, shown: EndShown) -> Option<String> {
    match shown {
        EndShown::Soon { seconds } => Some(texts.with("widget.end_in", &[("time", &Millis::seconds(seconds).clock())])),
        EndShown::AfterQuiet { minutes } => Some(texts.count("widget.end_after_quiet", minutes, &[])),
        EndShown::ByAgent => Some(texts.get("widget.end_by_agent")),
        EndShown::Button | EndShown::Nothing => None,
    }
}

/// The text key that says a problem to the customer.
pub fn problem_key(problem: &Problem) -> String {
    match problem {
        Problem::Invalid { why, .. } => why.clone(),
        Problem::SignedOut | Problem::Forbidden | Problem::NotFound => "problem.signed_out".to_owned(),
        Problem::Refused { refusal: Refusal::Ended } => "problem.ended".to_owned(),
        Problem::Refused { refusal: Refusal::TooEarly { .. } | Refusal::AgentOnly } => "problem.too_early".to_owned(),
        Problem::Refused { refusal: Refusal::NotWaiting } => "problem.answered".to_owned(),
        Problem::Refused { refusal: Refusal::NoCallback } => "problem.no_callback".to_owned(),
        Problem::Refused { refusal: Refusal::CallbackExists } => "problem.callback_exists".to_owned(),
        Problem::Refused { refusal: Refusal::Full } => "problem.full".to_owned(),
        Problem::Offline => "problem.offline".to_owned(),
        Problem::SlowDown { .. } | Problem::Unavailable { .. } => "problem.slow_down".to_owned(),
        Problem::Refused { .. } | Problem::OfferGone { .. } | Problem::KeyReused | Problem::Internal { .. } => {
            "problem.internal".to_owned()
        }
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;
    use crate::texts::{LOCALES, catalogue};

    #[test]
    fn places_have_words() {
        let texts = catalogue("en");
        assert_eq!(place(&texts, 1), "You are next in line");
        assert_eq!(place(&texts, 2), "You are second in line");
        assert_eq!(place(&texts, 10), "You are tenth in line");
        assert_eq!(place(&texts, 11), "You are number 11 in line");
    }

    #[test]
    fn waits_are_rounded_up_to_minutes() {
        let texts = catalogue("en");
        for (ms, shown) in [(-1, "About 1 minute"), (60_000, "About 1 minute"), (60_001, "About 2 minutes")] {
            assert_eq!(expected(&texts, Some(Millis(ms)), false).as_deref(), Some(shown));
        }
        assert_eq!(expected(&texts, None, false), None);
        assert_eq!(expected(&texts, Some(Millis(0)), true).as_deref(), Some("This takes longer than usual"));
    }

    #[test]
    fn the_button_is_announced() {
        let texts = catalogue("en");
        assert_eq!(ending(&texts, EndShown::Soon { seconds: 24 }).as_deref(), Some("You can end this chat in 0:24"));
        assert_eq!(ending(&texts, EndShown::ByAgent).as_deref(), Some("Our team ends this chat"));
        assert_eq!(ending(&texts, EndShown::Button), None);
    }

    #[test]
    fn an_opening_is_said_as_the_office_says_it() {
        let day = Date::of(2026, 11, 30).unwrap();
        assert_eq!(opening(&catalogue("en"), day, 540, "Europe/Berlin"), "Monday, 09:00 (Europe/Berlin)");
        assert_eq!(opening(&catalogue("de"), day, 540, "Europe/Berlin"), "Montag, 09:00 (Europe/Berlin)");
    }

    #[test]
    fn every_problem_has_words_in_every_language() {
        let problems = [
            Problem::SignedOut,
            Problem::Forbidden,
            Problem::NotFound,
            Problem::Invalid { field: "message".into(), why: "problem.required".into() },
            Problem::Refused { refusal: Refusal::Ended },
            Problem::Refused { refusal: Refusal::AgentOnly },
            Problem::Refused { refusal: Refusal::Full },
            Problem::Refused { refusal: Refusal::NotWaiting },
            Problem::Refused { refusal: Refusal::NoCallback },
            Problem::Refused { refusal: Refusal::CallbackExists },
            Problem::Refused { refusal: Refusal::NotYours },
            Problem::KeyReused,
            Problem::SlowDown { after_ms: 1 },
            Problem::Unavailable { after_ms: 1 },
            Problem::Internal { incident: "x".into() },
            Problem::Offline,
        ];
        for locale in LOCALES {
            let texts = catalogue(locale);
            for problem in &problems {
                let key = problem_key(problem);
                assert!(texts.entries().contains_key(&key), "{locale} {key}");
            }
        }
    }
}
