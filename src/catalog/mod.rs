//! Where records live: SQLite or PostgreSQL, behind one contract.
//!
//! This is the only folder that names `sqlx`. A row of the catalog goes one way:
//!
//! ```text
//!            reserve            commit           begin_delete            forget
//! (no row) ──────────► pending ─────────► ready ──────────────► deleting ───────► (no row)
//!                         └────────────────── claim ────────────────┘
//! ```
//!
//! Every move is one transaction, which checks the state that it moves from: of two that race, one
//! moves the row and the other is told that it did not. A method that returns has its effect on the
//! disk; one that fails with [`CatalogError::Unavailable`] may have had it too.
//!
//! Variants go the same way in a table of their own; `variant_life.rs` has their moves.
//!
//! What holds for both databases:
//!
//! - Only `ready` rows are seen by [`Catalog::find`], [`Catalog::list`] and [`Catalog::annotate`].
//! - The listing reads the primary key backwards, the reconciler reads an index that holds only rows
//!   that are not ready: neither grows with what is stored.
//! - Times are kept to the microsecond.
//! - No method waits longer than the [`Settings`] allow: the time to get a connection plus the time
//!   for a statement plus one second. A database that was away is used again as soon as it is back.
//! - A future that is dropped leaves no half of a transaction; whether it left a whole one is open.

mod backlog;
mod error;
mod lookups;
mod migrate;
#[cfg(feature = "cli")]
mod obstacle;
mod postgres;
mod record;
mod reserve;
mod row;
mod settings;
mod sqlite;
mod storable;
mod time;
mod unfinished;
mod variant;

use std::time::Instant;

use jiff::Timestamp;
use tracing::Instrument as _;

pub use self::backlog::Backlog;
pub use self::error::{CatalogError, Cause, OpenError};
#[cfg(feature = "cli")]
pub(crate) use self::migrate::Tables;
#[cfg(feature = "cli")]
pub(crate) use self::obstacle::Obstacle;
pub use self::record::{Change, Edit, InvalidSha256, Record, Sha256, State};
pub use self::reserve::{IDEMPOTENCY_LIFETIME, IdempotencyClaim, Reserve, Reserved};
pub use self::settings::{InvalidLocation, Location, Settings};
pub use self::storable::Unstorable;
pub use self::unfinished::{Doomed, Forgotten, Row, Unfinished};
pub use self::variant::{
    VARIANTS_IN_ALL, VARIANTS_PER_IMAGE, Variant, VariantReserved, VariantRow,
};
use crate::image::ImageId;
use crate::metrics::{Access, CatalogMeter};
use crate::spans;

/// The catalog. A clone is another handle on the same connections.
#[derive(Clone, Debug)]
pub struct Catalog {
    database: Database,
    meter: CatalogMeter,
}

#[derive(Clone, Debug)]
enum Database {
    Sqlite(sqlite::Sqlite),
    Postgres(postgres::Postgres),
}

/// Runs a function of `statements` on the database at hand; `read` or `write` matters to SQLite,
/// where writes queue for one writer. The arguments must own what they hold.
macro_rules! run {
    ($self:ident.$read_or_write:ident($statement:ident $(, $argument:expr)*)) => {
        {
            let began = Instant::now();
            let call = async {
                match &$self.database {
                    Database::Sqlite(database) => {
                        database.$read_or_write(move |connection| Box::pin(async move {
                            sqlite::statements::$statement(connection $(, $argument)*).await
                        })).await
                    }
                    Database::Postgres(database) => {
                        database.run(move |connection| Box::pin(async move {
                            postgres::statements::$statement(connection $(, $argument)*).await
                        })).await
                    }
                }
            };
            let answer = call.instrument(spans::call("catalog", stringify!($statement))).await;
            $self.count(run!(@$read_or_write), began, answer)
        }
    };
    (@read) => { Access::Read };
    (@write) => { Access::Write };
}

// Below the macro, which it uses.
mod variant_life;

impl Catalog {
    /// Opens the catalog and brings its tables up to date. Several processes may do so at once.
    ///
    /// A SQLite file is created when it is missing; a directory or a PostgreSQL database is not.
    ///
    /// # Errors
    ///
    /// See [`OpenError`].
    pub async fn open(settings: &Settings) -> Result<Self, OpenError> {
        let database = match &settings.location {
            Location::Sqlite { path } => {
                Database::Sqlite(sqlite::Sqlite::open(path, settings).await?)
            }
            Location::Postgres { url } => {
                Database::Postgres(postgres::Postgres::open(url, settings).await?)
            }
        };
        Ok(Self { database, meter: CatalogMeter::default() })
    }

    /// Looks how far the tables are, and changes nothing, not even for a moment that another would
    /// see. Whether tables that are not there could be made is tried and taken back.
    ///
    /// # Errors
    ///
    /// See [`OpenError`].
    #[cfg(feature = "cli")]
    pub(crate) async fn look(settings: &Settings) -> Result<Tables, OpenError> {
        match &settings.location {
            Location::Sqlite { path } => sqlite::look(path, settings).await,
            Location::Postgres { url } => postgres::look(url, settings).await,
        }
    }

    /// Finishes the writes that have been asked for and closes every connection. From then on every
    /// method, of every clone, fails with [`CatalogError::Unavailable`].
    pub async fn close(&self) {
        match &self.database {
            Database::Sqlite(database) => database.close().await,
            Database::Postgres(database) => database.close().await,
        }
    }

    /// What this catalog counts.
    pub(crate) const fn meter(&self) -> &CatalogMeter {
        &self.meter
    }

    fn count<T>(
        &self,
        access: Access,
        began: Instant,
        answer: Result<T, CatalogError>,
    ) -> Result<T, CatalogError> {
        let failure = answer.as_ref().err().and_then(CatalogError::failure);
        self.meter.ended(access, failure, began.elapsed());
        answer
    }

    /// Whether the database answers.
    ///
    /// # Errors
    ///
    /// [`CatalogError::Unavailable`] when it does not.
    pub async fn ping(&self) -> Result<(), CatalogError> {
        run!(self.read(ping))
    }

    /// The first step of an upload: inserts the row of `record` as pending, and with it the claim
    /// to an idempotency key. Unless the answer is [`Reserved::New`] there is no row.
    ///
    /// A key counts as absent when it is older than [`IDEMPOTENCY_LIFETIME`], or when it has no
    /// answer and its image is not pending any more. Of several requests that come with one key at
    /// the same moment, one gets `New`.
    ///
    /// # Errors
    ///
    /// [`CatalogError::Unstorable`] when a text in `record` cannot be kept, and see
    /// [`CatalogError`].
    pub async fn reserve(
        &self,
        record: &Record,
        reserve: &Reserve,
    ) -> Result<Reserved, CatalogError> {
        record.storable()?;
        if let Some(claim) = &reserve.idempotency {
            claim.storable()?;
        }
        let (record, reserve) = (record.clone(), reserve.clone());
        run!(self.write(reserve, &record, &reserve))
    }

    /// The last step of an upload: moves the row from pending to ready, and keeps `answer` for the
    /// idempotency key that the reservation claimed, if it claimed one. `settled_at` is the time from
    /// which no effect of the PUT can land any more; after a PUT that was answered, that is now.
    ///
    /// `false` when the row is not pending: the reconciler took it, the object is not to be kept.
    ///
    /// # Errors
    ///
    /// See [`CatalogError`]. After `Unavailable` the row may be ready.
    pub async fn commit(
        &self,
        id: ImageId,
        settled_at: Timestamp,
        answer: Option<&Record>,
    ) -> Result<bool, CatalogError> {
        let answer = answer.cloned();
        run!(self.write(commit, id, settled_at, answer.as_ref()))
    }

    /// After an upload that failed: leaves the row pending for the reconciler, which takes it from
    /// `due_at` on, and releases the idempotency key at once, so that a retry need not wait. A row
    /// that is not pending stays as it is, and the answer is `false`.
    ///
    /// # Errors
    ///
    /// See [`CatalogError`].
    pub async fn abandon(&self, id: ImageId, due_at: Timestamp) -> Result<bool, CatalogError> {
        run!(self.write(abandon, id, due_at))
    }

    /// The record of an image, if it is ready.
    ///
    /// Many at a time share a statement; each sees what was acknowledged before it was asked.
    ///
    /// # Errors
    ///
    /// See [`CatalogError`].
    pub async fn find(&self, id: ImageId) -> Result<Option<Record>, CatalogError> {
        let began = Instant::now();
        let call = async {
            match &self.database {
                Database::Sqlite(database) => database.find(id).await,
                Database::Postgres(database) => database.find(id).await,
            }
        };
        let answer = call.instrument(spans::call("catalog", "find")).await;
        self.count(Access::Read, began, answer)
    }

    /// At most `limit` ready records, newest first, all of them older than `before`.
    ///
    /// The id of the last record is the cursor of the next page: a record that is ready all the
    /// while appears exactly once, whatever is uploaded or deleted meanwhile.
    ///
    /// # Errors
    ///
    /// See [`CatalogError`].
    pub async fn list(
        &self,
        before: Option<ImageId>,
        limit: u32,
    ) -> Result<Vec<Record>, CatalogError> {
        run!(self.read(list, before, limit))
    }

    /// Changes what a client may edit; the record as it is then, or `None` if the image is not
    /// ready.
    ///
    /// # Errors
    ///
    /// [`CatalogError::Unstorable`] when `change` cannot be kept, and see [`CatalogError`].
    pub async fn annotate(
        &self,
        id: ImageId,
        change: &Change,
        now: Timestamp,
    ) -> Result<Option<Record>, CatalogError> {
        change.storable()?;
        let change = change.clone();
        run!(self.write(annotate, id, &change, now))
    }

    /// The first step of a delete: moves the row from ready to deleting, so that no reader sees it
    /// any more, and keeps the reconciler away from it until `lease_until`.
    ///
    /// A row that is deleting already is given out again: deleting twice does no harm. `None` when
    /// there is no row, or when it is still pending.
    ///
    /// # Errors
    ///
    /// See [`CatalogError`].
    pub async fn begin_delete(
        &self,
        id: ImageId,
        lease_until: Timestamp,
    ) -> Result<Option<Doomed>, CatalogError> {
        run!(self.write(begin_delete, id, lease_until))
    }

    /// The last step of a delete: removes the row, whose object must be gone for good, unless there
    /// are rows of its variants.
    ///
    /// The image's idempotency key stays if it has been answered, so that a retry of the upload is
    /// not taken for a new one; else it goes.
    ///
    /// # Errors
    ///
    /// See [`CatalogError`].
    pub async fn forget(&self, id: ImageId) -> Result<Forgotten, CatalogError> {
        run!(self.write(forget, id))
    }

    /// Takes at most `limit` rows that are not ready and due at `now`, those that are due longest
    /// first, and moves them to deleting. They are due again at `lease_until`: until then no other
    /// claim, in this process or another, gets them.
    ///
    /// # Errors
    ///
    /// See [`CatalogError`].
    pub async fn claim(
        &self,
        now: Timestamp,
        lease_until: Timestamp,
        limit: u32,
    ) -> Result<Vec<Doomed>, CatalogError> {
        run!(self.write(claim, now, lease_until, limit))
    }

    /// Sets when a row that is deleting is due again: later, after a delete that failed, or now, to
    /// give back a lease.
    ///
    /// # Errors
    ///
    /// See [`CatalogError`].
    pub async fn postpone(&self, id: ImageId, due_at: Timestamp) -> Result<(), CatalogError> {
        run!(self.write(postpone, id, due_at))
    }

    /// Makes a row for an object that was found without one: deleting, due and settled at `due_at`,
    /// so that the reconciler deletes the object. `false` when the image has a row.
    ///
    /// # Errors
    ///
    /// See [`CatalogError`].
    pub async fn adopt(
        &self,
        id: ImageId,
        key: &str,
        due_at: Timestamp,
    ) -> Result<bool, CatalogError> {
        let key = key.to_owned();
        run!(self.write(adopt, id, &key, due_at))
    }

    /// Removes at most `limit` idempotency keys from before `before`, the oldest first; how many.
    ///
    /// # Errors
    ///
    /// See [`CatalogError`].
    pub async fn purge_idempotency_keys(
        &self,
        before: Timestamp,
        limit: u32,
    ) -> Result<u64, CatalogError> {
        run!(self.write(purge_idempotency_keys, before, limit))
    }

    /// How much is unfinished, and how much of it is overdue at `now`.
    ///
    /// # Errors
    ///
    /// See [`CatalogError`].
    pub async fn unfinished(&self, now: Timestamp) -> Result<Unfinished, CatalogError> {
        run!(self.read(unfinished, now))
    }

    /// What of the unfinished rows there is to worry about: of those that are due first, at most
    /// `limit`, so that a long outage does not make the question dear.
    ///
    /// # Errors
    ///
    /// See [`CatalogError`].
    pub async fn backlog(&self, limit: u32) -> Result<Backlog, CatalogError> {
        run!(self.read(backlog, limit))
    }

    /// At most `limit` rows in any state, oldest first, all of them newer than `after`.
    ///
    /// # Errors
    ///
    /// See [`CatalogError`].
    pub async fn page(&self, after: Option<ImageId>, limit: u32) -> Result<Vec<Row>, CatalogError> {
        run!(self.read(page, after, limit))
    }

    /// Which of these keys a row has, that of the image beside it or of one of its variants, in any
    /// state and in no order.
    ///
    /// # Errors
    ///
    /// See [`CatalogError`].
    pub async fn known(&self, keys: &[(ImageId, String)]) -> Result<Vec<String>, CatalogError> {
        let keys = keys.to_vec();
        run!(self.read(known, &keys))
    }
}
