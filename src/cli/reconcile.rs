//! `tintype reconcile`: the reconciler without the service.

use std::sync::Arc;
use std::time::Duration;

use clap::{Arg, ArgAction, ArgMatches, Command};

use super::{Exit, Failure, serve, terminal, with_settings};
use crate::app::App;
use crate::config::{Scope, Storage};
use crate::reconcile;

/// How long the tasks of a command may take to end.
pub(super) const STOP_GRACE: Duration = Duration::from_secs(25);

pub(super) fn command() -> Command {
    let command = Command::new("reconcile")
        .about("Finishes uploads and deletions that a crash or a lost answer left half done")
        .arg(
            Arg::new("once")
                .long("once")
                .action(ArgAction::SetTrue)
                .help("Make one pass and end; otherwise go on until stopped"),
        );
    with_settings(command, &[Scope::Storage, Scope::Log])
}

pub(super) async fn run(settings: Storage, matches: ArgMatches) -> Result<Exit, Failure> {
    let app = App::start(&settings.app).await?;
    if matches.get_flag("once") {
        let pass = reconcile::pass(&app).await?;
        terminal::say(&format!(
            "{} finished, {} due again later, {} old idempotency keys dropped",
            pass.forgotten, pass.postponed, pass.keys_dropped
        ))?;
    } else {
        let reconciler = reconcile::run(Arc::clone(&app), settings.reconcile_interval);
        app.tasks.spawn(reconciler);
        serve::asked_to_stop()?.await;
    }
    app.stop(STOP_GRACE).await;
    Ok(Exit::Success)
}
