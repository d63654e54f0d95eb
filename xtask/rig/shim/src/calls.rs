//! What the program calls instead of its C library.
//!
//! `open` takes its mode as a fixed argument here: in the calling conventions of Linux on x86-64 and arm64 that is where a
//! variadic one stands.

use crate::{
    control, files,
    journal::{self, Kind},
    kernel,
};
use libc::{AT_FDCWD, c_char, c_int, c_uint, c_void, iovec, off_t, size_t, ssize_t, timespec, timeval};
use std::{
    ffi::{CStr, OsStr},
    os::unix::ffi::OsStrExt,
    path::Path,
    sync::atomic::{AtomicPtr, Ordering},
};

fn open_in(directory: c_int, path: *const c_char, flags: c_int, mode: c_uint) -> c_int {
    let _order = files::in_order();
    let makes = flags & libc::O_CREAT != 0 && !kernel::exists(directory, path);
    let fd = kernel::openat(directory, path, flags, mode);
    if fd >= 0
        && let Some(name) = files::opened(fd)
    {
        if makes {
            journal::note(Kind::Made, &name, 0, &[]);
        } else if flags & libc::O_TRUNC != 0 {
            journal::note(Kind::Cut, &name, 0, &[]);
        }
    }
    fd
}

#[unsafe(no_mangle)]
pub extern "C" fn open(path: *const c_char, flags: c_int, mode: c_uint) -> c_int {
    open_in(AT_FDCWD, path, flags, mode)
}
#[unsafe(no_mangle)]
pub extern "C" fn open64(path: *const c_char, flags: c_int, mode: c_uint) -> c_int {
    open_in(AT_FDCWD, path, flags, mode)
}
#[unsafe(no_mangle)]
pub extern "C" fn openat(directory: c_int, path: *const c_char, flags: c_int, mode: c_uint) -> c_int {
    open_in(directory, path, flags, mode)
}
#[unsafe(no_mangle)]
pub extern "C" fn openat64(directory: c_int, path: *const c_char, flags: c_int, mode: c_uint) -> c_int {
    open_in(directory, path, flags, mode)
}

#[unsafe(no_mangle)]
pub extern "C" fn close(fd: c_int) -> c_int {
    if files::is_watched(fd) {
        let _order = files::in_order();
        files::closed(fd);
        return kernel::close(fd);
    }
    kernel::close(fd)
}

/// A write at `offset` to a watched file; `put` does it.
fn change(fd: c_int, offset: u64, bytes: &[u8], put: impl FnOnce() -> ssize_t) -> ssize_t {
    let end = offset + bytes.len() as u64;
    if let Err(error) = control::may_write(end.saturating_sub(kernel::size(fd))) {
        return kernel::fail(error) as ssize_t;
    }
    let written = put();
    if let (Ok(count), Some(name)) = (usize::try_from(written), files::name_of(fd)) {
        journal::note(Kind::Written, &name, offset, &bytes[..count]);
    }
    written
}

/// What the caller wants written.
///
/// # Safety
/// `bytes` must point to `count` readable bytes, as the call demands of its caller.
unsafe fn given<'a>(bytes: *const c_void, count: size_t) -> &'a [u8] {
    // SAFETY: by the condition above; an empty slice needs no place.
    if count == 0 { &[] } else { unsafe { std::slice::from_raw_parts(bytes.cast(), count) } }
}

#[unsafe(no_mangle)]
pub extern "C" fn write(fd: c_int, bytes: *const c_void, count: size_t) -> ssize_t {
    if !files::is_watched(fd) {
        return kernel::write(fd, bytes, count);
    }
    let _order = files::in_order();
    // SAFETY: the caller of `write` vouches for its buffer.
    change(fd, kernel::position(fd), unsafe { given(bytes, count) }, || kernel::write(fd, bytes, count))
}

fn write_at(fd: c_int, bytes: *const c_void, count: size_t, offset: off_t) -> ssize_t {
    if !files::is_watched(fd) {
        return kernel::pwrite(fd, bytes, count, offset);
    }
    let _order = files::in_order();
    // SAFETY: the caller of `pwrite` vouches for its buffer.
    change(fd, u64::try_from(offset).unwrap_or(0), unsafe { given(bytes, count) }, || kernel::pwrite(fd, bytes, count, offset))
}

#[unsafe(no_mangle)]
pub extern "C" fn pwrite(fd: c_int, bytes: *const c_void, count: size_t, offset: off_t) -> ssize_t {
    write_at(fd, bytes, count, offset)
}
#[unsafe(no_mangle)]
pub extern "C" fn pwrite64(fd: c_int, bytes: *const c_void, count: size_t, offset: off_t) -> ssize_t {
    write_at(fd, bytes, count, offset)
}

/// Vectors are written piece by piece: a short count is every caller's to expect.
fn write_vector(fd: c_int, pieces: *const iovec, count: c_int, offset: off_t) -> ssize_t {
    let mut total = 0;
    for n in 0..usize::try_from(count).unwrap_or(0) {
        // SAFETY: the caller vouches for its vector.
        let piece = unsafe { *pieces.add(n) };
        let written = write_at(fd, piece.iov_base, piece.iov_len, offset + total as off_t);
        if written < 0 {
            return if total > 0 { total } else { written };
        }
        total += written;
        if written.cast_unsigned() < piece.iov_len {
            break;
        }
    }
    total
}

#[unsafe(no_mangle)]
pub extern "C" fn pwritev(fd: c_int, pieces: *const iovec, count: c_int, offset: off_t) -> ssize_t {
    write_vector(fd, pieces, count, offset)
}
#[unsafe(no_mangle)]
pub extern "C" fn pwritev64(fd: c_int, pieces: *const iovec, count: c_int, offset: off_t) -> ssize_t {
    write_vector(fd, pieces, count, offset)
}

fn cut(fd: c_int, length: off_t) -> c_int {
    if !files::is_watched(fd) {
        return kernel::ftruncate(fd, length);
    }
    let _order = files::in_order();
    let wanted = u64::try_from(length).unwrap_or(0);
    if let Err(error) = control::may_write(wanted.saturating_sub(kernel::size(fd))) {
        return kernel::fail(error);
    }
    let done = kernel::ftruncate(fd, length);
    if let (0, Some(name)) = (done, files::name_of(fd)) {
        journal::note(Kind::Cut, &name, wanted, &[]);
    }
    done
}

#[unsafe(no_mangle)]
pub extern "C" fn ftruncate(fd: c_int, length: off_t) -> c_int {
    cut(fd, length)
}
#[unsafe(no_mangle)]
pub extern "C" fn ftruncate64(fd: c_int, length: off_t) -> c_int {
    cut(fd, length)
}

fn sync(call: libc::c_long, fd: c_int) -> c_int {
    if !files::is_watched(fd) {
        return kernel::sync(call, fd);
    }
    let _order = files::in_order();
    if let Err(error) = control::may_sync() {
        return kernel::fail(error);
    }
    let done = kernel::sync(call, fd);
    if let (0, Some(name)) = (done, files::name_of(fd)) {
        journal::note(Kind::Synced, &name, 0, &[]);
    }
    done
}

#[unsafe(no_mangle)]
pub extern "C" fn fsync(fd: c_int) -> c_int {
    sync(libc::SYS_fsync, fd)
}
#[unsafe(no_mangle)]
pub extern "C" fn fdatasync(fd: c_int) -> c_int {
    sync(libc::SYS_fdatasync, fd)
}

/// Name in the directory of what an absolute path means. Others are not watched.
fn name(path: *const c_char) -> Option<Vec<u8>> {
    // SAFETY: the caller's path ends with a zero.
    let path = unsafe { CStr::from_ptr(path) };
    files::name_at(Path::new(OsStr::from_bytes(path.to_bytes())))
}

fn remove(directory: c_int, path: *const c_char, flags: c_int) -> c_int {
    let _order = files::in_order();
    let done = kernel::unlinkat(directory, path, flags);
    if let (0, Some(name)) = (done, name(path)) {
        journal::note(Kind::Removed, &name, 0, &[]);
    }
    done
}

#[unsafe(no_mangle)]
pub extern "C" fn unlink(path: *const c_char) -> c_int {
    remove(AT_FDCWD, path, 0)
}
#[unsafe(no_mangle)]
pub extern "C" fn unlinkat(directory: c_int, path: *const c_char, flags: c_int) -> c_int {
    remove(directory, path, flags)
}

#[unsafe(no_mangle)]
pub extern "C" fn rename(from: *const c_char, to: *const c_char) -> c_int {
    let _order = files::in_order();
    let done = kernel::renameat((AT_FDCWD, from), (AT_FDCWD, to));
    if let (0, Some(from), Some(to)) = (done, name(from), name(to)) {
        journal::note(Kind::Renamed, &from, 0, &to);
    }
    done
}

type ClockGetTime = unsafe extern "C" fn(libc::clockid_t, *mut timespec) -> c_int;

/// The C library's own `clock_gettime`, which needs no system call.
fn library() -> Option<ClockGetTime> {
    static FOUND: AtomicPtr<c_void> = AtomicPtr::new(std::ptr::null_mut());
    let mut found = FOUND.load(Ordering::Relaxed);
    if found.is_null() {
        // SAFETY: the name ends with a zero; the symbol is looked up behind this library.
        found = unsafe { libc::dlsym(libc::RTLD_NEXT, c"clock_gettime".as_ptr()) };
        FOUND.store(found, Ordering::Relaxed);
    }
    // SAFETY: that symbol is a function of this type, or null, which is `None`.
    unsafe { std::mem::transmute::<*mut c_void, Option<ClockGetTime>>(found) }
}

#[unsafe(no_mangle)]
pub extern "C" fn clock_gettime(clock: libc::clockid_t, time: *mut timespec) -> c_int {
    let done = match library() {
        // SAFETY: the caller's own arguments.
        Some(library) => unsafe { library(clock, time) },
        None => kernel::time(clock, time),
    };
    if done == 0 && matches!(clock, libc::CLOCK_REALTIME | libc::CLOCK_REALTIME_COARSE) {
        // SAFETY: just filled by the call above.
        unsafe { (*time).tv_sec += control::shift() };
    }
    done
}

#[unsafe(no_mangle)]
pub extern "C" fn gettimeofday(time: *mut timeval, _zone: *mut c_void) -> c_int {
    let mut now = timespec { tv_sec: 0, tv_nsec: 0 };
    let done = clock_gettime(libc::CLOCK_REALTIME, &raw mut now);
    if done == 0 && !time.is_null() {
        // SAFETY: the caller's own place.
        unsafe { *time = timeval { tv_sec: now.tv_sec, tv_usec: now.tv_nsec / 1_000 } };
    }
    done
}

#[unsafe(no_mangle)]
pub extern "C" fn time(place: *mut libc::time_t) -> libc::time_t {
    let mut now = timespec { tv_sec: 0, tv_nsec: 0 };
    clock_gettime(libc::CLOCK_REALTIME, &raw mut now);
    if !place.is_null() {
        // SAFETY: the caller's own place.
        unsafe { *place = now.tv_sec };
    }
    now.tv_sec
}
