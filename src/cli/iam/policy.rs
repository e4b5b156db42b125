//! `tintype iam policy`: prints the least that the service may do, for whatever tool makes it. It
//! asks nobody and needs no credentials.

use clap::{Arg, ArgMatches, Command};

use super::super::{Exit, Failure, terminal};
use super::arguments::{
    bucket, partition, policy, policy_name, prefix, required_target, user, with,
};
use crate::config;
use crate::iam::policy::{Format, Naming, Partition};
use crate::iam::{PolicyName, UserName};

pub(super) fn command() -> Command {
    Command::new("policy")
        .about("Prints the policy with the least that the service needs")
        .args([bucket().required(true), prefix(), partition(), with(), format()])
        .arg(user("The user to make [default: tintype-BUCKET[-PREFIX]]"))
        .arg(policy_name("The policy to make [default: tintype-BUCKET[-PREFIX]]"))
}

fn format() -> Arg {
    Arg::new("format")
        .long("format")
        .value_name("FORMAT")
        .default_value(Format::Json.as_str())
        .value_parser(Format::ALL.map(Format::as_str))
        .help("json: the document alone; the others also make the user")
}

#[derive(Debug, thiserror::Error)]
#[error(
    "the format json is the document alone, which names neither user nor policy: leave --user and \
     --policy-name out, or choose another --format"
)]
struct NoNames;

pub(super) fn run(matches: &ArgMatches) -> Result<Exit, Failure> {
    let target = required_target(matches)?;
    let of_region = || Partition::of_region(&config::region().unwrap_or_default());
    let policy = policy(matches, &target, of_region)?;
    let named = matches.get_one::<String>("format").and_then(|text| Format::named(text));
    let format = named.unwrap_or(Format::Json);
    let user = matches.get_one::<UserName>("user").cloned();
    let policy_name = matches.get_one::<PolicyName>("policy-name").cloned();
    if !format.has_names() && (user.is_some() || policy_name.is_some()) {
        return Err(NoNames.into());
    }
    let naming = Naming {
        policy: &policy,
        target: &target,
        policy_name: &policy_name.unwrap_or_else(|| PolicyName::of(&target)),
        user: &user.unwrap_or_else(|| UserName::of(&target)),
    };
    terminal::say(&format.write(naming))?;
    Ok(Exit::Success)
}
