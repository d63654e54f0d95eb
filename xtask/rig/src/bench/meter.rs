//! Moments and processor time, of the program and of this generator.

use crate::{desk::Desk, history::Written};
use anyhow::{Context, Result};
use hdrhistogram::Histogram;
use oracle::{Moment, Outcome};
use std::{process::Child, time::Duration};

/// What had been used when.
#[derive(Debug, Clone, Copy)]
pub struct Meter {
    pub at: Moment,
    server: Duration,
    generator: Duration,
}

/// What was used between two readings.
#[derive(Debug, Clone, Copy)]
pub struct Span {
    pub from: Moment,
    pub to: Moment,
    /// Processor time of the program.
    pub server: Duration,
    /// Processor time of this process.
    pub generator: Duration,
}

impl Meter {
    pub fn read(desk: &Desk) -> Result<Self> {
        Ok(Self { at: Moment::now(), server: desk.cpu()?, generator: cpu("self")? })
    }

    pub fn read_child(child: &Child) -> Result<Self> {
        Ok(Self { at: Moment::now(), server: cpu(&child.id().to_string())?, generator: cpu("self")? })
    }

    pub fn until(self, later: Self) -> Span {
        Span { from: self.at, to: later.at, server: later.server - self.server, generator: later.generator - self.generator }
    }
}

impl Span {
    pub fn seconds(&self) -> f64 {
        (self.to.0 - self.from.0) as f64 / 1e9
    }

    pub fn holds(&self, moment: Moment) -> bool {
        moment >= self.from && moment < self.to
    }

    /// How many cores a processor time means in this span.
    pub fn cores(&self, used: Duration) -> f64 {
        used.as_secs_f64() / self.seconds()
    }
}

fn cpu(process: &str) -> Result<Duration> {
    let text = std::fs::read_to_string(format!("/proc/{process}/stat"))?;
    let (_, rest) = text.rsplit_once(')').context("no name in stat")?;
    let fields: Vec<&str> = rest.split_whitespace().collect();
    let ticks: u64 = [11, 12].iter().filter_map(|&n| fields.get(n)?.parse::<u64>().ok()).sum();
    Ok(Duration::from_millis(ticks * 10))
}

/// When a message was acknowledged.
pub fn acknowledged(message: &Written) -> Option<Moment> {
    match message.outcome {
        Outcome::Acknowledged { at, .. } => Some(at),
        Outcome::Pending | Outcome::Refused { .. } => None,
    }
}

/// Latencies from 1 µs to a minute, to three digits.
pub fn histogram() -> Result<Histogram<u64>> {
    Ok(Histogram::new_with_bounds(1, 60_000_000, 3)?)
}

/// A quantile in milliseconds.
pub fn ms(histogram: &Histogram<u64>, quantile: f64) -> f64 {
    histogram.value_at_quantile(quantile) as f64 / 1_000.0
}
