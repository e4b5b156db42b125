//! One server process with all its children: started, watched until it answers, and ended on every
//! way out of this program.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use rustix::process::{Pid, Signal, kill_process_group};

use crate::project::Project;

/// How long a server may take from its start to its first answer.
const READY_LIMIT: Duration = Duration::from_secs(60);
/// How long one question to a server may take.
const ANSWER_LIMIT: Duration = Duration::from_secs(2);
/// How long a server may take to end in its own way.
const FAREWELL_LIMIT: Duration = Duration::from_secs(5);
const GLANCE: Duration = Duration::from_millis(100);

/// A running server, killed when this is dropped.
#[derive(Debug)]
pub(crate) struct Server {
    name: &'static str,
    child: Child,
    farewell: Signal,
    log: PathBuf,
}

impl Server {
    /// Starts `command`; `farewell` is the signal at which this server ends cleanly and soon.
    pub(crate) fn start(
        project: &Project,
        name: &'static str,
        mut command: Command,
        farewell: Signal,
    ) -> Result<Self> {
        std::fs::create_dir_all(project.logs())?;
        let log = project.logs().join(format!("{name}.log"));
        let file = File::create(&log)?;
        let child = command
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(file.try_clone()?)
            .stderr(file)
            .spawn()
            .with_context(|| format!("cannot start {name}"))?;
        Ok(Self { name, child, farewell, log })
    }

    /// Asks `answers` again and again until it says yes.
    pub(crate) fn wait_until(
        &mut self,
        project: &Project,
        answers: impl Fn() -> bool,
    ) -> Result<()> {
        let started = Instant::now();
        while !answers() {
            project.stop.check()?;
            if let Some(fault) = self.fault() {
                bail!(fault);
            }
            if started.elapsed() > READY_LIMIT {
                bail!("{} did not answer within {READY_LIMIT:?}; {}", self.name, self.see_log());
            }
            std::thread::sleep(GLANCE);
        }
        Ok(())
    }

    /// The sentence that says that this server ended by itself, if it did.
    pub(crate) fn fault(&mut self) -> Option<String> {
        let status = self.child.try_wait().ok().flatten()?;
        Some(format!("{} ended by itself, {status}; {}", self.name, self.see_log()))
    }

    fn see_log(&self) -> String {
        let output = std::fs::read_to_string(&self.log).unwrap_or_default();
        let last = output.lines().last().unwrap_or_default();
        format!("its last words were `{last}`, all of them are in {}", self.log.display())
    }

    fn ends_within(&mut self, limit: Duration) -> bool {
        let started = Instant::now();
        while started.elapsed() < limit {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return true;
            }
            std::thread::sleep(GLANCE);
        }
        false
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if !matches!(self.child.try_wait(), Ok(None)) {
            return;
        }
        let group = Pid::from_child(&self.child);
        let _ = kill_process_group(group, self.farewell);
        if !self.ends_within(FAREWELL_LIMIT) {
            let _ = kill_process_group(group, Signal::KILL);
            let _ = self.child.wait();
        }
    }
}

/// `program` in an environment of nothing but a `PATH` and a home in `folder`, so that no setting
/// and no credential of the caller reaches a server.
///
/// Where the system can (Linux, by `setpriv`), it sends `farewell` by itself should this program be
/// killed before it can clean up. `user` is the one to run as.
pub(crate) fn command(
    program: &Path,
    folder: &Path,
    user: Option<&str>,
    farewell: &str,
) -> Command {
    let mut command = if has_setpriv() {
        let mut setpriv = Command::new("setpriv");
        setpriv.args(["--pdeathsig", farewell]);
        if let Some(user) = user {
            setpriv.args(["--reuid", user, "--regid", user, "--init-groups"]);
        }
        setpriv.arg("--").arg(program);
        setpriv
    } else {
        Command::new(program)
    };
    let path = std::env::var_os("PATH").unwrap_or_default();
    command.current_dir(folder).env_clear().env("PATH", path).env("HOME", folder);
    command
}

fn has_setpriv() -> bool {
    Command::new("setpriv").arg("--version").output().is_ok_and(|output| output.status.success())
}

/// Whether `GET path` on this port answers 200.
pub(crate) fn answers_ok(port: u16, path: &str) -> bool {
    get(port, path).is_ok_and(|answer| answer.split_whitespace().nth(1) == Some("200"))
}

fn get(port: u16, path: &str) -> std::io::Result<String> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let mut stream = TcpStream::connect_timeout(&address, ANSWER_LIMIT)?;
    stream.set_read_timeout(Some(ANSWER_LIMIT))?;
    write!(stream, "GET {path} HTTP/1.0\r\nHost: {address}\r\n\r\n")?;
    let mut start = [0; 64];
    let length = stream.read(&mut start)?;
    let start = start.get(..length).unwrap_or_default();
    Ok(String::from_utf8_lossy(start).into_owned())
}
