//! The variants that are kept in memory, under the memory law: their bytes are paid for by a share of
//! the budget that is theirs alone, and by no more of it than there is.

use std::cell::Cell;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use quick_cache::sync::Cache as QuickCache;
use quick_cache::{DefaultHashBuilder, OptionsBuilder, Weighter, sync::DefaultLifecycle};

use crate::catalog::Sha256;
use crate::image::{Format, ImageId, VariantName};
use crate::memory::{MemoryBudget, Reservation, UNIT};

/// What an entry takes beside its bytes: key, pointers, and what the allocator rounds up.
const ENTRY: u64 = 512;

/// The largest variant that is kept is this part of the share, so that one does not push out all
/// others.
const LARGEST_PART: u64 = 8;

/// How large a variant is taken to be when the table is laid out.
const USUAL_SIZE: u64 = 32 * 1024;

/// In how many parts the table is locked, at the most. `quick_cache` halves them while one would hold
/// fewer than 32 variants of the usual size.
const SHARDS: u64 = 4;

/// How often room is made for one variant. What others insert meanwhile may take it again.
const TRIES: usize = 3;

/// Whose variant, and which.
pub(crate) type Key = (ImageId, VariantName);

/// A variant in memory, with what pays for it.
pub(crate) struct Kept {
    bytes: Vec<u8>,
    /// What its bytes are.
    pub(crate) format: Format,
    /// Pixels across and down.
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

    /// What is paid for it, so that the table is full no later than the share is spent.
    fn weight(&self) -> u64 {
        (self.len() + ENTRY).next_multiple_of(UNIT)
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

type Entries = QuickCache<Key, Arc<Kept>, ByBytes>;

/// The variants that were asked for lately.
pub(super) struct Cache {
    entries: Option<Entries>,
    memory: MemoryBudget,
    largest: u64,
}

impl Cache {
    /// An empty cache of the size that the budget has for it.
    pub(super) fn new(memory: &MemoryBudget) -> Self {
        let share = memory.cache_size();
        let items = usize::try_from(share / USUAL_SIZE).unwrap_or(usize::MAX);
        // Each shard has its part of the share, and the largest variant has to fit into one. Parts of
        // whole units add up to no more than the share.
        let capacity = share - share % (SHARDS * UNIT);
        let options = OptionsBuilder::new()
            .shards(usize::try_from(SHARDS).unwrap_or(1))
            .estimated_items_capacity(items.max(1))
            .weight_capacity(capacity)
            .build()
            .ok()
            .filter(|_| capacity > 0);
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

    /// Keeps it. What was pushed out and is still being sent has its room until it is sent; then
    /// others that nobody is sent go as well.
    ///
    /// It is not kept where all of the share is being sent, or where others are quicker; the next who
    /// asks for it has it read again.
    pub(super) fn keep(&self, key: &Key, kept: &Arc<Kept>) {
        let Some(entries) = self.entries.as_ref().filter(|_| self.takes(kept.len())) else {
            return;
        };
        entries.insert(key.clone(), Arc::clone(kept));
        for _ in 0..TRIES {
            if let Some(room) = self.memory.reserve_cached(kept.weight()) {
                return kept.paid_by(room);
            }
            make_room(entries, kept.weight());
        }
        match self.memory.reserve_cached(kept.weight()) {
            Some(room) => kept.paid_by(room),
            None => drop(entries.remove(key)),
        }
    }

    /// Bytes that it holds.
    pub(super) fn filled(&self) -> u64 {
        self.entries.as_ref().map_or(0, QuickCache::weight)
    }
}

/// Drops variants that nobody else holds, and so gives back what pays for them, until `wanted` bytes
/// are free. Whoever keeps one holds it, so the one that room is made for stays.
fn make_room(entries: &Entries, wanted: u64) {
    let freed = Cell::new(0);
    entries.retain(|_, kept| {
        let goes = freed.get() < wanted && Arc::strong_count(kept) == 1;
        if goes {
            freed.set(freed.get() + kept.weight());
        }
        !goes
    });
}

impl fmt::Debug for Cache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cache").field("filled", &self.filled()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::digest;
    use crate::memory::Settings;

    /// With its entry little more than one unit, so two are paid.
    const SIZE: usize = 600;
    const SHARE: u64 = 64 * UNIT;

    fn small() -> (MemoryBudget, Cache) {
        let memory =
            MemoryBudget::new(Settings { variant_cache: Some(SHARE), ..Settings::default() });
        let cache = Cache::new(&memory);
        (memory, cache)
    }

    fn key() -> Key {
        (ImageId::generate(Timestamp::UNIX_EPOCH), "w64-q80.jpg".parse().unwrap())
    }

    async fn kept(memory: &MemoryBudget, cache: &Cache) -> (Key, Arc<Kept>) {
        let bytes = vec![7; SIZE];
        let facts = (Format::Jpeg, (64, 48), digest::of(&bytes));
        let paid = memory.reserve(bytes.len() as u64).await.unwrap();
        let (key, kept) = (key(), Kept::new(bytes, facts, paid));
        cache.keep(&key, &kept);
        (key, kept)
    }

    #[tokio::test]
    async fn the_newest_of_many_small_variants_is_kept() {
        let (memory, cache) = small();
        for number in 0..200 {
            let (key, _) = kept(&memory, &cache).await;
            assert!(cache.get(&key).is_some(), "{number}");
            assert!(cache.filled() <= SHARE, "{number}: {}", cache.filled());
        }
        assert_eq!(memory.available(), memory.size(), "the cache pays for what it keeps");
        assert!(memory.reserve_cached(SHARE - cache.filled()).is_some());
    }

    #[tokio::test]
    async fn room_is_made_while_what_was_pushed_out_is_sent() {
        let (memory, cache) = small();
        let held = memory.reserve_cached(SHARE / 2).unwrap();
        for number in 0..200 {
            let (key, _) = kept(&memory, &cache).await;
            assert!(cache.get(&key).is_some(), "{number}");
            assert!(cache.filled() <= SHARE / 2, "{number}: {}", cache.filled());
        }
        drop(held);
    }

    #[tokio::test]
    async fn nothing_more_is_kept_while_all_of_the_share_is_sent() {
        let (memory, cache) = small();
        let mut sent = Vec::new();
        for _ in 0..200 {
            sent.push(kept(&memory, &cache).await);
            assert!(cache.filled() <= SHARE);
        }
        let (key, _) = sent.last().unwrap();
        assert!(cache.get(key).is_none());
        sent.clear();
        let (key, _) = kept(&memory, &cache).await;
        assert!(cache.get(&key).is_some());
    }
}
