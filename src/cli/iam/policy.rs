//! `tintype iam policy`: prints the least that the service may do, for whatever tool makes it. It
//! asks nobody and needs no credentials.

use std::str::FromStr;

use clap::{Arg, ArgAction, ArgMatches, Command};

use super::super::{Exit, Failure, terminal};
use crate::config;
use crate::iam::policy::{Extra, Format, Partition, Plan, Policy};
use crate::iam::{PolicyName, Target, UserName};

pub(super) fn command() -> Command {
    Command::new("policy")
        .about("Prints the policy with the least that the service needs")
        .args([bucket(), prefix(), partition(), with(), format()])
        .args([user(), policy_name()])
}

fn bucket() -> Arg {
    let argument = Arg::new("bucket").long("bucket").value_name("NAME").required(true);
    argument.value_parser(Target::from_str).help("The bucket, also as s3://NAME[/PREFIX]")
}

fn prefix() -> Arg {
    let argument = Arg::new("prefix").long("prefix").value_name("PREFIX");
    argument.help("Allow only what is under this prefix. A slash is put at its end")
}

fn partition() -> Arg {
    let argument = Arg::new("partition").long("partition").value_name("PARTITION");
    argument
        .value_parser(Partition::from_str)
        .help("aws, aws-cn or aws-us-gov. That of AWS_REGION or AWS_DEFAULT_REGION when not given")
}

fn with() -> Arg {
    let argument = Arg::new("with").long("with").value_name("EXTRA").action(ArgAction::Append);
    argument.value_parser(Extra::from_str).help(
        "Allow one thing more; may be repeated. list: for `tintype check` to find objects without \
         a record. multipart: for other programs that upload in parts. kms=ARN: for a bucket that \
         encrypts with this key",
    )
}

fn format() -> Arg {
    Arg::new("format")
        .long("format")
        .value_name("FORMAT")
        .default_value(Format::Json.as_str())
        .value_parser(Format::ALL.map(Format::as_str))
        .help("json: the document alone; the others also make the user")
}

fn user() -> Arg {
    let argument = Arg::new("user").long("user").value_name("NAME");
    argument.value_parser(UserName::from_str).help("The user to make [default: tintype-BUCKET]")
}

fn policy_name() -> Arg {
    let argument = Arg::new("policy-name").long("policy-name").value_name("NAME");
    let argument = argument.value_parser(PolicyName::from_str);
    argument.help("The policy to make [default: tintype-BUCKET]")
}

#[derive(Debug, thiserror::Error)]
#[error(
    "the format json is the document alone, which names neither user nor policy: leave --user and \
     --policy-name out, or choose another --format"
)]
struct NoNames;

pub(super) fn run(matches: &ArgMatches) -> Result<Exit, Failure> {
    let target = target(matches)?;
    let policy = policy(matches, &target)?;
    let named = matches.get_one::<String>("format").and_then(|text| Format::named(text));
    let format = named.unwrap_or(Format::Json);
    let user = matches.get_one::<UserName>("user").cloned();
    let policy_name = matches.get_one::<PolicyName>("policy-name").cloned();
    if !format.has_names() && (user.is_some() || policy_name.is_some()) {
        return Err(NoNames.into());
    }
    let plan = Plan {
        policy: &policy,
        target: &target,
        policy_name: &policy_name.unwrap_or_else(|| PolicyName::of_bucket(&target.bucket)),
        user: &user.unwrap_or_else(|| UserName::of_bucket(&target.bucket)),
    };
    terminal::say(&format.write(plan))?;
    Ok(Exit::Success)
}

fn target(matches: &ArgMatches) -> Result<Target, Failure> {
    let target = matches.get_one::<Target>("bucket").cloned().ok_or("--bucket is needed")?;
    Ok(match matches.get_one::<String>("prefix") {
        Some(prefix) => target.within(prefix)?,
        None => target,
    })
}

fn policy(matches: &ArgMatches, target: &Target) -> Result<Policy, Failure> {
    let of_region = || Partition::of_region(&config::region().unwrap_or_default());
    let partition = matches.get_one("partition").copied().unwrap_or_else(of_region);
    let mut policy = Policy::least(&target.bucket, &target.prefix, partition);
    for extra in matches.get_many::<Extra>("with").into_iter().flatten() {
        policy = policy.with(extra)?;
    }
    Ok(policy)
}
