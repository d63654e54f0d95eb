//! Everything that the product logs while the tests run.

use std::{
    io,
    sync::{Mutex, Once, PoisonError},
};
use tracing_subscriber::{EnvFilter, fmt};

static LOG: Mutex<Vec<u8>> = Mutex::new(Vec::new());
static BEGIN: Once = Once::new();

struct Page;

impl io::Write for Page {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LOG.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Keeps what is logged, our own crates in full.
pub fn begin() {
    BEGIN.call_once(|| {
        let filter = EnvFilter::new("info,deskbell=trace,engine=trace,app=trace,domain=trace,leptos=off");
        fmt().with_env_filter(filter).with_ansi(false).with_writer(|| Page).init();
    });
}

/// What has been logged so far, by all tests of this process.
pub fn logged() -> String {
    String::from_utf8_lossy(&LOG.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
}
