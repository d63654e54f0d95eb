//! What a run has shown.

use serde::{Deserialize, Serialize};

/// The most lines that one judge may fill.
const LINES: usize = 8;

/// How often each promise was broken, and how; clean when nothing was.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    pub lost: usize,
    pub duplicated: usize,
    pub reordered: usize,
    pub contradictions: usize,
    pub phantoms: usize,
    pub limbo: usize,
    pub leaked: usize,
    /// A line each: what the tables say, and the first few of each count above.
    pub findings: Vec<String>,
}

impl Verdict {
    pub fn is_clean(&self) -> bool {
        *self == Self::default()
    }

    /// Adds what another part of the same run has shown.
    pub fn add(&mut self, other: Self) {
        self.lost += other.lost;
        self.duplicated += other.duplicated;
        self.reordered += other.reordered;
        self.contradictions += other.contradictions;
        self.phantoms += other.phantoms;
        self.limbo += other.limbo;
        self.leaked += other.leaked;
        self.findings.extend(other.findings);
    }

    /// Keeps the first few lines of a judge; gives how many there were.
    pub(crate) fn note(&mut self, lines: Vec<String>) -> usize {
        let count = lines.len();
        self.findings.extend(lines.into_iter().take(LINES));
        count
    }
}
