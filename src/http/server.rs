//! The accept loop: how many connections there may be, how long a request head may take, and how
//! the service ends.
//!
//! `axum::serve` has no header time-out, no connection cap and no bound on what one connection
//! buffers, so hyper is driven from here.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use crate::causes::chain;
use axum::Router;
use axum::body::Body;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// What one connection may buffer of what it has read and of what it has to write, in bytes. It
/// bounds the memory beside the budget: no image byte stays here for longer than one read.
const CONNECTION_BUFFER: usize = 64 * 1024;

/// The wait after a failed accept: most often the process is out of file descriptors, and the same
/// would happen at once again.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// How the service listens.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// The most connections at a time; further ones wait in the kernel's queue. Default 4096.
    pub max_connections: usize,
    /// The longest time for a request head, and for an idle connection to begin one. Default 10 s.
    pub header_timeout: Duration,
    /// How long requests in flight may go on once the service is asked to stop. Default 25 s.
    pub shutdown_grace: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            max_connections: 4096,
            header_timeout: Duration::from_secs(10),
            shutdown_grace: Duration::from_secs(25),
        }
    }
}

/// A bound socket that serves a router.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    settings: Settings,
}

impl Server {
    /// Takes the address; nothing is answered before [`Server::run`].
    ///
    /// # Errors
    ///
    /// What the system says when the address cannot be had.
    pub async fn bind(address: SocketAddr, settings: Settings) -> io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        Ok(Self { listener, settings })
    }

    /// The address that was bound; the port is a real one where 0 was asked for.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Serves `router` until `stop` is done, then lets requests in flight finish within the grace
    /// time.
    pub async fn run(self, router: Router, stop: impl Future<Output = ()> + Send) {
        let connections = TaskTracker::new();
        let closing = CancellationToken::new();
        let cut_off = CancellationToken::new();
        tokio::select! {
            () = stop => {}
            () = self.accept(&router, &connections, (&closing, &cut_off)) => {}
        }
        drop(self.listener);
        closing.cancel();
        connections.close();
        if tokio::time::timeout(self.settings.shutdown_grace, connections.wait()).await.is_err() {
            tracing::warn!(connections = connections.len(), "the grace time is over");
            cut_off.cancel();
            connections.wait().await;
        }
    }

    async fn accept(
        &self,
        router: &Router,
        connections: &TaskTracker,
        (closing, cut_off): (&CancellationToken, &CancellationToken),
    ) {
        let places = Arc::new(Semaphore::new(self.settings.max_connections));
        while let Ok(place) = Arc::clone(&places).acquire_owned().await {
            match self.listener.accept().await {
                Ok((stream, _)) => {
                    let router = router.clone();
                    let connection =
                        serve(stream, router, self.settings.header_timeout, closing.clone());
                    let cut_off = cut_off.clone();
                    connections.spawn(async move {
                        let _place: OwnedSemaphorePermit = place;
                        cut_off.run_until_cancelled(connection).await;
                    });
                }
                Err(error) => {
                    tracing::warn!(cause = chain(&error), "cannot accept");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    }
}

async fn serve(
    stream: TcpStream,
    router: Router,
    header_timeout: Duration,
    closing: CancellationToken,
) {
    // Answers are written whole; waiting to fill a packet would only delay the last piece.
    let _ = stream.set_nodelay(true);
    let service = TowerToHyperService::new(tower::ServiceExt::<hyper::Request<_>>::map_request(
        router,
        |request: hyper::Request<hyper::body::Incoming>| request.map(Body::new),
    ));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(header_timeout)
        .max_buf_size(CONNECTION_BUFFER)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = std::pin::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = closing.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(cause = chain(&error), "a connection ended early");
    }
}
