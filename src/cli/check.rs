//! `tintype check`: holds bucket and catalog against the invariants.

use clap::{Arg, ArgAction, ArgMatches, Command};

use super::reconcile::STOP_GRACE;
use super::{Exit, Failure, terminal, with_settings};
use crate::app::App;
use crate::check::{self, Depth, Objects, Repair, Report};
use crate::config::{Scope, Storage};

pub(super) fn command() -> Command {
    let flag = |name, help| Arg::new(name).long(name).action(ArgAction::SetTrue).help(help);
    let command = Command::new("check")
        .about("Checks that bucket and catalog agree")
        .after_help(
            "Exit codes: 0 every invariant holds, 1 one is broken, 2 the check could not run.",
        )
        .arg(flag("deep", "Read every image and compare its SHA-256 with the record"))
        .arg(flag("json", "Print the report as JSON"))
        .arg(flag("repair", "Say what would be done about each finding, and change nothing"))
        .arg(flag("apply", "With --repair: do it").requires("repair"));
    with_settings(command, &[Scope::Storage, Scope::Log])
}

pub(super) async fn run(settings: Storage, matches: ArgMatches) -> Result<Exit, Failure> {
    let app = App::start(&settings.app).await?;
    let depth = if matches.get_flag("deep") { Depth::Bytes } else { Depth::Existence };
    let mut report = check::check(&app, depth).await?;
    if matches.get_flag("apply") && !report.holds() {
        // A program reads one report, and what counts is how things are in the end.
        if !matches.get_flag("json") {
            tell(&report, &matches)?;
        }
        report = apply(&app, &report, depth).await?;
    }
    tell(&report, &matches)?;
    app.stop(STOP_GRACE).await;
    Ok(match report.objects {
        _ if !report.holds() => Exit::Broken,
        // Half a listing proves nothing about the other half.
        Objects::Failed => Exit::CannotRun,
        Objects::NotAllowed | Objects::Listed { .. } => Exit::Success,
    })
}

fn tell(report: &Report, matches: &ArgMatches) -> Result<(), Failure> {
    if matches.get_flag("json") {
        terminal::say(&serde_json::to_string_pretty(report)?)?;
        return Ok(());
    }
    terminal::say(&report.to_string())?;
    if matches.get_flag("repair") {
        for finding in &report.findings {
            terminal::say(&format!("REPAIR     {finding} -> {}", Repair::of(finding).describe()))?;
        }
        if !report.holds() && !matches.get_flag("apply") {
            terminal::say("nothing was changed: add --apply to do it")?;
        }
    }
    Ok(())
}

/// Repairs and looks again, since only a second look can say that it helped.
async fn apply(app: &App, report: &Report, depth: Depth) -> Result<Report, Failure> {
    let mended = check::repair(app, report).await?;
    tracing::info!(mended, findings = report.findings.len(), "repaired");
    Ok(check::check(app, depth).await?)
}
