//! Stands between a program and its C library (`LD_PRELOAD`): writes down what the program does to the files of one
//! directory, lets the disk be full or broken, and moves the clock. Used by the fault tests, part of no product.
//!
//! | variable | meaning |
//! |---|---|
//! | `RIG_SHIM_CONTROL` | the control file (see [`control`]); without it the shim does nothing |
//! | `RIG_SHIM_DIR` | the directory whose files are meant, as an absolute path without links |
//! | `RIG_SHIM_JOURNAL` | where to write down every operation (see [`journal`]); outside that directory |
//!
//! What passes through is asked of the kernel directly, so that the shim never meets itself. One lock orders all changes of
//! watched files, so that the journal's order is the true one. Readers are not touched.

mod calls;
mod control;
mod files;
mod journal;
mod kernel;

/// Runs when the program is loaded, before its `main`.
#[used]
#[unsafe(link_section = ".init_array")]
static BEGIN: extern "C" fn() = begin;

extern "C" fn begin() {
    if control::open() {
        files::begin();
        journal::open();
    }
}
