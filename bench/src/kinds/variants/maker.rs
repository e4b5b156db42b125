//! The programs that make variants, each in a process of its own on the service's core.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

use super::Order;
use crate::process::{cpu_time, cpu_time_of_ended_children};
use crate::setup::Setup;
use crate::subject::{node_program, pinned};

/// Who makes variants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Maker {
    /// Tintype's own code, in a process that does nothing else.
    Tintype,
    /// sharp in Node.js, as most services use it: libvips, one thread.
    Sharp,
    /// The command of libvips, one process for each variant.
    Vips,
}

/// A maker with one order at hand.
#[derive(Debug)]
pub(super) enum Worker {
    /// Stays and does as it is told.
    Process(Box<Process>),
    /// Is started for each variant.
    Each {
        /// The program and its arguments.
        command: Command,
    },
}

/// A worker that is asked by a number and says `done`.
#[derive(Debug)]
pub(super) struct Process {
    pid: u32,
    to: ChildStdin,
    from: Lines<BufReader<ChildStdout>>,
    // Killed when this is dropped.
    _child: Child,
}

impl Maker {
    /// All of them, in the order in which they are measured.
    pub(super) const ALL: [Self; 3] = [Self::Tintype, Self::Sharp, Self::Vips];

    /// The name on the command line and in reports.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Tintype => "tintype",
            Self::Sharp => "sharp",
            Self::Vips => "vipsthumbnail",
        }
    }

    /// What the measurement of this maker lacks, if anything.
    pub(super) fn missing(self, setup: &Setup) -> Option<&'static str> {
        match self {
            Self::Tintype => None,
            Self::Sharp => setup.node.is_none().then_some("no Node.js service (--node)"),
            Self::Vips => (!Path::new(VIPS).exists()).then_some("no vipsthumbnail"),
        }
    }

    /// Starts it; the variant has been made once, into `out`, when this returns.
    pub(super) async fn start(
        self,
        setup: &Setup,
        order: &Order<'_>,
        out: &Path,
    ) -> Result<Worker> {
        let folder = out.parent().context("no folder")?;
        match self {
            Self::Tintype => Process::start(tintype(folder, order, out)?).await,
            Self::Sharp => {
                let node = setup.node.as_deref().context("no Node.js service")?;
                Process::start(sharp(node, folder, order, out)).await
            }
            Self::Vips => {
                let mut worker = Worker::Each { command: vips(folder, order, out) };
                worker.work(1).await?;
                Ok(worker)
            }
        }
    }
}

/// Where Debian puts it.
const VIPS: &str = "/usr/bin/vipsthumbnail";

fn worker(folder: &Path, file: &Path) -> Result<Command> {
    let program = std::env::current_exe()?.parent().context("no folder")?.join("tintype-worker");
    let mut command = pinned(&program, folder);
    command.arg(file);
    Ok(command)
}

fn tintype(folder: &Path, order: &Order<'_>, out: &Path) -> Result<Command> {
    let mut command = worker(folder, order.file)?;
    command.arg("variant").args(order.words()).arg(out);
    Ok(command)
}

/// A process that proves and strips `file`.
pub(super) async fn cleaner(file: &Path, out: PathBuf) -> Result<Worker> {
    let mut command = worker(out.parent().context("no folder")?, file)?;
    command.arg("clean").arg(out);
    Process::start(command).await
}

fn sharp(node: &Path, folder: &Path, order: &Order<'_>, out: &Path) -> Command {
    let mut command = pinned(&node_program(node), folder);
    command.env("UV_THREADPOOL_SIZE", "1").env("NODE_ENV", "production");
    command.arg(node.join("variants.js")).arg(order.file).args(order.words()).arg(out);
    command
}

fn vips(folder: &Path, order: &Order<'_>, out: &Path) -> Command {
    let mut command = pinned(Path::new(VIPS), folder);
    command.env("VIPS_CONCURRENCY", "1").arg(order.file).args(order.vips_words());
    let ground = if order.format == "jpeg" { ",background=255" } else { "" };
    command.arg("-o").arg(format!("{}[Q={}{ground}]", out.display(), order.quality));
    command
}

impl Process {
    async fn start(mut command: Command) -> Result<Worker> {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
        let mut child = command.spawn().with_context(|| format!("cannot start {command:?}"))?;
        let pid = child.id().context("it ended at once")?;
        let to = child.stdin.take().context("no input")?;
        let from = BufReader::new(child.stdout.take().context("no output")?).lines();
        let mut process = Self { pid, to, from, _child: child };
        process.expect("ready").await.with_context(|| format!("{command:?}"))?;
        Ok(Worker::Process(Box::new(process)))
    }

    async fn expect(&mut self, word: &str) -> Result<()> {
        let said = self.from.next_line().await?;
        ensure!(said.as_deref() == Some(word), "it said {said:?} and not {word:?}");
        Ok(())
    }
}

impl Worker {
    /// Has it make the variant so many times; the CPU time that took.
    pub(super) async fn work(&mut self, times: u32) -> Result<Duration> {
        match self {
            Self::Process(process) => {
                let before = cpu_time(process.pid)?;
                process.to.write_all(format!("{times}\n").as_bytes()).await?;
                process.expect("done").await?;
                Ok(cpu_time(process.pid)? - before)
            }
            Self::Each { command } => {
                let before = cpu_time_of_ended_children()?;
                for _ in 0..times {
                    let status = command.status().await?;
                    ensure!(status.success(), "{command:?}: {status}");
                }
                Ok(cpu_time_of_ended_children()? - before)
            }
        }
    }
}
