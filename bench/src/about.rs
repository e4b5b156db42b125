//! What a report says of its own making: the command, the date, the machine and the versions.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use anyhow::Result;
use serde::Serialize;
use serde_json::Value;
use sqlx::{Connection as _, PgConnection, SqliteConnection};

use crate::machine::Machine;
use crate::options::Options;
use crate::setup::Setup;
use crate::subject::node_program;

/// The packages of the Node.js service that matter to its figures.
const PACKAGES: [&str; 5] = ["express", "multer", "@aws-sdk/client-s3", "pg", "sharp"];

/// How and on what a report was made.
#[derive(Debug, Serialize)]
pub(crate) struct About {
    /// What repeats it.
    pub(crate) command: String,
    /// When, in UTC.
    pub(crate) date: String,
    /// On what.
    pub(crate) machine: Machine,
    /// Of what.
    pub(crate) versions: BTreeMap<String, String>,
}

impl About {
    /// This run. The machine is asked before the process takes to its core.
    pub(crate) async fn this(machine: Machine, options: &Options, setup: &Setup) -> Result<Self> {
        #[expect(clippy::disallowed_methods, reason = "a benchmark is an edge")]
        let date = jiff::Timestamp::now().strftime("%Y-%m-%d %H:%M UTC").to_string();
        Ok(Self { command: options.command(), date, machine, versions: versions(setup).await? })
    }
}

async fn versions(setup: &Setup) -> Result<BTreeMap<String, String>> {
    let mut versions = BTreeMap::new();
    let mut add = |name: &str, version: Option<String>| {
        versions.extend(version.map(|version| (name.to_owned(), version)));
    };
    add("tintype", said(Command::new(&setup.tintype).arg("--version")));
    add("commit", said(Command::new("git").args(["describe", "--always", "--dirty"])));
    add("rustc", said(Command::new("rustc").arg("--version")));
    if let Some(node) = &setup.node {
        add("node", said(Command::new(node_program(node)).arg("--version")));
        for (name, version) in packages(node)? {
            add(&name, Some(version));
        }
    }
    add("vipsthumbnail", said(Command::new("vipsthumbnail").arg("--vips-version")));
    if let Some(nginx) = &setup.nginx {
        add("nginx", said(Command::new(nginx).arg("-v")));
    }
    let mut sqlite = SqliteConnection::connect("sqlite::memory:").await?;
    let version: String =
        sqlx::query_scalar("SELECT sqlite_version()").fetch_one(&mut sqlite).await?;
    add("SQLite (in tintype)", Some(version));
    if let Some(server) = &setup.postgres {
        let mut postgres = PgConnection::connect(server.as_str()).await?;
        let version = sqlx::query_scalar("SHOW server_version").fetch_one(&mut postgres).await?;
        add("PostgreSQL", Some(version));
    }
    Ok(versions)
}

/// The first line that a command says, on whichever of its outputs.
fn said(command: &mut Command) -> Option<String> {
    let output = command.output().ok().filter(|output| output.status.success())?;
    let said = String::from_utf8([output.stdout, output.stderr].concat()).ok()?;
    said.lines().next().map(|line| line.trim().to_owned())
}

fn packages(node: &Path) -> Result<Vec<(String, String)>> {
    let lock = std::fs::read_to_string(node.join("package-lock.json"))?;
    let lock: Value = serde_json::from_str(&lock)?;
    let version = |name: &str| {
        let package = lock.get("packages")?.get(format!("node_modules/{name}"))?;
        Some((name.to_owned(), package.get("version")?.as_str()?.to_owned()))
    };
    Ok(PACKAGES.iter().filter_map(|name| version(name)).collect())
}
