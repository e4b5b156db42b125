//! The variants that are kept in memory, under the memory law: their bytes are paid for by a share of
//! the budget that is theirs alone, and by no more of it than there is.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use quick_cache::sync::Cache as QuickCache;
use quick_cache::{DefaultHashBuilder, OptionsBuilder, Weighter, sync::DefaultLifecycle};

use crate::catalog::Sha256;
use crate::image::{Format, ImageId, VariantName};
use crate::memory::{MemoryBudget, Reservation};

/// What an entry takes beside its bytes: key, pointers, and what the allocator rounds up.
const ENTRY: u64 = 512;

/// The largest variant that is kept is this part of the share, so that one does not push out all
/// others.
const LARGEST_PART: u64 = 8;

/// How large a variant is taken to be when the table is laid out.
const USUAL_SIZE: u64 = 32 * 1024;

/// Whose variant, and which.
pub(crate) type Key = (ImageId, VariantName);

/// A variant in memory, with what pays for it.
pub(crate) struct Kept {
    bytes: Vec<u8>,
    /// What its bytes are.
    pub(crate) format: Format,
    /// Pixels across and down; nothing else is known of what came from the bucket than its row says.
    pub(crate) size: (u32, u32),
    /// Of the bytes.
    pub(crate) sha256: Sha256,
    /// Of the share of those who make or read, until the cache takes it over.
    paid: Mutex<Reservation>,
}

impl Kept {
    /// `bytes`, which `paid` pays for.
    pub(super) fn new(
        bytes: Vec<u8>,
        (format, size, sha256): (Format, (u32, u32), Sha256),
        paid: Reservation,
    ) -> Arc<Self> {
        Arc::new(Self { bytes, format, size, sha256, paid: Mutex::new(paid) })
    }

    /// How many bytes it has.
    pub(crate) fn len(&self) -> u64 {
        self.bytes.len() as u64
    }

    /// Its bytes, which stay paid for as long as anybody holds them.
    pub(crate) fn bytes(self: Arc<Self>) -> Bytes {
        Bytes::from_owner(Owner(self))
    }

    fn weight(&self) -> u64 {
        self.len() + ENTRY
    }

    fn paid_by(&self, paid: Reservation) {
        *self.paid.lock().unwrap_or_else(PoisonError::into_inner) = paid;
    }
}

impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { format, size, sha256, .. } = self;
        write!(f, "Kept({format:?}, {size:?}, {} bytes, {sha256})", self.len())
    }
}

struct Owner(Arc<Kept>);

impl AsRef<[u8]> for Owner {
    fn as_ref(&self) -> &[u8] {
        &self.0.bytes
    }
}

#[derive(Clone)]
struct ByBytes;

impl Weighter<Key, Arc<Kept>> for ByBytes {
    fn weight(&self, _: &Key, kept: &Arc<Kept>) -> u64 {
        kept.weight()
    }
}

/// The variants that were asked for lately.
pub(super) struct Cache {
    entries: Option<QuickCache<Key, Arc<Kept>, ByBytes>>,
    memory: MemoryBudget,
    largest: u64,
}

impl Cache {
    /// An empty cache of the size that the budget has for it.
    pub(super) fn new(memory: &MemoryBudget) -> Self {
        let share = memory.cache_size();
        let items = usize::try_from(share / USUAL_SIZE).unwrap_or(usize::MAX);
        // Each shard has its part of the share, and the largest variant has to fit into one.
        let options = OptionsBuilder::new()
            .shards(4)
            .estimated_items_capacity(items.max(1))
            .weight_capacity(share)
            .build()
            .ok()
            .filter(|_| share > 0);
        let entries = options.map(|options| {
            let hasher = DefaultHashBuilder::default();
            QuickCache::with_options(options, ByBytes, hasher, DefaultLifecycle::default())
        });
        Self { entries, memory: memory.clone(), largest: share / LARGEST_PART }
    }

    /// Whether a variant of so many bytes can be kept.
    pub(super) const fn takes(&self, bytes: u64) -> bool {
        bytes.saturating_add(ENTRY) <= self.largest
    }

    pub(super) fn get(&self, key: &Key) -> Option<Arc<Kept>> {
        self.entries.as_ref()?.get(key)
    }

    /// Keeps it where there is room. What was pushed out and is still being sent has its room until
    /// it is sent; then this one is not kept, and the next who asks for it has it read again.
    pub(super) fn keep(&self, key: &Key, kept: &Arc<Kept>) {
        let Some(entries) = self.entries.as_ref().filter(|_| self.takes(kept.len())) else {
            return;
        };
        entries.insert(key.clone(), Arc::clone(kept));
        match self.memory.reserve_cached(kept.weight()) {
            Some(room) => kept.paid_by(room),
            None => drop(entries.remove(key)),
        }
    }

    /// Bytes that it holds, and what it may.
    pub(super) fn filled(&self) -> u64 {
        self.entries.as_ref().map_or(0, QuickCache::weight)
    }
}

impl fmt::Debug for Cache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cache").field("filled", &self.filled()).finish_non_exhaustive()
    }
}
