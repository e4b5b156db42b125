//! Who the credentials are, and whether they may ask IAM: two questions of Amazon's other services,
//! asked where they are, or at the one endpoint of a server that has them all.

use std::time::Duration;

use aws_sdk_iam::config::retry::RetryConfig;
use aws_sdk_iam::config::timeout::TimeoutConfig;
use aws_sdk_iam::error::ProvideErrorMetadata as _;

use super::privilege::IamAnswer;
use super::service::Service;
use crate::bucket::SdkConfig;
use crate::doctor::diagnosis::Permission;

/// How long each may take. They are asked beside the examination itself, once, and a network
/// without a way to them should not hold it up.
const PATIENCE: Duration = Duration::from_secs(5);

/// The ARN of the credentials; nothing where nobody tells. Amazon tells everybody:
/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html>.
pub(super) async fn arn(service: &Service) -> Option<String> {
    let client = aws_sdk_sts::Client::new(&config(service));
    client.get_caller_identity().send().await.ok()?.arn().map(str::to_owned)
}

/// Asks for the users of the account.
pub(super) async fn list_users(service: &Service) -> IamAnswer {
    let client = aws_sdk_iam::Client::new(&config(service));
    let Err(error) = client.list_users().max_items(1).send().await else {
        return IamAnswer { permission: Permission::Allowed, is_proved: true };
    };
    let status = error.raw_response().map(|response| response.status().as_u16());
    let is_proved = matches!(error.code(), Some("AccessDenied" | "AccessDeniedException"));
    let unknown = |why: &str| Permission::Unknown(why.to_owned());
    let permission = match status {
        _ if is_proved => Permission::Denied,
        Some(403) if error.code().is_none() => Permission::Denied,
        None if service.facts.is_amazon() => unknown("no way to IAM"),
        Some(_) if service.facts.is_amazon() => unknown("IAM did not say"),
        Some(_) | None => unknown("the service has no IAM"),
    };
    IamAnswer { permission, is_proved }
}

/// At Amazon each service has an address of its own, which the region and its partition tell; a
/// server that is not Amazon's has all its services at one.
fn config(service: &Service) -> SdkConfig {
    let endpoint = service.facts.endpoint.as_ref().filter(|_| !service.facts.is_amazon());
    let timeouts = TimeoutConfig::builder().operation_timeout(PATIENCE).build();
    service.inquiry.access().client_config(endpoint, timeouts, RetryConfig::disabled())
}
