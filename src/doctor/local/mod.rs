//! What is examined of this machine: the catalog, the memory, the file `.env`.

mod catalog;
mod env_file;
mod limits;
mod memory;
mod obstacles;

use crate::app;
use crate::catalog::Catalog;
use crate::clock;

use super::{Row, Scope};

/// What was found of this machine.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// In the order of the table.
    pub(super) rows: Vec<Row>,
    /// The catalog, if it works: the probe of the bucket has its row there.
    pub(super) catalog: Option<Catalog>,
}

/// Examines the machine and the catalog that the settings name.
pub(super) async fn examine(settings: &app::Settings, scope: &Scope) -> Found {
    let (row, catalog) = catalog::examine(settings, clock::now()).await;
    Found { rows: with_machine(row, settings, scope), catalog }
}

/// The same with a catalog that is open.
pub(super) async fn examine_open(
    catalog: &Catalog,
    settings: &app::Settings,
    scope: &Scope,
) -> Vec<Row> {
    let row = catalog::examine_open(catalog, settings, clock::now()).await;
    with_machine(row, settings, scope)
}

fn with_machine(catalog: Row, settings: &app::Settings, scope: &Scope) -> Vec<Row> {
    vec![catalog, memory::examine(&settings.memory), env_file::examine(scope)]
}
