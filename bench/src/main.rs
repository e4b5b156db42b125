//! The load, the sink and the plots behind `cargo xtask bench`.
//!
//! It runs on one core and puts the service that it measures on another.

#![expect(clippy::print_stdout, reason = "to tell a person the figures is this program's work")]

mod options;
mod upload;

mod setup;
mod machine;
mod subject;
mod process;

mod load;
mod form;
mod jpeg;
mod http;
mod sink;

mod statistics;

use anyhow::Result;
use clap::Parser as _;

use crate::options::{Kind, Options};
use crate::setup::Setup;

fn main() -> Result<()> {
    let options = Options::parse();
    machine::leave_the_service_alone()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let setup = Setup::new(&options).await?;
        match options.kind {
            Kind::Upload => upload::run(&options, &setup).await,
        }
    })
}
