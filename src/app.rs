//! The composition root: everything that lives as long as the process, built once.

use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::bucket::{self, Bucket};
use crate::catalog::{self, Catalog};
use crate::clock;
use crate::derive::{self, Deriver};
use crate::inspect;
use crate::memory::{self, MemoryBudget};
use crate::metrics::{Backlog, Format, MOST_COUNTED, Metrics, Parts};
use crate::reconcile::SweepRule;
use crate::strip;
use crate::variant::Proof;

/// What an [`App`] is built from; each part brings its own settings.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where bytes live.
    pub bucket: bucket::Settings,
    /// Where records live.
    pub catalog: catalog::Settings,
    /// The ceiling on image bytes.
    pub memory: memory::Settings,
    /// What counts as an image.
    pub image: inspect::Limits,
    /// What becomes of the metadata in the files.
    pub metadata: strip::Metadata,
    /// How uploads are proved to be images.
    pub proof: Proof,
    /// Which variants there are, and how much work they may be.
    pub variants: derive::Settings,
    /// When an unfinished upload may be taken for abandoned.
    pub sweep: SweepRule,
}

/// Bucket, catalog and budget under one roof. Cheap to clone behind the `Arc` it is made in.
#[derive(Debug)]
pub struct App {
    /// Where records live.
    pub(crate) catalog: Catalog,
    /// Where bytes live.
    pub(crate) bucket: Bucket,
    /// The ceiling on image bytes.
    pub(crate) memory: MemoryBudget,
    /// What counts as an image.
    pub(crate) image: inspect::Limits,
    /// What becomes of the metadata in the files.
    pub(crate) metadata: strip::Metadata,
    /// How uploads are proved to be images.
    pub(crate) proof: Proof,
    /// Where variants come from.
    pub(crate) deriver: Deriver,
    /// When an unfinished upload may be taken for abandoned.
    pub(crate) sweep: SweepRule,
    /// What is counted of all of it.
    pub(crate) metrics: Metrics,
    /// Work that outlives the request that began it. Shutdown waits for it.
    pub(crate) tasks: TaskTracker,
    /// Cancelled when the process is asked to stop: loops end, nothing new begins.
    pub(crate) stopping: CancellationToken,
}

/// The parts could not be put together.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The catalog does not open.
    #[error("the catalog cannot be opened")]
    Catalog(#[from] catalog::OpenError),
    /// The directory of a SQLite catalog is not there and cannot be made.
    #[error("cannot make {}", path.display())]
    Directory {
        /// The directory.
        path: PathBuf,
        /// What the file system said.
        source: io::Error,
    },
    /// The bucket cannot be used as it is set up.
    #[error("the bucket cannot be used")]
    Bucket(#[from] bucket::ConnectError),
}

impl App {
    /// Connects the bucket, opens the catalog and migrates it. The directory of a SQLite catalog is
    /// made when it is missing.
    ///
    /// # Errors
    ///
    /// [`StartError`] with the part that failed and why.
    pub async fn start(settings: &Settings) -> Result<Arc<Self>, StartError> {
        let bucket = Bucket::connect(&settings.bucket).await?;
        if let catalog::Location::Sqlite { path } = &settings.catalog.location {
            make_private(path.parent().unwrap_or(Path::new("")))?;
        }
        let catalog = Catalog::open(&settings.catalog).await?;
        let memory = MemoryBudget::new(settings.memory);
        let metrics = Metrics::new(&Parts {
            memory: memory.meter(),
            bucket: bucket.meter(),
            catalog: catalog.meter(),
        });
        Ok(Arc::new(Self {
            deriver: Deriver::new(&settings.variants, &memory),
            catalog,
            bucket,
            memory,
            image: settings.image,
            metadata: settings.metadata,
            proof: settings.proof,
            sweep: settings.sweep,
            metrics,
            tasks: TaskTracker::new(),
            stopping: CancellationToken::new(),
        }))
    }

    /// The catalog, for those who look at records past the use cases: tests, `tintype check`.
    #[must_use]
    pub const fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    /// The bucket, for the same.
    #[must_use]
    pub const fn bucket(&self) -> &Bucket {
        &self.bucket
    }

    /// The memory budget, for the same.
    #[must_use]
    pub const fn memory(&self) -> &MemoryBudget {
        &self.memory
    }

    /// The work that outlives requests, for those who wait for it.
    #[must_use]
    pub const fn tasks(&self) -> &TaskTracker {
        &self.tasks
    }

    /// Everything that this application counts, as Prometheus reads it: what `GET /metrics` answers,
    /// for those who mount the routes elsewhere. `docs/operations.md` says what each figure means.
    ///
    /// At most once in ten seconds it asks the catalog for the unfinished rows, for two seconds at
    /// the longest; while the catalog does not answer, those figures are left out.
    pub async fn metrics(&self, format: Format) -> String {
        self.memory.measure();
        self.metrics.variants.cached(self.deriver.cached());
        self.metrics.looks.again(self.catalog.meter(), self.backlog()).await;
        self.metrics.encode(format)
    }

    async fn backlog(&self) -> Option<Backlog> {
        let found = self.catalog.backlog(MOST_COUNTED).await.ok()?;
        let overdue = found.first_due.map(|due| clock::now().duration_since(due));
        let overdue = overdue.and_then(|overdue| Duration::try_from(overdue).ok());
        let overdue = overdue.unwrap_or_default();
        let catalog::Backlog { pending, deleting, variants, .. } = found;
        Some(Backlog { pending, deleting, variants, overdue })
    }

    /// Asks every loop to end and waits for the work under way, at most `grace`. What is cut off
    /// then is in the catalog, and the reconciler of the next start finishes it.
    pub async fn stop(&self, grace: Duration) {
        self.stopping.cancel();
        self.tasks.close();
        if tokio::time::timeout(grace, self.tasks.wait()).await.is_err() {
            tracing::warn!(tasks = self.tasks.len(), "work is left for the next start");
        }
        self.catalog.close().await;
    }
}

/// Records and images are for the process's user alone.
fn make_private(directory: &Path) -> Result<(), StartError> {
    if directory.as_os_str().is_empty() {
        return Ok(());
    }
    let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(directory);
    made.map_err(|source| StartError::Directory { path: directory.to_owned(), source })
}
