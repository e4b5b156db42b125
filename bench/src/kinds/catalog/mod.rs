//! `catalog`: whether listing and reconciling cost the same with few and with many records.
//!
//! The catalog is called in this process, through the library, so that nothing else is in the time.

mod seed;

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use jiff::Timestamp;
use tintype::app::{self, App};
use tintype::bucket::{self, ObjectKey, Prefix};
use tintype::catalog;
use tintype::image::{Format, ImageId};
use tintype::reconcile::{self, SweepRule};
use tintype::{inspect, memory};

use crate::figures::{Case, Figure, Samples};
use crate::options::Options;
use crate::report::{Check, Findings, Panel, progress};
use crate::setup::Setup;
use crate::statistics::Spread;

/// How many records the catalogs hold.
const FEW: Size = Size { records: 10_000, name: "10,000 images" };
const MANY: Size = Size { records: 1_000_000, name: "1,000,000 images" };
/// As many as a look while working has the patience for.
const QUICK_MANY: Size = Size { records: 100_000, name: "100,000 images" };
/// How much longer anything may take with many.
const RATIO: f64 = 1.5;

const PAGE: u32 = 50;
const UNFINISHED: u64 = 10;
/// One repetition is the median of so many calls of each operation, on each catalog in turn.
const CALLS: usize = 40;
const REPS: usize = 5;

const MICROSECONDS: &str = "µs";
const SHUTDOWN_GRACE: Duration = Duration::from_secs(5);

#[derive(Clone, Copy, Debug)]
struct Size {
    records: u32,
    name: &'static str,
}

/// What is measured.
#[derive(Clone, Copy, Debug)]
enum Operation {
    ListNewest,
    ListMiddle,
    Pass,
}

impl Operation {
    const ALL: [Self; 3] = [Self::ListNewest, Self::ListMiddle, Self::Pass];

    fn name(self) -> &'static str {
        match self {
            Self::ListNewest => "the newest 50",
            Self::ListMiddle => "50 from the middle",
            Self::Pass => "a reconciler pass over 10 unfinished",
        }
    }
}

/// A catalog with its records.
struct Seeded {
    app: Arc<App>,
    size: Size,
}

/// Seeds and measures SQLite, and PostgreSQL where there is one.
pub(crate) async fn run(options: &Options, setup: &Setup) -> Result<Findings> {
    let mut findings = Findings::default();
    let mut samples = Samples::default();
    let sizes = if options.quick { [FEW, QUICK_MANY] } else { [FEW, MANY] };
    if options.wants("sqlite") {
        let folder = setup.folder()?;
        let mut catalogs = Vec::new();
        for size in sizes {
            let path = folder.path().join(format!("{}.db", size.records));
            let location = catalog::Location::Sqlite { path: path.clone() };
            let app = open(location).await?;
            let template = seed::template(app.catalog()).await?;
            seed::sqlite(&path, template, size.records).await?;
            catalogs.push(Seeded { app, size });
        }
        measure("SQLite", &catalogs, options, &mut samples).await?;
    }
    if setup.postgres.is_none() {
        findings.missing.push("PostgreSQL: no server (--postgres)".to_owned());
    } else if options.wants("postgres") {
        let mut catalogs = Vec::new();
        for size in sizes {
            let url = setup.database().await?;
            let app = open(url.parse()?).await?;
            let template = seed::template(app.catalog()).await?;
            seed::postgres(&url, template, size.records).await?;
            catalogs.push(Seeded { app, size });
        }
        measure("PostgreSQL", &catalogs, options, &mut samples).await?;
    }
    findings.figures = samples.figures(|_, _| None);
    findings.checks = checks(&findings.figures, sizes.map(|size| size.name));
    findings.plots = &[
        Panel { figure: MICROSECONDS, cases: "50" },
        Panel { figure: MICROSECONDS, cases: "pass" },
    ];
    findings.notes = vec![
        format!(
            "Wall time of one call through the library; a repetition is the median of {CALLS} calls, \
             made on both catalogs in turn."
        ),
        "A pass deletes the objects of its rows from a bucket in memory and their rows one by one, \
         each with a commit to the disk."
            .to_owned(),
    ];
    Ok(findings)
}

async fn open(location: catalog::Location) -> Result<Arc<App>> {
    let bucket = bucket::Settings::new(bucket::Location::Memory);
    let sweep = SweepRule::new(bucket.limits.put_deadline, bucket.limits.put_deadline)?;
    let settings = app::Settings {
        bucket,
        catalog: catalog::Settings::new(location),
        memory: memory::Settings::default(),
        image: inspect::Limits::default(),
        metadata: tintype::strip::Metadata::default(),
        proof: tintype::Proof::default(),
        variants: tintype::derive::Settings::default(),
        sweep,
    };
    Ok(App::start(&settings).await?)
}

async fn measure(
    database: &str,
    catalogs: &[Seeded],
    options: &Options,
    samples: &mut Samples,
) -> Result<()> {
    for repetition in 0..options.reps(REPS) {
        for operation in Operation::ALL {
            progress(repetition, &format!("{database}, {}", operation.name()));
            let mut times = vec![Vec::new(); catalogs.len()];
            for _ in 0..CALLS {
                for (catalog, times) in catalogs.iter().zip(&mut times) {
                    times.push(catalog.time(operation).await?.as_secs_f64() * 1e6);
                }
            }
            for (catalog, times) in catalogs.iter().zip(times) {
                let circumstances = format!("{database}, {}", operation.name());
                let case = Case { circumstances, subject: catalog.size.name };
                let median = Spread::of(times).context("no call was made")?.median;
                samples.add(&case, [(MICROSECONDS, median)]);
            }
        }
    }
    for catalog in catalogs {
        catalog.app.stop(SHUTDOWN_GRACE).await;
    }
    Ok(())
}

impl Seeded {
    async fn time(&self, operation: Operation) -> Result<Duration> {
        match operation {
            Operation::ListNewest => self.list(None).await,
            Operation::ListMiddle => self.list(Some(seed::id(self.size.records / 2))).await,
            Operation::Pass => self.pass().await,
        }
    }

    async fn list(&self, before: Option<ImageId>) -> Result<Duration> {
        let begun = Instant::now();
        let page = self.app.catalog().list(before, PAGE).await?;
        let took = begun.elapsed();
        ensure!(page.len() == PAGE as usize, "a page of {}", page.len());
        Ok(took)
    }

    async fn pass(&self) -> Result<Duration> {
        #[expect(clippy::disallowed_methods, reason = "a benchmark is an edge")]
        let now = Timestamp::now();
        for _ in 0..UNFINISHED {
            let id = ImageId::generate(now);
            let key = ObjectKey::original(&Prefix::default(), id, Format::Jpeg);
            self.app.catalog().adopt(id, key.as_str(), now).await?;
        }
        let begun = Instant::now();
        let pass = reconcile::pass(&self.app).await?;
        let took = begun.elapsed();
        ensure!(pass.forgotten == UNFINISHED, "a pass that did {pass:?}");
        Ok(took)
    }
}

/// What each operation takes with many records, by what it takes with few.
fn checks(figures: &[Figure], [few, many]: [&str; 2]) -> Vec<Check> {
    let of = |subject: &str| {
        let figures: Vec<_> =
            figures.iter().filter(|figure| figure.case.subject == subject).collect();
        figures
    };
    of(few)
        .iter()
        .zip(of(many))
        .map(|(small, large)| {
            let ratio = large.spread.median / small.spread.median;
            let what = format!(
                "{}: with {many} {ratio:.2} × of what it takes with {few}, ≤ {RATIO}",
                small.case.circumstances
            );
            Check { what, holds: ratio <= RATIO }
        })
        .collect()
}
