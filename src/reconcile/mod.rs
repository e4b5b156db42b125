//! The reconciler: it finishes what a crash or a lost answer left half done.
//!
//! It reads only rows that are not ready, so its cost grows with what is unfinished and never with
//! what is stored. Any number of replicas may run it: a claimed row is leased by moving its due
//! time, and a replica that dies lets its leases run out.

mod sweep;

use std::sync::Arc;
use std::time::Duration;

use futures_util::{StreamExt, stream};
use tracing::Instrument as _;

use crate::app::App;
use crate::catalog::{CatalogError, Doomed, IDEMPOTENCY_LIFETIME};
use crate::causes::chain;
use crate::clock;
use crate::delete::{self, Deleted};
use crate::metrics::{Fate, PassOutcome, Present};
use crate::spans;

pub use sweep::{InvalidSweepRule, LONGEST_TIME, SweepRule};

/// How many rows one claim takes at the most.
const BATCH: u32 = 64;

/// How many deletions one replica has under way at a time.
const PARALLEL: usize = 8;

/// What one pass did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pass {
    /// Rows that are gone now, with their objects; those of variants that went with their image are
    /// not counted.
    pub forgotten: u64,
    /// Rows that are due again later.
    pub postponed: u64,
    /// Idempotency keys past their lifetime that were dropped.
    pub keys_dropped: u64,
}

/// Finishes every row that is due now.
///
/// # Errors
///
/// When the catalog does not answer. Rows that were claimed are due again when their lease ends.
pub async fn pass(app: &App) -> Result<Pass, CatalogError> {
    let outcome = finish_what_is_due(app).instrument(spans::step("reconcile")).await;
    let ended = if outcome.is_ok() { PassOutcome::Done } else { PassOutcome::Failed };
    app.metrics.reconciler.passed(ended, clock::now().as_second());
    outcome
}

/// What a row stands for.
#[derive(Clone, Copy)]
enum Kind {
    Image,
    Variant,
}

async fn finish_what_is_due(app: &App) -> Result<Pass, CatalogError> {
    let mut pass = Pass::default();
    // Images first: their variants go with them. Then the variants, and once more the images, since
    // one may have waited for its last variant.
    for kind in [Kind::Image, Kind::Variant, Kind::Image] {
        finish_rows(app, kind, &mut pass).await?;
    }
    let before = clock::now() - IDEMPOTENCY_LIFETIME;
    while !app.stopping.is_cancelled() {
        let dropped = app.catalog.purge_idempotency_keys(before, BATCH).await?;
        pass.keys_dropped += dropped;
        app.metrics.reconciler.keys_dropped(dropped);
        if dropped < u64::from(BATCH) {
            break;
        }
    }
    Ok(pass)
}

async fn finish_rows(app: &App, kind: Kind, pass: &mut Pass) -> Result<(), CatalogError> {
    while !app.stopping.is_cancelled() {
        let now = clock::now();
        let lease_until = app.sweep.lease_until(now);
        let claimed = match kind {
            Kind::Image => app.catalog.claim(now, lease_until, BATCH).await?,
            Kind::Variant => app.catalog.claim_variants(now, lease_until, BATCH).await?,
        };
        let taken = claimed.len();
        let leased = claimed.into_iter().map(|doomed| (doomed, app.metrics.reconciler.lease()));
        let leased: Vec<_> = leased.collect();
        let outcomes = stream::iter(leased).map(|(doomed, lease)| finish(app, kind, doomed, lease));
        let outcomes: Vec<_> = outcomes.buffer_unordered(PARALLEL).collect().await;
        let gone = outcomes.into_iter().filter(|outcome| *outcome == Deleted::Gone).count();
        pass.forgotten += gone as u64;
        pass.postponed += (taken - gone) as u64;
        if taken < BATCH as usize {
            break;
        }
    }
    Ok(())
}

/// A stopping process gives its leases back instead of using them.
async fn finish(app: &App, kind: Kind, doomed: Doomed, _lease: Present) -> Deleted {
    let now = clock::now();
    if !app.stopping.is_cancelled() {
        let deleted = match kind {
            Kind::Image => delete::finish(app, &doomed, now).await,
            Kind::Variant => delete::finish_variant(app, &doomed, now).await,
        };
        app.metrics.reconciler.tried(match deleted {
            Deleted::Gone => Fate::Forgotten,
            Deleted::Promised => Fate::Postponed,
        });
        return deleted;
    }
    let given_back = match kind {
        Kind::Image => app.catalog.postpone(doomed.id, now).await,
        Kind::Variant => app.catalog.postpone_variant(doomed.id, &doomed.key, now).await,
    };
    if let Err(error) = given_back {
        let cause = chain(&error);
        tracing::warn!(image.id = %doomed.id, cause, "the lease runs out by itself");
    }
    Deleted::Promised
}

/// Runs passes until the application stops, `interval` apart.
pub async fn run(app: Arc<App>, interval: Duration) {
    loop {
        match pass(&app).await {
            Ok(pass) if pass != Pass::default() => tracing::info!(?pass, "reconciled"),
            Ok(_) => {}
            Err(error) => {
                let cause = chain(&error);
                tracing::warn!(cause, "the reconciler tries again later");
            }
        }
        let stopped = app.stopping.cancelled();
        if tokio::time::timeout(interval, stopped).await.is_ok() {
            return;
        }
    }
}
