//! `upload`: what an upload costs, by the size of the image and the number of connections.

use anyhow::Result;

use crate::figures::{Aim, Case, Samples};
use crate::load::Load;
use crate::options::Options;
use crate::report::{Findings, Panel};
use crate::setup::Setup;
use crate::subject::{Service, Subject};
use crate::{form, jpeg};

/// In kB of 1000 bytes.
const SIZES: [usize; 3] = [100, 1_000, 5_000];
const QUICK_SIZES: [usize; 1] = [1_000];
const CONNECTIONS: [usize; 2] = [16, 64];
const REPS: usize = 5;

const PER_GB: &str = "CPU s/GB";
const EACH: &str = "CPU ms/upload";
const WITHOUT_CATALOG: &str = "without SQLite's threads";
const RATE: &str = "uploads/s";

/// Measures every subject in turn, and all of them again for the next repetition.
pub(crate) async fn run(options: &Options, setup: &Setup) -> Result<Findings> {
    let sizes = if options.quick { &QUICK_SIZES[..] } else { &SIZES };
    let sizes = options.sizes(sizes);
    let mut findings = Findings::begin(options, setup, &Subject::ALL)?;
    let mut samples = Samples::default();
    for _ in 0..options.reps(REPS) {
        for &subject in &findings.subjects {
            let service = subject.start(setup).await?;
            let address = service.address;
            let requests = [form::upload(&jpeg::of_size(100_000, 1))].into();
            Load { address, requests, connections: 16 }.warm_up(options.measured()).await;
            for &size in sizes {
                let requests = [form::upload(&jpeg::of_size(size * 1000, 1))].into();
                let load = Load { address, requests, connections: 0 };
                for &connections in options.connections(&CONNECTIONS) {
                    let load = Load { connections, ..load.clone() };
                    let case = Case {
                        circumstances: circumstances(size, connections),
                        subject: subject.name(),
                    };
                    measure(options, &service, (&load, size), &case, &mut samples).await?;
                }
            }
            service.stop().await?;
        }
    }
    findings.figures = samples.figures(aim);
    findings.plots = &[
        Panel { figure: PER_GB, cases: " MB" },
        Panel { figure: EACH, cases: " kB" },
        Panel { figure: RATE, cases: " MB" },
    ];
    findings.notes = vec![
        "CPU is the time of the service's process alone, user and kernel, by /proc/PID/stat; a GB is \
         10⁹ bytes of image."
            .to_owned(),
        "`without SQLite's threads` leaves out the threads in which SQLite executes statements and \
         syncs; where the catalog is not SQLite, or is called on the main thread as in Node.js, it is \
         the same as the whole."
            .to_owned(),
    ];
    Ok(findings)
}

async fn measure(
    options: &Options,
    service: &Service,
    (load, size): (&Load, usize),
    case: &Case,
    samples: &mut Samples,
) -> Result<()> {
    let stretch = load.measure(service, options.measured()).await?;
    samples.add(
        case,
        [
            (PER_GB, stretch.cpu_per_gb(size * 1000)),
            (EACH, stretch.milliseconds_each(stretch.cpu)),
            (WITHOUT_CATALOG, stretch.milliseconds_each(stretch.cpu - stretch.catalog_cpu)),
            (RATE, stretch.per_second()),
            ("core busy %", stretch.busy()),
            ("failed", stretch.tally.failed() as f64),
        ],
    );
    Ok(())
}

fn circumstances(size: usize, connections: usize) -> String {
    match size {
        1_000.. => format!("{} MB, {connections} connections", size as f64 / 1000.0),
        _ => format!("{size} kB, {connections} connections"),
    }
}

/// What is to be reached, of Tintype.
fn aim(case: &Case, figure: &str) -> Option<Aim> {
    let is_small = !case.circumstances.contains("MB");
    // With PostgreSQL the database shares a core with the load.
    let has_its_core = case.subject == Subject::TintypeSqlite.name();
    if !case.subject.starts_with("tintype") {
        return None;
    }
    match figure {
        PER_GB if !is_small => Some(Aim::AtMost(1.2)),
        EACH if is_small => Some(Aim::AtMost(0.5)),
        WITHOUT_CATALOG if is_small && has_its_core => Some(Aim::AtMost(0.25)),
        RATE if has_its_core && case.circumstances == circumstances(1_000, 64) => {
            Some(Aim::AtLeast(800.0))
        }
        _ => None,
    }
}
