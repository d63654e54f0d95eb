//! Faults put in on purpose, one at a time, to show that the checkers of the proof rig see them.
//!
//! Only a build with the feature `seeded-bugs` has them, and only the one that `DESKBELL_TEST_BUG` names is on.

/// What can be made wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bug {
    /// One message in a hundred is acknowledged and not stored.
    LoseAcknowledged,
    /// One event in fifty is told twice.
    ApplyTwice,
    /// Customers are told what only agents may know.
    LeakNotes,
    /// An offer that has ended can end again.
    SkipCompareAndSet,
    /// Writers are answered before their commit.
    AnswerBeforeCommit,
    /// SQLite does not wait for the disk.
    SyncOff,
    /// The router asks agents who are not ready.
    AskAnybody,
    /// The router begins at the end of the line.
    ServeNewestFirst,
    /// The router passes over chats that came back.
    ForgetReturned,
    /// No place is given back.
    KeepPlaces,
}

impl Bug {
    #[cfg(feature = "seeded-bugs")]
    fn name(self) -> &'static str {
        match self {
            Bug::LoseAcknowledged => "lose_acknowledged",
            Bug::ApplyTwice => "apply_twice",
            Bug::LeakNotes => "leak_notes",
            Bug::SkipCompareAndSet => "skip_compare_and_set",
            Bug::AnswerBeforeCommit => "answer_before_commit",
            Bug::SyncOff => "sync_off",
            Bug::AskAnybody => "ask_anybody",
            Bug::ServeNewestFirst => "serve_newest_first",
            Bug::ForgetReturned => "forget_returned",
            Bug::KeepPlaces => "keep_places",
        }
    }

    /// Whether this build and process has it.
    #[cfg(feature = "seeded-bugs")]
    pub fn is_on(self) -> bool {
        static NAMED: std::sync::LazyLock<Option<String>> = std::sync::LazyLock::new(|| std::env::var("DESKBELL_TEST_BUG").ok());
        NAMED.as_deref() == Some(self.name())
    }

    #[cfg(not(feature = "seeded-bugs"))]
    pub const fn is_on(self) -> bool {
        false
    }

    /// On, and this is the `n`th time since the last.
    pub fn strikes_every(self, n: u64) -> bool {
        use std::sync::atomic::{AtomicU64, Ordering};
        static TIMES: AtomicU64 = AtomicU64::new(0);
        self.is_on() && TIMES.fetch_add(1, Ordering::Relaxed) % n == n - 1
    }
}
