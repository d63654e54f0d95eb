//! What was measured, held against the marks.

use crate::place::Db;
use oracle::Verdict;
use serde_json::{Map, Value, json};

/// What a figure must reach on two shared cores, the generator included.
#[derive(Debug, Clone, Copy)]
enum Mark {
    AtLeast(f64),
    AtMost(f64),
}
use Mark::{AtLeast, AtMost};

const MARKS: &[(&str, Mark)] = &[
    ("acked_per_s", AtLeast(5_000.0)),
    ("ratio_to_floor", AtLeast(0.125)),
    ("ack_ms_p50", AtMost(8.0)),
    ("ack_ms_p99", AtMost(60.0)),
    ("deliver_ms_p50", AtMost(8.0)),
    ("deliver_ms_p99", AtMost(60.0)),
    ("rss_mib_idle", AtMost(60.0)),
    ("rss_kib_per_socket", AtMost(12.0)),
    ("start_ms", AtMost(300.0)),
    ("bytes_br.loader", AtMost(5_000.0)),
    ("bytes_br.wasm", AtMost(150_000.0)),
    ("binary_mib", AtMost(40.0)),
    ("refill_ms_p99", AtMost(300.0)),
    ("offer_ms_p99", AtMost(250.0)),
    ("routing_idle_cpu", AtMost(0.01)),
];

impl Mark {
    fn of(name: &str) -> Option<Self> {
        MARKS.iter().find(|(marked, _)| *marked == name).map(|(_, mark)| *mark)
    }

    fn holds(self, value: f64) -> bool {
        match self {
            AtLeast(least) => value >= least,
            AtMost(most) => value <= most,
        }
    }

    fn words(self) -> String {
        match self {
            AtLeast(least) => format!(">= {least}"),
            AtMost(most) => format!("<= {most}"),
        }
    }
}

struct Figure {
    name: &'static str,
    /// One value a run.
    values: Vec<f64>,
}

impl Figure {
    fn sorted(&self) -> Vec<f64> {
        let mut sorted = self.values.clone();
        sorted.sort_by(f64::total_cmp);
        sorted
    }

    /// The middle one; of an even number the lower of the two.
    fn median(&self) -> f64 {
        let sorted = self.sorted();
        sorted.get(sorted.len().saturating_sub(1) / 2).copied().unwrap_or(0.0)
    }

    fn spread(&self) -> (f64, f64) {
        let sorted = self.sorted();
        (sorted.first().copied().unwrap_or(0.0), sorted.last().copied().unwrap_or(0.0))
    }

    fn mark(&self) -> Option<(Mark, bool)> {
        Mark::of(self.name).map(|mark| (mark, mark.holds(self.median())))
    }
}

/// All figures of a run of the bench, in the order in which they were measured first.
#[derive(Default)]
pub struct Figures {
    list: Vec<Figure>,
    verdict: Verdict,
    judged: bool,
    notices: Vec<String>,
}

impl Figures {
    /// One more value. A name with a dot stands in an object of its own.
    pub fn say(&mut self, name: &'static str, value: f64) {
        eprintln!("  {name:<28} {}", round(value));
        match self.list.iter_mut().find(|figure| figure.name == name) {
            Some(figure) => figure.values.push(value),
            None => self.list.push(Figure { name, values: vec![value] }),
        }
    }

    /// What the oracle found after a run.
    pub fn judge(&mut self, verdict: Verdict) {
        for finding in &verdict.findings {
            eprintln!("  FOUND {finding}");
        }
        self.verdict.add(verdict);
        self.judged = true;
    }

    /// Something that the reader of the figures must know.
    pub fn notice(&mut self, words: impl Into<String>) {
        let words = words.into();
        eprintln!("  notice: {words}");
        self.notices.push(words);
    }

    /// One figure through another, run by run.
    pub fn ratio(&mut self, name: &'static str, above: &str, below: &str) {
        let values = |name: &str| self.list.iter().find(|figure| figure.name == name).map_or_else(Vec::new, |figure| figure.values.clone());
        let (above, below) = (values(above), values(below));
        for (above, below) in above.into_iter().zip(below) {
            self.say(name, above / below);
        }
    }

    pub fn are_clean(&self) -> bool {
        self.verdict.is_clean()
    }

    fn missed(&self) -> impl Iterator<Item = (&Figure, Mark)> {
        self.list.iter().filter_map(|figure| Some((figure, figure.mark()?))).filter(|(_, (_, holds))| !holds).map(|(f, (m, _))| (f, m))
    }

    /// The table, on standard error: standard output is for the object.
    pub fn print(&self) {
        eprintln!("\n{:<28} {:>12} {:>26}   mark", "figure", "median", "min..max");
        for figure in &self.list {
            let (least, most) = figure.spread();
            let spread = if figure.values.len() > 1 { format!("{}..{}", round(least), round(most)) } else { String::new() };
            let mark = figure.mark().map_or_else(String::new, |(mark, holds)| {
                let missed = if holds { "" } else { "  MISSED" };
                format!("{}{missed}", mark.words())
            });
            eprintln!("{:<28} {:>12} {spread:>26}   {mark}", figure.name, round(figure.median()).to_string());
        }
        let Verdict { lost, duplicated, reordered, findings, .. } = &self.verdict;
        if self.judged {
            eprintln!("lost {lost}, duplicated {duplicated}, reordered {reordered}, findings {}", findings.len());
        }
        self.notices.iter().for_each(|words| eprintln!("notice: {words}"));
    }

    #[allow(clippy::print_stdout)]
    pub fn print_json(&self, db: Db, short: bool) {
        let mut whole = Map::new();
        let mut spread = Map::new();
        for figure in &self.list {
            let (least, most) = figure.spread();
            match figure.name.split_once('.') {
                Some((object, name)) => {
                    let inner = whole.entry(object).or_insert_with(|| json!({}));
                    inner[name] = round(figure.median());
                }
                None => drop(whole.insert(figure.name.into(), round(figure.median()))),
            }
            if figure.values.len() > 1 {
                spread.insert(figure.name.into(), json!([round(least), round(most)]));
            }
        }
        if self.judged {
            whole.insert("lost".into(), self.verdict.lost.into());
            whole.insert("duplicated".into(), self.verdict.duplicated.into());
            whole.insert("reordered".into(), self.verdict.reordered.into());
            whole.insert("findings".into(), json!(self.verdict.findings));
        }
        whole.insert("missed".into(), self.missed().map(|(figure, mark)| format!("{} {}", figure.name, mark.words())).collect());
        whole.insert("notices".into(), json!(self.notices));
        whole.insert("spread".into(), spread.into());
        whole.insert("db".into(), db.word().into());
        whole.insert("short".into(), short.into());
        whole.insert("cores".into(), std::thread::available_parallelism().map_or(0, usize::from).into());
        println!("{}", Value::from(whole));
    }
}

/// Three or four digits that say something; whole numbers whole.
fn round(value: f64) -> Value {
    let places = if value.abs() >= 100.0 { 1.0 } else { 1_000.0 };
    let rounded = (value * places).round() / places;
    if rounded.fract() == 0.0 { json!(rounded as i64) } else { json!(rounded) }
}
