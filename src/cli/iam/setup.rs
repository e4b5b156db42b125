//! `tintype iam setup`: the user that the service runs as, from nothing to a `.env` that works.

use clap::{Arg, ArgAction, ArgMatches, Command};

use super::super::{Exit, Failure};
use super::arguments::{
    bucket, of_account, partition, policy, policy_name, prefix, required_target, user, with,
};
use super::ending::Ending;
use super::outcome::carry_out;
use super::place::place;
use super::session::{Session, Task};
use crate::iam::bucket::{BucketChange, Whereabouts, look, plan, whereabouts};
use crate::iam::{Goal, PolicyName, Rotation, Setup, Subject, Target, UserName, probe_of};

/// What the commands of `iam` say about their end.
pub(super) const EXIT_CODES: &str = "\
Exit codes: 0 all was done, or nothing was to do; 1 it was refused, or failed half way; 2 it could \
not begin (wrong usage, no credentials, a service that cannot be reached).";

pub(super) fn command() -> Command {
    let flag = |name, help| Arg::new(name).long(name).action(ArgAction::SetTrue).help(help);
    Command::new("setup")
        .about("Makes policy, user and access key for a bucket, and writes .env")
        .after_help(EXIT_CODES)
        .args([bucket().required(true), prefix(), with(), partition()])
        .arg(user("The user [default: tintype-BUCKET[-PREFIX]]"))
        .arg(policy_name("The policy [default: tintype-BUCKET[-PREFIX]]"))
        .arg(flag(
            "create-bucket",
            "Make the bucket, or set what is missing of it: public access blocked, encryption, TLS \
             only, and an end to unfinished uploads",
        ))
        .arg(flag(
            "rotate",
            "Make another key although there is one: in place of the one in .env, or beside \
             another machine's",
        ))
        .arg(
            flag("print", "Print the lines of .env instead of writing them")
                .conflicts_with_all(["env-file", "json"]),
        )
        .args(of_account())
}

pub(super) async fn run(matches: &ArgMatches) -> Result<Exit, Failure> {
    let target = required_target(matches)?;
    let mut place = place(matches)?;
    let session = Session::open(matches).await?;
    let policy = policy(matches, &target, || session.partition())?;
    let found = bucket_of(&session, &target, matches).await?;
    let user = matches.get_one::<UserName>("user").cloned();
    let user = user.unwrap_or_else(|| UserName::of(&target));
    let named = matches.get_one::<PolicyName>("policy-name").cloned();
    let subject = Subject::of(&target, user.clone(), named);
    let ending = match matches.get_flag("print") {
        true => Ending::Printed { has_bucket: found.has_bucket },
        false => Ending::SetUp { file: place.name(), has_bucket: found.has_bucket },
    };
    let service = session.service(&target, &found.region);
    let setup = Setup {
        probe: probe_of(&user, &target),
        endpoint: service.s3.endpoint.as_ref().map(ToString::to_string),
        rotation: if matches.get_flag("rotate") { Rotation::Replace } else { Rotation::Keep },
        file: place.name(),
        user,
        policy,
        region: found.region,
        target,
    };
    let goal = Goal::Setup(Box::new(setup), found.changes);
    let mut work = session.work(Task { subject, service, goal }, place.destination());
    carry_out(&mut work, found.notes, (matches, ending)).await
}

/// What is known of the bucket, and what is to be done to it.
struct Found {
    /// Whether it is there, or will be, as far as is known.
    has_bucket: bool,
    region: String,
    changes: Vec<BucketChange>,
    notes: Vec<String>,
}

async fn bucket_of(
    session: &Session,
    target: &Target,
    matches: &ArgMatches,
) -> Result<Found, Failure> {
    let region = session.region().to_owned();
    if matches.get_flag("create-bucket") {
        let state = look(&session.inquiry, &target.bucket).await?;
        let (changes, notes) = (plan(&state), state.remarks());
        return Ok(Found { has_bucket: true, region, changes, notes });
    }
    let found = Found { has_bucket: true, region, changes: Vec::new(), notes: Vec::new() };
    Ok(match whereabouts(&session.inquiry, &target.bucket).await {
        Whereabouts::There(Some(region)) => Found { region, ..found },
        Whereabouts::There(None) => found,
        Whereabouts::Nowhere => {
            let bucket = &target.bucket;
            let note = format!("there is no bucket {bucket}: --create-bucket makes it");
            Found { has_bucket: false, notes: vec![note], ..found }
        }
    })
}
