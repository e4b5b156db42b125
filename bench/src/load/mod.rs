//! The clients: so many connections, each of which sends the next request when the last one was
//! answered.

mod connection;

use std::net::SocketAddr;
use std::ops::AddAssign;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use tokio::task::JoinSet;

pub(crate) use self::connection::{Answer, Connection, Pace};
use crate::subject::Service;

/// How long a client waits for an answer before it counts as none.
pub(crate) const PATIENCE: Duration = Duration::from_secs(120);
/// For so long a fresh process is put under load first: Node.js compiles what is called often.
const FRESH_WARM_UP: Duration = Duration::from_secs(3);
/// For so long each load runs before it is measured.
const WARM_UP: Duration = Duration::from_secs(1);
/// A measurement goes on until so many requests of each connection were answered,
const ROUNDS: u64 = 4;
/// but not longer than so many times its duration.
const LONGEST: u32 = 5;
const GLANCE: Duration = Duration::from_millis(50);
/// The threads of sqlx that execute SQLite's statements.
const CATALOG_THREADS: &str = "sqlx-sqlite";
/// How long a client waits after a connection that failed, so that a service that is gone does not
/// make it spin.
const PAUSE: Duration = Duration::from_millis(20);

/// How requests ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// With 200 or 201.
    pub(crate) done: u64,
    /// With 503.
    pub(crate) refused: u64,
    /// With another answer.
    pub(crate) other: u64,
    /// With a connection that broke, or with nothing for as long as a client waits.
    pub(crate) unanswered: u64,
}

impl Tally {
    /// One request and how it ended.
    pub(crate) fn one(answer: Option<&Answer>) -> Self {
        let none = Self::default();
        match answer.map(|answer| answer.status) {
            Some(200 | 201) => Self { done: 1, ..none },
            Some(503) => Self { refused: 1, ..none },
            Some(_) => Self { other: 1, ..none },
            None => Self { unanswered: 1, ..none },
        }
    }

    /// What did not end with 200 or 201.
    pub(crate) fn failed(self) -> u64 {
        self.refused + self.other + self.unanswered
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.done += other.done;
        self.refused += other.refused;
        self.other += other.other;
        self.unanswered += other.unanswered;
    }
}

/// A load: a few requests again and again over some connections.
#[derive(Clone, Debug)]
pub(crate) struct Load {
    /// Whom it is put on.
    pub(crate) address: SocketAddr,
    /// The requests, heads and bodies. Each connection goes round all of them.
    pub(crate) requests: Arc<[Vec<u8>]>,
    /// How many connections.
    pub(crate) connections: usize,
}

/// A load that runs until this is dropped.
#[derive(Debug)]
pub(crate) struct Running {
    counts: Arc<Mutex<Tally>>,
    _clients: JoinSet<()>,
}

/// What a service did in a stretch of a load.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stretch {
    /// How the requests ended.
    pub(crate) tally: Tally,
    /// How long it was.
    pub(crate) took: Duration,
    /// The CPU time of the service's process.
    pub(crate) cpu: Duration,
    /// The part of it that the threads of the SQLite catalog took.
    pub(crate) catalog_cpu: Duration,
}

impl Load {
    /// Starts all connections.
    fn start(&self) -> Running {
        let counts = Arc::<Mutex<Tally>>::default();
        let mut clients = JoinSet::new();
        for first in 0..self.connections {
            clients.spawn(client(self.clone(), first, Arc::clone(&counts)));
        }
        Running { counts, _clients: clients }
    }
}

impl Load {
    /// Lets the load run on a service that has just started.
    pub(crate) async fn warm_up(&self, measured: Duration) {
        let running = self.start();
        tokio::time::sleep(FRESH_WARM_UP.min(measured)).await;
        drop(running);
    }

    /// Lets the load run for a while, and measures for `duration` what the service does then; for
    /// longer, when few requests have been answered by then, because those under way at the two ends
    /// would weigh too much.
    pub(crate) async fn measure(&self, service: &Service, duration: Duration) -> Result<Stretch> {
        let running = self.start();
        tokio::time::sleep(WARM_UP.min(duration)).await;
        running.take();
        let begun = Instant::now();
        let (cpu, catalog) = (service.cpu_time()?, service.cpu_time_of_threads(CATALOG_THREADS)?);
        let enough = ROUNDS * self.connections as u64;
        let mut tally = Tally::default();
        while begun.elapsed() < duration
            || (tally.done < enough && begun.elapsed() < duration * LONGEST)
        {
            tokio::time::sleep(duration.min(GLANCE)).await;
            tally += running.take();
        }
        let stretch = Stretch {
            tally,
            took: begun.elapsed(),
            cpu: service.cpu_time()? - cpu,
            catalog_cpu: service.cpu_time_of_threads(CATALOG_THREADS)?.saturating_sub(catalog),
        };
        ensure!(stretch.tally.done > 0, "nothing was answered with 200: {:?}", stretch.tally);
        Ok(stretch)
    }
}

impl Running {
    /// What has been answered since the last call.
    fn take(&self) -> Tally {
        std::mem::take(&mut *self.counts.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Stretch {
    /// Requests that ended well, a second.
    pub(crate) fn per_second(&self) -> f64 {
        self.tally.done as f64 / self.took.as_secs_f64()
    }

    /// CPU seconds of the service for 10⁹ bytes, when each request carried so many.
    pub(crate) fn cpu_per_gb(&self, bytes: usize) -> f64 {
        self.cpu.as_secs_f64() * 1e9 / (self.tally.done as f64 * bytes as f64)
    }

    /// `cpu`, or a part of it, for each request, in milliseconds.
    pub(crate) fn milliseconds_each(&self, cpu: Duration) -> f64 {
        cpu.as_secs_f64() * 1e3 / self.tally.done as f64
    }

    /// Which part of the service's core was in use, in per cent.
    pub(crate) fn busy(&self) -> f64 {
        self.cpu.as_secs_f64() * 100.0 / self.took.as_secs_f64()
    }
}

async fn client(load: Load, first: usize, counts: Arc<Mutex<Tally>>) {
    let mut connection = None;
    let skipped = first % load.requests.len().max(1);
    for request in load.requests.iter().cycle().skip(skipped) {
        let asking = tokio::time::timeout(PATIENCE, ask(load.address, request, &mut connection));
        let answer = asking.await.ok().flatten();
        *counts.lock().unwrap_or_else(PoisonError::into_inner) += Tally::one(answer.as_ref());
        if answer.is_none() {
            tokio::time::sleep(PAUSE).await;
        }
    }
}

async fn ask(address: SocketAddr, request: &[u8], kept: &mut Option<Connection>) -> Option<Answer> {
    let mut connection = match kept.take() {
        Some(connection) => connection,
        None => Connection::open(address).await.ok()?,
    };
    let answer = connection.ask(request, Pace::Full, 0).await.ok()?;
    if !answer.closes {
        *kept = Some(connection);
    }
    Some(answer)
}
