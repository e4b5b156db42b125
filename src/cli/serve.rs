//! `tintype serve`: the service.

use std::net::SocketAddr;
use std::sync::Arc;

use clap::{ArgMatches, Command};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::signal::unix::{SignalKind, signal};

use super::{Exit, Failure, terminal, with_settings};
use crate::app::App;
use crate::config::{Doctor, Scope, Serve};
use crate::doctor;
use crate::http::{self, Server};
use crate::reconcile;

pub(super) fn command() -> Command {
    let command = Command::new("serve").about("Runs the service");
    with_settings(command, &[Scope::Serve, Scope::Storage, Scope::Log])
}

pub(super) async fn run(serve: Serve, _: ArgMatches) -> Result<Exit, Failure> {
    raise_open_files();
    let app = App::start(&serve.app).await?;
    let server = Server::bind(serve.listen, serve.server)
        .map_err(|source| CannotListen { address: serve.listen, source })?
        .counted_by(&app);
    announce(&server, &serve)?;
    let reconciler = reconcile::run(Arc::clone(&app), serve.reconcile_interval);
    app.tasks.spawn(reconciler);
    if serve.doctor == Doctor::Quick {
        app.tasks.spawn(doctor::after_start(Arc::clone(&app), serve.app.clone()));
    }
    let router = http::standalone(Arc::clone(&app), serve.http);
    let grace_left = server.run(router, asked_to_stop()?).await;
    app.stop(grace_left).await;
    tracing::info!("stopped");
    Ok(Exit::Success)
}

#[derive(Debug, thiserror::Error)]
#[error("cannot listen on {address}")]
struct CannotListen {
    address: SocketAddr,
    source: std::io::Error,
}

/// Each connection is an open file, and the usual soft limit of 1024 is far below the connection
/// cap. The hard limit is the administrator's word and stays.
fn raise_open_files() {
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit { current: limit.maximum, maximum: limit.maximum };
    if let Err(error) = setrlimit(Resource::Nofile, raised) {
        tracing::warn!(%error, "the limit of open files stays as it is");
    }
}

fn announce(server: &Server, serve: &Serve) -> Result<(), Failure> {
    let address = server.address()?;
    let said = terminal::say(&format!(
        "Tintype {} listens on http://{address}\n\
         \x20 images   {}\n\
         \x20 records  {}\n\
         Try it:\n\
         \x20 curl -F image=@photo.jpg http://{address}/v1/images",
        env!("CARGO_PKG_VERSION"),
        serve.app.bucket.location,
        serve.app.catalog.location,
    ));
    if let Err(error) = said {
        // The service does not need anybody to have read it.
        tracing::warn!(error = crate::causes::chain(&error), "the address is not announced");
    }
    Ok(())
}

/// SIGTERM from a supervisor, SIGINT from a terminal.
pub(super) fn asked_to_stop() -> std::io::Result<impl Future<Output = ()> + Send> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => tracing::info!("asked to stop by SIGTERM"),
            _ = interrupt.recv() => tracing::info!("asked to stop by SIGINT"),
        }
    })
}
