//! PostgreSQL: a cluster of our own, made for the run.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use rustix::process::Signal;

use crate::project::Project;
use crate::servers::ports::Ports;
use crate::servers::server::{Server, command};

/// Where Debian and its relatives put each major version, out of the `PATH`.
const VERSIONS: &str = "/usr/lib/postgresql";
/// The user that the system's package makes; PostgreSQL refuses to run as root.
const USER: &str = "postgres";

/// What differs from PostgreSQL's defaults: many tests connect at once, and no file is made outside
/// the folder.
const SETTINGS: [&str; 3] =
    ["listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=400"];
/// And for tests, of whose records none has to outlive the machine.
const HASTE: [&str; 3] = ["fsync=off", "synchronous_commit=off", "full_page_writes=off"];

/// What a server is for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Purpose {
    /// Tests: what it acknowledges need not be on the disk.
    Tests,
    /// Benchmarks: it keeps its defaults, and to the core that the service does not have.
    Benchmarks,
}

/// The core on which `tintype-bench` runs, too.
const LOAD_CORE: &str = "1";

/// The running server.
#[derive(Debug)]
pub(crate) struct Postgres {
    /// The superuser's URL.
    pub(crate) url: String,
    pub(crate) server: Server,
    psql: PathBuf,
}

impl Postgres {
    /// Makes the cluster and starts its server.
    pub(crate) fn start(
        project: &Project,
        folder: &Path,
        ports: &mut Ports,
        purpose: Purpose,
    ) -> Result<Self> {
        let binaries = binaries().context("there is no PostgreSQL server on this machine")?;
        let folder = folder.join("postgres");
        std::fs::create_dir(&folder)?;
        let user = rustix::process::geteuid().is_root().then_some(USER);
        if let Some(user) = user {
            done(Command::new("chown").arg(user).arg(&folder))?;
        }
        let data = folder.join("data");
        let mut initdb = command(&binaries.join("initdb"), &folder, user, "KILL");
        initdb.args(["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C"]);
        done(initdb.arg("--no-sync").arg("--pgdata").arg(&data))?;
        let port = ports.take()?;
        let program = binaries.join("postgres");
        let mut postgres = match purpose {
            Purpose::Tests => command(&program, &folder, user, "QUIT"),
            Purpose::Benchmarks => {
                let mut taskset = command(Path::new("taskset"), &folder, user, "QUIT");
                taskset.args(["-c", LOAD_CORE]).arg(program);
                taskset
            }
        };
        postgres.arg("-D").arg(&data).arg("-p").arg(port.to_string());
        let haste = HASTE.iter().filter(|_| purpose == Purpose::Tests);
        postgres.args(SETTINGS.iter().chain(haste).flat_map(|setting| ["-c", setting]));
        // Its children are in groups of their own, and at SIGQUIT it ends them without a checkpoint.
        let server = Server::start(project, "postgres", postgres, Signal::QUIT)?;
        let url = format!("postgres://postgres@127.0.0.1:{port}/postgres");
        Ok(Self { url, server, psql: binaries.join("psql") })
    }

    /// Waits for the answer to a query.
    pub(crate) fn wait_until_ready(&mut self, project: &Project) -> Result<()> {
        let Self { url, server, psql } = self;
        server.wait_until(project, || {
            let query = Command::new(&*psql).args([&**url, "-Atqc", "select 1"]).output();
            query.is_ok_and(|output| output.status.success())
        })
    }
}

/// The folder with `initdb` and `postgres` of the newest version that is installed.
pub(crate) fn binaries() -> Option<PathBuf> {
    let versions = std::fs::read_dir(VERSIONS).into_iter().flatten().flatten();
    let mut folders: Vec<(u32, PathBuf)> = versions
        .filter_map(|version| {
            let number = version.file_name().to_str()?.parse().ok()?;
            Some((number, version.path().join("bin")))
        })
        .collect();
    folders.sort_by_key(|(number, _)| std::cmp::Reverse(*number));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path: Vec<_> = std::env::split_paths(&path).collect();
    folders.into_iter().map(|(_, folder)| folder).chain(on_path).find(|folder| {
        ["initdb", "postgres", "psql"].iter().all(|program| folder.join(program).is_file())
    })
}

fn done(command: &mut Command) -> Result<()> {
    let output = command.output().with_context(|| format!("cannot start {command:?}"))?;
    let told = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{command:?} failed: {told}");
    Ok(())
}
