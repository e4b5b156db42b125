//! What the operator can decide about the bucket, and the default of each.

use std::time::Duration;

use secrecy::SecretString;

use super::endpoint::Endpoint;
use super::location::Location;
use super::name::BucketName;
use super::provider::Provider;

/// Everything that [`Bucket::connect`](super::Bucket::connect) goes by.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where the bytes live.
    pub location: Location,
    /// How long things may take and how often they are tried.
    pub limits: Limits,
    /// What only an S3 bucket needs.
    pub s3: S3Settings,
}

impl Settings {
    /// The defaults for a bucket at `location`.
    #[must_use]
    pub fn new(location: Location) -> Self {
        Self { location, limits: Limits::default(), s3: S3Settings::default() }
    }
}

/// The bounds of every use of the bucket.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The longest that one `put` may take, with all its tries. When it has passed, nothing more is
    /// sent, but what was sent may still take effect. 60 s.
    pub put_deadline: Duration,
    /// The longest that a `delete`, the first byte of a `get` or the next step of a `list` may
    /// take, with all tries. 20 s.
    pub answer_deadline: Duration,
    /// The longest wait for a connection. 3 s.
    pub connect_timeout: Duration,
    /// The longest silence in the middle of an object that is being read. 20 s.
    pub idle_timeout: Duration,
    /// How often a request is sent again after the first time. 3.
    pub max_retries: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            put_deadline: Duration::from_secs(60),
            answer_deadline: Duration::from_secs(20),
            connect_timeout: Duration::from_secs(3),
            idle_timeout: Duration::from_secs(20),
            max_retries: 3,
        }
    }
}

// The shares of a deadline. A new try may begin in the first half; with the longest pause and a
// whole try after it, the deadline is just reached: 5/10 + 1/10 + 4/10.
impl Limits {
    /// The longest that one request of a `put` may take.
    pub(super) fn put_try(&self) -> Duration {
        self.put_deadline * 4 / 10
    }

    /// The longest that any other request may take until its answer begins.
    pub(super) fn answer_try(&self) -> Duration {
        self.answer_deadline * 4 / 10
    }

    /// How long after the first request another may begin.
    pub(super) fn retry_window(&self) -> Duration {
        self.put_deadline * 5 / 10
    }

    /// The longest pause between two tries, 2 s at most.
    pub(super) fn longest_pause(&self) -> Duration {
        (self.put_deadline / 10).min(Duration::from_secs(2))
    }
}

/// How an S3 service is reached. The defaults leave everything to AWS's own configuration.
#[derive(Clone, Debug, Default)]
pub struct S3Settings {
    /// The service, when it is not Amazon's: `AWS_ENDPOINT_URL_S3`, else `AWS_ENDPOINT_URL`. The
    /// profile's `endpoint_url` is looked up when this is empty.
    pub endpoint: Option<Endpoint>,
    /// `AWS_REGION`, else `AWS_DEFAULT_REGION`. The profile's region and that of the instance are
    /// looked up when this is empty.
    pub region: Option<String>,
    /// `AWS_PROFILE`; `default` when empty.
    pub profile: Option<String>,
    /// The access key of the environment, which comes before all other credentials.
    pub keys: Keys,
    /// Whether the instance metadata service is asked for a role.
    pub instance_role: InstanceRole,
    /// Whose service it is, for the defaults of all that is not said here.
    pub provider: Option<Provider>,
    /// How a bucket is named in a request.
    pub addressing: Addressing,
    /// How the service can tell that a body arrived whole.
    pub checksum: Checksum,
}

impl S3Settings {
    /// What is said of the addressing, else the provider's way.
    pub(crate) fn addressing(&self) -> Addressing {
        match (self.addressing, self.provider) {
            (Addressing::Auto, Some(provider)) => provider.addressing(),
            (said, _) => said,
        }
    }

    /// What is said of the checksum, else the provider's way.
    pub(crate) fn checksum(&self) -> Checksum {
        match (self.checksum, self.provider) {
            (Checksum::Auto, Some(provider)) => provider.checksum(),
            (said, _) => said,
        }
    }
}

/// An access key, as the environment holds it: all, part or nothing of it.
#[derive(Clone, Debug, Default)]
pub struct Keys {
    /// `AWS_ACCESS_KEY_ID`.
    pub access_key_id: Option<String>,
    /// `AWS_SECRET_ACCESS_KEY`.
    pub secret_access_key: Option<SecretString>,
    /// `AWS_SESSION_TOKEN`, which temporary keys need.
    pub session_token: Option<SecretString>,
}

/// One half of an access key is set and the other is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{present} is set but {missing} is not: set both, or neither")]
pub struct HalfCredential {
    /// The variable that is set.
    pub present: &'static str,
    /// The variable that is missing.
    pub missing: &'static str,
}

impl Keys {
    /// Whether the key is whole or absent.
    ///
    /// # Errors
    /// One half is there without the other. Looking elsewhere then would surprise: the operator
    /// meant to use this key.
    pub fn check(&self) -> Result<(), HalfCredential> {
        let (id, secret) = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY");
        match (&self.access_key_id, &self.secret_access_key) {
            (Some(_), None) => Err(HalfCredential { present: id, missing: secret }),
            (None, Some(_)) => Err(HalfCredential { present: secret, missing: id }),
            (Some(_), Some(_)) | (None, None) => Ok(()),
        }
    }
}

/// Whether credentials may come from the machine's own role.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum InstanceRole {
    /// The instance metadata service is asked last, after everything else.
    #[default]
    Ask,
    /// It is not: `AWS_EC2_METADATA_DISABLED=true`.
    Never,
}

/// How a bucket is named in a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Addressing {
    /// The provider's way, where one is named. Amazon: in the host name, unless the bucket's name has a dot, which its certificate does
    /// not cover. A custom endpoint: in the path, which every service understands.
    #[default]
    Auto,
    /// `https://host/bucket/key`.
    Path,
    /// `https://bucket.host/key`.
    Virtual,
}

impl Addressing {
    /// Whether `bucket` is named in the host, at Amazon or at another `endpoint`.
    pub(crate) fn is_in_host(self, endpoint: Option<&Endpoint>, bucket: &BucketName) -> bool {
        match self {
            Self::Auto => endpoint.is_none() && !bucket.as_str().contains('.'),
            Self::Path => false,
            Self::Virtual => true,
        }
    }
}

/// How the service can tell that a body arrived whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Checksum {
    /// The provider's way, where one is named. Amazon: CRC-64/NVME in a header, and the body left out of the signature. A custom endpoint:
    /// the body's SHA-256 in the signature and no further header, the dialect that all accept.
    #[default]
    Auto,
    /// The header `x-amz-checksum-crc64nvme`.
    Crc64Nvme,
    /// The header `x-amz-checksum-sha256`.
    Sha256,
    /// No header: the body's SHA-256 is in the signature alone.
    Off,
}

impl Checksum {
    /// What goes with a body at Amazon, or at another `endpoint`; never [`Self::Auto`].
    pub(crate) fn resolved(self, endpoint: Option<&Endpoint>) -> Self {
        match (self, endpoint) {
            (Self::Auto, None) => Self::Crc64Nvme,
            (Self::Auto, Some(_)) => Self::Off,
            (said, _) => said,
        }
    }
}
