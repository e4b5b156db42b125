//! `read`: what reading an original costs, how many records are found a second, and how soon and how
//! small a service is that has just started.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use crate::figures::{Aim, Case, Samples};
use crate::load::{Connection, Load, Pace};
use crate::options::Options;
use crate::report::{Findings, Panel};
use crate::setup::Setup;
use crate::subject::{Service, Subject};
use crate::{form, jpeg};

/// In kB of 1000 bytes.
const SIZES: [usize; 2] = [1_000, 5_000];
const QUICK_SIZES: [usize; 1] = [1_000];
const CONNECTIONS: [usize; 1] = [16];
const FIND_CONNECTIONS: usize = 64;
/// So many records are looked up in turn.
const RECORDS: usize = 256;
/// A service that has started is left alone for so long before its resident set is read.
const SETTLE: Duration = Duration::from_secs(1);
const REPS: usize = 5;

const GET: &str = "GET of an original";
const PER_GB: &str = "CPU s/GB";
const FOUND: &str = "found/s";
const FIRST_ANSWER: &str = "first answer, ms";
const IDLE: &str = "idle MiB";

/// Measures every subject in turn, and all of them again for the next repetition.
pub(crate) async fn run(options: &Options, setup: &Setup) -> Result<Findings> {
    let mut findings = Findings::begin(options, setup, &Subject::ALL)?;
    let mut samples = Samples::default();
    for _ in 0..options.reps(REPS) {
        for &subject in &findings.subjects {
            let service = subject.start(setup).await?;
            let run = Run { options, setup, subject, service: &service };
            run.start(&mut samples).await?;
            run.originals(&mut samples).await?;
            run.records(&mut samples).await?;
            service.stop().await?;
        }
    }
    findings.figures = samples.figures(aim);
    findings.plots = &[
        Panel { figure: PER_GB, cases: GET },
        Panel { figure: FOUND, cases: "find" },
        Panel { figure: FIRST_ANSWER, cases: "" },
        Panel { figure: IDLE, cases: "" },
    ];
    findings.notes = vec![
        "CPU is the time of the service's process alone, user and kernel, by /proc/PID/stat; a GB is \
         10⁹ bytes of image. The sink sends no checksum, so no client of it compares one."
            .to_owned(),
        "`found per CPU s` is what one core finds a second when nothing else holds it up: with \
         PostgreSQL the database shares its core with the load."
            .to_owned(),
        "The first answer is to GET /healthz, counted from the start of the process; the resident set \
         is read a second later."
            .to_owned(),
    ];
    Ok(findings)
}

/// One subject in one repetition.
#[derive(Clone, Copy)]
struct Run<'a> {
    options: &'a Options,
    setup: &'a Setup,
    subject: Subject,
    service: &'a Service,
}

impl Run<'_> {
    fn case(&self, circumstances: String) -> Case {
        Case { circumstances, subject: self.subject.name() }
    }

    async fn start(&self, samples: &mut Samples) -> Result<()> {
        tokio::time::sleep(SETTLE).await;
        let first_answer = self.service.took_to_answer.as_secs_f64() * 1e3;
        let idle = self.service.resident()?.now as f64 / f64::from(1 << 20);
        samples.add(&self.case("start".to_owned()), [(FIRST_ANSWER, first_answer), (IDLE, idle)]);
        Ok(())
    }

    async fn originals(&self, samples: &mut Samples) -> Result<()> {
        let sizes = if self.options.quick { &QUICK_SIZES[..] } else { &SIZES };
        for &size in self.options.sizes(sizes) {
            let bytes = size * 1000;
            self.setup.sink.set_object_size(bytes as u64);
            let id = self.upload(bytes).await?;
            let requests = [form::get(&format!("/i/{id}"))].into();
            let load = Load { address: self.service.address, requests, connections: 0 };
            Load { connections: 16, ..load.clone() }.warm_up(self.options.measured()).await;
            for &connections in self.options.connections(&CONNECTIONS) {
                let load = Load { connections, ..load.clone() };
                let stretch = load.measure(self.service, self.options.measured()).await?;
                let megabytes = size as f64 / 1000.0;
                let case = format!("{GET}, {megabytes} MB, {connections} connections");
                samples.add(
                    &self.case(case),
                    [
                        (PER_GB, stretch.cpu_per_gb(bytes)),
                        ("reads/s", stretch.per_second()),
                        ("core busy %", stretch.busy()),
                        ("failed", stretch.tally.failed() as f64),
                    ],
                );
            }
        }
        Ok(())
    }

    async fn records(&self, samples: &mut Samples) -> Result<()> {
        if self.subject == Subject::Nginx {
            return Ok(());
        }
        let mut requests = Vec::new();
        for _ in 0..RECORDS {
            let id = self.upload(20_000).await?;
            requests.push(form::get(&format!("/v1/images/{id}")));
        }
        let load = Load {
            address: self.service.address,
            requests: requests.into(),
            connections: FIND_CONNECTIONS,
        };
        load.warm_up(self.options.measured()).await;
        let stretch = load.measure(self.service, self.options.measured()).await?;
        let case = format!("find by id, {FIND_CONNECTIONS} connections");
        samples.add(
            &self.case(case),
            [
                (FOUND, stretch.per_second()),
                ("found per CPU s", stretch.tally.done as f64 / stretch.cpu.as_secs_f64()),
                ("core busy %", stretch.busy()),
                ("failed", stretch.tally.failed() as f64),
            ],
        );
        Ok(())
    }

    /// The id of an image that has just been uploaded; nginx gives none and asks for none.
    async fn upload(&self, bytes: usize) -> Result<String> {
        let mut connection = Connection::open(self.service.address).await?;
        let request = form::upload(&jpeg::of_size(bytes, 1));
        let answer = connection.ask(&request, Pace::Full, 64 * 1024).await?;
        if self.subject == Subject::Nginx {
            return Ok("any".to_owned());
        }
        let told = String::from_utf8_lossy(&answer.body);
        ensure!(answer.status == 201, "{} answered {}: {told}", self.subject.name(), answer.status);
        let image: Value = serde_json::from_slice(&answer.body)?;
        Ok(image.get("id").and_then(Value::as_str).context("no id")?.to_owned())
    }
}

/// What is to be reached, of Tintype.
fn aim(case: &Case, figure: &str) -> Option<Aim> {
    let subject = [Subject::TintypeSqlite, Subject::TintypePostgres]
        .into_iter()
        .find(|subject| subject.name() == case.subject)?;
    match figure {
        PER_GB => Some(Aim::AtMost(0.9)),
        FOUND if subject == Subject::TintypeSqlite => Some(Aim::AtLeast(40_000.0)),
        FOUND => Some(Aim::AtLeast(20_000.0)),
        FIRST_ANSWER if subject == Subject::TintypeSqlite => Some(Aim::AtMost(100.0)),
        IDLE => Some(Aim::AtMost(20.0)),
        _ => None,
    }
}
