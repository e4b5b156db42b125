//! The use case of variants: from an original to a smaller rendition of it, made when it is asked for
//! the first time, kept in the bucket and in memory.
//!
//! Whoever asks looks into memory, then into the catalog. What is in neither is made, once for all who
//! ask at the time, by a task that goes on when they hang up; the answer does not wait for the bucket.
//! The record was looked up before, so that of a deleted image nothing is found in memory either.

mod broken;
mod cache;
mod error;
mod flights;
mod gate;
mod ladder;
mod make;
mod named;
mod plan;
mod rules;
mod settings;
mod spec;
mod store;

use std::ops::Range;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tracing::Instrument as _;

use self::broken::Broken;
use self::cache::{Cache, Key};
use self::flights::{Flight, Flights, Part};
use self::gate::Gate;
use crate::app::App;
use crate::catalog::{Record, Variant};
use crate::clock;
use crate::memory::{MemoryBudget, READ_WINDOW};
use crate::metrics::VariantOutcome;
use crate::read::{self, Opened, ReadError};
use crate::variant;

pub(crate) use self::cache::Kept;
pub use self::error::VariantError;
pub use self::ladder::{InvalidLadder, LONGEST_SIDE, Ladder, MOST_RUNGS};
pub use self::named::{InvalidNamedVariant, NamedVariant, NamedVariants};
pub(crate) use self::plan::Plan;
pub(crate) use self::rules::InvalidVariant;
pub use self::rules::{AutoFormats, InvalidAutoFormats, Mode, Rules};
pub use self::settings::Settings;
pub(crate) use self::spec::Choice;
pub use self::spec::{Encoding, Fit, InvalidSpec, QUALITIES, QUALITY, VariantSpec};

/// What the makings of one application share.
#[derive(Debug)]
pub(crate) struct Deriver {
    settings: Settings,
    cache: Cache,
    broken: Broken,
    flights: Flights,
    gate: Gate,
    stores: Arc<Semaphore>,
}

impl Deriver {
    /// Nothing is made and nothing kept yet.
    pub(crate) fn new(settings: &Settings, memory: &MemoryBudget) -> Self {
        Self {
            settings: settings.clone(),
            cache: Cache::new(memory),
            broken: Broken::new(),
            flights: Flights::default(),
            gate: Gate::new(settings),
            stores: Arc::new(Semaphore::new(store::STORES)),
        }
    }

    /// One of the cores on which pixels are worked, as soon as there is one, at most until `deadline`.
    ///
    /// # Errors
    ///
    /// [`VariantError::TimedOut`].
    pub(crate) async fn core(
        &self,
        deadline: Instant,
    ) -> Result<OwnedSemaphorePermit, VariantError> {
        self.gate.core(deadline).await
    }

    /// The longest time for work on pixels.
    pub(crate) const fn timeout(&self) -> Duration {
        self.settings.timeout
    }

    /// Which variants strangers may ask for.
    pub(crate) const fn rules(&self) -> &Rules {
        &self.settings.rules
    }

    /// Bytes of the variants in memory.
    pub(crate) fn cached(&self) -> u64 {
        self.cache.filled()
    }
}

/// A variant of an image that is ready.
#[derive(Clone, Debug)]
pub(crate) struct Wanted {
    record: Arc<Record>,
    plan: Plan,
    key: Key,
}

impl Wanted {
    /// What `spec` means for the image of `record`, written as `encoding`.
    ///
    /// # Errors
    ///
    /// [`VariantError::NoDecoder`]: the original is all there is.
    pub(crate) fn of(
        record: &Arc<Record>,
        spec: &VariantSpec,
        encoding: Encoding,
    ) -> Result<Self, VariantError> {
        if !variant::can_decode(record.format) {
            return Err(VariantError::NoDecoder(record.format));
        }
        let plan = Plan::of(&record.as_ref().into(), spec, encoding);
        let name = plan.name().map_err(|error| VariantError::Failed(Arc::new(error)))?;
        Ok(Self { record: Arc::clone(record), plan, key: (record.id, name) })
    }
}

/// Where a variant is.
#[derive(Debug)]
pub(crate) enum Found {
    /// In memory.
    Kept(Arc<Kept>),
    /// In the bucket.
    Stored(Box<Variant>),
    /// Nowhere yet.
    Nowhere,
}

/// Looks for a variant, in memory and then in the catalog.
///
/// # Errors
///
/// [`VariantError::Catalog`].
pub(crate) async fn look(app: &App, wanted: &Wanted) -> Result<Found, VariantError> {
    if let Some(kept) = app.deriver.cache.get(&wanted.key) {
        app.metrics.variants.asked(VariantOutcome::Memory);
        return Ok(Found::Kept(kept));
    }
    let row = app.catalog.find_variant(wanted.key.0, &wanted.key.1).await?;
    Ok(row.map_or(Found::Nowhere, |row| Found::Stored(Box::new(row))))
}

/// Whether a variant is read a window at a time, since it is too large to be kept in memory.
pub(crate) fn is_streamed(app: &App, row: &Variant) -> bool {
    !app.deriver.cache.takes(row.size) || row.size + READ_WINDOW > app.memory.reads_share()
}

/// Opens a stored variant, or the `range` of its bytes; nothing when its object is gone, so that it
/// has to be made again.
///
/// # Errors
///
/// [`VariantError`].
pub(crate) async fn open(
    app: &App,
    row: &Variant,
    range: Option<Range<u64>>,
) -> Result<Option<Opened>, VariantError> {
    match read::open_object(app, (&row.key, row.size), range).await {
        Ok(opened) => {
            app.metrics.variants.asked(VariantOutcome::Bucket);
            Ok(Some(opened))
        }
        Err(error) => lost(app, row, error).await.map(|()| None),
    }
}

/// The variant in memory: read, if `row` says where it is, else made. Identical requests at the same
/// time are one.
///
/// # Errors
///
/// [`VariantError`].
pub(crate) async fn obtain(
    app: &Arc<App>,
    wanted: &Wanted,
    row: Option<Box<Variant>>,
) -> Result<Arc<Kept>, VariantError> {
    let (outcome, wait) = match app.deriver.flights.join(&wanted.key) {
        Part::Follow(wait) => (VariantOutcome::Shared, wait),
        Part::Lead(flight, wait) => {
            let outcome = if row.is_some() { VariantOutcome::Bucket } else { VariantOutcome::Made };
            let work = fly(Arc::clone(app), wanted.clone(), (flight, row));
            app.tasks.spawn(work.in_current_span());
            (outcome, wait)
        }
    };
    let obtained = wait.outcome().await;
    app.metrics.variants.asked(obtained.as_ref().map_or_else(outcome_of, |_| outcome));
    obtained
}

fn outcome_of(error: &VariantError) -> VariantOutcome {
    match error {
        VariantError::TooMany { .. } | VariantError::QueueFull | VariantError::Overloaded(_) => {
            VariantOutcome::Refused
        }
        VariantError::Spec(_)
        | VariantError::NoDecoder(_)
        | VariantError::Undecodable(_)
        | VariantError::TooLarge { .. }
        | VariantError::Unusual(_)
        | VariantError::TimedOut
        | VariantError::Read(_)
        | VariantError::Catalog(_)
        | VariantError::Failed(_) => VariantOutcome::Failed,
    }
}

/// The work for all who wait. What was made is told before it is stored.
async fn fly(app: Arc<App>, wanted: Wanted, (flight, row): (Flight, Option<Box<Variant>>)) {
    // Another flight may have landed after this one's passenger had looked.
    if let Some(kept) = app.deriver.cache.get(&wanted.key) {
        return flight.land(Ok(kept));
    }
    if let Some(row) = row {
        match load(&app, &row).await {
            Ok(Some(kept)) => {
                app.deriver.cache.keep(&wanted.key, &kept);
                return flight.land(Ok(kept));
            }
            Ok(None) => {}
            Err(error) => return flight.land(Err(error)),
        }
    }
    match make::make(&app, &wanted).await {
        Ok(made) => {
            app.deriver.cache.keep(&wanted.key, &made.kept);
            flight.land(Ok(Arc::clone(&made.kept)));
            store::begin(&app, wanted, made);
        }
        Err(error) => {
            app.deriver.broken.note(wanted.key.0, &error);
            flight.land(Err(error));
        }
    }
}

async fn load(app: &App, row: &Variant) -> Result<Option<Arc<Kept>>, VariantError> {
    let needed = row.size + READ_WINDOW;
    let paid = if needed > app.memory.reads_share() {
        app.memory.reserve_work(needed, app.memory.queue_timeout()).await?
    } else {
        // The share for reads, so that a queue of uploads does not keep a page from its pictures.
        app.memory.reserve_read(needed).await?
    };
    match read::whole(app, &row.key, row.size).await {
        Ok(bytes) => {
            let facts = (row.format, (row.width, row.height), row.sha256);
            Ok(Some(Kept::new(bytes, facts, paid.shrunk_to(row.size))))
        }
        Err(error) => lost(app, row, error).await.map(|()| None),
    }
}

/// A variant whose object is gone or is another is made again, and the row of the old one goes.
async fn lost(app: &App, row: &Variant, error: ReadError) -> Result<(), VariantError> {
    match error {
        ReadError::Missing(_) | ReadError::Altered { .. } => {
            let name = row.name.as_str();
            tracing::warn!(image.id = %row.image, variant = name, "the object of a variant is lost");
            app.catalog.doom_variant(row, clock::now()).await?;
            Ok(())
        }
        ReadError::Bucket(_) | ReadError::Catalog(_) | ReadError::Overloaded(_) => {
            Err(error.into())
        }
    }
}
