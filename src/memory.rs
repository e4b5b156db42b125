//! The memory budget: the one ceiling on the image bytes that the process holds.
//!
//! A reservation is taken whole before the first byte that it pays for is read, is never grown while
//! it is held, and goes back when the last handle to those bytes is dropped. Since nobody waits for
//! memory while holding some, there is no deadlock; since the semaphore is fair, who came first is
//! served first.
//!
//! Reads of stored images have a small share of their own, so that a queue of uploads cannot keep a
//! page from showing its pictures. So have the variants that are kept in memory, which is otherwise
//! never empty.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, TryAcquireError};

use crate::metrics::{MemoryMeter, Purpose};

/// What the process takes beside the budget, at the most: the program, its stacks, the connections of
/// the catalog. Measured: `cargo xtask bench memory`.
pub const BESIDE_THE_BUDGET: u64 = 64 * 1024 * 1024;

/// The grain of the budget. One permit stands for one KiB, which lets a 32-bit permit count stand
/// for 4 TiB.
pub(crate) const UNIT: u64 = 1024;

/// The most that one read of a stored image holds at a time: a chunk on its way from the bucket and
/// the one being written to the client. hyper's client buffer grows to 408 KiB at the most.
pub const READ_WINDOW: u64 = 512 * 1024;

/// What an upload holds beside its own buffer: hyper reads the body into a buffer that grows to
/// 64 KiB (`http::server`), the chunk being looked at keeps the one before it alive, the task that
/// stores it has 17 KiB, and the allocator rounds up.
///
/// Without it a thousand small uploads at a time would hold more beside the budget than in it.
pub const UPLOAD_OVERHEAD: u64 = 192 * 1024;

/// What a connection holds from the moment it sends: hyper's first read of 8 KiB, which brings the
/// beginning of a body along with its head, and the state of a request that waits. Measured: 14 KiB
/// idle, 25 KiB waiting.
pub(crate) const CONNECTION_SHARE: u64 = 24 * 1024;

/// What the budget is made with.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// The ceiling in bytes, for connections, uploads and reads together. Default 256 MiB.
    pub budget: u64,
    /// How many connections there may be. Each takes 24 KiB of the budget, used or not. Default
    /// 2500.
    pub connections: u32,
    /// How long an upload or a read may wait for its reservation. Default 10 s.
    pub queue_timeout: Duration,
    /// The part of the budget in which variants are kept that were made, in bytes; nothing stands for
    /// a sixteenth of the budget. Default: a sixteenth, 16 MiB.
    pub variant_cache: Option<u64>,
    /// The part of the budget that only proofs by decoding may use, in bytes. Default 0: there are
    /// none.
    pub proofs: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            budget: 256 * 1024 * 1024,
            connections: 2500,
            queue_timeout: Duration::from_secs(10),
            variant_cache: None,
            proofs: 0,
        }
    }
}

/// The part of a budget that only proofs by decoding may use, in bytes: a quarter, where there are
/// such proofs. A photo of 50 megapixels takes 45 MiB.
#[must_use]
pub const fn proofs_share(budget: u64, are_there: bool) -> u64 {
    if are_there { budget / 4 } else { 0 }
}

impl Settings {
    /// The part of the budget that only reads may use, in bytes: an eighth, 32 MiB at the most, one
    /// read window at the least.
    #[must_use]
    pub fn reads_share(&self) -> u64 {
        (self.budget / 8).clamp(READ_WINDOW, 64 * READ_WINDOW)
    }

    /// The part of the budget that only variants may use that are kept in memory, in bytes.
    #[must_use]
    pub fn cache_share(&self) -> u64 {
        self.variant_cache.unwrap_or(self.budget / 16)
    }

    /// The largest upload that can ever be granted, in bytes.
    #[must_use]
    pub fn largest(&self) -> u64 {
        self.uploads_share().saturating_sub(UPLOAD_OVERHEAD)
    }

    fn uploads_share(&self) -> u64 {
        let connections = u64::from(self.connections) * CONNECTION_SHARE;
        // What was freed and is not given back yet: the allocator waits for a second before it does.
        let allocator = self.budget / 8;
        self.budget
            .saturating_sub(self.reads_share())
            .saturating_sub(self.cache_share())
            .saturating_sub(self.proofs)
            .saturating_sub(connections)
            .saturating_sub(allocator)
    }
}

/// The ceiling itself. Clones share it.
#[derive(Clone, Debug)]
pub struct MemoryBudget {
    common: Arc<Semaphore>,
    reads: Arc<Semaphore>,
    cached: Arc<Semaphore>,
    proofs: Arc<Semaphore>,
    settings: Settings,
    meter: MemoryMeter,
}

/// No memory came free within the queue time-out, or the budget can never hold that much.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("no room for {wanted} bytes within {waited:?}")]
pub struct Overloaded {
    /// The bytes asked for.
    pub wanted: u64,
    /// How long the request may wait.
    pub waited: Duration,
}

impl MemoryBudget {
    /// A budget with nothing reserved.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        let semaphore = |bytes| Arc::new(Semaphore::new(units(bytes) as usize));
        Self {
            common: semaphore(settings.uploads_share()),
            reads: semaphore(settings.reads_share()),
            cached: semaphore(settings.cache_share()),
            proofs: semaphore(settings.proofs),
            settings,
            meter: MemoryMeter::default(),
        }
    }

    /// Waits in line for an upload of `bytes` and its overhead, at most the queue time-out.
    ///
    /// # Errors
    ///
    /// [`Overloaded`] when the time-out passes, and at once when the budget is smaller than `bytes`.
    pub async fn reserve(&self, bytes: u64) -> Result<Reservation, Overloaded> {
        let granted = if bytes > self.settings.largest() {
            Err(self.overloaded(bytes))
        } else {
            self.wait(&self.common, bytes, UPLOAD_OVERHEAD).await
        };
        granted.inspect_err(|_| self.meter.refused(Purpose::Upload))
    }

    /// Waits for `bytes` for an answer: of the common share when there is room at once, else of the
    /// share that only answers have. More than that share holds is cut down to it.
    ///
    /// # Errors
    ///
    /// [`Overloaded`] when the queue time-out passes.
    pub async fn reserve_read(&self, bytes: u64) -> Result<Reservation, Overloaded> {
        let bytes = bytes.min(self.settings.reads_share());
        match Arc::clone(&self.common).try_acquire_many_owned(units(bytes)) {
            Ok(permit) => {
                self.measure();
                Ok(Reservation { permit, bytes })
            }
            Err(TryAcquireError::NoPermits | TryAcquireError::Closed) => {
                let granted = self.wait(&self.reads, bytes, 0).await;
                granted.inspect_err(|_| self.meter.refused(Purpose::Read))
            }
        }
    }

    /// Waits in line for `bytes` for making a variant, at most `patience`: the original, everything
    /// that is made of it on the way, and the result.
    ///
    /// # Errors
    ///
    /// [`Overloaded`] when the time has passed, and at once when the budget is smaller than `bytes`.
    pub(crate) async fn reserve_work(
        &self,
        bytes: u64,
        patience: Duration,
    ) -> Result<Reservation, Overloaded> {
        let granted = if bytes > self.most_work() {
            Err(Overloaded { wanted: bytes, waited: Duration::ZERO })
        } else {
            let patience = patience.min(self.settings.queue_timeout);
            self.wait_for(&self.common, (bytes, 0), patience).await
        };
        granted.inspect_err(|_| self.meter.refused(Purpose::Variant))
    }

    /// The most that the making of one variant can ever be granted, in bytes.
    pub(crate) fn most_work(&self) -> u64 {
        self.settings.uploads_share()
    }

    /// Waits for `bytes` for a proof by decoding, for an upload that holds its own bytes already.
    ///
    /// Nobody waits for the share of uploads while holding some of it: a proof waits in its own
    /// share, in which nobody waits for anything else. One that is larger than that share is granted
    /// of the common one, when there is room at once.
    ///
    /// # Errors
    ///
    /// [`Overloaded`] when the queue time-out passes, and at once when there is no room for a large
    /// one.
    pub(crate) async fn reserve_proof(&self, bytes: u64) -> Result<Reservation, Overloaded> {
        let granted = if bytes <= self.settings.proofs {
            self.wait(&self.proofs, bytes, 0).await
        } else {
            let permit = Arc::clone(&self.common).try_acquire_many_owned(units(bytes));
            permit.map(|permit| Reservation { permit, bytes }).map_err(|_| self.overloaded(bytes))
        };
        self.measure();
        granted.inspect_err(|_| self.meter.refused(Purpose::Proof))
    }

    /// The most that a proof can ever be granted, beside the upload that it is of, in bytes.
    pub(crate) fn most_proof(&self, upload: u64) -> u64 {
        let beside = self.settings.uploads_share().saturating_sub(upload + UPLOAD_OVERHEAD);
        beside.max(self.settings.proofs)
    }

    /// Room for `bytes` among the variants that are kept, where there is some now.
    pub(crate) fn reserve_cached(&self, bytes: u64) -> Option<Reservation> {
        let permit = Arc::clone(&self.cached).try_acquire_many_owned(units(bytes)).ok()?;
        Some(Reservation { permit, bytes })
    }

    /// The bytes that variants may take that are kept.
    pub(crate) fn cache_size(&self) -> u64 {
        self.settings.cache_share()
    }

    /// The longest that a request may wait for memory.
    pub(crate) const fn queue_timeout(&self) -> Duration {
        self.settings.queue_timeout
    }

    /// The part of the budget that only reads may use, in bytes.
    pub(crate) fn reads_share(&self) -> u64 {
        self.settings.reads_share()
    }

    /// The largest upload that can ever be granted, in bytes.
    #[must_use]
    pub fn largest(&self) -> u64 {
        self.settings.largest()
    }

    /// The bytes that nobody has reserved. Equal to [`MemoryBudget::size`] when the process is idle.
    #[must_use]
    pub fn available(&self) -> u64 {
        let shares = [&self.common, &self.reads, &self.proofs];
        shares.map(|share| share.available_permits() as u64).iter().sum::<u64>() * UNIT
    }

    /// The bytes that can be reserved in all.
    #[must_use]
    pub fn size(&self) -> u64 {
        let Settings { proofs, .. } = self.settings;
        let shares = [self.settings.uploads_share(), self.settings.reads_share(), proofs];
        shares.map(|share| u64::from(units(share))).iter().sum::<u64>() * UNIT
    }

    /// What this budget counts.
    pub(crate) const fn meter(&self) -> &MemoryMeter {
        &self.meter
    }

    /// Notes how much is reserved now.
    pub(crate) fn measure(&self) {
        let size = self.size();
        self.meter.used(size.saturating_sub(self.available()), size);
    }

    async fn wait(
        &self,
        share: &Arc<Semaphore>,
        bytes: u64,
        overhead: u64,
    ) -> Result<Reservation, Overloaded> {
        self.wait_for(share, (bytes, overhead), self.settings.queue_timeout).await
    }

    async fn wait_for(
        &self,
        share: &Arc<Semaphore>,
        (bytes, overhead): (u64, u64),
        patience: Duration,
    ) -> Result<Reservation, Overloaded> {
        let _waiting = self.meter.wait();
        let turn = Arc::clone(share).acquire_many_owned(units(bytes + overhead));
        match tokio::time::timeout(patience, turn).await {
            Ok(Ok(permit)) => {
                self.measure();
                Ok(Reservation { permit, bytes })
            }
            Ok(Err(_)) | Err(_) => Err(Overloaded { wanted: bytes, waited: patience }),
        }
    }

    const fn overloaded(&self, wanted: u64) -> Overloaded {
        Overloaded { wanted, waited: self.settings.queue_timeout }
    }
}

fn units(bytes: u64) -> u32 {
    u32::try_from(bytes.div_ceil(UNIT)).unwrap_or(u32::MAX)
}

/// A share of the budget, given back on drop.
#[derive(Debug)]
pub struct Reservation {
    permit: OwnedSemaphorePermit,
    bytes: u64,
}

impl Reservation {
    /// An empty buffer that this reservation pays for.
    #[must_use]
    pub fn into_buffer(self) -> Buffer {
        let capacity = usize::try_from(self.bytes).unwrap_or(usize::MAX);
        Buffer { bytes: Vec::with_capacity(capacity), capacity, permit: self.permit }
    }

    /// The same for the `bytes` that are left of what it paid for; the rest goes back now.
    pub(crate) fn shrunk_to(mut self, bytes: u64) -> Self {
        match self.permit.split(units(bytes) as usize) {
            Some(permit) => Self { permit, bytes },
            // It never held more than that.
            None => self,
        }
    }
}

/// The buffer is full: more arrived than was reserved.
#[derive(Debug, thiserror::Error)]
#[error("more than the reserved {capacity} bytes arrived")]
pub struct Full {
    /// The size of the reservation in bytes.
    pub capacity: usize,
}

/// Reserved memory being filled. It never reallocates: what does not fit is refused.
pub struct Buffer {
    bytes: Vec<u8>,
    capacity: usize,
    permit: OwnedSemaphorePermit,
}

impl Buffer {
    /// Copies `chunk` to the end; the one copy that image bytes see on their way in.
    ///
    /// # Errors
    ///
    /// [`Full`] when the reservation does not cover it. The buffer is as before then.
    pub fn extend(&mut self, chunk: &[u8]) -> Result<(), Full> {
        if chunk.len() > self.capacity - self.bytes.len() {
            return Err(Full { capacity: self.capacity });
        }
        self.bytes.extend_from_slice(chunk);
        Ok(())
    }

    /// The filled part.
    #[must_use]
    pub fn as_slice(&self) -> &[u8] {
        &self.bytes
    }

    /// The filled part, to be changed in place.
    #[must_use]
    pub fn as_mut_slice(&mut self) -> &mut [u8] {
        &mut self.bytes
    }

    /// The filled part, shared without a copy. The reservation goes back when the last clone of
    /// it is dropped, wherever that is: a retry, a connection that still sends, a cache.
    #[must_use]
    pub fn freeze(self) -> Bytes {
        Bytes::from_owner(Held { bytes: self.bytes, _permit: self.permit })
    }

    /// Other bytes in place of the filled part, which is dropped; the reservation pays for them now.
    pub(crate) fn freeze_as(self, bytes: Vec<u8>) -> Bytes {
        Self { bytes, ..self }.freeze()
    }
}

impl fmt::Debug for Buffer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Buffer")
            .field("filled", &self.bytes.len())
            .field("capacity", &self.capacity)
            .finish()
    }
}

/// Bytes and the share of the budget that pays for them, dropped together.
struct Held {
    bytes: Vec<u8>,
    _permit: OwnedSemaphorePermit,
}

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;

    use futures_util::FutureExt;

    use super::*;

    fn budget(bytes: u64) -> MemoryBudget {
        let queue_timeout = Duration::from_millis(50);
        let variant_cache = Some(0);
        let proofs = 0;
        let connections = 0;
        let budget = bytes;
        MemoryBudget::new(Settings { budget, connections, queue_timeout, variant_cache, proofs })
    }

    #[tokio::test]
    async fn goes_back_when_the_last_clone_is_dropped() {
        let budget = budget(8 * 1024 * 1024);
        let mut buffer = budget.reserve(1024 * 1024).await.unwrap().into_buffer();
        buffer.extend(b"tin").unwrap();
        let first = buffer.freeze();
        let second = first.slice(1..);
        drop(first);
        assert_eq!(budget.size() - budget.available(), 1024 * 1024 + UPLOAD_OVERHEAD);
        drop(second);
        assert_eq!(budget.available(), budget.size());
    }

    #[tokio::test]
    async fn refuses_what_was_not_reserved() {
        let mut buffer = budget(8 * 1024 * 1024).reserve(4).await.unwrap().into_buffer();
        buffer.extend(b"tint").unwrap();
        assert_eq!(buffer.extend(b"y").unwrap_err().capacity, 4);
    }

    #[tokio::test]
    async fn keeps_a_share_for_reads_when_uploads_hold_everything() {
        let budget = budget(8 * 1024 * 1024);
        let _uploads = budget.reserve(budget.settings.largest()).await.unwrap();
        assert!(budget.reserve(1).await.is_err());
        assert!(budget.reserve_read(u64::MAX).await.is_ok());
    }

    #[tokio::test]
    async fn serves_who_came_first() {
        let budget = budget(8 * 1024 * 1024);
        let held = budget.reserve(budget.settings.largest() - 1024 * 1024).await.unwrap();
        let mut large = pin!(budget.reserve(4 * 1024 * 1024));
        let mut small = pin!(budget.reserve(1024));
        assert!(large.as_mut().now_or_never().is_none());
        assert!(small.as_mut().now_or_never().is_none(), "it would fit, but it came second");
        drop(held);
        assert!(large.now_or_never().is_some_and(|granted| granted.is_ok()));
        assert!(small.now_or_never().is_some_and(|granted| granted.is_ok()));
    }

    #[tokio::test]
    async fn refuses_at_once_what_can_never_fit() {
        let budget = budget(1024 * 1024);
        assert!(budget.reserve(2 * 1024 * 1024).await.is_err());
    }
}
