//! What all measurements share: where the programs are, the sink, the database, a place for files.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context as _, Result, ensure};
use sqlx::{Connection as _, PgConnection};
use tempfile::TempDir;
use url::Url;

use crate::options::Options;
use crate::sink::Sink;

/// Where Debian puts nginx, out of a user's `PATH`.
const NGINX: &str = "/usr/sbin/nginx";

/// The surroundings of the subjects.
#[derive(Debug)]
pub(crate) struct Setup {
    /// The binary of Tintype.
    pub(crate) tintype: PathBuf,
    /// The folder in which the Node.js service is installed.
    pub(crate) node: Option<PathBuf>,
    /// nginx.
    pub(crate) nginx: Option<PathBuf>,
    /// A PostgreSQL server on which databases may be made.
    pub(crate) postgres: Option<Url>,
    /// The bucket.
    pub(crate) sink: Sink,
    databases: AtomicU32,
    /// Under which the folders of the subjects are made, on a disk that keeps what is synced.
    scratch: TempDir,
}

impl Setup {
    /// Starts the sink and looks what is there.
    pub(crate) async fn new(options: &Options) -> Result<Self> {
        let beside = std::env::current_exe()?.parent().context("no folder")?.join("tintype");
        let tintype = options.tintype.clone().unwrap_or(beside).canonicalize();
        let tintype = tintype.context("no tintype: build it, or name one with --tintype")?;
        ensure!(tintype.is_file(), "{} is no file", tintype.display());
        let release = tintype.parent().context("no folder")?;
        let installed = |path: PathBuf| path.join("node_modules").exists().then_some(path);
        let node = options.node.clone().or_else(|| installed(release.join("../tools/node-peer")));
        let nginx = Path::new(NGINX).exists().then(|| NGINX.into());
        let scratch = tempfile::Builder::new().prefix("bench-").tempdir_in(release)?;
        Ok(Self {
            node: node.map(|path| path.canonicalize()).transpose()?,
            nginx: options.nginx.clone().or(nginx),
            postgres: options.postgres.clone(),
            sink: Sink::start().await?,
            databases: AtomicU32::new(0),
            tintype,
            scratch,
        })
    }

    /// A folder for one subject.
    pub(crate) fn folder(&self) -> Result<TempDir> {
        Ok(tempfile::tempdir_in(self.scratch.path())?)
    }

    /// The URL of a new and empty PostgreSQL database.
    pub(crate) async fn database(&self) -> Result<String> {
        let server = self.postgres.as_ref().context("no PostgreSQL: name one with --postgres")?;
        let number = self.databases.fetch_add(1, Ordering::Relaxed);
        let name = format!("tintype_bench_{}_{number}", std::process::id());
        let mut connection = PgConnection::connect(server.as_str()).await?;
        let create = sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"));
        sqlx::raw_sql(create).execute(&mut connection).await?;
        connection.close().await?;
        let mut database = server.clone();
        database.set_path(&name);
        Ok(database.to_string())
    }
}
