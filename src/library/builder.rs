//! What can be said before the start, and its defaults.
//!
//! The methods have the names of the settings of `tintype serve`, of which `docs/configuration.md`
//! has the long form, but for `catalog` and `catalog_connections` (`--database`,
//! `--database-connections`), `connections` (`--max-connections`), `pace` (`--upload-idle-timeout`,
//! `--upload-min-rate`) and `s3` (`--provider`, `--s3-addressing`, `--s3-checksum`).

use std::num::{NonZeroU32, NonZeroUsize};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use url::Url;

use super::error::{Fault, InvalidSettings, StartError};
use super::{Inner, Tintype};
use crate::app::{self, App};
use crate::bucket::{self, S3Settings};
use crate::catalog;
use crate::derive::{
    self, InvalidLadder, Ladder, MOST_WAITING, MOST_WORKERS, NamedVariant, NamedVariants,
};
use crate::http::{self, Pace};
use crate::image::Format;
use crate::inspect;
use crate::memory;
use crate::multipart;
use crate::reconcile::{self, SweepRule};
use crate::strip::Metadata;
use crate::variant::Proof;

/// The most connections that the memory budget pays for unless it is told.
const CONNECTIONS: u64 = 2500;

/// Everything that can be said before the start. Only where bytes and records live has no default;
/// [`data_dir`](Builder::data_dir) says both at once.
///
/// ```no_run
/// # async fn start() -> Result<(), tintype::StartError> {
/// let photos = tintype::Tintype::builder()
///     .bucket("s3://my-photos/live")
///     .catalog("postgres://tintype:PASSWORD@db.example.com/tintype")
///     .max_image_size(30 << 20)
///     .memory_budget(512 << 20)
///     .start()
///     .await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[must_use = "`start` ends it"]
pub struct Builder {
    data_dir: Option<PathBuf>,
    bucket: Option<Result<bucket::Location, bucket::InvalidLocation>>,
    s3: S3Settings,
    catalog: Option<Result<catalog::Location, catalog::InvalidLocation>>,
    catalog_connections: u32,
    public_url: Option<String>,
    max_image_size: u64,
    image: inspect::Limits,
    metadata: Metadata,
    proof: Proof,
    max_batch_files: u32,
    max_field_size: usize,
    memory_budget: u64,
    queue_timeout: Duration,
    connections: Option<u32>,
    variants: derive::Settings,
    named: Vec<NamedVariant>,
    variant_widths: Option<Result<Ladder, InvalidLadder>>,
    variant_cache: Option<u64>,
    pace: Pace,
    put_deadline: Duration,
    sweep_margin: Duration,
    reconcile_interval: Duration,
}

impl Default for Builder {
    fn default() -> Self {
        let memory = memory::Settings::default();
        Self {
            data_dir: None,
            bucket: None,
            s3: S3Settings::default(),
            catalog: None,
            catalog_connections: 10,
            public_url: None,
            max_image_size: 20 << 20,
            image: inspect::Limits::default(),
            metadata: Metadata::default(),
            proof: Proof::default(),
            max_batch_files: 50,
            max_field_size: multipart::Limits::default().field_value_bytes,
            memory_budget: memory.budget,
            queue_timeout: memory.queue_timeout,
            connections: None,
            variants: derive::Settings::default(),
            named: Vec::new(),
            variant_widths: None,
            variant_cache: None,
            pace: Pace::default(),
            put_deadline: bucket::Limits::default().put_deadline,
            sweep_margin: Duration::from_secs(60),
            reconcile_interval: Duration::from_secs(10),
        }
    }
}

/// Where bytes and records live.
impl Builder {
    /// A directory for both, made when it is missing: the bucket in `bucket/`, records in
    /// `catalog.db` (SQLite). [`bucket`](Self::bucket) and [`catalog`](Self::catalog) come before it.
    pub fn data_dir(mut self, path: impl Into<PathBuf>) -> Self {
        self.data_dir = Some(path.into());
        self
    }

    /// Where bytes live: `s3://NAME[/PREFIX]`, `file:///DIR`, or `memory://` for tests.
    ///
    /// An S3 bucket is found as any AWS tool finds it: region, endpoint and credentials come from
    /// AWS's own variables, profiles, web identity, container or instance role. It needs
    /// `s3:GetObject`, `s3:PutObject` and `s3:DeleteObject`.
    pub fn bucket(mut self, text: &str) -> Self {
        self.bucket = Some(text.parse());
        self
    }

    /// The same, as a value.
    pub fn bucket_location(mut self, location: bucket::Location) -> Self {
        self.bucket = Some(Ok(location));
        self
    }

    /// Region, endpoint, access key and dialect of an S3 bucket, before what AWS's own configuration
    /// says.
    pub fn s3(mut self, settings: S3Settings) -> Self {
        self.s3 = settings;
        self
    }

    /// Where records live: `sqlite:///PATH`, or `postgres://USER:PASSWORD@HOST/DATABASE` for several
    /// processes on one bucket. The file is made when it is missing, a database is not; the tables
    /// are made in both.
    pub fn catalog(mut self, text: &str) -> Self {
        self.catalog = Some(text.parse());
        self
    }

    /// The same, as a value.
    pub fn catalog_location(mut self, location: catalog::Location) -> Self {
        self.catalog = Some(Ok(location));
        self
    }

    /// The most connections to PostgreSQL. Default 10.
    pub const fn catalog_connections(mut self, number: u32) -> Self {
        self.catalog_connections = number;
        self
    }
}

/// What is taken as an image.
impl Builder {
    /// The largest image, in bytes. Default 20 MiB.
    pub const fn max_image_size(mut self, bytes: u64) -> Self {
        self.max_image_size = bytes;
        self
    }

    /// The longest side of an image, in pixels. Default 12,000.
    pub const fn max_side(mut self, pixels: u32) -> Self {
        self.image.side = pixels;
        self
    }

    /// The most pixels of an image, or of one frame of an animation. Default 50 million.
    pub const fn max_pixels(mut self, pixels: u64) -> Self {
        self.image.pixels = pixels;
        self
    }

    /// The most frames of an animation. Default 200.
    pub const fn max_frames(mut self, frames: u32) -> Self {
        self.image.frames = frames;
        self
    }

    /// Takes a further format, such as [`Format::Heic`]. Default: JPEG, PNG, GIF, WebP and AVIF are
    /// taken, HEIC and films are not.
    pub fn accept(mut self, format: Format) -> Self {
        self.image.accepted = self.image.accepted.and(format);
        self
    }

    /// What becomes of the metadata in the files. Default: it is taken out.
    pub const fn metadata(mut self, metadata: Metadata) -> Self {
        self.metadata = metadata;
        self
    }

    /// How uploads are proved to be images. Default: by their structure.
    pub const fn proof(mut self, proof: Proof) -> Self {
        self.proof = proof;
        self
    }

    /// The longest caption, alternative text or metadata as JSON, in bytes. Default 64 KiB.
    pub const fn max_field_size(mut self, bytes: usize) -> Self {
        self.max_field_size = bytes;
        self
    }
}

/// How much memory there is.
impl Builder {
    /// The ceiling on the image bytes that are in memory, in bytes. Default 256 MiB.
    pub const fn memory_budget(mut self, bytes: u64) -> Self {
        self.memory_budget = bytes;
        self
    }

    /// How long an upload or a read waits for memory. Default 10 s.
    pub const fn queue_timeout(mut self, timeout: Duration) -> Self {
        self.queue_timeout = timeout;
        self
    }

    /// How many HTTP connections the memory budget pays for, 24 KiB each, used or not. Your server
    /// has to see to it that there are no more. Default 2500, or as many as a quarter of the budget
    /// pays for.
    pub const fn connections(mut self, number: u32) -> Self {
        self.connections = Some(number);
        self
    }
}

/// Variants, and how much work they may be.
impl Builder {
    /// How free those are who ask [`router`](crate::router) for variants. Default: widths and heights
    /// of the ladder, and named variants. [`Tintype::variant`] makes any in each mode.
    pub const fn variants(mut self, mode: derive::Mode) -> Self {
        self.variants.rules.mode = mode;
        self
    }

    /// The widths and heights that [`router`](crate::router) takes. Default: fourteen from 64 to
    /// 2560.
    pub fn variant_widths(mut self, pixels: impl IntoIterator<Item = u32>) -> Self {
        self.variant_widths = Some(Ladder::new(pixels));
        self
    }

    /// A variant that [`router`](crate::router) makes by its name. May come again.
    pub fn variant(mut self, variant: NamedVariant) -> Self {
        self.named.push(variant);
        self
    }

    /// Whether `format=avif` may be asked for of [`router`](crate::router). Default: true.
    pub const fn variant_avif(mut self, may_be: bool) -> Self {
        self.variants.rules.avif = may_be;
        self
    }

    /// What `format=auto` may choose. Default: WebP.
    pub const fn variant_auto(mut self, formats: derive::AutoFormats) -> Self {
        self.variants.rules.auto = formats;
        self
    }

    /// The part of the memory budget in which variants are kept that were made, in bytes. Default: a
    /// sixteenth.
    pub const fn variant_cache(mut self, bytes: u64) -> Self {
        self.variant_cache = Some(bytes);
        self
    }

    /// How many variants are made at a time, 256 at the most. Default: one for each core.
    pub const fn variant_workers(mut self, number: NonZeroUsize) -> Self {
        self.variants.workers = number;
        self
    }

    /// How many variants may wait to be made, from 1 to 65,536. Default 64.
    pub const fn variant_queue(mut self, number: usize) -> Self {
        self.variants.queue = number;
        self
    }

    /// The longest time for making a variant, from the beginning of the read of its original.
    /// Default 30 s.
    pub const fn variant_timeout(mut self, timeout: Duration) -> Self {
        self.variants.timeout = timeout;
        self
    }
}

/// What only [`router`](crate::router) needs.
impl Builder {
    /// Where clients reach the routes, prefix included, such as `https://example.com/photos`.
    /// Needed behind a proxy that changes host, scheme or path. By default the addresses in answers
    /// are made of the request's `Host` and the prefix that the routes are nested under.
    pub fn public_url(mut self, url: impl Into<String>) -> Self {
        self.public_url = Some(url.into());
        self
    }

    /// The most files in one batch. Default 50.
    pub const fn max_batch_files(mut self, number: u32) -> Self {
        self.max_batch_files = number;
        self
    }

    /// How slow a client may be. Default: 20 s of silence, 8 KiB/s on average.
    pub const fn pace(mut self, pace: Pace) -> Self {
        self.pace = pace;
        self
    }
}

/// How bucket and catalog are kept in step.
impl Builder {
    /// The longest time for storing one image, all tries together. Default 60 s.
    pub const fn put_deadline(mut self, deadline: Duration) -> Self {
        self.put_deadline = deadline;
        self
    }

    /// How long after the PUT deadline an unfinished upload counts as abandoned, at least half of
    /// the deadline. Default 60 s.
    pub const fn sweep_margin(mut self, margin: Duration) -> Self {
        self.sweep_margin = margin;
        self
    }

    /// The pause between two passes of the reconciler. Default 10 s.
    pub const fn reconcile_interval(mut self, interval: Duration) -> Self {
        self.reconcile_interval = interval;
        self
    }
}

impl Builder {
    /// Opens catalog and bucket and starts the reconciler, on the tokio runtime that this is called
    /// on. Nothing is asked of an S3 bucket yet.
    ///
    /// # Errors
    ///
    /// [`StartError::Settings`] with everything that cannot be used, before anything is opened;
    /// [`StartError::Parts`] when catalog or bucket do not open.
    pub async fn start(self) -> Result<Tintype, StartError> {
        let reconcile_interval = self.reconcile_interval;
        let (settings, http) = self.settings()?;
        let app = App::start(&settings).await?;
        app.tasks.spawn(reconcile::run(Arc::clone(&app), reconcile_interval));
        let alive = app.stopping.clone().drop_guard();
        Ok(Tintype(Arc::new(Inner { app, http, _alive: alive })))
    }

    /// What the parts are built from, or all faults.
    fn settings(self) -> Result<(app::Settings, http::Settings), InvalidSettings> {
        let mut faults = Vec::new();
        self.refuse_zeros(&mut faults);
        self.refuse_long_timeouts(&mut faults);
        self.refuse_high_numbers(&mut faults);
        let memory = self.memory();
        let (image, largest) = (self.max_image_size, memory.largest());
        if image > largest {
            faults.push(Fault::NeverFits { image, budget: memory.budget, largest });
        }
        let sweep = note(&mut faults, Fault::SweepMargin, self.sweep());
        let public_url = self.public_url.as_deref().map(http::parse_public_url).transpose();
        let public_url = note(&mut faults, Fault::PublicUrl, public_url);
        let http = self.http(public_url.flatten());
        let (image, metadata, proof) = (self.image, self.metadata, self.proof);
        let mut variants = self.variants;
        let ladder = self.variant_widths.transpose();
        let ladder = note(&mut faults, Fault::VariantWidths, ladder);
        variants.rules.ladder = ladder.flatten().unwrap_or_default();
        let named = note(&mut faults, Fault::Variant, NamedVariants::new(self.named));
        variants.rules.named = named.unwrap_or_default();
        let connections = NonZeroU32::new(self.catalog_connections);
        let bucket = self.bucket.or_else(|| Some(Ok(in_bucket(self.data_dir.as_ref()?))));
        let catalog = self.catalog.or_else(|| Some(Ok(in_catalog(self.data_dir.as_ref()?))));
        let bucket = some(&mut faults, bucket, (Fault::NoBucket, Fault::Bucket));
        let catalog = some(&mut faults, catalog, (Fault::NoCatalog, Fault::Catalog));
        let (Some(bucket), Some(catalog), Some(sweep), Some(connections), true) =
            (bucket, catalog, sweep, connections, faults.is_empty())
        else {
            return Err(InvalidSettings { faults });
        };
        let limits = bucket::Limits { put_deadline: self.put_deadline, ..Default::default() };
        let bucket = bucket::Settings { location: bucket, limits, s3: self.s3 };
        let catalog = catalog::Settings { connections, ..catalog::Settings::new(catalog) };
        Ok((
            app::Settings { bucket, catalog, memory, image, metadata, proof, variants, sweep },
            http,
        ))
    }

    fn refuse_zeros(&self, faults: &mut Vec<Fault>) {
        let settings = [
            ("catalog_connections", self.catalog_connections == 0),
            ("max_image_size", self.max_image_size == 0),
            ("max_side", self.image.side == 0),
            ("max_pixels", self.image.pixels == 0),
            ("max_frames", self.image.frames == 0),
            ("max_batch_files", self.max_batch_files == 0),
            ("max_field_size", self.max_field_size == 0),
            ("queue_timeout", self.queue_timeout.is_zero()),
            ("variant_queue", self.variants.queue == 0),
            ("variant_timeout", self.variants.timeout.is_zero()),
            ("put_deadline", self.put_deadline.is_zero()),
            ("reconcile_interval", self.reconcile_interval.is_zero()),
        ];
        let zeros = settings.into_iter().filter(|(_, is_zero)| *is_zero);
        faults.extend(zeros.map(|(setting, _)| Fault::Zero { setting }));
    }

    fn refuse_long_timeouts(&self, faults: &mut Vec<Fault>) {
        let settings = [
            ("queue_timeout", self.queue_timeout),
            ("variant_timeout", self.variants.timeout),
            ("pace", self.pace.idle_timeout),
        ];
        let long = settings.into_iter().filter(|(_, timeout)| *timeout > reconcile::LONGEST_TIME);
        faults.extend(long.map(|(setting, _)| Fault::TooLong { setting }));
    }

    fn refuse_high_numbers(&self, faults: &mut Vec<Fault>) {
        let settings = [
            ("variant_workers", self.variants.workers.get(), MOST_WORKERS),
            ("variant_queue", self.variants.queue, MOST_WAITING),
        ];
        let high = settings.into_iter().filter(|(_, number, most)| number > most);
        faults.extend(high.map(|(setting, _, most)| Fault::TooMany { setting, most }));
    }

    fn memory(&self) -> memory::Settings {
        let (budget, queue_timeout) = (self.memory_budget, self.queue_timeout);
        let affordable = (budget / 4 / memory::CONNECTION_SHARE).min(CONNECTIONS);
        let affordable = u32::try_from(affordable).unwrap_or(u32::MAX);
        let connections = self.connections.unwrap_or(affordable);
        let variant_cache = self.variant_cache;
        let proofs = memory::proofs_share(budget, self.proof == Proof::Decode);
        memory::Settings { budget, connections, queue_timeout, variant_cache, proofs }
    }

    fn sweep(&self) -> Result<SweepRule, reconcile::InvalidSweepRule> {
        SweepRule::new(self.put_deadline, self.sweep_margin)
    }

    fn http(&self, public_url: Option<Url>) -> http::Settings {
        http::Settings {
            public_url,
            max_image_size: self.max_image_size,
            max_batch_files: self.max_batch_files,
            form: http::form_limits(self.max_field_size),
            pace: self.pace,
        }
    }
}

fn in_bucket(data_dir: &Path) -> bucket::Location {
    bucket::Location::Directory { path: data_dir.join("bucket") }
}

fn in_catalog(data_dir: &Path) -> catalog::Location {
    catalog::Location::Sqlite { path: data_dir.join("catalog.db") }
}

/// The value, or its fault among the others.
fn note<T, E>(
    faults: &mut Vec<Fault>,
    fault: impl FnOnce(E) -> Fault,
    value: Result<T, E>,
) -> Option<T> {
    value.map_err(|error| faults.push(fault(error))).ok()
}

/// The same for something that must be said.
fn some<T, E>(
    faults: &mut Vec<Fault>,
    value: Option<Result<T, E>>,
    (missing, fault): (Fault, impl FnOnce(E) -> Fault),
) -> Option<T> {
    match value {
        Some(value) => note(faults, fault, value),
        None => {
            faults.push(missing);
            None
        }
    }
}
