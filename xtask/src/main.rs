//! The project's own chores, started as `cargo xtask`: the one test command, the servers it needs,
//! the crash test, the fuzzers and the benchmarks.

#![expect(clippy::print_stdout, reason = "to tell a person what runs is this program's work")]

use std::process::ExitCode;

use anyhow::Result;

use crate::options::{Chore, USAGE};
use crate::project::Project;

mod advisories;
mod bench;
mod checks;
mod crash;
mod fuzz;
mod matrix;
mod options;
mod project;
mod report;
mod run;
mod servers;
mod shown;
mod stop;
mod tally;
mod test;
mod tools;

fn main() -> ExitCode {
    match start() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            println!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Does the chore that the arguments name; `Ok(false)` means that it ran and found a fault.
fn start() -> Result<bool> {
    let chore = options::parse(std::env::args().skip(1))?;
    let project = Project::open()?;
    match chore {
        Chore::Help => {
            println!("{USAGE}");
            Ok(true)
        }
        Chore::Test(selection) => test::test(&project, &selection),
        Chore::Servers => servers::serve(&project),
        Chore::Crash { rounds, seed } => crash::crash(&project, rounds, seed),
        Chore::Fuzz { seconds } => fuzz::fuzz(&project, seconds),
        Chore::Photos { folder } => shown::photos(&project, &folder),
        Chore::Bench { arguments } => bench::bench(&project, &arguments),
    }
}
