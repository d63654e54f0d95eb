//! Structured logs on the error stream: text on a terminal, JSON elsewhere.

use crate::config::LogFormat;
use std::io::IsTerminal;
use tracing_subscriber::{EnvFilter, fmt};

/// Begins to log; a second call changes nothing.
pub fn start(format: LogFormat) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn"));
    let json = match format {
        LogFormat::Json => true,
        LogFormat::Text => false,
        LogFormat::Auto => !std::io::stderr().is_terminal(),
    };
    let lines = fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let begun = if json { lines.json().flatten_event(true).with_span_list(false).try_init() } else { lines.with_target(false).try_init() };
    if begun.is_err() {
        tracing::debug!("Logging had begun already.");
    }
}
