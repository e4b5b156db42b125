//! The clients of IAM and STS, with an administrator's credentials. Each request has one method
//! here, in our own words, and its errors say what can be done.

mod action;
mod bound;
mod error;
mod ids;
mod reading;
mod writing;

use std::time::Duration;

use aws_sdk_iam::config::http::HttpResponse;
use aws_sdk_iam::config::retry::RetryConfig;
use aws_sdk_iam::config::timeout::TimeoutConfig;
use aws_sdk_iam::error::{ProvideErrorMetadata, SdkError};

use crate::bucket::{Access, ConnectError, Endpoint, S3Settings};

pub(crate) use self::action::Action;
pub(crate) use self::error::IamError;
pub(crate) use self::ids::{AccessKeyId, PolicyArn};
pub(crate) use self::reading::{Caller, Key, LastUse, Version};
pub(crate) use self::writing::NewKey;

/// The longest wait for a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// The longest that one try may take; IAM answers within a second.
const TRY_TIMEOUT: Duration = Duration::from_secs(10);

/// The longest that one request may take, all tries together.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);

/// How often a request is sent at the most.
const TRIES: u32 = 3;

/// The longest pause before the second try; the next is up to twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(250);

/// Who administers, and where.
#[derive(Clone, Debug, Default)]
pub(crate) struct AccountSettings {
    /// The administrator's credentials and region, and the endpoint of IAM where it is not
    /// Amazon's.
    pub(crate) access: S3Settings,
    /// The endpoint of STS where it is not Amazon's; that of IAM when empty.
    pub(crate) sts: Option<Endpoint>,
}

/// An account of AWS, or of a service that speaks IAM's API, with the right to change it.
#[derive(Clone, Debug)]
pub(crate) struct Account {
    iam: aws_sdk_iam::Client,
    sts: aws_sdk_sts::Client,
    region: String,
    endpoint: Option<Endpoint>,
}

impl Account {
    /// Finds the credentials. Nothing is asked of IAM.
    ///
    /// # Errors
    /// What the operator has to set or mend.
    pub(crate) async fn open(settings: &AccountSettings) -> Result<Self, ConnectError> {
        let access = Access::find(&settings.access).await?;
        let of_iam = access.endpoint.as_ref();
        let iam = access.client_config(of_iam, timeouts(), retries());
        // Who asks is told for people; where STS is missing, asking again does not help.
        let of_sts = settings.sts.as_ref().or(of_iam);
        let sts = access.client_config(of_sts, timeouts(), RetryConfig::disabled());
        let iam = aws_sdk_iam::Client::new(&iam);
        let sts = aws_sdk_sts::Client::new(&sts);
        Ok(Self { iam, sts, region: access.region, endpoint: access.endpoint })
    }

    /// What to do about an error of the client.
    fn judge<E>(&self, action: Action) -> impl FnOnce(SdkError<E, HttpResponse>) -> IamError
    where
        E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    {
        let endpoint = self.endpoint.clone();
        move |error| error::judge(action, endpoint, error)
    }

    /// The region that the administrator works in.
    pub(crate) fn region(&self) -> &str {
        &self.region
    }
}

fn retries() -> RetryConfig {
    RetryConfig::standard().with_max_attempts(TRIES).with_initial_backoff(FIRST_PAUSE)
}

fn timeouts() -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .operation_attempt_timeout(TRY_TIMEOUT)
        .operation_timeout(REQUEST_TIMEOUT)
        .build()
}
