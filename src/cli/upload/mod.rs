//! `tintype upload`: files and folders, several at a time, each to exactly one image.

mod bars;
mod files;
mod order;
mod outcome;
mod report;

use clap::{ArgMatches, Command};
use futures_util::{StreamExt as _, stream};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;

use self::bars::Bars;
use self::files::{Choice, File};
use self::outcome::Outcome;
use self::report::Report;
use super::{Exit, Failure, asking};
use crate::client::{Client, Order, Photo};

pub(super) fn command() -> Command {
    let command = asking::command("upload", "Uploads photos, and prints the URL of each");
    let command = command.args(order::arguments());
    command.after_help(format!(
        "{}; 130 stopped by Ctrl-C.\n\nWhat was uploaded within the last 24 hours from the same \
         place with the same bytes and texts is not uploaded again: a command that was cut off can \
         just be run again.",
        asking::EXIT_CODES.trim_end_matches('.')
    ))
}

pub(super) async fn run(client: Client, matches: ArgMatches) -> Result<Exit, Failure> {
    let stop = CancellationToken::new();
    let choices = files::choose(&order::paths(&matches))?;
    let mut run = Run {
        bars: Bars::of(&choices),
        report: Report::of(choices.len(), matches.get_flag("json")),
        order: order::read(&matches, &stop)?,
        interrupts: signal(SignalKind::interrupt())?,
        client,
        stop,
        jobs: order::jobs(&matches),
    };
    run.all(choices).await;
    Ok(run.report.end(&run.bars)?)
}

/// One run of the command.
struct Run {
    client: Client,
    order: Order,
    jobs: usize,
    /// No upload begins any more, and none that waits tries again.
    stop: CancellationToken,
    interrupts: Signal,
    bars: Bars,
    report: Report,
}

impl Run {
    async fn all(&mut self, choices: Vec<Choice>) {
        let (client, order, bars) = (&self.client, &self.order, &self.bars);
        let outcomes = stream::iter(choices.into_iter().enumerate())
            .map(|(index, choice)| async move {
                let outcome = outcome(client, order, bars, &choice).await;
                (index, choice.into_path(), outcome)
            })
            .buffer_unordered(self.jobs);
        let mut outcomes = std::pin::pin!(outcomes);
        loop {
            tokio::select! {
                next = outcomes.next() => {
                    let Some((index, path, outcome)) = next else { return };
                    self.report.take(index, &path, &outcome, bars);
                    if outcome.ends_the_run() || self.report.is_unsaid() {
                        self.stop.cancel();
                    }
                }
                _ = self.interrupts.recv() => {
                    if !self.report.is_interrupted() {
                        self.stop.cancel();
                        self.report.interrupt(bars);
                    } else {
                        return;
                    }
                }
            }
        }
    }
}

async fn outcome(client: &Client, order: &Order, bars: &Bars, choice: &Choice) -> Outcome {
    if order.patience.stop.is_cancelled() {
        return Outcome::NotSent;
    }
    match choice {
        Choice::Skip(_) => Outcome::Skipped,
        Choice::Unreadable(_, error) => Outcome::unreadable(error),
        Choice::Send(file) => upload(client, order, bars, file).await,
    }
}

async fn upload(client: &Client, order: &Order, bars: &Bars, file: &File) -> Outcome {
    let bar = bars.begin(file);
    let uploading = async {
        let photo = Photo::of(file.path.clone()).await?;
        client.upload(&photo, order, bar.progress()).await
    };
    let result = bar.follow(uploading).await;
    bars.end(&bar);
    result.map_or_else(Outcome::Failed, Outcome::from)
}
