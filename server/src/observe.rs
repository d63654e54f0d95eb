//! What operators see: log lines and metrics. Neither ever holds message text, e-mail addresses, tokens or query strings.

pub mod logs;
pub mod metrics;
pub mod requests;
