//! How far an upload is: written while it is sent, read by whoever shows it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::photo::PhotoError;

/// The progress of one upload.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    sent: AtomicU64,
    trouble: Mutex<Option<String>>,
    fault: Mutex<Option<PhotoError>>,
}

impl Progress {
    /// Bytes of the file that this try has sent.
    pub(crate) fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }

    /// Why it waits to try again, if it does.
    pub(crate) fn trouble(&self) -> Option<String> {
        held(&self.trouble).clone()
    }

    pub(super) fn moved(&self, bytes: usize) {
        self.sent.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    /// A try begins, from the first byte.
    pub(super) fn begins(&self) {
        self.sent.store(0, Ordering::Relaxed);
        held(&self.trouble).take();
        held(&self.fault).take();
    }

    pub(super) fn waits(&self, trouble: String) {
        *held(&self.trouble) = Some(trouble);
    }

    /// The file cannot be sent. An HTTP library would hide this deep in a chain of its own.
    pub(super) fn fails(&self, fault: PhotoError) {
        *held(&self.fault) = Some(fault);
    }

    /// Why the file could not be sent, if that was it.
    pub(super) fn fault(&self) -> Option<PhotoError> {
        held(&self.fault).take()
    }

    /// Ends when nothing has moved for `timeout`, or a little longer.
    pub(super) async fn stands_still(&self, timeout: Duration) {
        loop {
            let before = self.sent();
            tokio::time::sleep(timeout).await;
            if self.sent() == before {
                return;
            }
        }
    }
}

/// What is in there is whole between any two statements, so that a panic elsewhere spoils nothing.
fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_try_begins_without_what_went_wrong_before() {
        let progress = Progress::default();
        progress.moved(7);
        progress.waits("the service is away".to_owned());
        progress.fails(PhotoError::Changed);
        progress.begins();
        assert_eq!((progress.sent(), progress.trouble()), (0, None));
        assert!(progress.fault().is_none());
    }
}
