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

use crate::app::App;
use crate::causes::chain;
use crate::metrics::{Present, RequestMeter};
use axum::body::Body;
use axum::{Extension, Router};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;
use tokio_io_timeout::TimeoutStream;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// What one connection may buffer of what it has read and of what it has to write, in bytes. The
/// memory budget pays for it (`memory::UPLOAD_OVERHEAD`).
const CONNECTION_BUFFER: usize = 64 * 1024;

/// The wait after a failed accept: most often the process is out of file descriptors, and the same
/// would happen at once again.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// How many connections may wait in the kernel's queue. With tokio's 1024, a burst of 3,000 clients
/// saw resets: Linux drops the last step of a handshake that finds the queue full.
const BACKLOG: u32 = 4096;

/// Above this many connections an upload's connection is closed with its answer: its buffer has grown
/// to the full [`CONNECTION_BUFFER`], and what it holds is no longer paid for by a reservation.
const ROOMY: usize = 128;

/// How many connections there are, for handlers that may keep one open or not.
#[derive(Clone, Debug)]
pub(super) struct Crowd {
    places: Arc<Semaphore>,
    max: usize,
}

impl Crowd {
    /// Whether a connection with a grown buffer had better go.
    pub(super) fn is_dense(&self) -> bool {
        self.max.saturating_sub(self.places.available_permits()) > ROOMY
    }
}

/// How the service listens.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// The most connections at a time; further ones wait in the kernel's queue. Default 2500.
    pub max_connections: usize,
    /// The longest time for a request head, and for an idle connection to begin one. Default 10 s.
    pub header_timeout: Duration,
    /// The longest time that a client may leave an answer unread while there is more of it. It holds
    /// a connection and a share of the memory budget all the while. Default 30 s.
    pub write_timeout: Duration,
    /// How long requests in flight may go on once the service is asked to stop. Default 25 s.
    pub shutdown_grace: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            max_connections: 2500,
            header_timeout: Duration::from_secs(10),
            write_timeout: Duration::from_secs(30),
            shutdown_grace: Duration::from_secs(25),
        }
    }
}

/// A bound socket that serves a router.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    settings: Settings,
    meter: Arc<RequestMeter>,
}

impl Server {
    /// Takes the address; nothing is answered before [`Server::run`].
    ///
    /// # Errors
    ///
    /// What the system says when the address cannot be had.
    pub fn bind(address: SocketAddr, settings: Settings) -> io::Result<Self> {
        let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
        // As `TcpListener::bind` does: a restart must not wait for the connections of the last run.
        socket.set_reuseaddr(true)?;
        socket.bind(address)?;
        let listener = socket.listen(BACKLOG)?;
        Ok(Self { listener, settings, meter: Arc::default() })
    }

    /// Counts the connections in the metrics of `app`.
    #[must_use]
    pub fn counted_by(self, app: &App) -> Self {
        let meter = Arc::clone(&app.metrics.requests);
        meter.limit_connections(self.settings.max_connections);
        Self { meter, ..self }
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
    /// time. Returns what is left of that time.
    pub async fn run(self, router: Router, stop: impl Future<Output = ()> + Send) -> Duration {
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
        let end = Instant::now() + self.settings.shutdown_grace;
        if tokio::time::timeout_at(end, connections.wait()).await.is_err() {
            tracing::warn!(connections = connections.len(), "the grace time is over");
            cut_off.cancel();
            connections.wait().await;
        }
        end.saturating_duration_since(Instant::now())
    }

    async fn accept(
        &self,
        router: &Router,
        connections: &TaskTracker,
        (closing, cut_off): (&CancellationToken, &CancellationToken),
    ) {
        let max = self.settings.max_connections;
        let places = Arc::new(Semaphore::new(max));
        let router = router.clone().layer(Extension(Crowd { places: Arc::clone(&places), max }));
        while let Ok(place) = Arc::clone(&places).acquire_owned().await {
            match self.listener.accept().await {
                Ok((stream, _)) => {
                    let router = router.clone();
                    let connection = serve(stream, router, self.settings, closing.clone());
                    let cut_off = cut_off.clone();
                    let open = self.meter.connection();
                    connections.spawn(async move {
                        let _held: (OwnedSemaphorePermit, Present) = (place, open);
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

async fn serve(stream: TcpStream, router: Router, settings: Settings, closing: CancellationToken) {
    // Answers are written whole; waiting to fill a packet would only delay the last piece.
    let _ = stream.set_nodelay(true);
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(settings.write_timeout));
    let service = TowerToHyperService::new(tower::ServiceExt::<hyper::Request<_>>::map_request(
        router,
        |request: hyper::Request<hyper::body::Incoming>| request.map(Body::new),
    ));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(settings.header_timeout)
        .max_buf_size(CONNECTION_BUFFER)
        .serve_connection(TokioIo::new(Box::pin(stream)), service);
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
