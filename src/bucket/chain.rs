//! Asks AWS's standard places for credentials, region and endpoint, through `aws-config`, so that a
//! machine that is set up for any other AWS tool is set up for this one.

use std::time::Duration;

use aws_config::environment::{
    EnvironmentVariableCredentialsProvider, EnvironmentVariableRegionProvider,
};
use aws_config::imds::credentials::ImdsCredentialsProvider;
use aws_config::imds::region::ImdsRegionProvider;
use aws_config::meta::credentials::CredentialsProviderChain;
use aws_config::meta::region::RegionProviderChain;
use aws_config::profile::{ProfileFileCredentialsProvider, ProfileFileRegionProvider};
use aws_config::provider_config::ProviderConfig;
use aws_config::web_identity_token::WebIdentityTokenCredentialsProvider;
use aws_config::{BehaviorVersion, Region, ecs, imds};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use secrecy::ExposeSecret;

use super::endpoint::{Endpoint, InvalidEndpoint};
use super::settings::{InstanceRole, Keys, S3Settings};

/// The longest wait for a connection to the instance metadata service, and for each answer of it.
/// It is one hop away or not there at all.
const METADATA_TIMEOUT: Duration = Duration::from_millis(300);

/// The longest that one question to it may take. It is asked twice, for the region and for
/// credentials, and that there are none has to be known within a second.
const METADATA_DEADLINE: Duration = Duration::from_millis(450);

/// The region that requests to a custom endpoint are signed for when none is named; such services
/// take any, or this one.
const REGION_OF_NO_CLOUD: &str = "us-east-1";

/// The endpoint that the settings name, else the profile's.
pub(super) async fn endpoint(settings: &S3Settings) -> Result<Option<Endpoint>, InvalidEndpoint> {
    if settings.endpoint.is_some() {
        return Ok(settings.endpoint.clone());
    }
    // The region is given only to keep the loader from asking the instance metadata for it.
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .no_credentials()
        .region(Region::new(REGION_OF_NO_CLOUD));
    if let Some(profile) = &settings.profile {
        loader = loader.profile_name(profile);
    }
    loader.load().await.endpoint_url().map(str::parse).transpose()
}

/// The region that the settings name, else the profile's, else the instance's. A custom endpoint
/// needs none: there it is the provider's, or any.
pub(super) async fn region(settings: &S3Settings, endpoint: Option<&Endpoint>) -> Option<String> {
    if settings.region.is_some() {
        return settings.region.clone();
    }
    let mut profile = ProfileFileRegionProvider::builder();
    if let Some(name) = &settings.profile {
        profile = profile.profile_name(name);
    }
    let mut chain = RegionProviderChain::first_try(EnvironmentVariableRegionProvider::new())
        .or_else(profile.build());
    if let Some(endpoint) = endpoint {
        let of_provider = settings.provider.and_then(|provider| provider.region(endpoint));
        let region = of_provider.unwrap_or_else(|| REGION_OF_NO_CLOUD.to_owned());
        chain = chain.or_else(Region::new(region));
    } else if settings.instance_role == InstanceRole::Ask {
        chain = chain.or_else(ImdsRegionProvider::builder().imds_client(metadata()).build());
    }
    chain.region().await.map(|region| region.to_string())
}

/// The key that the settings hold, else the standard chain.
pub(super) fn credentials(
    settings: &S3Settings,
    region: Option<&str>,
) -> SharedCredentialsProvider {
    if let Some(credentials) = of_keys(&settings.keys) {
        return SharedCredentialsProvider::new(credentials);
    }
    let region = region.map(|region| Region::new(region.to_owned()));
    let config = ProviderConfig::without_region().with_region(region);
    let mut profile = ProfileFileCredentialsProvider::builder().configure(&config);
    if let Some(name) = &settings.profile {
        profile = profile.profile_name(name);
    }
    let web_identity = WebIdentityTokenCredentialsProvider::builder().configure(&config);
    let container = ecs::EcsCredentialsProvider::builder().configure(&config);
    let mut chain = CredentialsProviderChain::first_try(
        "environment",
        EnvironmentVariableCredentialsProvider::new(),
    )
    .or_else("profile", profile.build())
    .or_else("web identity", web_identity.build())
    .or_else("container", container.build());
    if settings.instance_role == InstanceRole::Ask {
        let role = ImdsCredentialsProvider::builder().configure(&config).imds_client(metadata());
        chain = chain.or_else("instance role", role.build());
    }
    SharedCredentialsProvider::new(chain)
}

fn of_keys(keys: &Keys) -> Option<Credentials> {
    let (id, secret) = (keys.access_key_id.as_ref()?, keys.secret_access_key.as_ref()?);
    let token = keys.session_token.as_ref().map(|token| token.expose_secret().to_owned());
    Some(Credentials::new(id, secret.expose_secret(), token, None, "settings"))
}

fn metadata() -> imds::Client {
    imds::Client::builder()
        .max_attempts(1)
        .connect_timeout(METADATA_TIMEOUT)
        .read_timeout(METADATA_TIMEOUT)
        .operation_attempt_timeout(METADATA_DEADLINE)
        .operation_timeout(METADATA_DEADLINE)
        .build()
}
