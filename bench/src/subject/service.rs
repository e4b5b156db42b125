//! A process under measurement: pinned to its core, waited for, watched and killed at the end.

use std::fs::File;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::process::{Child, Command};

use crate::form;
use crate::load::{Connection, Pace};
use crate::machine::SERVICE_CORE;
use crate::process::{self, Resident};

/// How long a service may take to its first answer.
const READY_LIMIT: Duration = Duration::from_secs(30);
const GLANCE: Duration = Duration::from_millis(1);

/// What to start.
#[derive(Debug)]
pub(crate) struct Launch {
    /// The program's name in messages.
    pub(crate) name: &'static str,
    /// The program and its arguments, in the environment that it gets.
    pub(crate) command: Command,
    /// Where it will listen.
    pub(crate) address: SocketAddr,
    /// What it answers with 200 as soon as it works.
    pub(crate) ready: &'static str,
    /// The folder of its files, which goes with it.
    pub(crate) folder: TempDir,
}

/// A running service.
#[derive(Debug)]
pub(crate) struct Service {
    /// Where it listens.
    pub(crate) address: SocketAddr,
    /// How long it took from its start to its first answer.
    pub(crate) took_to_answer: Duration,
    pid: u32,
    // Killed when this is dropped.
    child: Child,
    // The last field, so that the folder goes after the process that writes in it.
    _folder: TempDir,
}

impl Launch {
    /// Starts the process on the service's core and waits for its first answer.
    pub(crate) async fn start(mut self) -> Result<Service> {
        let log = self.folder.path().join("log");
        let file = File::create(&log)?;
        self.command.stdin(Stdio::null()).stdout(file.try_clone()?).stderr(file);
        let begun = Instant::now();
        let child = self.command.kill_on_drop(true).spawn();
        let child = child.with_context(|| format!("cannot start {}", self.name))?;
        let pid = child.id().context("it ended at once")?;
        let mut service = Service {
            address: self.address,
            took_to_answer: Duration::ZERO,
            pid,
            child,
            _folder: self.folder,
        };
        while !service.answers(self.ready).await {
            let ended = service.child.try_wait()?;
            if ended.is_some() || begun.elapsed() > READY_LIMIT {
                let log = std::fs::read_to_string(&log).unwrap_or_default();
                bail!("{} did not get ready ({ended:?}); it said:\n{log}", self.name);
            }
            tokio::time::sleep(GLANCE).await;
        }
        service.took_to_answer = begun.elapsed();
        Ok(service)
    }
}

impl Service {
    /// Its CPU time so far.
    pub(crate) fn cpu_time(&self) -> Result<Duration> {
        process::cpu_time(self.pid)
    }

    /// The part of its CPU time that its threads of this name took.
    pub(crate) fn cpu_time_of_threads(&self, prefix: &str) -> Result<Duration> {
        process::cpu_time_of_threads(self.pid, prefix)
    }

    /// Its resident set.
    pub(crate) fn resident(&self) -> Result<Resident> {
        process::resident(self.pid)
    }

    /// Ends it and waits until it is gone.
    pub(crate) async fn stop(mut self) -> Result<()> {
        Ok(self.child.kill().await?)
    }

    async fn answers(&self, path: &str) -> bool {
        let Ok(mut connection) = Connection::open(self.address).await else { return false };
        let answer = connection.ask(&form::get(path), Pace::Full, 0).await;
        answer.is_ok_and(|answer| answer.status == 200)
    }
}

/// `program` on the service's core, in an environment of nothing but a `PATH`.
///
/// `setpriv` has the kernel kill it should this process be killed before it can clean up.
pub(crate) fn pinned(program: &Path, folder: &Path) -> Command {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "KILL", "taskset", "-c"]);
    command.arg(SERVICE_CORE.to_string()).arg(program);
    let path = std::env::var_os("PATH").unwrap_or_default();
    command.current_dir(folder).env_clear().env("PATH", path).env("HOME", folder);
    command
}

/// An address of loopback that was free a moment ago.
pub(crate) async fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?.local_addr()?)
}
