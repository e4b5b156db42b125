//! `catalog`: placeholder until the seeding is written.

use anyhow::{Result, bail};

use crate::options::Options;
use crate::report::Findings;
use crate::setup::Setup;

/// Nothing yet.
pub(crate) async fn run(_options: &Options, _setup: &Setup) -> Result<Findings> {
    bail!("not yet")
}
