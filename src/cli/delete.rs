//! `tintype delete`: images, for good.

use clap::{ArgMatches, Command};
use serde_json::json;

use super::{Exit, Failure, asking, terminal};
use crate::client::{self, Client, Deleted};
use crate::image::ImageId;

pub(super) fn command() -> Command {
    asking::command("delete", "Deletes images, for good")
        .arg(asking::ids().num_args(1..))
        .arg(asking::json("Print one JSON object for each image"))
}

pub(super) async fn run(client: Client, matches: ArgMatches) -> Result<Exit, Failure> {
    let mut exit = Exit::Success;
    for id in matches.get_many::<ImageId>("image").into_iter().flatten() {
        let outcome = client.delete(*id).await;
        tell(*id, &outcome, matches.get_flag("json"));
        match outcome {
            Ok(Deleted::Gone | Deleted::Underway) => {}
            Err(error) if error.concerns_every_image() => return Ok(asking::exit(&error)),
            Err(error) => exit = asking::exit(&error),
        }
    }
    Ok(exit)
}

fn tell(id: ImageId, outcome: &Result<Deleted, client::Error>, is_json: bool) {
    let word = match outcome {
        Ok(Deleted::Gone) => "deleted",
        Ok(Deleted::Underway) => "being_deleted",
        Err(error) if error.is_refusal() => "refused",
        Err(_) => "failed",
    };
    match outcome {
        Ok(_) if is_json => terminal::say(&json!({"id": id, "outcome": word}).to_string()),
        Err(error) if is_json => {
            terminal::say(&json!({"id": id, "outcome": word, "error": error}).to_string())
        }
        Ok(_) => terminal::say(&format!("{id} {}", word.replace('_', " "))),
        Err(error) => {
            asking::complain(&id.to_string(), error);
            true
        }
    };
}
