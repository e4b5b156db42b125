//! What is measured: each subject as a process of its own on a core of its own.

mod service;
mod tintype;

use anyhow::Result;
use serde::Serialize;

pub(crate) use self::service::Service;
use crate::setup::Setup;

/// A way to take uploads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Subject {
    /// Tintype with its embedded catalog.
    TintypeSqlite,
}

impl Subject {
    /// All of them, in the order in which they are measured.
    pub(crate) const ALL: [Self; 1] = [Self::TintypeSqlite];

    /// The name on the command line and in reports.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::TintypeSqlite => "tintype-sqlite",
        }
    }

    /// Starts it and waits until it answers.
    pub(crate) async fn start(self, setup: &Setup) -> Result<Service> {
        match self {
            Self::TintypeSqlite => tintype::start(setup).await,
        }
    }
}
