//! The binary: everything it does stands in the library's `cli`.

use std::process::ExitCode;

/// glibc keeps what a burst of uploads freed in per-thread arenas: after 3,000 uploads of 100 KB at
/// once the process stayed at 650 MiB, with this allocator it comes down again. The promise on the
/// resident set needs an allocator that gives back.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    tintype::cli::run()
}
