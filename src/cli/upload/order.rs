//! The arguments of an upload, and the order that they make.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Arg, ArgAction, ArgMatches, value_parser};
use serde_json::Value;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::cli::asking;
use crate::client::{Order, Patience, Words};

/// The most uploads at a time: more only wait for each other at the service.
const JOBS_MAX: u64 = 64;

pub(super) fn arguments() -> Vec<Arg> {
    let text = |name: &'static str| Arg::new(name).long(name).value_name("TEXT");
    vec![
        Arg::new("files")
            .value_name("FILE")
            .required(true)
            .num_args(1..)
            .value_parser(value_parser!(PathBuf))
            .help("A photo, or a folder: then all photos in it and below, but none that is hidden"),
        Arg::new("jobs")
            .short('j')
            .long("jobs")
            .value_name("NUMBER")
            .default_value("4")
            .value_parser(value_parser!(u64).range(1..=JOBS_MAX))
            .help("How many files are uploaded at a time"),
        text("caption").help("What a reader sees below each image"),
        text("alt").help("What stands in for each image where it is not seen"),
        text("metadata").value_name("JSON").help("A JSON object to keep with each image"),
        Arg::new("patience")
            .long("patience")
            .value_name("DURATION")
            .default_value("5m")
            .value_parser(asking::duration)
            .help("How long to go on trying while the service is away or busy"),
        Arg::new("again")
            .long("again")
            .action(ArgAction::SetTrue)
            .help("Upload also what an earlier run has uploaded: each file becomes a new image"),
        asking::json("Print one JSON object for each file instead of its URL"),
    ]
}

/// The files and folders that were named.
pub(super) fn paths(matches: &ArgMatches) -> Vec<PathBuf> {
    matches.get_many("files").into_iter().flatten().cloned().collect()
}

/// How many at a time.
pub(super) fn jobs(matches: &ArgMatches) -> usize {
    let jobs = matches.get_one::<u64>("jobs").copied().unwrap_or(1);
    usize::try_from(jobs).unwrap_or(1)
}

#[derive(Debug, thiserror::Error)]
pub(super) enum InvalidMetadata {
    #[error("--metadata is not JSON")]
    Syntax(#[from] serde_json::Error),
    #[error("--metadata is not a JSON object, such as {{\"album\":\"trains\"}}")]
    NoObject,
}

/// What goes for every file.
pub(super) fn read(
    matches: &ArgMatches,
    stop: &CancellationToken,
) -> Result<Order, InvalidMetadata> {
    let text = |name| matches.get_one::<String>(name).cloned();
    let metadata = text("metadata").map(|text| object(&text)).transpose()?;
    let total = matches.get_one::<Duration>("patience").copied().unwrap_or_default();
    Ok(Order {
        words: Words { caption: text("caption"), alt: text("alt"), metadata },
        run: matches.get_flag("again").then(Uuid::new_v4),
        patience: Patience { total, stop: stop.clone() },
    })
}

fn object(text: &str) -> Result<Value, InvalidMetadata> {
    let value: Value = serde_json::from_str(text)?;
    if value.is_object() { Ok(value) } else { Err(InvalidMetadata::NoObject) }
}
