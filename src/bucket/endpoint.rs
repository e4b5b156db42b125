//! The address of an S3 service that is not Amazon's own.

use std::fmt;
use std::str::FromStr;

use url::Url;

use super::name::BucketName;

/// An `http://` or `https://` address with a host and perhaps a path, and nothing else; so it can
/// be shown and logged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint(Url);

/// The text is not the address of an S3 service.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidEndpoint {
    /// Not a URL with a host, or with another scheme.
    #[error("an S3 endpoint is a URL such as https://s3.example.com")]
    NotHttp,
    /// A user name or password, which would end up in logs.
    #[error(
        "an S3 endpoint holds no user name or password: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
    )]
    Credentials,
    /// A query or a fragment.
    #[error("an S3 endpoint has neither '?' nor '#'")]
    Query,
}

impl Endpoint {
    /// Whether the way there is encrypted.
    #[must_use]
    pub fn is_encrypted(&self) -> bool {
        self.0.scheme() == "https"
    }

    /// The address under which the service is asked with the bucket in the path.
    pub(super) fn as_str(&self) -> &str {
        self.0.as_str().trim_end_matches('/')
    }

    /// The host, without a port.
    pub(crate) fn host(&self) -> Option<&str> {
        self.0.host_str()
    }

    /// The address with the bucket in front of the host, as virtual-host style wants it. Nothing
    /// when the host is an IP address, which can have nothing in front of it.
    pub(super) fn with_bucket(&self, bucket: &BucketName) -> Option<String> {
        let domain = self.0.domain()?;
        let mut url = self.0.clone();
        url.set_host(Some(&format!("{bucket}.{domain}"))).ok()?;
        Some(url.as_str().trim_end_matches('/').to_owned())
    }
}

impl FromStr for Endpoint {
    type Err = InvalidEndpoint;

    fn from_str(text: &str) -> Result<Self, InvalidEndpoint> {
        let url = Url::parse(text).map_err(|_| InvalidEndpoint::NotHttp)?;
        if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
            return Err(InvalidEndpoint::NotHttp);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(InvalidEndpoint::Credentials);
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(InvalidEndpoint::Query);
        }
        Ok(Self(url))
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::Endpoint;

    #[test]
    fn the_bucket_goes_in_front_of_a_name_but_not_of_an_address() {
        let bucket = "pics".parse().unwrap();
        for (endpoint, with_bucket) in [
            ("https://s3.example.com", Some("https://pics.s3.example.com")),
            ("https://s3.example.com:8443/gate/", Some("https://pics.s3.example.com:8443/gate")),
            ("http://127.0.0.1:9000", None),
            ("http://[::1]:9000", None),
        ] {
            let endpoint: Endpoint = endpoint.parse().unwrap();
            assert_eq!(endpoint.with_bucket(&bucket).as_deref(), with_bucket, "{endpoint}");
        }
    }

    #[test]
    fn refuses_what_is_not_an_address_alone() {
        for text in [
            "s3.example.com",
            "ftp://s3.example.com",
            "https://",
            "https://me:pass@host",
            "https://host?x=1",
        ] {
            let error = text.parse::<Endpoint>().unwrap_err();
            assert!(!error.to_string().contains("pass@"), "{error}");
        }
    }
}
