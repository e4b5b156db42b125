//! The servers that the tests run against: PostgreSQL, SeaweedFS and moto, each on free ports of
//! 127.0.0.1, empty at the start and gone at the end.

use std::time::Duration;

use anyhow::{Context as _, Result};
use tempfile::TempDir;

use crate::matrix::{self, Bucket, Catalog, Combination};
use crate::project::Project;
use crate::report::Report;
use crate::servers::moto::Moto;
use crate::servers::ports::Ports;
use crate::servers::postgres::{Postgres, Purpose};
use crate::servers::seaweedfs::Seaweedfs;
use crate::tools;

mod bucket;
mod moto;
mod ports;
pub(crate) mod postgres;
mod seaweedfs;
mod server;

/// The bucket that is there on both S3 servers.
pub(crate) const BUCKET_NAME: &str = "tintype-test";
/// SeaweedFS's administrator; moto takes any key.
pub(crate) const ACCESS_KEY: &str = "tintype-test-key";
/// The secret of [`ACCESS_KEY`], which is worth nothing outside this run.
pub(crate) const SECRET_KEY: &str = "tintype-test-secret";

/// An identity of SeaweedFS's configuration that may read and write in the bucket, and no more.
pub(crate) const UPLOADER_KEY: &str = "tintype-uploader-key";
/// The secret of [`UPLOADER_KEY`].
pub(crate) const UPLOADER_SECRET: &str = "tintype-uploader-secret";

/// All three, running; they end when this is dropped.
#[derive(Debug)]
pub(crate) struct Servers {
    /// Where the PostgreSQL catalogs are.
    pub(crate) postgres: Postgres,
    /// The S3 server that stores like one.
    pub(crate) seaweedfs: Seaweedfs,
    /// The S3 server that answers like AWS.
    pub(crate) moto: Moto,
    // The last field, so that the folder goes after the servers that write in it.
    _folder: TempDir,
}

impl Servers {
    /// Starts all three at once and waits until each has answered a real request.
    pub(crate) fn start(project: &Project) -> Result<Self> {
        let folder = folder()?;
        let mut ports = Ports::new();
        let mut servers = Self {
            seaweedfs: Seaweedfs::start(project, folder.path(), &mut ports)?,
            moto: Moto::start(project, folder.path(), &mut ports)?,
            postgres: Postgres::start(project, folder.path(), &mut ports, Purpose::Tests)?,
            _folder: folder,
        };
        servers.postgres.wait_until_ready(project)?;
        servers.moto.wait_until_ready(project)?;
        servers.seaweedfs.wait_until_ready(project)?;
        Ok(servers)
    }

    /// Which server has ended by itself, if one has.
    pub(crate) fn fault(&mut self) -> Option<String> {
        let servers =
            [&mut self.postgres.server, &mut self.seaweedfs.server, &mut self.moto.server];
        servers.into_iter().find_map(server::Server::fault)
    }
}

/// A folder for the files of servers.
///
/// PostgreSQL's own user has to pass through it, which it could not if it were in a home directory.
fn folder() -> Result<TempDir> {
    tempfile::Builder::new()
        .prefix("tintype-xtask-")
        .permissions(std::os::unix::fs::PermissionsExt::from_mode(0o755))
        .tempdir_in("/tmp")
        .context("cannot make a folder for the servers")
}

/// The PostgreSQL of the benchmarks, which ends when this is dropped.
#[derive(Debug)]
pub(crate) struct DurablePostgres {
    postgres: Postgres,
    // The last field, so that the folder goes after the server that writes in it.
    _folder: TempDir,
}

impl DurablePostgres {
    /// Starts it and waits until it answers.
    pub(crate) fn start(project: &Project) -> Result<Self> {
        let folder = folder()?;
        let mut ports = Ports::new();
        let mut postgres =
            Postgres::start(project, folder.path(), &mut ports, Purpose::Benchmarks)?;
        postgres.wait_until_ready(project)?;
        Ok(Self { postgres, _folder: folder })
    }

    /// The superuser's URL.
    pub(crate) fn url(&self) -> &str {
        &self.postgres.url
    }
}

/// `cargo xtask servers`: starts them, prints what tests need to know, and waits for Ctrl-C.
pub(crate) fn serve(project: &Project) -> Result<bool> {
    let mut report = Report::default();
    tools::install_servers(project, &mut report)?;
    let mut servers = Servers::start(project)?;
    let combination = Combination { catalog: Catalog::Postgres, bucket: Bucket::Seaweedfs };
    println!("\n# PostgreSQL with SeaweedFS; moto is at {}", servers.moto.url);
    let variables = combination.variables(&servers).into_iter();
    for (name, value) in variables.chain(matrix::aws_variables(project)) {
        println!("export {name}={value}");
    }
    println!("# Ctrl-C ends the servers");
    while !project.stop.is_asked() {
        if let Some(fault) = servers.fault() {
            anyhow::bail!(fault);
        }
        std::thread::sleep(Duration::from_millis(200));
    }
    Ok(true)
}
