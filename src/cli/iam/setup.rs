//! `tintype iam setup`: the user that the service runs as, from nothing to a `.env` that works.

use clap::{Arg, ArgAction, ArgMatches, Command};

use super::super::{Exit, Failure, runtime};
use super::arguments::{
    bucket, of_account, partition, policy, policy_name, prefix, required_target, user, with,
};
use super::outcome::{Words, carry_out, refuse};
use super::place::place;
use super::session::{Session, Task, Whereabouts};
use crate::iam::bucket::{BucketChange, look, plan};
use crate::iam::{Goal, PolicyName, Rotation, Setup, Subject, Target, UserName, probe_of};

/// What the commands of `iam` say about their end.
pub(super) const EXIT_CODES: &str = "\
Exit codes: 0 all was done, or nothing was to do; 1 it was refused, or failed half way; 2 it could \
not begin (wrong usage, no credentials, a service that cannot be reached).";

const WORDS: Words = Words {
    nothing: "nothing to do: policy, user, key and .env are as they should be",
    done: "all is there: `tintype doctor` proves it, `tintype serve` uses it",
    silent: false,
};

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

pub(super) fn run(matches: &ArgMatches) -> Result<Exit, Failure> {
    let runtime = runtime()?;
    let outcome = runtime.block_on(setup(matches));
    runtime.shutdown_background();
    outcome.or_else(|failure| refuse(failure, matches))
}

async fn setup(matches: &ArgMatches) -> Result<Exit, Failure> {
    let target = required_target(matches)?;
    let mut place = place(matches)?;
    let session = Session::open(matches).await?;
    let policy = policy(matches, &target, || session.partition())?;
    let found = bucket_of(&session, &target, matches).await?;
    let user = matches.get_one::<UserName>("user").cloned();
    let user = user.unwrap_or_else(|| UserName::of(&target));
    let subject = Subject {
        bucket: target.bucket.clone(),
        user: user.clone(),
        policy: matches.get_one::<PolicyName>("policy-name").cloned(),
        default_policy: PolicyName::of(&target),
        key: None,
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
    let words = Words { silent: matches.get_flag("print"), ..WORDS };
    carry_out(&mut work, found.notes, (matches, words)).await
}

/// What is known of the bucket, and what is to be done to it.
struct Found {
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
        return Ok(Found { region, changes: plan(&state), notes: state.remarks() });
    }
    let (region, notes) = match session.whereabouts(target).await {
        Whereabouts::There(known) => (known.unwrap_or(region), Vec::new()),
        Whereabouts::Nowhere => {
            let bucket = &target.bucket;
            let note = format!("there is no bucket {bucket}: --create-bucket makes it");
            (region, vec![note])
        }
    };
    Ok(Found { region, changes: Vec::new(), notes })
}
