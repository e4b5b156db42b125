//! Where the service is, and the addresses under it.

use std::fmt;
use std::str::FromStr;

use url::Url;

use crate::image::ImageId;

/// The address of a service, perhaps below a path; shown without the password that may be in it.
#[derive(Clone)]
pub(crate) struct Server(Url);

/// Why a text is not the address of a service.
#[derive(Debug, thiserror::Error)]
pub(crate) enum InvalidServer {
    /// No URL at all.
    #[error("not a URL, such as http://127.0.0.1:8080")]
    Url(#[source] url::ParseError),
    /// A URL of something else.
    #[error("the address of a service begins with http:// or https:// and has no query")]
    Shape,
}

impl FromStr for Server {
    type Err = InvalidServer;

    fn from_str(text: &str) -> Result<Self, InvalidServer> {
        let mut url = Url::parse(text.trim()).map_err(InvalidServer::Url)?;
        let plain = url.query().is_none() && url.fragment().is_none();
        if !matches!(url.scheme(), "http" | "https") || !plain {
            return Err(InvalidServer::Shape);
        }
        let path = url.path().trim_end_matches('/').to_owned();
        url.set_path(&path);
        Ok(Self(url))
    }
}

impl Server {
    /// Whether it is asked without TLS.
    pub(super) fn is_plain(&self) -> bool {
        self.0.scheme() == "http"
    }

    /// Where images are listed and uploaded.
    pub(super) fn images(&self) -> Url {
        self.below("v1/images")
    }

    /// The record of an image.
    pub(super) fn record(&self, id: ImageId) -> Url {
        self.below(&format!("v1/images/{id}"))
    }

    /// The bytes of an image.
    pub(super) fn bytes(&self, id: ImageId) -> Url {
        self.below(&format!("i/{id}"))
    }

    fn below(&self, path: &str) -> Url {
        let mut url = self.0.clone();
        url.set_path(&format!("{}/{path}", self.0.path().trim_end_matches('/')));
        url
    }
}

impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.0.path().trim_end_matches('/');
        write!(f, "{}{path}", self.0.origin().ascii_serialization())
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
