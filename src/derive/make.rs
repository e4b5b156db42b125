//! One making: a turn, memory, the original, a core, and the result.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tracing::Instrument as _;

use super::cache::Kept;
use super::error::{Vanished, VariantError};
use super::gate::Turn;
use super::{Plan, Wanted};
use crate::app::App;
use crate::catalog::{State, VARIANTS_IN_ALL};
use crate::digest;
use crate::memory::{READ_WINDOW, Reservation};
use crate::metrics::VariantStage;
use crate::read;
use crate::spans;
use crate::variant::{self, Deadline, Placeholder, Rendition, Source};

/// A variant that was just made, and what was seen of its original on the way.
#[derive(Debug)]
pub(super) struct Made {
    pub(super) kept: Arc<Kept>,
    pub(super) placeholder: Placeholder,
}

/// Makes what is wanted.
///
/// # Errors
///
/// [`VariantError`].
pub(super) async fn make(app: &App, wanted: &Wanted) -> Result<Made, VariantError> {
    let _making = app.metrics.variants.begin();
    app.deriver.broken.check(wanted.record.id)?;
    has_room_for_one_more(app, wanted).await?;
    let (needed, most) = (needed(&source(wanted), &wanted.plan), app.memory.most_work());
    if needed > most {
        return Err(VariantError::TooLarge { needed, most });
    }
    let turn = enter(app).await?;
    let job = prepare(app, wanted, turn.patience).await?;
    let queueing = app.metrics.variants.start(VariantStage::Core);
    let core = app.deriver.gate.core(job.deadline).await?;
    drop(queueing);
    let rendering = app.metrics.variants.start(VariantStage::Render);
    let plan = wanted.plan.clone();
    let work = app.tasks.spawn_blocking(move || {
        let made = job.run(&plan);
        drop((rendering, core));
        made
    });
    work.instrument(spans::step("render")).await.unwrap_or_else(|_| Err(Vanished.into()))
}

/// What a variant costs is bounded for each; how many there are of one image is bounded here, so that
/// nobody can have the whole product of widths, heights, formats and qualities made.
async fn has_room_for_one_more(app: &App, wanted: &Wanted) -> Result<(), VariantError> {
    let limit = wanted.asker.limit();
    // Those that are to go are in the way of nobody, and the catalog has no more of them than these.
    let rows = app.catalog.variants_of(wanted.record.id, None, 2 * VARIANTS_IN_ALL).await?;
    let there = rows.iter().filter(|row| row.state != State::Deleting).count();
    if there < limit as usize { Ok(()) } else { Err(VariantError::TooMany { limit }) }
}

/// What a thread works on. The memory is paid for until it ends, whoever waits for it.
struct Job {
    original: Vec<u8>,
    source: Source,
    deadline: Instant,
    paid: Reservation,
}

/// Fetches the original with the memory that its record lets expect, or where its header says that it
/// takes more and there can be so much, with that.
async fn prepare(app: &App, wanted: &Wanted, patience: Duration) -> Result<Job, VariantError> {
    let usual = source(wanted);
    let paid = reserve(app, needed(&usual, &wanted.plan), patience).await?;
    let deadline = Instant::now() + app.deriver.settings.timeout;
    let original = fetch(app, wanted, deadline).await?;
    let source = usual.opened(&original);
    let demand = needed(&source, &wanted.plan);
    if demand <= needed(&usual, &wanted.plan) {
        return Ok(Job { original, source, deadline, paid });
    }
    if demand > app.memory.most_work() {
        return Ok(Job { original, source: usual, deadline, paid });
    }
    // Nobody who waits for memory holds any, so that no two wait for each other.
    drop((original, paid));
    let paid = reserve(app, demand, deadline.saturating_duration_since(Instant::now())).await?;
    let original = fetch(app, wanted, deadline).await?;
    Ok(Job { original, source, deadline, paid })
}

async fn enter(app: &App) -> Result<Turn, VariantError> {
    let _waiting = app.metrics.variants.start(VariantStage::Turn);
    app.deriver.gate.enter(app.memory.queue_timeout()).await
}

async fn reserve(app: &App, bytes: u64, patience: Duration) -> Result<Reservation, VariantError> {
    let _waiting = app.metrics.variants.start(VariantStage::Memory);
    Ok(app.memory.reserve_work(bytes, patience).await?)
}

/// The original, and beside it first what is on its way from the bucket and then what is made of it.
fn needed(source: &Source, plan: &Plan) -> u64 {
    source.size.saturating_add(variant::cost(source, &plan.order()).max(READ_WINDOW))
}

fn source(wanted: &Wanted) -> Source {
    let record = &wanted.record;
    Source::new(record.format, (record.width, record.height), record.size)
}

impl Job {
    fn run(self, plan: &Plan) -> Result<Made, VariantError> {
        let Self { original, source, deadline, paid } = self;
        let Rendition { mut bytes, width, height, placeholder } =
            variant::render(&original, &source, &plan.order(), Deadline(deadline))?;
        drop(original);
        bytes.shrink_to_fit();
        let facts = (plan.format(), (width, height), digest::of(&bytes));
        let paid = paid.shrunk_to(bytes.len() as u64);
        Ok(Made { kept: Kept::new(bytes, facts, paid), placeholder })
    }
}

async fn fetch(app: &App, wanted: &Wanted, deadline: Instant) -> Result<Vec<u8>, VariantError> {
    let _fetching = app.metrics.variants.start(VariantStage::Fetch);
    let whole = read::whole(app, &wanted.record.key, wanted.record.size);
    match tokio::time::timeout_at(deadline.into(), whole).await {
        Ok(original) => Ok(original?),
        Err(_) => Err(VariantError::TimedOut),
    }
}
