//! `tintype list`: the images, newest first.

use bytesize::ByteSize;
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};

use super::{Exit, Failure, asking, terminal};
use crate::client::{Client, Image};

pub(super) fn command() -> Command {
    asking::command("list", "Lists images, newest first")
        .arg(
            Arg::new("limit")
                .long("limit")
                .value_name("NUMBER")
                .default_value("50")
                .value_parser(value_parser!(u32).range(1..))
                .help("The most images to list"),
        )
        .arg(
            Arg::new("all")
                .long("all")
                .action(ArgAction::SetTrue)
                .conflicts_with("limit")
                .help("List every image, however many"),
        )
        .arg(asking::json("Print one JSON object a line"))
}

pub(super) async fn run(client: Client, matches: ArgMatches) -> Result<Exit, Failure> {
    let limit = matches.get_one::<u32>("limit").copied().unwrap_or_default();
    let mut left = if matches.get_flag("all") { usize::MAX } else { usize::try_from(limit)? };
    let is_json = matches.get_flag("json");
    if !is_json && terminal::is_for_people() {
        terminal::say(HEADING)?;
    }
    let mut cursor: Option<String> = None;
    loop {
        let page = match client.list(left, cursor.as_deref()).await {
            Ok(page) => page,
            Err(error) => return Ok(asking::complain("", &error)),
        };
        left = left.saturating_sub(page.images.len());
        if !tell(&page.images, is_json)? {
            return Ok(Exit::Success);
        }
        cursor = page.next_cursor;
        if cursor.is_none() || page.images.is_empty() {
            return Ok(Exit::Success);
        }
        if left == 0 {
            terminal::complain(MORE);
            return Ok(Exit::Success);
        }
    }
}

/// Whether there is still somebody to tell.
fn tell(images: &[Image], is_json: bool) -> Result<bool, Failure> {
    for image in images {
        let line = if is_json { serde_json::to_string(image)? } else { row(image) };
        if !terminal::say(&line)? {
            return Ok(false);
        }
    }
    Ok(true)
}

const MORE: &str = "There are more: --limit NUMBER lists more of them, --all lists every one.";

const HEADING: &str = "\
ID                                           SIZE      PIXELS  CREATED               FILENAME";

fn row(image: &Image) -> String {
    let size = ByteSize(image.size).to_string();
    let pixels = format!("{}x{}", image.width, image.height);
    let created = to_the_second(&image.created_at);
    let filename = image.filename.as_deref().unwrap_or("-");
    terminal::plain(&format!("{}  {size:>10}  {pixels:>10}  {created}  {filename}", image.id))
}

/// A time without its fraction, so that the columns stand below each other.
fn to_the_second(time: &str) -> String {
    match time.split_once('.') {
        Some((seconds, _)) => format!("{seconds}Z"),
        None => time.to_owned(),
    }
}
