//! The one writer of a SQLite file. Writes queue for it; it takes whatever waits, executes it in one
//! transaction, commits once, and only then answers: the more writers there are, the more of them
//! share the cost of one fsync, and none of them ever meets another's lock.

use futures_util::future::BoxFuture;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, SqliteConnection, SqlitePool};
use tokio::sync::{mpsc, oneshot};
use tokio::task::yield_now;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::catalog::error::{CatalogError, NoAnswer};

/// How many writes may wait. More wait for their place, within the time limit of their callers.
const QUEUE: usize = 256;

/// How many writes share one commit at most, so that no answer waits for an endless batch.
const BATCH: usize = 64;

/// One write in the queue. It is handed the connection, or the reason why there is none, and gives
/// back the way to answer its caller.
type Write = Box<
    dyn for<'c> FnOnce(Result<&'c mut SqliteConnection, CatalogError>) -> BoxFuture<'c, Written>
        + Send,
>;

/// A write that has been executed, but not committed.
struct Written {
    /// Set when the transaction may be gone: SQLite itself rolls it back when the disk is full or
    /// fails (<https://www.sqlite.org/lang_transaction.html>, section 3).
    fault: Option<CatalogError>,
    answer: Answer,
}

/// Tells the caller what came of the write, given what came of the commit.
type Answer = Box<dyn FnOnce(Result<(), CatalogError>) + Send>;

#[derive(Clone, Debug)]
pub(super) struct Writer {
    queue: mpsc::Sender<Write>,
    stop: CancellationToken,
    task: TaskTracker,
}

impl Writer {
    /// Starts the writer. It ends when it is stopped, or when every clone of it is dropped, and
    /// closes the readers and then its connection: the last to leave empties the WAL.
    pub(super) fn start(
        connection: SqliteConnection,
        options: SqliteConnectOptions,
        readers: SqlitePool,
    ) -> Self {
        let (queue, waiting) = mpsc::channel(QUEUE);
        let stop = CancellationToken::new();
        let task = TaskTracker::new();
        let file = File { options, connection: Some(connection) };
        task.spawn(serve(waiting, stop.clone(), file, readers));
        task.close();
        Self { queue, stop, task }
    }

    /// Queues `work` and waits for its commit. Once queued it is executed, whether or not the
    /// caller still waits.
    pub(super) async fn write<T: Send + 'static>(
        &self,
        work: impl for<'c> FnOnce(&'c mut SqliteConnection) -> BoxFuture<'c, sqlx::Result<T>>
        + Send
        + 'static,
    ) -> Result<T, CatalogError> {
        let (sender, receiver) = oneshot::channel();
        let write = package(work, sender);
        self.queue.send(write).await.map_err(|_| NoAnswer::Closed)?;
        receiver.await.map_err(|_| NoAnswer::Closed)?
    }

    /// Whether nothing will be written any more.
    pub(super) fn is_gone(&self) -> bool {
        self.queue.is_closed()
    }

    /// Writes what is queued, then ends.
    pub(super) async fn stop(&self) {
        self.stop.cancel();
        self.task.wait().await;
    }
}

fn package<T: Send + 'static>(
    work: impl for<'c> FnOnce(&'c mut SqliteConnection) -> BoxFuture<'c, sqlx::Result<T>>
    + Send
    + 'static,
    sender: oneshot::Sender<Result<T, CatalogError>>,
) -> Write {
    Box::new(move |connection| {
        Box::pin(async move {
            let result = match connection {
                Ok(connection) => work(connection).await.map_err(CatalogError::from),
                Err(fault) => Err(fault),
            };
            let fault = result.as_ref().err().filter(|error| error.is_unavailable()).cloned();
            // A caller that no longer waits has dropped the other end: nobody to tell.
            let answer: Answer = Box::new(move |commit| drop(sender.send(commit.and(result))));
            Written { fault, answer }
        })
    })
}

async fn serve(
    mut waiting: mpsc::Receiver<Write>,
    stop: CancellationToken,
    mut file: File,
    readers: SqlitePool,
) {
    let mut batch = Vec::with_capacity(BATCH);
    loop {
        tokio::select! {
            biased;
            () = stop.cancelled(), if !waiting.is_closed() => waiting.close(),
            taken = waiting.recv_many(&mut batch, BATCH) => {
                if taken == 0 {
                    break;
                }
                // Who is ready to write in this turn of the runtime comes along, and shares the
                // commit. A lone writer is not held up: there is nobody to let go first.
                yield_now().await;
                while batch.len() < BATCH && let Ok(write) = waiting.try_recv() {
                    batch.push(write);
                }
                file.write(&mut batch).await;
            }
        }
    }
    readers.close().await;
    file.close().await;
}

/// The file as its writer holds it: connected, except after a fault.
struct File {
    options: SqliteConnectOptions,
    connection: Option<SqliteConnection>,
}

impl File {
    /// Executes `batch` in one transaction and answers every caller in it.
    async fn write(&mut self, batch: &mut Vec<Write>) {
        let mut answers = Vec::with_capacity(batch.len());
        let outcome = self.transact(batch, &mut answers).await;
        if let Err(fault) = &outcome {
            // Nothing is known of a connection after a fault. The next batch gets a fresh one.
            self.connection = None;
            for write in batch.drain(..) {
                answers.push(write(Err(fault.clone())).await.answer);
            }
        }
        for answer in answers {
            answer(outcome.clone());
        }
    }

    /// Takes writes from `batch` until one of them ends the transaction. A write that is merely
    /// refused leaves no trace of itself and none on its neighbours.
    async fn transact(
        &mut self,
        batch: &mut Vec<Write>,
        answers: &mut Vec<Answer>,
    ) -> Result<(), CatalogError> {
        let connection = self.connect().await?;
        // IMMEDIATE waits for another process here, before any write of the batch has been tried.
        let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
        for write in batch.drain(..) {
            let Written { fault, answer } = write(Ok(&mut *transaction)).await;
            answers.push(answer);
            if let Some(fault) = fault {
                return Err(fault);
            }
        }
        Ok(transaction.commit().await?)
    }

    async fn connect(&mut self) -> Result<&mut SqliteConnection, CatalogError> {
        let connection = match self.connection.take() {
            Some(connection) => connection,
            None => self.options.connect().await.map_err(CatalogError::unreachable)?,
        };
        Ok(self.connection.insert(connection))
    }

    async fn close(self) {
        let Some(connection) = self.connection else { return };
        if let Err(error) = connection.close().await {
            tracing::warn!(error = &error as &dyn std::error::Error, "closing the SQLite file");
        }
    }
}
