//! The browser's half.

use domain::wire::Problem;

/// How long a client waits when an answer came that was not ours: a proxy's page, say.
const STRANGE_ANSWER_MS: u64 = 1_000;

/// The answer was not one of ours.
pub(super) fn not_understood() -> Problem {
    Problem::Unavailable { after_ms: STRANGE_ANSWER_MS }
}
