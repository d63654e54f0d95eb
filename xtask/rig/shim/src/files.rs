//! Which open files are watched.

use crate::kernel;
use libc::c_int;
use std::{
    os::unix::ffi::OsStrExt,
    path::Path,
    sync::{
        Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

/// Descriptors above this are not watched: no file of the directory is opened so late.
const MOST: usize = 1 << 16;

static DIRECTORY: OnceLock<Vec<u8>> = OnceLock::new();
static WATCHED: [AtomicBool; MOST] = [const { AtomicBool::new(false) }; MOST];
static ORDER: Mutex<()> = Mutex::new(());

/// Held over an operation and its line in the journal.
pub fn in_order() -> MutexGuard<'static, ()> {
    ORDER.lock().unwrap_or_else(PoisonError::into_inner)
}

pub fn begin() {
    if let Some(directory) = kernel::variable(c"RIG_SHIM_DIR") {
        let _ = DIRECTORY.set(directory.to_bytes().to_vec());
    }
}

pub fn is_watched(fd: c_int) -> bool {
    usize::try_from(fd).ok().and_then(|fd| WATCHED.get(fd)).is_some_and(|watched| watched.load(Ordering::Relaxed))
}

fn set(fd: c_int, watched: bool) {
    if let Some(cell) = usize::try_from(fd).ok().and_then(|fd| WATCHED.get(fd)) {
        cell.store(watched, Ordering::Relaxed);
    }
}

/// A file was opened; gives its name within the directory if it is watched from now on. The directory's own name is empty.
pub fn opened(fd: c_int) -> Option<Vec<u8>> {
    let name = name_of(fd);
    set(fd, name.is_some());
    name
}

pub fn closed(fd: c_int) {
    set(fd, false);
}

/// Name of a file of the directory.
pub fn name_of(fd: c_int) -> Option<Vec<u8>> {
    DIRECTORY.get()?;
    within(&kernel::path_of(fd)?)
}

fn within(path: &[u8]) -> Option<Vec<u8>> {
    let rest = path.strip_prefix(DIRECTORY.get()?.as_slice())?;
    match rest {
        [] => Some(Vec::new()),
        [b'/', name @ ..] => Some(name.to_vec()),
        _ => None,
    }
}

/// Name of what an absolute path means, without looking whether it is there.
pub fn name_at(path: &Path) -> Option<Vec<u8>> {
    within(path.as_os_str().as_bytes())
}
