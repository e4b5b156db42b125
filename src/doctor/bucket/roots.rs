//! The rows of what everything else stands on: the service answers, the clocks agree, the
//! credentials are good, the bucket is there.

use super::row;
use super::service::Service;
use super::trial::Trial;
use crate::doctor::diagnosis::{Cause, Seen, advise, difference, judge_clock};
use crate::doctor::{Advice, Row, Step};

/// The rows of the four by the first answer, and by why it was no success if one of the four is
/// why. A row that comes after a broken one is missing, unless it can be told all the same.
pub(super) async fn examine(
    service: &Service,
    trial: &Trial,
    broken: Option<(Step, &Cause)>,
) -> Vec<Row> {
    let mut rows = Vec::new();
    let step = broken.map(|(step, _)| step);
    if let Some((step, cause)) = broken {
        rows.push(row(step).broken(got(step, trial), advise(cause, &service.facts)));
    }
    if step != Some(Step::Endpoint) {
        rows.push(endpoint(service, trial));
        rows.extend((step != Some(Step::Clock)).then(|| clock(trial)));
    }
    if step.is_none() || step == Some(Step::Bucket) {
        rows.push(credentials(service, step.is_none()).await);
    }
    if step.is_none() {
        rows.push(bucket(service, trial));
    }
    rows
}

fn got(step: Step, trial: &Trial) -> String {
    let date = trial.put.answer().and_then(|answer| answer.date.as_deref());
    match difference(date, trial.answered_at) {
        Some(difference) if step == Step::Clock => difference,
        Some(_) | None => trial.put.in_short(),
    }
}

fn clock(trial: &Trial) -> Row {
    let date = trial.put.answer().and_then(|answer| answer.date.as_deref());
    judge_clock(row(Step::Clock), date, trial.answered_at)
}

/// Names the service, and the preset for it if that would change something.
fn endpoint(service: &Service, trial: &Trial) -> Row {
    let row = row(Step::Endpoint);
    let server = trial.put.answer().and_then(|answer| answer.server.clone());
    let name = server.unwrap_or_else(|| service.facts.place());
    match service.facts.preset {
        None => row.good(name),
        Some(provider) => row.noted(
            name,
            Advice::new(
                format!("A preset sets what {provider} wants of region, addressing and checksum."),
                format!("set TINTYPE_PROVIDER={provider}"),
            ),
        ),
    }
}

/// Whose credentials they are, where the service tells; `work` says whether they were accepted.
async fn credentials(service: &Service, work: bool) -> Row {
    let row = row(Step::Credentials);
    #[cfg(feature = "iam")]
    let arn = super::principal::arn(service).await;
    #[cfg(not(feature = "iam"))]
    let arn: Option<String> = None;
    match arn {
        Some(arn) if arn.ends_with(":root") => row.warning(
            "the root of the account",
            Advice::new(
                "Whoever has this key owns the account, with everything in it.",
                format!("delete it, and {}", service.facts.least_key()),
            ),
        ),
        // The account and the path before the name are of no use here.
        Some(arn) => row.good(arn.rsplit(':').next().unwrap_or(&arn)),
        None if work => row.good("accepted"),
        None => row.not_examined("the bucket comes first"),
    }
}

fn bucket(service: &Service, trial: &Trial) -> Row {
    let row = row(Step::Bucket);
    let is_denied =
        |seen: &Seen| matches!(seen, Seen::Refused(answer) if matches!(answer.status, 401 | 403));
    let after = trial.after.as_ref();
    if is_denied(&trial.put) && after.is_some_and(|after| is_denied(&after.delete)) {
        let bucket = &service.facts.bucket;
        return row.left_open(
            "everything is denied",
            Advice::new(
                format!("A bucket {bucket} that is another's, or not there, looks the same."),
                "make sure that TINTYPE_BUCKET names the right one",
            ),
        );
    }
    row.good(format!("{} in {}", service.facts.bucket, service.facts.region))
}
