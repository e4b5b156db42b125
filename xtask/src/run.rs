//! One command from start to end: its output goes to a log and, as far as a person wants it, to the
//! terminal; it ends by itself, at its time limit or when the run is asked to stop.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read, Write as _};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use rustix::process::{Pid, Signal, kill_process_group};

use crate::project::Project;
use crate::tally::Progress;

/// How often a wait looks whether it should go on.
const GLANCE: Duration = Duration::from_millis(100);
/// After so long without a word a person wonders, so a line says that the command still runs.
const SILENCE: Duration = Duration::from_secs(30);
/// How long output may still come after the command itself has ended.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// What to run, and how.
#[derive(Debug)]
pub(crate) struct Run {
    /// The name of the log file.
    pub(crate) log: String,
    /// The command; it gets no standard input.
    pub(crate) command: Command,
    /// The longest it may take.
    pub(crate) limit: Duration,
    /// What of its output to show.
    pub(crate) show: Show,
}

/// What of a command's output reaches the terminal; the log always has all of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Show {
    /// Every line.
    Everything,
    /// Of a test run: what fails and the sums.
    Tests,
    /// No line.
    Nothing,
}

/// How a command ended.
#[derive(Clone, Copy, Debug)]
pub(crate) enum End {
    /// By itself.
    Exited(ExitStatus),
    /// It was killed at its time limit.
    TimedOut,
}

/// A command that has ended.
#[derive(Debug)]
pub(crate) struct Finished {
    /// How it ended.
    pub(crate) end: End,
    /// All it wrote, standard output and standard error as they came.
    pub(crate) output: String,
    /// Where the same is on disk.
    pub(crate) log: PathBuf,
}

impl Finished {
    /// Whether it ended by itself and well.
    pub(crate) fn succeeded(&self) -> bool {
        matches!(self.end, End::Exited(status) if status.success())
    }

    /// The reason of a failure in a few words.
    pub(crate) fn reason(&self) -> String {
        match self.end {
            End::Exited(status) => status.to_string(),
            End::TimedOut => "killed at its time limit".to_owned(),
        }
    }
}

/// Runs a command to its end.
///
/// # Errors
/// When it cannot be started, or when the run was asked to stop; how it ended is not an error.
pub(crate) fn run(project: &Project, run: Run) -> Result<Finished> {
    let Run { log, mut command, limit, show } = run;
    std::fs::create_dir_all(project.logs())?;
    let log = project.logs().join(format!("{log}.log"));
    let mut watched = Watched { output: Vec::new(), file: File::create(&log)?, show };
    writeln!(watched.file, "$ {command:?}\n")?;
    let mut group = Group::spawn(&mut command)?;
    let end = watched.follow(project, &mut group, limit)?;
    Ok(Finished { end, output: String::from_utf8_lossy(&watched.output).into_owned(), log })
}

/// Runs a command; the inner error says why it could not be started, which fails a step and not
/// the whole run.
///
/// # Errors
/// When the run was asked to stop.
pub(crate) fn attempt(project: &Project, what: Run) -> Result<Result<Finished, String>> {
    let finished = run(project, what);
    project.stop.check()?;
    Ok(finished.map_err(|error| format!("{error:#}")))
}

/// The output of the running command.
struct Watched {
    output: Vec<u8>,
    file: File,
    show: Show,
}

impl Watched {
    fn follow(&mut self, project: &Project, group: &mut Group, limit: Duration) -> Result<End> {
        let lines = group.lines();
        let mut progress = Progress::default();
        let (started, mut last_word) = (Instant::now(), Instant::now());
        let mut ended: Option<(ExitStatus, Instant)> = None;
        loop {
            match lines.recv_timeout(GLANCE) {
                Ok(line) => {
                    self.take(&line, &mut progress)?;
                    last_word = Instant::now();
                }
                Err(RecvTimeoutError::Disconnected) if ended.is_some() => {}
                Err(RecvTimeoutError::Disconnected) => std::thread::sleep(GLANCE),
                Err(RecvTimeoutError::Timeout) => {}
            }
            project.stop.check()?;
            if let Some(status) = group.child.try_wait()? {
                let (status, since) = *ended.get_or_insert((status, Instant::now()));
                // A stray grandchild may hold the pipe open, so the end of the output is not
                // waited for without end.
                if since.elapsed() > LAST_WORDS || self.is_drained(&lines, &mut progress)? {
                    return Ok(End::Exited(status));
                }
            } else if started.elapsed() > limit {
                return Ok(End::TimedOut);
            } else if last_word.elapsed() > SILENCE {
                println!("    … still running after {} s", started.elapsed().as_secs());
                last_word = Instant::now();
            }
        }
    }

    /// Takes what is there; whether both pipes are closed.
    fn is_drained(&mut self, lines: &Receiver<Vec<u8>>, progress: &mut Progress) -> Result<bool> {
        loop {
            match lines.try_recv() {
                Ok(line) => self.take(&line, progress)?,
                Err(mpsc::TryRecvError::Empty) => return Ok(false),
                Err(mpsc::TryRecvError::Disconnected) => return Ok(true),
            }
        }
    }

    fn take(&mut self, line: &[u8], progress: &mut Progress) -> Result<()> {
        self.file.write_all(line)?;
        self.output.extend_from_slice(line);
        let text = String::from_utf8_lossy(line);
        let text = text.trim_end();
        let worth_showing = progress.is_worth_showing(text);
        let is_shown = match self.show {
            Show::Everything => true,
            Show::Tests => worth_showing,
            Show::Nothing => false,
        };
        if is_shown {
            println!("    {text}");
        }
        Ok(())
    }
}

/// A command with all its children, killed together when this is dropped.
struct Group {
    child: Child,
}

impl Group {
    fn spawn(command: &mut Command) -> Result<Self> {
        let child = command
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {}", program(command).display()))?;
        Ok(Self { child })
    }

    /// The lines of both outputs; disconnected when both are closed.
    fn lines(&mut self) -> Receiver<Vec<u8>> {
        let (sender, lines) = mpsc::channel();
        if let Some(stdout) = self.child.stdout.take() {
            read_lines(stdout, sender.clone());
        }
        if let Some(stderr) = self.child.stderr.take() {
            read_lines(stderr, sender);
        }
        lines
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        // After the leader has been waited for, this reaches only children it left behind.
        let _ = kill_process_group(Pid::from_child(&self.child), Signal::KILL);
        let _ = self.child.wait();
    }
}

fn program(command: &Command) -> &Path {
    Path::new(command.get_program())
}

fn read_lines(pipe: impl Read + Send + 'static, lines: Sender<Vec<u8>>) {
    // The thread ends with the pipe. It is not joined, because a stray grandchild may keep the pipe
    // open for longer than anybody wants to wait.
    std::thread::spawn(move || {
        let mut pipe = BufReader::new(pipe);
        let mut line = Vec::new();
        while pipe.read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
            if lines.send(std::mem::take(&mut line)).is_err() {
                return;
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(log: &str, script: &str, limit: Duration) -> (Finished, Duration) {
        let project = Project::open().unwrap();
        let mut command = project.command("sh");
        command.args(["-c", script]);
        let run_of = Run { log: format!("test-{log}"), command, limit, show: Show::Tests };
        let started = Instant::now();
        (run(&project, run_of).unwrap(), started.elapsed())
    }

    #[test]
    fn keeps_all_output_of_a_command() {
        let (finished, _) = shell("output", "echo out; echo err >&2; exit 3", LAST_WORDS);
        assert!(!finished.succeeded());
        assert_eq!(finished.reason(), "exit status: 3");
        let mut lines: Vec<_> = finished.output.lines().collect();
        lines.sort_unstable();
        assert_eq!(lines, ["err", "out"]);
    }

    #[test]
    fn kills_a_command_and_its_children_at_the_limit() {
        let (finished, took) = shell("limit", "sleep 60 & sleep 60", GLANCE);
        assert!(matches!(finished.end, End::TimedOut));
        assert!(took < Duration::from_secs(30), "{took:?}");
    }

    #[test]
    fn does_not_wait_for_a_child_that_was_left_behind() {
        let (finished, took) = shell("stray", "sleep 60 & echo done", LAST_WORDS);
        assert!(finished.succeeded());
        assert_eq!(finished.output, "done\n");
        assert!(took < Duration::from_secs(30), "{took:?}");
    }
}
