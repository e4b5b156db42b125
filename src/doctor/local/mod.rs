//! What is examined of this machine: the catalog, the memory, the file `.env`.

mod limits;
mod memory;

use crate::app;
use crate::catalog::Catalog;

use super::{Row, Scope};

/// What was found of this machine.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// In the order of the table.
    pub(super) rows: Vec<Row>,
    /// The catalog, if it works: the probe of the bucket has its row there.
    pub(super) catalog: Option<Catalog>,
}

/// Examines the machine.
#[expect(clippy::unused_async, reason = "the catalog is asked")]
pub(super) async fn examine(settings: &app::Settings, _: &Scope) -> Found {
    let rows = vec![memory::examine(&settings.memory)];
    Found { rows, catalog: None }
}
