//! What the file of settings says of the user's key and bucket, without any secret.

use secrecy::ExposeSecret as _;

use super::account::AccessKeyId;
use crate::env_file::EnvFile;

/// The key's id.
pub(crate) const KEY_ID: &str = "AWS_ACCESS_KEY_ID";
/// The key's secret.
pub(crate) const SECRET: &str = "AWS_SECRET_ACCESS_KEY";
/// What a temporary key has beside; with a user's own key it would break every request.
pub(crate) const TOKEN: &str = "AWS_SESSION_TOKEN";
/// The bucket's region.
pub(crate) const REGION: &str = "AWS_REGION";
/// Bucket and prefix, as a URL.
pub(crate) const BUCKET: &str = "TINTYPE_BUCKET";
/// The service, when it is not Amazon's.
pub(crate) const ENDPOINT: &str = "AWS_ENDPOINT_URL_S3";

/// Which S3 service it is.
const PROVIDER: &str = "TINTYPE_PROVIDER";

/// How a bucket is named in a request.
pub(crate) const ADDRESSING: &str = "TINTYPE_S3_ADDRESSING";
/// How the service can tell that a body arrived whole.
pub(crate) const CHECKSUM: &str = "TINTYPE_S3_CHECKSUM";

/// What the file says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Env {
    /// Whether there is a file.
    pub(crate) is_there: bool,
    /// Whether lines are printed instead of being kept in a file.
    pub(crate) is_printed: bool,
    /// The key.
    pub(crate) key: Option<AccessKeyId>,
    /// Whether the key's secret is there too.
    pub(crate) has_secret: bool,
    /// Whether a token of a temporary key is there.
    pub(crate) has_token: bool,
    /// The region.
    pub(crate) region: Option<String>,
    /// The bucket's URL.
    pub(crate) bucket: Option<String>,
    /// The service.
    pub(crate) endpoint: Option<String>,
    /// Which service that is.
    pub(crate) provider: Option<String>,
    /// How its bucket is named in a request.
    pub(crate) addressing: Option<String>,
    /// Which checksum it takes.
    pub(crate) checksum: Option<String>,
}

impl Env {
    /// What somebody has who reads along and was given this key, if one was made.
    pub(crate) fn printed(key: Option<&AccessKeyId>) -> Self {
        let (key, has_secret) = (key.cloned(), key.is_some());
        Self { is_printed: true, key, has_secret, ..Self::default() }
    }

    /// Takes out of the file what plans are made from. An empty value counts as none, as it does
    /// for `tintype serve`.
    pub(crate) fn of(file: &EnvFile) -> Self {
        let says = |name| {
            let value = file.get(name)?.expose_secret().to_owned();
            Some(value).filter(|value| !value.trim().is_empty())
        };
        Self {
            is_there: file.is_there(),
            is_printed: false,
            key: says(KEY_ID).map(AccessKeyId::told),
            has_secret: says(SECRET).is_some(),
            has_token: says(TOKEN).is_some(),
            region: says(REGION),
            bucket: says(BUCKET),
            endpoint: says(ENDPOINT),
            provider: says(PROVIDER),
            addressing: says(ADDRESSING),
            checksum: says(CHECKSUM),
        }
    }
}
