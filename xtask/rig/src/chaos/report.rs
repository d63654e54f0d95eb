//! What one fault test has shown.

use super::Common;
use oracle::Verdict;
use serde::Serialize;
use serde_json::{Map, Value};
use std::time::Duration;
use tokio::time::Instant;

/// One line of JSON a test.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// The number of the test, such as `F1`.
    pub test: &'static str,
    pub db: &'static str,
    pub seed: u64,
    pub seconds: f64,
    pub clean: bool,
    pub verdict: Verdict,
    /// What was measured beside the verdict.
    pub figures: Map<String, Value>,
    /// Targets of the test that were missed, in words.
    pub missed: Vec<String>,
    /// Times that were missed. Not held against a lenient run.
    pub late: Vec<String>,
    #[serde(skip)]
    lenient: bool,
    #[serde(skip)]
    begun: Option<Instant>,
}

impl Report {
    /// Begins the clock of a test.
    pub fn of(test: &'static str, common: &Common) -> Self {
        Self {
            test,
            db: common.db.word(),
            seed: common.seed,
            seconds: 0.0,
            clean: false,
            verdict: Verdict::default(),
            figures: Map::new(),
            missed: Vec::new(),
            late: Vec::new(),
            lenient: common.lenient,
            begun: Some(Instant::now()),
        }
    }

    pub fn figure(&mut self, name: &str, value: impl Into<Value>) {
        self.figures.insert(name.into(), value.into());
    }

    /// A target: noted when it is missed.
    pub fn target(&mut self, holds: bool, words: impl Into<String>) {
        if !holds {
            self.missed.push(words.into());
        }
    }

    /// A time to keep to: noted when it is missed.
    pub fn mark(&mut self, holds: bool, words: impl Into<String>) {
        if !holds {
            self.late.push(words.into());
        }
    }

    /// Ends the clock, judges, and prints the line: what is known is seen, whatever becomes of the tests that follow.
    pub fn close(mut self, verdict: Verdict) -> Self {
        self.seconds = self.begun.map_or(Duration::ZERO, |begun| begun.elapsed()).as_secs_f64();
        self.verdict.add(verdict);
        self.clean = self.verdict.is_clean() && self.missed.is_empty() && (self.lenient || self.late.is_empty());
        self.print();
        self
    }

    pub fn is_clean(&self) -> bool {
        self.clean
    }

    #[allow(clippy::print_stdout)]
    fn print(&self) {
        println!("{}", serde_json::to_string(self).unwrap_or_else(|error| format!("{{\"clean\":false,\"error\":\"{error}\"}}")));
    }
}
