//! Who asks, and where: the credentials, the region and the endpoint of an S3 bucket, found where
//! every other AWS tool finds them.

use std::sync::Arc;

#[cfg(feature = "iam")]
use aws_config::retry::RetryConfig;
#[cfg(feature = "iam")]
use aws_config::timeout::TimeoutConfig;
#[cfg(feature = "iam")]
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::provider::error::CredentialsError;
#[cfg(feature = "cli")]
use object_store::aws::AwsCredential;

use super::chain;
use super::credentials::{Renewing, wall_clock};
use super::endpoint::Endpoint;
#[cfg(feature = "cli")]
use super::error::BucketError;
use super::error::ConnectError;
use super::settings::S3Settings;

/// What a request is signed with and sent to.
#[derive(Clone, Debug)]
pub(crate) struct Access {
    /// The service, when it is not Amazon's.
    pub(crate) endpoint: Option<Endpoint>,
    /// The region that requests are signed for.
    pub(crate) region: String,
    pub(super) credentials: Arc<Renewing>,
}

impl Access {
    /// Looks in all the places, and loads credentials once, so that an error shows now. Nothing is
    /// asked of the service.
    ///
    /// # Errors
    /// What the operator has to set or mend.
    pub(crate) async fn find(settings: &S3Settings) -> Result<Self, ConnectError> {
        settings.keys.check()?;
        let endpoint = match (chain::endpoint(settings).await?, settings.provider) {
            (None, Some(provider)) => provider.endpoint()?,
            (endpoint, _) => endpoint,
        };
        let region = chain::region(settings, endpoint.as_ref()).await;
        let credentials = Renewing::new(chain::credentials(settings, region.as_deref()));
        credentials.current(wall_clock()).await.map_err(no_credentials)?;
        let region = region.ok_or(ConnectError::NoRegion)?;
        Ok(Self { endpoint, region, credentials: Arc::new(credentials) })
    }

    /// What a client of another service goes by: the same credentials and region, and this endpoint
    /// where the service is not Amazon's.
    #[cfg(feature = "iam")]
    pub(crate) fn client_config(
        &self,
        endpoint: Option<&Endpoint>,
        timeouts: TimeoutConfig,
        retries: RetryConfig,
    ) -> SdkConfig {
        let config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(self.region.clone()))
            .credentials_provider(self.credentials.source())
            .timeout_config(timeouts)
            .retry_config(retries);
        match endpoint {
            Some(endpoint) => config.endpoint_url(endpoint.to_string()).build(),
            None => config.build(),
        }
    }

    /// The credentials to sign one request with.
    #[cfg(feature = "cli")]
    pub(super) async fn credential(&self) -> Result<Arc<AwsCredential>, BucketError> {
        let credential = self.credentials.current(wall_clock()).await;
        credential.map_err(|source| BucketError::Unavailable { source: source.into() })
    }
}

fn no_credentials(error: CredentialsError) -> ConnectError {
    if matches!(error, CredentialsError::CredentialsNotLoaded(_)) {
        ConnectError::NoCredentials { source: error.into() }
    } else {
        ConnectError::Credentials { source: error.into() }
    }
}
