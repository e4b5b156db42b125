//! The rows of a trial: put, get, a part of it, delete.

use super::entry::Rest;
use super::ground::Ground;
use super::row;
use super::trial::{After, Trial};
use crate::doctor::diagnosis::{Denial, Seen};
use crate::doctor::{Advice, Expectation, Row, Step};

/// The rows of a trial that says something about its own steps.
pub(super) fn of_trial(trial: &Trial, ground: Ground<'_>) -> Vec<Row> {
    let put = row(Step::Put);
    let put = if trial.put.is_done() {
        put.good("stored")
    } else {
        put.broken(trial.put.in_short(), ground.explain(Step::Put, &trial.put))
    };
    let Some(after) = &trial.after else { return vec![put] };
    let is_put = trial.put.is_done();
    vec![put, get(after, is_put, ground), part(after, ground), delete(trial, after, ground)]
}

/// A PUT that failed for a reason of another row, and may have left something.
pub(super) fn of_loose_end(trial: &Trial) -> Option<Row> {
    let words = left_behind(trial)?;
    let row = row(Step::Put);
    Some(row.left_open("not known", Advice::of(words)))
}

fn get(after: &After, is_put: bool, ground: Ground<'_>) -> Row {
    let row = row(Step::Get);
    let get = &after.get;
    if get.is_done() {
        row.good("the same bytes")
    } else if is_put {
        row.broken(get.in_short(), ground.explain(Step::Get, get))
    } else {
        without_object(row, get, ground)
    }
}

/// To those who may not list the bucket, Amazon denies a missing object; only its message tells
/// which right it misses. Others say that there is no such key to whoever may read it:
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html>.
fn without_object(row: Expectation, seen: &Seen, ground: Ground<'_>) -> Row {
    let answer = seen.answer();
    let told = answer.and_then(|answer| Denial::read(answer.message.as_deref()?));
    let is_missing = answer.is_some_and(|answer| answer.code.as_deref() == Some("NoSuchKey"));
    match told.as_ref().map(|told| told.action.as_str()) {
        Some("s3:GetObject") => row.broken(seen.in_short(), ground.explain(Step::Get, seen)),
        Some("s3:ListBucket") => row.good("allowed"),
        Some(_) | None if is_missing => row.good("allowed"),
        Some(_) | None => row.not_examined("there is nothing to read"),
    }
}

fn part(after: &After, ground: Ground<'_>) -> Row {
    let row = row(Step::GetRange);
    match &after.part {
        Some(Seen::Done(_)) => row.good("a part of them"),
        Some(failed) => row.broken(failed.in_short(), ground.explain(Step::GetRange, failed)),
        None => row.not_examined("there is nothing to read"),
    }
}

fn delete(trial: &Trial, after: &After, ground: Ground<'_>) -> Row {
    let row = row(Step::Delete);
    if !after.delete.is_done() {
        let Advice { meaning, fix } = ground.explain(Step::Delete, &after.delete);
        let left = left_behind(trial).map_or_else(String::new, |left| format!(" {left}"));
        let advice = Advice { meaning: format!("{meaning}{left}"), fix };
        return row.broken(after.delete.in_short(), advice);
    }
    if !trial.put.is_done() {
        return row.good("allowed");
    }
    match trial.rest {
        Rest::Object => row.noted("deleted", Advice::of("A PUT that was given up may still land.")),
        Rest::Row | Rest::Nothing => row.good("deleted"),
    }
}

fn left_behind(trial: &Trial) -> Option<String> {
    let key = &trial.key;
    match trial.rest {
        Rest::Nothing => None,
        Rest::Row => Some(format!("The reconciler will go on trying to delete the probe {key}.")),
        Rest::Object if trial.put.is_done() => {
            Some(format!("The probe {key} stays: delete it by hand."))
        }
        Rest::Object => Some(format!("The probe {key} may have stayed: delete it by hand.")),
    }
}
