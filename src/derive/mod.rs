//! The use case of variants: from an original to a smaller rendition of it, made when it is asked for
//! the first time, kept in the bucket and in memory.
//!
//! Whoever asks looks into memory, then into the catalog. What is in neither is made, once for all who
//! ask at the time, by a task that goes on when they hang up; the answer does not wait for the bucket.
//! The record was looked up before, so that of a deleted image nothing is found in memory either.

mod asker;
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
use tokio::time::timeout;
use tracing::Instrument as _;

use self::broken::Broken;
use self::cache::{Cache, Key};
use self::flights::{Flight, Flights, Landed, Part};
use self::gate::Gate;
use self::store::Cargo;
use crate::app::App;
use crate::catalog::{Record, Variant};
use crate::memory::{MemoryBudget, READ_WINDOW};
use crate::metrics::VariantOutcome;
use crate::read::{self, Opened, ReadError};
use crate::variant;

pub(crate) use self::asker::Asker;
pub(crate) use self::cache::Kept;
pub use self::error::VariantError;
pub use self::ladder::{InvalidLadder, LONGEST_SIDE, Ladder, MOST_RUNGS};
pub use self::named::{InvalidNamedVariant, NamedVariant, NamedVariants};
pub(crate) use self::plan::Plan;
pub(crate) use self::rules::InvalidVariant;
pub use self::rules::{AutoFormats, InvalidAutoFormats, Mode, Rules};
pub use self::settings::{MOST_WAITING, MOST_WORKERS, Settings};
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
    asker: Asker,
}

impl Wanted {
    /// What `spec` means for the image of `record`, written as `encoding` for `asker`.
    ///
    /// # Errors
    ///
    /// [`VariantError::NoDecoder`]: the original is all there is.
    pub(crate) fn of(
        record: &Arc<Record>,
        spec: &VariantSpec,
        (encoding, asker): (Encoding, Asker),
    ) -> Result<Self, VariantError> {
        if !variant::can_decode(record.format) {
            return Err(VariantError::NoDecoder(record.format));
        }
        let plan = Plan::of(&record.as_ref().into(), spec, encoding);
        let name = plan.name().map_err(|error| VariantError::Failed(Arc::new(error)))?;
        Ok(Self { record: Arc::clone(record), plan, key: (record.id, name), asker })
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

/// Opens a stored variant, or the `range` of its bytes; nothing when its object is lost, so that it
/// has to be obtained.
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
        Err(error) => lost(error).map(|()| None),
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
    let mut obtained = join(app, wanted, row).await;
    // Another one's work had a lower limit than this one has.
    while matches!(&obtained, Err(VariantError::TooMany { limit }) if *limit < wanted.asker.limit())
    {
        obtained = join(app, wanted, None).await;
    }
    obtained
}

async fn join(
    app: &Arc<App>,
    wanted: &Wanted,
    row: Option<Box<Variant>>,
) -> Result<Arc<Kept>, VariantError> {
    let (is_shared, wait) = match app.deriver.flights.join(&wanted.key) {
        Part::Follow(wait) => (true, wait),
        Part::Lead(flight, wait) => {
            let work = fly(Arc::clone(app), wanted.clone(), (flight, row));
            app.tasks.spawn(work.in_current_span());
            (false, wait)
        }
    };
    let landed = wait.outcome().await;
    app.metrics.variants.asked(match &landed {
        Ok(_) if is_shared => VariantOutcome::Shared,
        Ok(landed) => landed.from,
        Err(error) => outcome_of(error),
    });
    landed.map(|landed| landed.kept)
}

fn outcome_of(error: &VariantError) -> VariantOutcome {
    match error {
        VariantError::TooMany { .. } => VariantOutcome::Limited,
        VariantError::QueueFull | VariantError::Overloaded(_) => VariantOutcome::Refused,
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

/// The work for all who wait. What was made is told before it is stored; who asks until it is stored
/// joins this flight, since no row says yet where it is.
async fn fly(app: Arc<App>, wanted: Wanted, (flight, row): (Flight, Option<Box<Variant>>)) {
    let landed = |kept, from| Ok(Landed { kept, from });
    // Another flight may have landed after this one's passenger had looked.
    if let Some(kept) = app.deriver.cache.get(&wanted.key) {
        return flight.tell(landed(kept, VariantOutcome::Memory));
    }
    if let Some(row) = &row {
        match load(&app, row).await {
            Ok(Some(kept)) => {
                app.deriver.cache.keep(&wanted.key, &kept);
                return flight.tell(landed(kept, VariantOutcome::Bucket));
            }
            Ok(None) => {}
            Err(error) => return flight.tell(Err(error)),
        }
    }
    match make::make(&app, &wanted).await {
        Ok(made) => {
            app.deriver.cache.keep(&wanted.key, &made.kept);
            flight.tell(landed(Arc::clone(&made.kept), VariantOutcome::Made));
            store::begin(&app, wanted, Cargo { made, lost: row, flight });
        }
        Err(error) => {
            app.deriver.broken.note(wanted.key.0, &error);
            flight.tell(Err(error));
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
    let whole = read::whole(app, &row.key, row.size);
    match timeout(app.deriver.timeout(), whole).await {
        Ok(Ok(bytes)) => {
            let facts = (row.format, (row.width, row.height), row.sha256);
            Ok(Some(Kept::new(bytes, facts, paid.shrunk_to(row.size))))
        }
        Ok(Err(error)) => lost(error).map(|()| None),
        Err(_) => Err(VariantError::TimedOut),
    }
}

/// A variant whose object is gone or is another is made again. Its row goes when that is done: where
/// objects are not missing but denied for the time being, the original cannot be read either; and of
/// an image that was deleted meanwhile nothing is lost.
fn lost(error: ReadError) -> Result<(), VariantError> {
    match error {
        ReadError::Missing(_) | ReadError::Altered { .. } => Ok(()),
        ReadError::Bucket(_) | ReadError::Catalog(_) | ReadError::Overloaded(_) => {
            Err(error.into())
        }
    }
}
