//! The clients: so many connections, each of which sends the next request when the last one was
//! answered.

mod connection;

use std::net::SocketAddr;
use std::ops::AddAssign;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

pub(crate) use self::connection::{Answer, Connection, Pace};

/// How long a client waits for an answer before it counts as none.
pub(crate) const PATIENCE: Duration = Duration::from_secs(120);
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
    pub(crate) fn failed(&self) -> u64 {
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

/// A load: the same request again and again over some connections.
#[derive(Clone, Debug)]
pub(crate) struct Load {
    /// Whom it is put on.
    pub(crate) address: SocketAddr,
    /// The request, head and body.
    pub(crate) request: Arc<Vec<u8>>,
    /// How many connections.
    pub(crate) connections: usize,
}

/// A load that runs until it is stopped.
#[derive(Debug)]
pub(crate) struct Running {
    counts: Arc<std::sync::Mutex<Tally>>,
    _clients: JoinSet<()>,
}

impl Load {
    /// Starts all connections.
    pub(crate) fn start(&self) -> Running {
        let counts = Arc::<std::sync::Mutex<Tally>>::default();
        let mut clients = JoinSet::new();
        for _ in 0..self.connections {
            clients.spawn(client(self.clone(), Arc::clone(&counts)));
        }
        Running { counts, _clients: clients }
    }
}

impl Running {
    /// What has been answered since the last call.
    pub(crate) fn take(&self) -> Tally {
        std::mem::take(&mut *self.counts.lock().unwrap_or_else(std::sync::PoisonError::into_inner))
    }

    /// Lets the load run for so long, and tells how long it was exactly.
    pub(crate) async fn go_on(&self, duration: Duration) -> Duration {
        let begun = Instant::now();
        tokio::time::sleep(duration).await;
        begun.elapsed()
    }
}

async fn client(load: Load, counts: Arc<std::sync::Mutex<Tally>>) {
    let mut connection = None;
    loop {
        let answer = ask(&load, &mut connection).await;
        *counts.lock().unwrap_or_else(std::sync::PoisonError::into_inner) +=
            Tally::one(answer.as_ref());
        if answer.is_none() {
            tokio::time::sleep(PAUSE).await;
        }
    }
}

async fn ask(load: &Load, kept: &mut Option<Connection>) -> Option<Answer> {
    let mut connection = match kept.take() {
        Some(connection) => connection,
        None => Connection::open(load.address).await.ok()?,
    };
    let asking = connection.ask(&load.request, Pace::Full, 0);
    let answer = tokio::time::timeout(PATIENCE, asking).await.ok()?.ok()?;
    if !answer.closes {
        *kept = Some(connection);
    }
    Some(answer)
}
