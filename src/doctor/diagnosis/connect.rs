//! What kept the bucket from being asked at all.

use std::error::Error;

use super::facts::Facts;
use crate::bucket::ConnectError;
use crate::causes::chain;
use crate::doctor::{Advice, Row, Step};

/// The row that a failure to connect belongs in; the facts are those of an S3 service.
pub(in crate::doctor) fn judge_connect(error: &ConnectError, facts: Option<&Facts>) -> Row {
    match error {
        ConnectError::HalfCredential(_) => Row::of(Step::Credentials, "a whole access key")
            .broken("half of one", Advice::new(said(error), "set both halves, or neither")),
        ConnectError::NoCredentials { .. } => Row::of(Step::Credentials, "credentials").broken(
            "none",
            Advice::new(
                "No source has any: environment, profile, web identity, container, instance role.",
                no_credentials(facts),
            ),
        ),
        ConnectError::Credentials { .. } => Row::of(Step::Credentials, "credentials").broken(
            "a source that fails",
            Advice::new(said(error), "mend the source that is named, or take it away"),
        ),
        ConnectError::NoRegion => Row::of(Step::Bucket, "a region").broken(
            "none",
            Advice::new(
                "Amazon has to be told the region, and nothing names one.",
                match facts {
                    Some(Facts { bucket, .. }) => format!(
                        "set AWS_REGION to what `curl -sI https://{bucket}.s3.amazonaws.com` \
                         shows as x-amz-bucket-region"
                    ),
                    None => "set AWS_REGION".to_owned(),
                },
            ),
        ),
        ConnectError::NoHostName => endpoint_cannot_be_used(
            error,
            "set TINTYPE_S3_ADDRESSING=path, or name the endpoint by a host name",
        ),
        ConnectError::NoEndpoint(_) => {
            endpoint_cannot_be_used(error, "set AWS_ENDPOINT_URL_S3 to the one of your account")
        }
        ConnectError::Endpoint(_) => {
            endpoint_cannot_be_used(error, "correct endpoint_url in the profile")
        }
        ConnectError::Client { .. } => {
            endpoint_cannot_be_used(error, "correct AWS_ENDPOINT_URL_S3 and TINTYPE_BUCKET")
        }
        ConnectError::Directory { .. } => Row::of(Step::Bucket, "a directory of ours").broken(
            "cannot be used",
            Advice::new(said(error), "give the directory to the user that runs the service"),
        ),
    }
}

fn no_credentials(facts: Option<&Facts>) -> String {
    match facts {
        Some(facts) if facts.is_amazon() => {
            format!("give the machine a role, or {}", facts.least_key())
        }
        Some(facts) => {
            format!("{}; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY to it", facts.least_key())
        }
        None => "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY".to_owned(),
    }
}

fn endpoint_cannot_be_used(error: &ConnectError, fix: &str) -> Row {
    Row::of(Step::Endpoint, "an address").broken("unusable", Advice::new(said(error), fix))
}

fn said(error: &(dyn Error + 'static)) -> String {
    chain(error)
}
