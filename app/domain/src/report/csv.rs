//! CSV files as spreadsheets read them (RFC 4180), with nothing in them that a spreadsheet would run.

use super::{Length, Line, Lines, Measure, Numbers, Report, What};
use crate::time::Millis;

/// The mark by which spreadsheets know UTF-8.
pub const BOM: &str = "\u{feff}";

/// One line with its end.
pub fn line<S: AsRef<str>>(cells: impl IntoIterator<Item = S>) -> String {
    let cells: Vec<String> = cells.into_iter().map(|cell| cell_of(cell.as_ref())).collect();
    cells.join(",") + "\r\n"
}

/// A cell: text stays text, also where it begins like a formula.
fn cell_of(text: &str) -> String {
    let safe = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() };
    if safe.contains(['"', ',', '\n', '\r']) { format!("\"{}\"", safe.replace('"', "\"\"")) } else { safe }
}

/// The tables of a report that can be had as a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Table {
    Days,
    Queues,
    Agents,
    Times,
}

impl Table {
    pub const ALL: [Table; 4] = [Self::Days, Self::Queues, Self::Agents, Self::Times];
    pub fn word(self) -> &'static str {
        match self {
            Self::Days => "days",
            Self::Queues => "queues",
            Self::Agents => "agents",
            Self::Times => "times",
        }
    }
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|table| table.word() == word)
    }
}

/// The lines of a table, its head first.
pub fn table(report: &Report, table: Table) -> Vec<String> {
    match table {
        Table::Days => rows("day", report.by_day.iter().map(|row| (row.day.to_string(), &row.numbers)), |_| true),
        Table::Queues => rows("queue", report.by_queue.iter().map(|row| (row.name.clone(), &row.numbers)), |_| true),
        Table::Agents => rows("agent", report.by_agent.iter().map(|row| (row.name.clone(), &row.numbers)), Measure::is_of_agents),
        Table::Times => times(report),
    }
}

fn rows<'a>(name: &str, rows: impl Iterator<Item = (String, &'a Numbers)>, shown: fn(Measure) -> bool) -> Vec<String> {
    let measures: Vec<Measure> = Measure::ALL.into_iter().filter(|measure| shown(*measure)).collect();
    let mut head = vec![name.to_owned()];
    head.extend(measures.iter().map(|measure| measure.word().to_owned()));
    head.extend(["in_time_percent".to_owned(), "accepted_percent".to_owned()]);
    for length in Length::ALL {
        head.extend([format!("{}_average_seconds", length.word()), format!("{}_p90_seconds", length.word())]);
    }
    let mut lines = vec![line(head)];
    lines.extend(rows.map(|(name, numbers)| line(row(name, numbers, &measures))));
    lines
}

fn row(name: String, numbers: &Numbers, measures: &[Measure]) -> Vec<String> {
    let mut cells = vec![name];
    cells.extend(measures.iter().map(|measure| numbers.count(*measure).to_string()));
    let percent = |value: Option<u64>| value.map(|value| value.to_string()).unwrap_or_default();
    cells.extend([percent(numbers.level_percent()), percent(numbers.accepted_percent())]);
    for length in Length::ALL {
        let summary = numbers.length(length);
        cells.extend([seconds(summary.map(|summary| summary.average)), seconds(summary.map(|summary| summary.ninety))]);
    }
    cells
}

fn seconds(span: Option<Millis>) -> String {
    span.map(|span| (span.0 / 1_000).to_string()).unwrap_or_default()
}

fn times(report: &Report) -> Vec<String> {
    let reasons = reasons(report);
    let mut head: Vec<String> =
        ["agent", "ready_seconds", "with_customers_seconds", "not_ready_seconds", "offline_seconds"].map(String::from).to_vec();
    head.extend(
        reasons
            .iter()
            .map(|reason| if reason.is_empty() { "not_ready_no_reason_seconds".into() } else { format!("not_ready_{reason}_seconds") }),
    );
    let mut lines = vec![line(head)];
    for row in &report.by_agent {
        let times = &row.times;
        let mut cells = vec![row.name.clone()];
        cells.extend([times.ready, times.with_customers, times.all_not_ready(), times.offline].map(|span| seconds(Some(span))));
        cells.extend(reasons.iter().map(|reason| seconds(Some(times.not_ready.get(reason).copied().unwrap_or_default()))));
        lines.push(line(cells));
    }
    lines
}

/// Every reason that somebody was not ready for, in order.
pub fn reasons(report: &Report) -> Vec<String> {
    let all: std::collections::BTreeSet<_> = report.by_agent.iter().flat_map(|row| row.times.not_ready.keys().cloned()).collect();
    all.into_iter().collect()
}

/// The head of the list behind a number.
pub fn list_head() -> String {
    line([
        "at",
        "chat",
        "customer",
        "queue",
        "agent",
        "end",
        "waited_seconds",
        "reply_seconds",
        "handle_seconds",
        "wrap_up_seconds",
        "ticket",
    ])
}

/// One line of it.
pub fn list_line(found: &Line, names: &Lines) -> String {
    let fact = &found.fact;
    let name = |id| names.agents.iter().find(|(agent, _)| *agent == id).map(|(_, name)| name.clone()).unwrap_or_default();
    let queue = names.queues.iter().find(|(queue, _)| *queue == fact.queue).map(|(_, name)| name.clone()).unwrap_or_default();
    let (mut end, mut spans, mut ticket) = (String::new(), [None; 4], String::new());
    match &fact.what {
        What::Arrived | What::HandedOn => {}
        What::Offer { end: how, .. } => end = how.map_or("ringing", |how| how.word()).to_owned(),
        What::Part(part) => spans = [part.first.as_ref().map(|first| first.waited), part.reply, part.held, part.wrap_up],
        What::Abandoned { waited } | What::Callback { waited } => spans[0] = Some(*waited),
        What::Ticket { number } => ticket = number.to_string(),
    }
    let mut cells =
        vec![fact.at.rfc3339(), fact.chat.to_string(), found.customer.clone(), queue, fact.agent.map(name).unwrap_or_default(), end];
    cells.extend(spans.map(seconds));
    cells.push(ticket);
    line(cells)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_text_whatever_stands_in_it() {
        let cases = [
            ("plain", "plain"),
            ("a, b", "\"a, b\""),
            ("say \"hi\"", "\"say \"\"hi\"\"\""),
            ("two\nlines", "\"two\nlines\""),
            ("=1+1", "'=1+1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("+49 30", "'+49 30"),
            ("-2,5", "\"'-2,5\""),
            ("\t=1", "'\t=1"),
            ("a=1", "a=1"),
            ("", ""),
        ];
        for (text, cell) in cases {
            assert_eq!(cell_of(text), cell, "{text:?}");
        }
        assert_eq!(line(["a", "b"]), "a,b\r\n");
    }
}
