//! `tintype doctor`: tries the set-up, and says what is missing, wrong or too much.

use std::error::Error;

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};

use super::{Exit, Failure, terminal, with_logging, with_settings};
use crate::bucket::BucketName;
use crate::causes::chain;
use crate::config::{self, Faults, Scope, Serve};
use crate::doctor::{self, Advice, Report, Row, Step, Verdict};

/// What to do about a setting that cannot be used.
const FIX: &str = "correct it; `tintype settings` lists all of them";

/// What is logged where nobody says anything. The report tells of every failure, and what the
/// clients log of their tries would only stand before it.
const LOG: &str = "warn";

pub(super) fn command() -> Command {
    let command = Command::new("doctor")
        .about("Tries what the service needs, and says what is missing, wrong or too much")
        .long_about(
            "Tries what the service needs, and says what is missing, wrong or too much.\n\nWith the \
             settings and the credentials of `tintype serve` it puts, reads and deletes a probe of \
             43 bytes, and tries what the service should not be able to do, without doing it. \
             docs/aws.md tells how to read the table.",
        )
        .after_help(
            "Exit codes: 0 all is good, 1 the service cannot work or could not be tried, 2 it works \
             with warnings.",
        )
        .arg(
            Arg::new("json")
                .long("json")
                .action(ArgAction::SetTrue)
                .help("Print the report as JSON"),
        )
        .arg(
            Arg::new("other-bucket")
                .long("other-bucket")
                .value_name("NAME")
                .value_parser(value_parser!(BucketName))
                .help("A bucket that is not the service's, which it must not be able to write"),
        )
        .arg(
            Arg::new("endpoint-url")
                .long("endpoint-url")
                .value_name("URL")
                .help("The S3 service, in place of AWS_ENDPOINT_URL_S3"),
        );
    let command = with_settings(command, &[Scope::Serve, Scope::Storage, Scope::Log]);
    command.mut_arg("log", |log| {
        log.help(format!("What is logged, as tracing's filters are written [default: {LOG}]"))
    })
}

pub(super) fn run(matches: &ArgMatches) -> Result<Exit, Failure> {
    let logging = config::logging_or(matches, LOG);
    let outcome = with_logging(matches, logging, |matches| Ok(config::serve(matches)), examine);
    Ok(outcome.unwrap_or_else(|error| cannot_work(error.as_ref())))
}

/// The examination did not begin, for a reason that keeps the service from starting too.
pub(super) fn cannot_work(error: &(dyn Error + 'static)) -> Exit {
    terminal::complain(&format!("tintype: {}", chain(error)));
    Exit::Broken
}

async fn examine(settings: Result<Serve, Faults>, matches: ArgMatches) -> Result<Exit, Failure> {
    let report = match settings {
        Ok(settings) => {
            let other_bucket = matches.get_one::<BucketName>("other-bucket").cloned();
            doctor::examine(&settings.app, &doctor::Scope::Full { other_bucket }).await
        }
        Err(faults) => at_fault(&faults),
    };
    tell(&report, matches.get_flag("json"))?;
    Ok(match report.verdict() {
        Verdict::Broken => Exit::Broken,
        Verdict::Warning => Exit::Warned,
        Verdict::Good | Verdict::NotExamined => Exit::Success,
    })
}

fn tell(report: &Report, is_json: bool) -> Result<(), Failure> {
    if is_json {
        terminal::say(&serde_json::to_string_pretty(report)?)?;
        return Ok(());
    }
    for line in report.to_string().lines() {
        terminal::say(&terminal::plain(line))?;
    }
    Ok(())
}

/// With settings that cannot be used there is nothing to examine. Each has a row.
fn at_fault(faults: &Faults) -> Report {
    let row = |(setting, reason)| {
        let advice = Advice::new(reason, FIX);
        Row::of(Step::Settings, "can be used").broken(format!("{setting} cannot"), advice)
    };
    Report { rows: faults.iter().map(row).collect() }
}
