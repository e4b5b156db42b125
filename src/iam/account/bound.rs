//! How much is read of one listing. Pure.

use super::{Action, IamError};

/// The most entries that are read of one listing: AWS lets an account have 10,000 policies of its
/// own, and everything else here is counted in tens
/// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>).
const MAX_ENTRIES: usize = 10_000;

/// The most pages. A page may have fewer entries than were asked for, even none
/// (<https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPolicies.html>), but 10 on average
/// is far below what any service gives.
const MAX_PAGES: usize = 1_000;

/// What was read of a listing so far.
#[derive(Debug)]
pub(super) struct Bound {
    action: Action,
    entries: usize,
    pages: usize,
}

impl Bound {
    /// Nothing was read yet of what `action` lists.
    pub(super) fn of(action: Action) -> Self {
        Self { action, entries: 0, pages: 0 }
    }

    /// Counts a page with so many entries.
    ///
    /// # Errors
    /// There is more than anybody has.
    pub(super) fn page(&mut self, entries: usize) -> Result<(), IamError> {
        self.pages += 1;
        self.entries += entries;
        if self.entries > MAX_ENTRIES || self.pages > MAX_PAGES {
            return Err(IamError::TooMany { action: self.action, limit: MAX_ENTRIES });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Action, Bound, MAX_ENTRIES, MAX_PAGES};

    #[test]
    fn entries_and_pages_are_bounded() {
        for (entries, pages) in [(0, MAX_PAGES), (1, MAX_PAGES), (1_000, MAX_ENTRIES / 1_000)] {
            let mut bound = Bound::of(Action::ListPolicies);
            for _ in 0..pages {
                bound.page(entries).unwrap();
            }
            assert!(bound.page(entries).is_err(), "{entries}");
        }
    }
}
