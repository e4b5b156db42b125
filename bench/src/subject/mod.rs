//! What is measured: each subject as a process of its own on a core of its own.

mod service;
mod tintype;
mod node;
mod nginx;

use anyhow::Result;

pub(crate) use self::node::program as node_program;
pub(crate) use self::service::{Service, pinned};
pub(crate) use self::tintype::start_embedded;
use crate::setup::Setup;

/// A way to take uploads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    /// Tintype with its embedded catalog.
    TintypeSqlite,
    /// Tintype with a catalog in PostgreSQL.
    TintypePostgres,
    /// The recipe in Node.js, with SQLite.
    NodeSqlite,
    /// The recipe in Node.js, with PostgreSQL.
    NodePostgres,
    /// The recipe in Node.js with the S3 client told to do less, with SQLite.
    NodeTuned,
    /// nginx, which passes the bytes on and does nothing else: the floor.
    Nginx,
}

impl Subject {
    /// All of them, in the order in which they are measured.
    pub(crate) const ALL: [Self; 6] = [
        Self::TintypeSqlite,
        Self::TintypePostgres,
        Self::NodeSqlite,
        Self::NodePostgres,
        Self::NodeTuned,
        Self::Nginx,
    ];

    /// The name on the command line and in reports.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::TintypeSqlite => "tintype-sqlite",
            Self::TintypePostgres => "tintype-postgres",
            Self::NodeSqlite => "node-sqlite",
            Self::NodePostgres => "node-postgres",
            Self::NodeTuned => "node-tuned-sqlite",
            Self::Nginx => "nginx",
        }
    }

    /// What it does with an upload.
    pub(crate) fn does(self) -> &'static str {
        match self {
            Self::TintypeSqlite => {
                "Parses the form, walks the structure of the image, SHA-256 of every byte, two \
                 commits to SQLite (WAL, synchronous=FULL: an fsync each, shared among uploads that \
                 wait together), a PUT whose signature covers the payload by the same SHA-256, a log \
                 line a request."
            }
            Self::TintypePostgres => {
                "As tintype-sqlite, with two commits to PostgreSQL (fsync and synchronous_commit \
                 on), whose own CPU time is not in the figure."
            }
            Self::NodeSqlite => {
                "Parses the form (Multer's memoryStorage), looks at the first bytes, SHA-256 of \
                 every byte, a PUT by the SDK's defaults (a CRC-32 header, and a signature that \
                 covers the payload by a SHA-256 of its own), one commit to SQLite (WAL, \
                 synchronous=FULL: an fsync), no log."
            }
            Self::NodePostgres => {
                "As node-sqlite, with one commit to PostgreSQL (fsync and synchronous_commit on), \
                 whose own CPU time is not in the figure."
            }
            Self::NodeTuned => {
                "As node-sqlite, but the payload is not signed, no checksum is sent, and the \
                 connections to the bucket are kept and enough."
            }
            Self::Nginx => {
                "Passes the request on to the sink as it comes: no parsing, no hash, no signature, \
                 no record, no log."
            }
        }
    }

    /// What the measurement of this subject lacks, if anything.
    pub(crate) fn missing(self, setup: &Setup) -> Option<&'static str> {
        let database = setup.postgres.is_none().then_some("no PostgreSQL (--postgres)");
        let node = setup.node.is_none().then_some("no Node.js service (--node)");
        match self {
            Self::TintypeSqlite => None,
            Self::TintypePostgres => database,
            Self::NodeSqlite | Self::NodeTuned => node,
            Self::NodePostgres => node.or(database),
            Self::Nginx => setup.nginx.is_none().then_some("no nginx (--nginx)"),
        }
    }

    /// Starts it and waits until it answers.
    pub(crate) async fn start(self, setup: &Setup) -> Result<Service> {
        match self {
            Self::TintypeSqlite => tintype::start(setup, None).await,
            Self::TintypePostgres => tintype::start(setup, Some(setup.database().await?)).await,
            Self::NodeSqlite => node::start(setup, node::SQLITE, node::Client::AsMade).await,
            Self::NodePostgres => {
                node::start(setup, &setup.database().await?, node::Client::AsMade).await
            }
            Self::NodeTuned => node::start(setup, node::SQLITE, node::Client::Tuned).await,
            Self::Nginx => nginx::start(setup).await,
        }
    }
}
