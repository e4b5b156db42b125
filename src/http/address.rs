//! The addresses that answers name: absolute, so that a client can store and use them as they are.

use axum::http::HeaderMap;
use axum::http::header::HOST;
use axum::http::uri::Authority;
use url::Url;

use crate::catalog::Record;
use crate::image::ImageId;

/// The part of an address before the path.
#[derive(Clone, Debug)]
pub(super) struct Base(String);

impl Base {
    /// The public address of the settings, else the host that the client named.
    pub(super) fn of(public_url: Option<&Url>, headers: &HeaderMap) -> Self {
        if let Some(url) = public_url {
            return Self(url.as_str().trim_end_matches('/').to_owned());
        }
        let host = headers.get(HOST).and_then(|host| host.to_str().ok());
        let host = host.and_then(|host| host.parse::<Authority>().ok());
        Self(host.map_or_else(String::new, |host| format!("http://{host}")))
    }

    /// Where the bytes of an image are read.
    pub(super) fn of_bytes(&self, record: &Record) -> String {
        format!("{}/i/{}.{}", self.0, record.id, record.format.extension())
    }

    /// Where the record of an image is read.
    pub(super) fn of_record(&self, id: ImageId) -> String {
        format!("{}/v1/images/{id}", self.0)
    }
}
