//! One making: a turn, memory, the original, a core, and the result.

use std::sync::Arc;
use std::time::Instant;

use tracing::Instrument as _;

use super::Wanted;
use super::cache::Kept;
use super::error::{Vanished, VariantError};
use crate::app::App;
use crate::catalog::{State, VARIANTS_PER_IMAGE};
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
    let needed = needed(wanted);
    let most = app.memory.most_work();
    if needed > most {
        return Err(VariantError::TooLarge { needed, most });
    }
    let waiting = app.metrics.variants.start(VariantStage::Wait);
    let turn = app.deriver.gate.enter(app.memory.queue_timeout()).await?;
    // Nothing is held yet that others wait for memory for.
    let paid = app.memory.reserve_work(needed, turn.patience).await?;
    drop(waiting);
    let deadline = Instant::now() + app.deriver.settings.timeout;
    let original = fetch(app, wanted, deadline).await?;
    let queueing = app.metrics.variants.start(VariantStage::Core);
    let core = app.deriver.gate.core(deadline).await?;
    drop(queueing);
    let rendering = app.metrics.variants.start(VariantStage::Render);
    let job = Job { original, wanted: wanted.clone(), deadline: Deadline(deadline), paid };
    let work = app.tasks.spawn_blocking(move || {
        let made = job.run();
        drop((rendering, core));
        made
    });
    work.instrument(spans::step("render")).await.unwrap_or_else(|_| Err(Vanished.into()))
}

/// What a variant costs is bounded for each; how many there are of one image is bounded here, so that
/// nobody can have the whole product of widths, heights, formats and qualities made.
async fn has_room_for_one_more(app: &App, wanted: &Wanted) -> Result<(), VariantError> {
    let limit = VARIANTS_PER_IMAGE;
    // Those that are to go are in the way of nobody, and the catalog has no more of them than these.
    let rows = app.catalog.variants_of(wanted.record.id, None, 2 * limit).await?;
    let there = rows.iter().filter(|row| row.state != State::Deleting).count();
    if there < limit as usize { Ok(()) } else { Err(VariantError::TooMany { limit }) }
}

/// The original, and beside it first what is on its way from the bucket and then what is made of it.
fn needed(wanted: &Wanted) -> u64 {
    let cost = variant::cost(&source(wanted), &wanted.plan.order());
    wanted.record.size.saturating_add(cost.max(READ_WINDOW))
}

fn source(wanted: &Wanted) -> Source {
    let record = &wanted.record;
    let (width, height) = (record.width, record.height);
    Source { format: record.format, width, height, size: record.size }
}

async fn fetch(app: &App, wanted: &Wanted, deadline: Instant) -> Result<Vec<u8>, VariantError> {
    let _fetching = app.metrics.variants.start(VariantStage::Fetch);
    let whole = read::whole(app, &wanted.record.key, wanted.record.size);
    match tokio::time::timeout_at(deadline.into(), whole).await {
        Ok(original) => Ok(original?),
        Err(_) => Err(VariantError::TimedOut),
    }
}

/// What a thread works on. The memory is paid for until it ends, whoever waits for it.
struct Job {
    original: Vec<u8>,
    wanted: Wanted,
    deadline: Deadline,
    paid: Reservation,
}

impl Job {
    fn run(self) -> Result<Made, VariantError> {
        let Self { original, wanted, deadline, paid } = self;
        let (source, order) = (source(&wanted), wanted.plan.order());
        let Rendition { mut bytes, width, height, placeholder } =
            variant::render(&original, &source, &order, deadline)?;
        drop(original);
        bytes.shrink_to_fit();
        let facts = (wanted.plan.format(), (width, height), digest::of(&bytes));
        let paid = paid.shrunk_to(bytes.len() as u64);
        Ok(Made { kept: Kept::new(bytes, facts, paid), placeholder })
    }
}
