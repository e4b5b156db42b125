//! The originals that are known not to decode, so that asking for them again costs nothing.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use quick_cache::sync::Cache as QuickCache;

use super::error::VariantError;
use crate::image::ImageId;

/// How many originals are remembered. An entry is an identifier and an error, some 300 bytes.
const MOST: usize = 1024;

/// The originals that did not decode lately. The bytes of an image never change, so an entry holds
/// until it is pushed out.
pub(super) struct Broken(QuickCache<ImageId, Arc<dyn Error + Send + Sync>>);

impl Broken {
    pub(super) fn new() -> Self {
        Self(QuickCache::new(MOST))
    }

    /// Whether there is any use in decoding the original.
    ///
    /// # Errors
    ///
    /// [`VariantError::Undecodable`], as it was told the first time.
    pub(super) fn check(&self, image: ImageId) -> Result<(), VariantError> {
        self.0.get(&image).map_or(Ok(()), |cause| Err(VariantError::Undecodable(cause)))
    }

    /// Remembers what lies in the file itself. Another time, another size and another budget may do
    /// better with what took too long or too much memory.
    pub(super) fn note(&self, image: ImageId, error: &VariantError) {
        if let VariantError::Undecodable(cause) = error {
            self.0.insert(image, Arc::clone(cause));
        }
    }
}

impl fmt::Debug for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Broken").field("known", &self.0.len()).finish_non_exhaustive()
    }
}
