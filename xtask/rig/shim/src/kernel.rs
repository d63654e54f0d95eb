//! System calls as the C library makes them: -1 and `errno` where the kernel says no.

use libc::{c_char, c_int, c_long, off_t, size_t, ssize_t, timespec};
use std::ffi::CStr;

pub fn openat(directory: c_int, path: *const c_char, flags: c_int, mode: libc::c_uint) -> c_int {
    // SAFETY: the caller's own arguments, as they were given.
    unsafe { libc::syscall(libc::SYS_openat, directory, path, flags, mode) as c_int }
}

pub fn close(fd: c_int) -> c_int {
    // SAFETY: takes a number.
    unsafe { libc::syscall(libc::SYS_close, fd) as c_int }
}

pub fn write(fd: c_int, bytes: *const libc::c_void, count: size_t) -> ssize_t {
    // SAFETY: the caller vouches for its buffer.
    unsafe { libc::syscall(libc::SYS_write, fd, bytes, count) as ssize_t }
}

pub fn pwrite(fd: c_int, bytes: *const libc::c_void, count: size_t, offset: off_t) -> ssize_t {
    // SAFETY: the caller vouches for its buffer.
    unsafe { libc::syscall(libc::SYS_pwrite64, fd, bytes, count, offset) as ssize_t }
}

pub fn ftruncate(fd: c_int, length: off_t) -> c_int {
    // SAFETY: takes numbers.
    unsafe { libc::syscall(libc::SYS_ftruncate, fd, length) as c_int }
}

/// `fsync` or `fdatasync`, by its number.
pub fn sync(call: c_long, fd: c_int) -> c_int {
    // SAFETY: takes a number.
    unsafe { libc::syscall(call, fd) as c_int }
}

pub fn unlinkat(directory: c_int, path: *const c_char, flags: c_int) -> c_int {
    // SAFETY: the caller's own arguments, as they were given.
    unsafe { libc::syscall(libc::SYS_unlinkat, directory, path, flags) as c_int }
}

pub fn renameat(from: (c_int, *const c_char), to: (c_int, *const c_char)) -> c_int {
    // SAFETY: the caller's own arguments, as they were given.
    unsafe { libc::syscall(libc::SYS_renameat2, from.0, from.1, to.0, to.1, 0) as c_int }
}

pub fn exists(directory: c_int, path: *const c_char) -> bool {
    // SAFETY: the caller's own path.
    unsafe { libc::syscall(libc::SYS_faccessat, directory, path, libc::F_OK) == 0 }
}

/// Where the next `write` goes.
pub fn position(fd: c_int) -> u64 {
    // SAFETY: takes numbers.
    let at = unsafe { libc::syscall(libc::SYS_lseek, fd, 0, libc::SEEK_CUR) };
    u64::try_from(at).unwrap_or(0)
}

pub fn size(fd: c_int) -> u64 {
    // SAFETY: the structure is plain numbers, and the kernel fills it.
    let status = unsafe {
        let mut status: libc::stat = std::mem::zeroed();
        if libc::fstat(fd, &raw mut status) == 0 { status.st_size } else { 0 }
    };
    u64::try_from(status).unwrap_or(0)
}

/// Path of an open file.
pub fn path_of(fd: c_int) -> Option<Vec<u8>> {
    let link = format!("/proc/self/fd/{fd}\0");
    let mut path = vec![0_u8; 4_096];
    // SAFETY: the link ends with a zero, and the buffer is as long as is said.
    let length = unsafe { libc::syscall(libc::SYS_readlinkat, libc::AT_FDCWD, link.as_ptr(), path.as_mut_ptr(), path.len()) };
    path.truncate(usize::try_from(length).ok()?);
    Some(path)
}

/// The time that the kernel has.
pub fn time(clock: libc::clockid_t, time: *mut timespec) -> c_int {
    // SAFETY: the caller vouches for its place.
    unsafe { libc::syscall(libc::SYS_clock_gettime, clock, time) as c_int }
}

/// Nanoseconds of `CLOCK_MONOTONIC`.
pub fn moment() -> u64 {
    let mut now = timespec { tv_sec: 0, tv_nsec: 0 };
    time(libc::CLOCK_MONOTONIC, &raw mut now);
    u64::try_from(now.tv_sec).unwrap_or(0) * 1_000_000_000 + u64::try_from(now.tv_nsec).unwrap_or(0)
}

/// A variable of the environment; `name` ends with a zero.
pub fn variable(name: &'static CStr) -> Option<&'static CStr> {
    // SAFETY: both end with a zero; nothing changes the environment while the program is being loaded.
    unsafe {
        let value = libc::getenv(name.as_ptr());
        if value.is_null() { None } else { Some(CStr::from_ptr(value)) }
    }
}

pub fn fail(error: c_int) -> c_int {
    // SAFETY: `errno` of this thread.
    unsafe { *libc::__errno_location() = error };
    -1
}
