//! `memory`: how large the service becomes when many large images arrive at once, some of them
//! slowly.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::Result;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::figures::{Aim, Case, Samples};
use crate::load::{Connection, PATIENCE, Pace, Tally};
use crate::options::Options;
use crate::report::{Check, Findings, Panel};
use crate::setup::Setup;
use crate::subject::Subject;
use crate::{form, jpeg};

const SUBJECTS: [Subject; 3] = [Subject::TintypeSqlite, Subject::NodeSqlite, Subject::Nginx];
const SIZE: usize = 10_000_000;
const REPS: usize = 3;

/// How long the idle connections may take to be there.
const PRESENCE_LIMIT: Duration = Duration::from_secs(15);

/// The default of `--memory-budget`, and what the process may take beside it.
const CEILING: f64 = 256.0 + 64.0;
const PEAK: &str = "peak MiB";

/// A crowd of clients, each of which uploads one image.
#[derive(Clone, Copy, Debug)]
struct Crowd {
    name: &'static str,
    clients: usize,
    /// Of so many clients one is slow; 0 for none.
    slow_one_in: usize,
    /// How fast the slow ones send, in bytes per second.
    slow: u32,
    /// Connections that ask once and then stay idle beside the uploads.
    idle: usize,
    /// Whether only Tintype meets it.
    is_own: bool,
}

const CROWDS: [Crowd; 5] = [
    Crowd {
        name: "200 × 10 MB, fast",
        clients: 200,
        slow_one_in: 0,
        slow: 0,
        idle: 0,
        is_own: false,
    },
    Crowd {
        name: "200 × 10 MB, half at 2 MB/s",
        clients: 200,
        slow_one_in: 2,
        slow: 2_000_000,
        idle: 0,
        is_own: false,
    },
    Crowd {
        name: "200 × 10 MB, all at 0.5 MB/s",
        clients: 200,
        slow_one_in: 1,
        slow: 500_000,
        idle: 0,
        is_own: false,
    },
    Crowd {
        name: "400 × 10 MB, a quarter at 0.5 MB/s",
        clients: 400,
        slow_one_in: 4,
        slow: 500_000,
        idle: 0,
        is_own: true,
    },
    Crowd {
        name: "the same beside 2,000 idle connections",
        clients: 400,
        slow_one_in: 4,
        slow: 500_000,
        idle: 2_000,
        is_own: true,
    },
];

/// What became of a crowd.
#[derive(Clone, Copy, Debug)]
struct Uploads {
    tally: Tally,
    /// From the first byte to the last answer.
    took: Duration,
    /// How many idle connections there were at the end.
    idle: usize,
}

/// Measures every crowd on every subject, each time on a fresh process.
pub(crate) async fn run(options: &Options, setup: &Setup) -> Result<Findings> {
    let mut findings = Findings::begin(options, setup, &SUBJECTS)?;
    let mut samples = Samples::default();
    let request = Arc::new(form::upload(&jpeg::of_size(SIZE, 1)));
    for _ in 0..options.reps(REPS) {
        let crowds = if options.quick { 1 } else { CROWDS.len() };
        for crowd in CROWDS.iter().take(crowds) {
            for &subject in &findings.subjects {
                if crowd.is_own && subject != Subject::TintypeSqlite {
                    continue;
                }
                let case = Case { circumstances: crowd.name.to_owned(), subject: subject.name() };
                let service = subject.start(setup).await?;
                let uploads = crowd.upload(service.address, &request).await;
                add(&mut samples, &case, service.resident()?.peak, &uploads);
                findings.checks.extend(unanswered(&case, crowd.clients, uploads.tally));
                service.stop().await?;
            }
        }
    }
    findings.figures = samples.figures(|case, figure| {
        let is_ours = case.subject == Subject::TintypeSqlite.name();
        (is_ours && figure == PEAK).then_some(Aim::AtMost(CEILING))
    });
    findings.plots = &[Panel { figure: PEAK, cases: "" }];
    findings.notes = vec![
        "The peak is VmHWM of the process, in MiB of 2²⁰ bytes; what it is to stay within is the \
         default budget of 256 MiB and 64 MiB."
            .to_owned(),
        "Each client uploads one image and does not try again after a 503.".to_owned(),
    ];
    Ok(findings)
}

fn add(samples: &mut Samples, case: &Case, peak: u64, uploads: &Uploads) {
    let Uploads { tally, took, idle } = uploads;
    let values = [
        (PEAK, peak as f64 / f64::from(1 << 20)),
        ("answered 200 or 201", tally.done as f64),
        ("answered 503", tally.refused as f64),
        ("answered otherwise", tally.other as f64),
        ("not answered", tally.unanswered as f64),
        ("idle beside", *idle as f64),
        ("seconds", took.as_secs_f64()),
    ];
    samples.add(case, values);
}

/// Of Tintype every upload is to be answered 201 or 503.
fn unanswered(case: &Case, clients: usize, tally: Tally) -> Option<Check> {
    let is_ours = case.subject == Subject::TintypeSqlite.name();
    let answered = tally.done + tally.refused;
    let what = format!(
        "{}, {}: {answered} of {clients} answered 201 or 503",
        case.subject, case.circumstances
    );
    is_ours.then_some(Check { what, holds: answered == clients as u64 })
}

impl Crowd {
    /// Has every client upload at the same time, and waits for the last one.
    async fn upload(&self, address: SocketAddr, request: &Arc<Vec<u8>>) -> Uploads {
        let mut beside = JoinSet::new();
        let present = Arc::<AtomicUsize>::default();
        for _ in 0..self.idle {
            beside.spawn(idle(address, Arc::clone(&present)));
        }
        let waiting = Instant::now();
        while present.load(Ordering::Relaxed) < self.idle && waiting.elapsed() < PRESENCE_LIMIT {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let begun = Instant::now();
        let mut clients = JoinSet::new();
        for client in 0..self.clients {
            let is_slow = self.slow_one_in > 0 && client % self.slow_one_in == 0;
            let pace = if is_slow { Pace::BytesPerSecond(self.slow) } else { Pace::Full };
            clients.spawn(upload(address, Arc::clone(request), pace));
        }
        let mut tally = Tally::default();
        for one in clients.join_all().await {
            tally += one;
        }
        Uploads { tally, took: begun.elapsed(), idle: present.load(Ordering::Relaxed) }
    }
}

async fn upload(address: SocketAddr, request: Arc<Vec<u8>>, pace: Pace) -> Tally {
    let asking = async {
        let mut connection = Connection::open(address).await?;
        connection.ask(&request, pace, 0).await
    };
    let answer = tokio::time::timeout(PATIENCE, asking).await;
    Tally::one(answer.ok().and_then(Result::ok).as_ref())
}

/// Asks once and stays; when the service closes the connection, the next one takes its place.
async fn idle(address: SocketAddr, present: Arc<AtomicUsize>) {
    loop {
        let _ = ask_and_stay(address, &present).await;
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

async fn ask_and_stay(address: SocketAddr, present: &AtomicUsize) -> std::io::Result<()> {
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(&form::get("/healthz")).await?;
    let mut answer = [0; 512];
    if stream.read(&mut answer).await? > 0 {
        present.fetch_add(1, Ordering::Relaxed);
        while stream.read(&mut answer).await.is_ok_and(|read| read > 0) {}
        present.fetch_sub(1, Ordering::Relaxed);
    }
    Ok(())
}
