//! `cargo xtask fuzz` and the step of the same name: every fuzz target for a while, on seeds that the
//! tests have made.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};

use crate::project::Project;
use crate::report::{Begun, Outcome, Report};
use crate::run::{Finished, Run, Show, attempt};
use crate::{shown, tools};

/// How long each target is run in the test command and where nothing else is asked for.
pub(crate) const SECONDS: u32 = 60;

/// A look at each target that comes to the same inputs on every run, as far as its time allows: what
/// it is to find is what a change broke. New inputs are for `cargo xtask fuzz`.
pub(crate) const SMOKE: Search = Search { seconds: SECONDS, seed: Some(1) };

/// How inputs are looked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Search {
    /// How long, for each target.
    seconds: u32,
    /// What the fuzzer's choices follow from; another one each time when there is none.
    seed: Option<u32>,
}

/// What building all targets may take.
const BUILD_LIMIT: Duration = Duration::from_secs(20 * 60);
/// What a target may take beyond the time it is run for: to start, to read its corpus, and to end the
/// input that it is at.
const SLACK: Duration = Duration::from_secs(5 * 60);
/// Targets that run at the same time. Each keeps one core busy, and two cores are what a run needs.
const AT_ONCE: usize = 2;
/// The seconds after which one input is a finding for the time that it takes. The sanitizers make the
/// code about ten times slower.
const SLOW: u32 = 20;

/// Runs every target for `seconds`; whether none of them found anything.
pub(crate) fn fuzz(project: &Project, seconds: u32) -> Result<bool> {
    let mut report = Report::default();
    tools::install_fuzzer(project, &mut report)?;
    search(project, Search { seconds, seed: None }, &mut report)?;
    Ok(report.finish(None))
}

/// Makes the seeds, builds every target and runs each; a row for each.
pub(crate) fn search(project: &Project, search: Search, report: &mut Report) -> Result<()> {
    let seeds = project.root().join("target/fuzz-seeds");
    report.add(shown::seeds(project, &seeds)?);
    let built = build(project)?;
    let is_built = !built.is_failure();
    report.add(built);
    if is_built {
        let waiting = Mutex::new(targets(project)?);
        let fuzzer = Fuzzer { project, search, seeds: &seeds };
        for outcome in fuzzer.run_all(&waiting)? {
            report.add(outcome);
        }
    }
    Ok(())
}

fn build(project: &Project) -> Result<Outcome> {
    let begun = Begun::step("fuzz-build");
    let command = fuzz_command(project, &["build"]);
    let run =
        Run { log: "fuzz-build".to_owned(), command, limit: BUILD_LIMIT, show: Show::Nothing };
    Ok(match attempt(project, run)? {
        Ok(finished) => begun.command(&finished),
        Err(reason) => begun.failed(reason),
    })
}

fn targets(project: &Project) -> Result<Vec<String>> {
    let output = fuzz_command(project, &["list"]).output().context("cannot list the targets")?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let list = String::from_utf8(output.stdout)?;
    let targets: Vec<_> = list.lines().map(str::to_owned).collect();
    ensure!(!targets.is_empty(), "there is no fuzz target");
    Ok(targets)
}

/// What all targets are run with.
#[derive(Clone, Copy)]
struct Fuzzer<'a> {
    project: &'a Project,
    search: Search,
    seeds: &'a Path,
}

impl Fuzzer<'_> {
    /// Runs what is waiting, some at a time.
    fn run_all(self, waiting: &Mutex<Vec<String>>) -> Result<Vec<Outcome>> {
        std::thread::scope(|scope| {
            let workers = [(); AT_ONCE].map(|()| scope.spawn(move || self.run_some(waiting)));
            let mut outcomes = Vec::new();
            for worker in workers {
                let done = worker.join().map_err(|_| anyhow::anyhow!("a fuzzer's thread died"))?;
                outcomes.extend(done?);
            }
            Ok(outcomes)
        })
    }

    fn run_some(self, waiting: &Mutex<Vec<String>>) -> Result<Vec<Outcome>> {
        let next = || waiting.lock().ok().and_then(|mut waiting| waiting.pop());
        let mut outcomes = Vec::new();
        while let Some(target) = next() {
            outcomes.push(self.run(&target)?);
        }
        Ok(outcomes)
    }

    fn run(self, target: &str) -> Result<Outcome> {
        let begun = Begun::step(format!("fuzz {target}"));
        let limit = SLACK + Duration::from_secs(self.search.seconds.into());
        let run = Run {
            log: format!("fuzz-{target}"),
            command: self.command(target)?,
            limit,
            show: Show::Nothing,
        };
        Ok(match attempt(self.project, run)? {
            Ok(finished) if finished.succeeded() => begun.passed(told(&finished)),
            Ok(finished) => begun.command(&finished),
            Err(reason) => begun.failed(reason),
        })
    }

    fn command(self, target: &str) -> Result<Command> {
        let folder = self.project.root().join("fuzz");
        // What the target finds worth keeping goes into the first folder; the second is only read.
        let corpus = folder.join("corpus").join(target);
        std::fs::create_dir_all(&corpus)?;
        let mut command = fuzz_command(self.project, &["run", target]);
        command.arg(corpus).arg(self.seeds_of(target));
        command.args(["--", "-print_final_stats=1"]);
        let Search { seconds, seed } = self.search;
        command.arg(format!("-max_total_time={seconds}")).arg(format!("-timeout={SLOW}"));
        command.args(seed.map(|seed| format!("-seed={seed}")));
        let dictionary = folder.join(format!("{target}.dict"));
        if dictionary.exists() {
            command.arg(format!("-dict={}", dictionary.display()));
        }
        Ok(command)
    }

    /// A target begins with the seeds that are named after it, or else with the images.
    fn seeds_of(self, target: &str) -> PathBuf {
        let own = self.seeds.join(target);
        if own.is_dir() { own } else { self.seeds.join("images") }
    }
}

/// `Done 123456 runs in 61 second(s)` and the last coverage, as libFuzzer tells them.
fn told(finished: &Finished) -> String {
    let lines = || finished.output.lines().rev();
    let runs = lines().find_map(|line| line.strip_prefix("Done ")).unwrap_or("no runs were told");
    let covered = lines().find_map(|line| line.split_once(" cov: ")?.1.split_whitespace().next());
    format!("{runs}; {} edges", covered.unwrap_or("no"))
}

fn fuzz_command(project: &Project, arguments: &[&str]) -> Command {
    let mut command = project.command(project.cargo_tool("cargo-fuzz"));
    command.args(arguments);
    // The sanitizer's flags are unstable, and this lets the stable compiler take them.
    command.env("RUSTC_BOOTSTRAP", "1");
    command
}
