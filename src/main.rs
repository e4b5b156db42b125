//! The binary: everything it does stands in the library's `cli`.

use std::process::ExitCode;

fn main() -> ExitCode {
    tintype::cli::run()
}
