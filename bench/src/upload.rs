//! `upload`: what an upload costs, by the size of the image and the number of connections.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, ensure};

use crate::load::Load;
use crate::options::Options;
use crate::setup::Setup;
use crate::statistics::Spread;
use crate::subject::{Service, Subject};
use crate::{form, jpeg};

const SIZES: [usize; 3] = [100, 1_000, 5_000];
const QUICK_SIZES: [usize; 1] = [1_000];
const CONNECTIONS: [usize; 2] = [16, 64];
const REPS: usize = 5;

/// For so long the load runs before it is measured.
const WARM_UP: Duration = Duration::from_secs(1);
/// And for so long while it is measured.
const MEASURED: Duration = Duration::from_secs(4);

/// The threads of sqlx that execute SQLite's statements.
const CATALOG_THREADS: &str = "sqlx-sqlite";

/// One size and one number of connections.
#[derive(Clone, Copy, Debug)]
struct Cell {
    /// In kB of 1000 bytes.
    size: usize,
    connections: usize,
}

/// What one measurement came to.
#[derive(Clone, Copy, Debug)]
struct Sample {
    subject: Subject,
    cell: Cell,
    uploads_per_second: f64,
    cpu_seconds_per_gb: f64,
    cpu_ms_per_upload: f64,
    catalog_ms_per_upload: f64,
    busy: f64,
    failed: u64,
}

/// Measures and prints.
pub(crate) async fn run(options: &Options, setup: &Setup) -> Result<()> {
    let sizes: &[usize] = if options.quick { &QUICK_SIZES } else { &SIZES };
    let sizes = if options.sizes.is_empty() { sizes } else { &options.sizes };
    let connections =
        if options.connections.is_empty() { &CONNECTIONS[..] } else { &options.connections };
    let cells: Vec<Cell> = sizes
        .iter()
        .flat_map(|&size| connections.iter().map(move |&connections| Cell { size, connections }))
        .collect();
    let subjects = options.subjects(&Subject::ALL);
    ensure!(!subjects.is_empty(), "there is no such subject");
    let mut samples = Vec::new();
    for _ in 0..options.reps(REPS) {
        for &subject in &subjects {
            let service = subject.start(setup).await?;
            for &cell in &cells {
                samples.push(measure(subject, &service, cell).await?);
            }
            service.stop().await?;
        }
    }
    print(&subjects, &cells, &samples);
    Ok(())
}

async fn measure(subject: Subject, service: &Service, cell: Cell) -> Result<Sample> {
    let request = Arc::new(form::upload(&jpeg::of_size(cell.size * 1000, 1)));
    let load = Load { address: service.address, request, connections: cell.connections };
    let running = load.start();
    running.go_on(WARM_UP).await;
    running.take();
    let (cpu, catalog) = (service.cpu_time()?, service.cpu_time_of_threads(CATALOG_THREADS)?);
    let took = running.go_on(MEASURED).await;
    let tally = running.take();
    let cpu = service.cpu_time()? - cpu;
    let catalog = service.cpu_time_of_threads(CATALOG_THREADS)?.saturating_sub(catalog);
    ensure!(tally.done > 0, "{} stored nothing: {tally:?}", subject.name());
    let uploads = tally.done as f64;
    Ok(Sample {
        subject,
        cell,
        uploads_per_second: uploads / took.as_secs_f64(),
        cpu_seconds_per_gb: cpu.as_secs_f64() / (uploads * cell.size as f64 / 1e6),
        cpu_ms_per_upload: cpu.as_secs_f64() * 1e3 / uploads,
        catalog_ms_per_upload: catalog.as_secs_f64() * 1e3 / uploads,
        busy: cpu.as_secs_f64() / took.as_secs_f64(),
        failed: tally.failed(),
    })
}

fn print(subjects: &[Subject], cells: &[Cell], samples: &[Sample]) {
    println!(
        "| size | conns | subject | CPU s/GB | CPU ms/upload | catalog ms | uploads/s | busy | failed |"
    );
    println!("|---|---|---|---|---|---|---|---|---|");
    for cell in cells {
        for subject in subjects {
            let these = samples.iter().filter(|sample| {
                sample.subject == *subject
                    && sample.cell.size == cell.size
                    && sample.cell.connections == cell.connections
            });
            let these: Vec<_> = these.copied().collect();
            let cpu = spread(&these, |sample| sample.cpu_seconds_per_gb);
            let each = spread(&these, |sample| sample.cpu_ms_per_upload);
            let catalog = spread(&these, |sample| sample.catalog_ms_per_upload);
            let rate = spread(&these, |sample| sample.uploads_per_second);
            let busy = spread(&these, |sample| sample.busy);
            let failed: u64 = these.iter().map(|sample| sample.failed).sum();
            println!(
                "| {} kB | {} | {} | {cpu} | {each} | {catalog} | {rate} | {busy} | {failed} |",
                cell.size,
                cell.connections,
                subject.name()
            );
        }
    }
}

fn spread(samples: &[Sample], of: impl Fn(&Sample) -> f64) -> String {
    let spread = Spread::of(samples.iter().map(of));
    spread.map_or_else(String::new, |spread| {
        format!("{:.3} ({:.3}..{:.3})", spread.median, spread.min, spread.max)
    })
}
