//! The load, the sink and the plots behind `cargo xtask bench`.
//!
//! It runs on one core and puts the service that it measures on another.

#![expect(clippy::print_stdout, reason = "to tell a person the figures is this program's work")]

mod options;
mod kinds;

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
mod figures;
mod about;
mod report;

use anyhow::{Result, bail};
use clap::Parser as _;
use tokio::signal::unix::{SignalKind, signal};

use crate::about::About;
use crate::kinds::{catalog, memory, read, upload, variants};
use crate::machine::Machine;
use crate::options::{Kind, Options};
use crate::setup::Setup;

fn main() -> Result<()> {
    let options = Options::parse();
    let machine = Machine::this()?;
    machine::leave_the_service_alone()?;
    machine::raise_open_files()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut terminate = signal(SignalKind::terminate())?;
        tokio::select! {
            done = run(machine, &options) => done,
            _ = terminate.recv() => bail!("stopped by SIGTERM"),
            _ = tokio::signal::ctrl_c() => bail!("stopped by SIGINT"),
        }
    })
}

async fn run(machine: Machine, options: &Options) -> Result<()> {
    let setup = Setup::new(options).await?;
    let about = About::this(machine, options, &setup).await?;
    let findings = match options.kind {
        Kind::Upload => upload::run(options, &setup).await?,
        Kind::Memory => memory::run(options, &setup).await?,
        Kind::Read => read::run(options, &setup).await?,
        Kind::Catalog => catalog::run(options, &setup).await?,
        Kind::Variants => variants::run(options, &setup).await?,
    };
    report::tell(options.kind, &about, &findings, options.out.as_deref())
}
