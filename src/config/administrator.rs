//! Who administers the account, and where: the AWS settings of the commands of `iam`.
//!
//! They come from the flags and from the real environment. `.env` is what these commands write; it
//! is not loaded for them.

use super::storage::{endpoint_of, instance_role, keys, region, variable};
use super::values::Values;
use super::{ArgMatches, Faults};
use crate::bucket::{Endpoint, S3Settings};
use crate::iam::AccountSettings;

/// The account and the bucket's service, with an administrator's credentials.
#[derive(Clone, Debug)]
pub(crate) struct Administrator {
    /// IAM and STS.
    pub(crate) account: AccountSettings,
    /// The service of the bucket.
    pub(crate) s3: S3Settings,
}

/// The AWS settings of an administrator. `--endpoint-url` is where all services are; without it
/// each has a variable of its own, before the one for all.
///
/// # Errors
///
/// [`Faults`] with every value that cannot be used.
pub(crate) fn administrator(matches: &ArgMatches) -> Result<Administrator, Faults> {
    let mut values = Values::new(matches);
    let flag = matches.get_one::<Endpoint>("endpoint-url").cloned();
    let mut endpoint = |of_service: &'static str| match &flag {
        Some(endpoint) => Some(Some(endpoint.clone())),
        None => endpoint_of(&mut values, of_service),
    };
    let iam = endpoint("AWS_ENDPOINT_URL_IAM");
    let sts = endpoint("AWS_ENDPOINT_URL_STS");
    let s3 = endpoint("AWS_ENDPOINT_URL_S3");
    let keys = keys(&mut values);
    let administrator = iam.zip(sts).zip(s3).zip(keys).map(|(((iam, sts), s3), keys)| {
        let access = S3Settings {
            endpoint: iam,
            region: region(),
            profile: variable("AWS_PROFILE"),
            keys,
            instance_role: instance_role(),
            ..S3Settings::default()
        };
        let s3 = S3Settings { endpoint: s3, ..access.clone() };
        Administrator { account: AccountSettings { access, sts }, s3 }
    });
    values.finish(administrator)
}
