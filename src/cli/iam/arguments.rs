//! The arguments that the commands of `iam` share, and what they come to.

use std::path::PathBuf;
use std::str::FromStr;

use clap::{Arg, ArgAction, ArgMatches};

use super::super::Failure;
use crate::bucket::Endpoint;
use crate::iam::policy::{Extra, Partition, Policy};
use crate::iam::{PolicyName, Target, UserName};

pub(super) fn bucket() -> Arg {
    let argument = Arg::new("bucket").long("bucket").value_name("NAME");
    argument.value_parser(Target::from_str).help("The bucket, also as s3://NAME[/PREFIX]")
}

pub(super) fn prefix() -> Arg {
    let argument = Arg::new("prefix").long("prefix").value_name("PREFIX");
    argument.help("Allow only what is under this prefix. A slash is put at its end")
}

/// The prefix for a command that goes on from `setup`.
pub(super) fn same_prefix() -> Arg {
    prefix().requires("bucket").help("The prefix that setup was given")
}

pub(super) fn partition() -> Arg {
    let argument = Arg::new("partition").long("partition").value_name("PARTITION");
    argument
        .value_parser(Partition::from_str)
        .help("aws, aws-cn or aws-us-gov. That of AWS_REGION or AWS_DEFAULT_REGION when not given")
}

pub(super) fn with() -> Arg {
    let argument = Arg::new("with").long("with").value_name("EXTRA").action(ArgAction::Append);
    argument.value_parser(Extra::from_str).help(
        "Allow one thing more; may be repeated. list: for `tintype check` to find objects without \
         a record. multipart: for other programs that upload in parts. kms=ARN: for a bucket that \
         encrypts with this key",
    )
}

pub(super) fn user(help: &'static str) -> Arg {
    let argument = Arg::new("user").long("user").value_name("NAME");
    argument.value_parser(UserName::from_str).help(help)
}

pub(super) fn policy_name(help: &'static str) -> Arg {
    let argument = Arg::new("policy-name").long("policy-name").value_name("NAME");
    argument.value_parser(PolicyName::from_str).help(help)
}

/// What every command takes that works in an account.
pub(super) fn of_account() -> [Arg; 5] {
    let endpoint = Arg::new("endpoint-url").long("endpoint-url").value_name("URL");
    let endpoint = endpoint.value_parser(Endpoint::from_str).help(
        "The service, for IAM, STS and the bucket, when it is not Amazon's. AWS_ENDPOINT_URL_IAM, \
         AWS_ENDPOINT_URL_STS and AWS_ENDPOINT_URL_S3, each before AWS_ENDPOINT_URL, when not given",
    );
    let flag = |name, help| Arg::new(name).long(name).action(ArgAction::SetTrue).help(help);
    let env_file = Arg::new("env-file").long("env-file").value_name("FILE").default_value(".env");
    [
        env_file
            .value_parser(clap::value_parser!(PathBuf))
            .help("The file of settings that holds the service's key"),
        endpoint,
        super::super::confirm::yes(),
        flag("dry-run", "Print the calls that would be made, and make none that changes anything"),
        flag("json", "Print one JSON object about what was done"),
    ]
}

/// The bucket and the part of it that were typed.
pub(super) fn target(matches: &ArgMatches) -> Result<Option<Target>, Failure> {
    let Some(target) = matches.get_one::<Target>("bucket").cloned() else { return Ok(None) };
    Ok(Some(match matches.get_one::<String>("prefix") {
        Some(prefix) => target.within(prefix)?,
        None => target,
    }))
}

/// The same where `clap` has seen to it that there is one.
pub(super) fn required_target(matches: &ArgMatches) -> Result<Target, Failure> {
    target(matches)?.ok_or_else(|| "--bucket is needed".into())
}

/// The policy that was typed, in the partition that was typed or in `otherwise`.
pub(super) fn policy(
    matches: &ArgMatches,
    target: &Target,
    otherwise: impl FnOnce() -> Partition,
) -> Result<Policy, Failure> {
    let partition = matches.get_one("partition").copied().unwrap_or_else(otherwise);
    let mut policy = Policy::least(&target.bucket, &target.prefix, partition);
    for extra in matches.get_many::<Extra>("with").into_iter().flatten() {
        policy = policy.with(extra)?;
    }
    Ok(policy)
}
