//! Finding records by id, many askers at a time. While a statement is under way, the ids that are
//! asked for meanwhile wait and go together in the next one: the more askers there are, the more of
//! them share the cost of one way to the database and back. A lone asker waits for nobody.
//!
//! Nothing is remembered from one statement to the next, and a lookup only joins a statement that
//! has not been sent: it sees every change that was acknowledged before it began.

use std::collections::HashMap;
use std::mem;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt as _, StreamExt as _};
use tokio::sync::{mpsc, oneshot};
use tokio::task::yield_now;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::error::{CatalogError, NoAnswer};
use super::record::Record;
use crate::image::ImageId;

/// How many lookups may wait. More wait for their place, within their time limit.
const QUEUE: usize = 256;

/// How many ids one statement asks for at most. A row with the longest texts takes 200 KiB, so it
/// is also a bound on memory.
const BATCH: usize = 32;

/// For how many turns of the runtime a statement waits at most for those who are about to ask.
const TURNS: usize = 4;

/// What one statement found: an entry for each of the ids that has a ready row.
pub(super) type Found = HashMap<ImageId, Result<Record, CatalogError>>;

/// How lookups are shared out.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sharing {
    /// How many statements may be under way. With one, a connection that hangs would hold up every
    /// lookup until its time is over; with many, there would be little to share.
    pub(super) statements: usize,
    /// The longest that a lookup may take, the wait for its statement included.
    pub(super) within: Duration,
}

struct Lookup {
    id: ImageId,
    answer: oneshot::Sender<Result<Option<Record>, CatalogError>>,
}

#[derive(Clone, Debug)]
pub(super) struct Lookups {
    queue: mpsc::Sender<Lookup>,
    within: Duration,
    stop: CancellationToken,
    task: TaskTracker,
}

impl Lookups {
    /// Starts answering lookups with what `look` finds. It ends when it is stopped, or when every
    /// clone of it is dropped.
    pub(super) fn start<F>(
        sharing: Sharing,
        look: impl Fn(Vec<ImageId>) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Result<Found, CatalogError>> + Send + 'static,
    {
        let (queue, waiting) = mpsc::channel(QUEUE);
        let stop = CancellationToken::new();
        let task = TaskTracker::new();
        task.spawn(serve(waiting, stop.clone(), sharing.statements, look));
        task.close();
        Self { queue, within: sharing.within, stop, task }
    }

    pub(super) async fn find(&self, id: ImageId) -> Result<Option<Record>, CatalogError> {
        let within = self.within;
        timeout(within, self.ask(id))
            .await
            .unwrap_or_else(|_| Err(NoAnswer::Late { within }.into()))
    }

    async fn ask(&self, id: ImageId) -> Result<Option<Record>, CatalogError> {
        let (answer, answered) = oneshot::channel();
        self.queue.send(Lookup { id, answer }).await.map_err(|_| NoAnswer::Closed)?;
        answered.await.map_err(|_| NoAnswer::Closed)?
    }

    /// Answers what is queued, then ends.
    pub(super) async fn stop(&self) {
        self.stop.cancel();
        self.task.wait().await;
    }
}

async fn serve<F>(
    mut waiting: mpsc::Receiver<Lookup>,
    stop: CancellationToken,
    statements: usize,
    look: impl Fn(Vec<ImageId>) -> F + Send + Sync,
) where
    F: Future<Output = Result<Found, CatalogError>> + Send,
{
    let mut batch = Vec::with_capacity(BATCH);
    let mut under_way = FuturesUnordered::new();
    loop {
        tokio::select! {
            biased;
            () = stop.cancelled(), if !waiting.is_closed() => waiting.close(),
            Some(ended) = under_way.next() => tell_of_panic(&ended),
            taken = waiting.recv_many(&mut batch, BATCH), if under_way.len() < statements => {
                if taken == 0 {
                    break;
                }
                gather(&mut waiting, &mut batch).await;
                let batch = mem::replace(&mut batch, Vec::with_capacity(BATCH));
                // A panic costs the lookups of its statement, and not all that ever come.
                under_way.push(AssertUnwindSafe(answer(batch, &look)).catch_unwind());
            }
        }
    }
    while let Some(ended) = under_way.next().await {
        tell_of_panic(&ended);
    }
}

fn tell_of_panic(ended: &std::thread::Result<()>) {
    if ended.is_err() {
        tracing::error!("the lookups of one statement panicked");
    }
}

/// Takes along who is ready to ask in this turn of the runtime, and in the next ones while each
/// brings more. A lone lookup is held up by one turn in which nothing happens.
async fn gather(waiting: &mut mpsc::Receiver<Lookup>, batch: &mut Vec<Lookup>) {
    for _ in 0..TURNS {
        let before = batch.len();
        yield_now().await;
        while batch.len() < BATCH
            && let Ok(lookup) = waiting.try_recv()
        {
            batch.push(lookup);
        }
        if batch.len() == before || batch.len() == BATCH {
            return;
        }
    }
}

/// Sends one statement for all of `batch` and tells everybody in it what came of it.
async fn answer<F>(mut batch: Vec<Lookup>, look: impl Fn(Vec<ImageId>) -> F + Send + Sync)
where
    F: Future<Output = Result<Found, CatalogError>> + Send,
{
    // Who asked and went away need not be looked up.
    batch.retain(|lookup| !lookup.answer.is_closed());
    batch.sort_unstable_by_key(|lookup| lookup.id);
    let mut ids: Vec<_> = batch.iter().map(|lookup| lookup.id).collect();
    ids.dedup();
    if ids.is_empty() {
        return;
    }
    let mut found = look(ids).await;
    let mut batch = batch.into_iter().peekable();
    while let Some(Lookup { id, answer }) = batch.next() {
        let asked_again = batch.peek().is_some_and(|next| next.id == id);
        let record = match &mut found {
            Ok(found) if asked_again => found.get(&id).cloned().transpose(),
            Ok(found) => found.remove(&id).transpose(),
            Err(fault) => Err(fault.clone()),
        };
        // A caller that no longer waits has dropped the other end: nobody to tell.
        let _ = answer.send(record);
    }
}
