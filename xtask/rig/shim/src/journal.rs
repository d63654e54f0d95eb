//! The journal: every completed change of a watched file, in order.
//!
//! It begins with `RIGSHIM1`. Then records, all numbers little-endian:
//! kind (1 byte), moment (8, nanoseconds of `CLOCK_MONOTONIC` at completion), offset (8), length of the name (2) and of
//! the data (4), name, data.
//!
//! | kind | operation | offset | data |
//! |---|---|---|---|
//! | 1 | a file was made | | |
//! | 2 | bytes were written | where | the bytes |
//! | 3 | a file was cut or stretched | its new length | |
//! | 4 | a file was synced; the empty name is the directory | | |
//! | 5 | a file was removed | | |
//! | 6 | a file was renamed | | the new name |

use crate::{control, kernel};
use std::sync::atomic::{AtomicI32, Ordering};

const MARK: &[u8] = b"RIGSHIM1";

static FD: AtomicI32 = AtomicI32::new(-1);

#[derive(Clone, Copy)]
#[repr(u8)]
pub enum Kind {
    Made = 1,
    Written = 2,
    Cut = 3,
    Synced = 4,
    Removed = 5,
    Renamed = 6,
}

pub fn open() {
    let Some(path) = kernel::variable(c"RIG_SHIM_JOURNAL") else { return };
    let flags = libc::O_WRONLY | libc::O_CREAT | libc::O_TRUNC | libc::O_APPEND | libc::O_CLOEXEC;
    let fd = kernel::openat(libc::AT_FDCWD, path.as_ptr(), flags, 0o600);
    if fd >= 0 {
        FD.store(fd, Ordering::Release);
        put(fd, MARK);
    }
}

/// Writes an operation down; the caller holds the order.
pub fn note(kind: Kind, name: &[u8], offset: u64, data: &[u8]) {
    let fd = FD.load(Ordering::Acquire);
    // What the processes share for coordination is made anew after a crash.
    if fd < 0 || name.ends_with(b"-shm") {
        return;
    }
    let (Ok(name_length), Ok(data_length)) = (u16::try_from(name.len()), u32::try_from(data.len())) else { return };
    let mut record = Vec::with_capacity(23 + name.len() + data.len());
    record.push(kind as u8);
    record.extend(kernel::moment().to_le_bytes());
    record.extend(offset.to_le_bytes());
    record.extend(name_length.to_le_bytes());
    record.extend(data_length.to_le_bytes());
    record.extend(name);
    record.extend(data);
    put(fd, &record);
    control::written_down();
}

/// All of it; a journal with a hole would be worse than none.
fn put(fd: i32, mut bytes: &[u8]) {
    while !bytes.is_empty() {
        match usize::try_from(kernel::write(fd, bytes.as_ptr().cast(), bytes.len())) {
            Ok(written) => bytes = &bytes[written..],
            Err(_) => std::process::abort(),
        }
    }
}
