//! `tintype delete`: images, for good.

use clap::{ArgMatches, Command};
use serde_json::json;

use super::terminal::{self, Unsaid};
use super::{Exit, Failure, asking};
use crate::client::{self, Client, Deleted};
use crate::image::ImageId;

pub(super) fn command() -> Command {
    asking::command("delete", "Deletes images, for good")
        .arg(asking::ids().num_args(1..))
        .arg(asking::json("Print one JSON object for each image"))
}

pub(super) async fn run(client: Client, matches: ArgMatches) -> Result<Exit, Failure> {
    let is_json = matches.get_flag("json");
    let mut ids = matches.get_many::<ImageId>("image").into_iter().flatten();
    let mut exit = Exit::Success;
    for id in ids.by_ref() {
        let outcome = client.delete(*id).await;
        tell(*id, &outcome, is_json)?;
        if let Err(error) = outcome {
            exit = asking::exit(&error);
            if error.concerns_every_image() {
                break;
            }
        }
    }
    for id in ids.filter(|_| is_json) {
        terminal::say(&json!({"id": id, "outcome": "not_sent"}).to_string())?;
    }
    Ok(exit)
}

fn tell(
    id: ImageId,
    outcome: &Result<Deleted, client::Error>,
    is_json: bool,
) -> Result<(), Unsaid> {
    let word = match outcome {
        Ok(Deleted::Gone) => "deleted",
        Ok(Deleted::Underway) => "being_deleted",
        Err(error) if error.is_refusal() => "refused",
        Err(_) => "failed",
    };
    let answer = match outcome {
        Ok(_) if is_json => json!({"id": id, "outcome": word}).to_string(),
        Err(error) if is_json => json!({"id": id, "outcome": word, "error": error}).to_string(),
        Ok(_) => format!("{id} {}", word.replace('_', " ")),
        Err(error) => {
            asking::complain(&id.to_string(), error);
            return Ok(());
        }
    };
    terminal::say(&answer)?;
    Ok(())
}
