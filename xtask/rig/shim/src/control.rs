//! The control file: eight-byte numbers in the machine's order, mapped into the program. The test writes the first ones at
//! any time; the shim writes the last ones, by which the test knows that it is there.
//!
//! | at | meaning | written by |
//! |---|---|---|
//! | 0 | counted from: a new value here makes the counters of 8 to 40 begin again | test |
//! | 8 | space: 0 plenty, 1 files may grow by the budget, 2 nothing can be written | test |
//! | 16 | the budget in bytes | test |
//! | 24 | the `n`th sync from now fails with EIO; 0: none | test |
//! | 32 | the `n`th write from now fails with EIO; 0: none | test |
//! | 40 | seconds by which the wall clock is moved, signed | test |
//! | 48 | process that the shim is in | shim |
//! | 56 | writes that were refused for want of space | shim |
//! | 64 | calls that failed with EIO | shim |
//! | 72 | operations written down | shim |

use crate::kernel;
use std::{
    ptr,
    sync::atomic::{AtomicI64, AtomicPtr, AtomicU64, Ordering},
};

const SIZE: usize = 80;

static PAGE: AtomicPtr<u64> = AtomicPtr::new(ptr::null_mut());
/// The value at 0 that the counters below belong to.
static SINCE: AtomicU64 = AtomicU64::new(0);
static GROWN: AtomicU64 = AtomicU64::new(0);
static SYNCS: AtomicU64 = AtomicU64::new(0);
static WRITES: AtomicU64 = AtomicU64::new(0);

/// Maps the file, if one is named; says that the shim is there.
pub fn open() -> bool {
    let Some(path) = kernel::variable(c"RIG_SHIM_CONTROL") else { return false };
    let fd = kernel::openat(libc::AT_FDCWD, path.as_ptr(), libc::O_RDWR | libc::O_CLOEXEC, 0);
    if fd < 0 || kernel::size(fd) < SIZE as u64 {
        return false;
    }
    // SAFETY: a mapping of its own over a file that is long enough.
    let page = unsafe { libc::mmap(ptr::null_mut(), SIZE, libc::PROT_READ | libc::PROT_WRITE, libc::MAP_SHARED, fd, 0) };
    kernel::close(fd);
    if page == libc::MAP_FAILED {
        return false;
    }
    PAGE.store(page.cast(), Ordering::Release);
    if let Some(pid) = cell(48) {
        pid.store(u64::from(std::process::id()), Ordering::Relaxed);
    }
    true
}

/// The number at this place of the file; `None` until it is mapped.
fn cell(at: usize) -> Option<&'static AtomicU64> {
    let page = PAGE.load(Ordering::Acquire);
    // SAFETY: mapped for as long as the program lives, aligned, long enough, and touched as atomics only.
    (!page.is_null()).then(|| unsafe { AtomicU64::from_ptr(page.add(at / 8)) })
}

fn read(at: usize) -> u64 {
    cell(at).map_or(0, |cell| cell.load(Ordering::Relaxed))
}

fn count(at: usize) {
    if let Some(cell) = cell(at) {
        cell.fetch_add(1, Ordering::Relaxed);
    }
}

fn begin_anew() {
    let since = read(0);
    if SINCE.swap(since, Ordering::Relaxed) != since {
        GROWN.store(0, Ordering::Relaxed);
        SYNCS.store(0, Ordering::Relaxed);
        WRITES.store(0, Ordering::Relaxed);
    }
}

/// Whether this write goes through: it makes its file longer by `growth`.
pub fn may_write(growth: u64) -> Result<(), libc::c_int> {
    begin_anew();
    let nth = WRITES.fetch_add(1, Ordering::Relaxed) + 1;
    if nth == read(32) {
        count(64);
        return Err(libc::EIO);
    }
    let fits = match read(8) {
        0 => true,
        1 => growth == 0 || GROWN.fetch_add(growth, Ordering::Relaxed) + growth <= read(16),
        _ => false,
    };
    if fits {
        return Ok(());
    }
    if read(8) == 1 {
        GROWN.fetch_sub(growth, Ordering::Relaxed);
    }
    count(56);
    Err(libc::ENOSPC)
}

pub fn may_sync() -> Result<(), libc::c_int> {
    begin_anew();
    let nth = SYNCS.fetch_add(1, Ordering::Relaxed) + 1;
    if nth == read(24) {
        count(64);
        return Err(libc::EIO);
    }
    Ok(())
}

/// Seconds by which the wall clock is moved.
pub fn shift() -> i64 {
    let page = PAGE.load(Ordering::Acquire);
    if page.is_null() {
        return 0;
    }
    // SAFETY: as in `cell`.
    unsafe { AtomicI64::from_ptr(page.add(5).cast()) }.load(Ordering::Relaxed)
}

pub fn written_down() {
    count(72);
}
