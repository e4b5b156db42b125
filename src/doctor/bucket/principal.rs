//! Who the credentials are, and whether they may ask IAM: two questions of Amazon's other services,
//! asked where they are, or at the one endpoint of a server that has them all.

use std::time::Duration;

use aws_sdk_iam::config::retry::RetryConfig;
use aws_sdk_iam::config::timeout::TimeoutConfig;
use aws_sdk_iam::config::{BehaviorVersion, Region};
use aws_sdk_iam::error::ProvideErrorMetadata as _;

use super::service::Service;
use crate::doctor::diagnosis::Permission;

/// How long each may take. They are asked beside the examination itself, once, and a network
/// without a way to them should not hold it up.
const PATIENCE: Duration = Duration::from_secs(5);

/// The ARN of the credentials; nothing where nobody tells. Amazon tells everybody:
/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html>.
pub(super) async fn arn(service: &Service) -> Option<String> {
    let access = service.inquiry.access();
    let mut config = aws_sdk_sts::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(access.region.clone()))
        .credentials_provider(access.source())
        .timeout_config(patience())
        .retry_config(RetryConfig::disabled());
    if let Some(endpoint) = endpoint(service) {
        config = config.endpoint_url(endpoint);
    }
    let client = aws_sdk_sts::Client::from_conf(config.build());
    client.get_caller_identity().send().await.ok()?.arn().map(str::to_owned)
}

/// Whether the credentials may list the users of their account.
pub(super) async fn lists_users(service: &Service) -> Permission {
    let access = service.inquiry.access();
    let mut config = aws_sdk_iam::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(access.region.clone()))
        .credentials_provider(access.source())
        .timeout_config(patience())
        .retry_config(RetryConfig::disabled());
    if let Some(endpoint) = endpoint(service) {
        config = config.endpoint_url(endpoint);
    }
    let client = aws_sdk_iam::Client::from_conf(config.build());
    let Err(error) = client.list_users().max_items(1).send().await else {
        return Permission::Allowed;
    };
    let status = error.raw_response().map(|response| response.status().as_u16());
    match (status, error.code()) {
        (_, Some("AccessDenied" | "AccessDeniedException")) | (Some(403), None) => {
            Permission::Denied
        }
        (None, _) if service.facts.is_amazon() => Permission::Unknown("no way to IAM".to_owned()),
        (Some(_), _) if service.facts.is_amazon() => {
            Permission::Unknown("IAM did not say".to_owned())
        }
        (_, _) => Permission::Unknown("the service has no IAM".to_owned()),
    }
}

/// The endpoint of a server that is not Amazon's, which has all its services at one.
fn endpoint(service: &Service) -> Option<String> {
    let endpoint = service.facts.endpoint.as_ref().filter(|_| !service.facts.is_amazon());
    endpoint.map(ToString::to_string)
}

fn patience() -> TimeoutConfig {
    TimeoutConfig::builder().operation_timeout(PATIENCE).build()
}
