//! The addresses that answers name: absolute, so that a client can store and use them as they are.

use axum::extract::OriginalUri;
use axum::http::header::HOST;
use axum::http::request::Parts;
use axum::http::uri::Authority;
use url::Url;

use crate::catalog::Record;
use crate::image::ImageId;

/// The part of an address before the path.
#[derive(Clone, Debug)]
pub(super) struct Base(String);

impl Base {
    /// The public address of the settings, else the host that the client named and the prefix under
    /// which an application mounts the routes.
    pub(super) fn of(public_url: Option<&Url>, parts: &Parts) -> Self {
        if let Some(url) = public_url {
            return Self(url.as_str().trim_end_matches('/').to_owned());
        }
        let host = parts.headers.get(HOST).and_then(|host| host.to_str().ok());
        let host = host.and_then(|host| host.parse::<Authority>().ok());
        let host = host.map_or_else(String::new, |host| format!("http://{host}"));
        Self(host + prefix(parts))
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

/// What `Router::nest` took off the path, as the client wrote it: the pattern that axum remembers
/// would have `{album}` where the client has a name.
fn prefix(parts: &Parts) -> &str {
    let original = parts.extensions.get::<OriginalUri>();
    let prefix = original.and_then(|original| original.path().strip_suffix(parts.uri.path()));
    prefix.unwrap_or_default()
}

/// Why a text is no address that answers may begin with.
#[derive(Debug, thiserror::Error)]
pub enum InvalidPublicUrl {
    /// It does not parse.
    #[error("not a URL")]
    Url(#[from] url::ParseError),
    /// It has a scheme, a user or a part that no such address has.
    #[error("a public address begins with http:// or https:// and has no query and no fragment")]
    Shape,
}

/// Reads a public address, such as `https://photos.example.com`.
///
/// # Errors
///
/// [`InvalidPublicUrl`] says what it should be.
pub fn parse_public_url(text: &str) -> Result<Url, InvalidPublicUrl> {
    let url = Url::parse(text)?;
    let plain = matches!(url.scheme(), "http" | "https")
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty();
    if plain { Ok(url) } else { Err(InvalidPublicUrl::Shape) }
}
