//! A client of the service: what the commands of `cli` ask over HTTP, and what may come of it.
//! The only folder that names `reqwest`.

mod address;
mod answer;
mod error;
mod headers;
mod idempotency;
mod image;
mod patience;
mod photo;
mod progress;
mod reading;
mod records;
mod upload;

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

pub(crate) use address::Server;
pub(crate) use error::Error;
pub(crate) use headers::Headers;
pub(crate) use idempotency::Words;
pub(crate) use image::Image;
pub(crate) use patience::Patience;
pub(crate) use photo::{Photo, PhotoError};
pub(crate) use progress::Progress;
pub(crate) use reading::Reading;
pub(crate) use records::Deleted;
pub(crate) use upload::{Order, Uploaded};

/// The longest time that a connection may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// What a client is made of.
#[derive(Debug)]
pub(crate) struct Settings {
    /// The service.
    pub(crate) server: Server,
    /// What goes with every request, for a proxy that asks who it is.
    pub(crate) headers: Headers,
    /// The longest silence of the service.
    pub(crate) timeout: Duration,
}

/// There are no certificates to know the service by.
#[derive(Debug, thiserror::Error)]
#[error("https:// needs the certificates of this machine, which cannot be read")]
pub(crate) struct NoTls(#[from] reqwest::Error);

/// A client of one service. Nothing bounds the whole of an upload or of a download, since nobody
/// knows how slow the line is; each silence is bounded.
#[derive(Debug)]
pub(crate) struct Client {
    http: reqwest::Client,
    server: Server,
    timeout: Duration,
    /// Whether the service has answered anything yet, or at least taken a connection that broke.
    met: AtomicBool,
}

impl Client {
    /// # Errors
    ///
    /// When the certificates of this machine cannot be read.
    pub(crate) fn new(settings: Settings) -> Result<Self, NoTls> {
        let Settings { server, headers, timeout } = settings;
        let headers = headers.into_map();
        let builder = || {
            reqwest::Client::builder()
                .user_agent(concat!("tintype/", env!("CARGO_PKG_VERSION")))
                .default_headers(headers.clone())
                .connect_timeout(CONNECT_TIMEOUT.min(timeout))
                // A body that is streamed cannot be sent again, and a header that says who asks is
                // for the server that was named.
                .redirect(reqwest::redirect::Policy::none())
        };
        let http = match builder().build() {
            // A small container has no certificates, and needs none for the service beside it.
            Err(_) if server.is_plain() => builder().tls_certs_only([]).build()?,
            built => built?,
        };
        Ok(Self { http, server, timeout, met: AtomicBool::new(false) })
    }

    /// Whether the service was there once: one that never was is rather a wrong address than a
    /// service that restarts.
    fn has_met(&self) -> bool {
        self.met.load(Ordering::Relaxed)
    }

    /// The answer to a request, or that none came.
    fn arrived(
        &self,
        response: reqwest::Result<reqwest::Response>,
    ) -> Result<reqwest::Response, Error> {
        let response = response.map_err(|cause| self.unreachable(cause))?;
        self.met.store(true, Ordering::Relaxed);
        Ok(response)
    }

    fn unreachable(&self, cause: reqwest::Error) -> Error {
        if cause.is_timeout() && !cause.is_connect() {
            return self.silent();
        }
        // A connection that breaks was one: the service died, and the address is right.
        if !cause.is_connect() && !cause.is_builder() {
            self.met.store(true, Ordering::Relaxed);
        }
        Error::Unreachable { server: self.server.to_string(), cause }
    }

    fn silent(&self) -> Error {
        Error::Silent { server: self.server.to_string(), timeout: self.timeout }
    }
}
