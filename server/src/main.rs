//! The program `deskbell`.

use std::process::ExitCode;

fn main() -> ExitCode {
    deskbell::cli::main()
}
