//! `tintype show`: all that is known of an image.

use clap::{ArgMatches, Command};
use serde_json::Value;

use super::{Exit, Failure, asking, terminal};
use crate::client::{Client, Image};
use crate::image::ImageId;

pub(super) fn command() -> Command {
    asking::command("show", "Shows all that is known of an image")
        .arg(asking::ids())
        .arg(asking::json("Print the image as JSON"))
}

pub(super) async fn run(client: Client, matches: ArgMatches) -> Result<Exit, Failure> {
    let Some(id) = matches.get_one::<ImageId>("image") else { return Ok(Exit::CannotRun) };
    let image = match client.find(*id).await {
        Ok(image) => image,
        Err(error) => return Ok(asking::complain(&id.to_string(), &error)),
    };
    if matches.get_flag("json") {
        terminal::say(&serde_json::to_string(&image)?)?;
    } else {
        terminal::say(&description(&image))?;
    }
    Ok(Exit::Success)
}

fn description(image: &Image) -> String {
    let known = [
        ("id", image.id.to_string()),
        ("url", image.url.clone()),
        ("filename", image.filename.clone().unwrap_or_default()),
        ("created_at", image.created_at.clone()),
        ("size", format!("{} bytes", image.size)),
        ("pixels", format!("{} x {}", image.width, image.height)),
    ];
    let others = image.others.iter().map(|(name, value)| (name.as_str(), text(value)));
    let lines = known.into_iter().chain(others).filter(|(_, value)| !value.is_empty());
    let lines = lines.map(|(name, value)| terminal::plain(&format!("{name:<13} {value}")));
    lines.collect::<Vec<_>>().join("\n")
}

/// A value as a person reads it; nothing where it says nothing.
fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(values) if values.is_empty() => String::new(),
        Value::Object(members) if members.is_empty() => String::new(),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => value.to_string(),
    }
}
