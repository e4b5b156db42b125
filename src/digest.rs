//! The SHA-256 of bytes, in the form that records hold it.

use sha2::Digest as _;

use crate::catalog::Sha256;

/// A digest being computed, for bytes that come in pieces.
#[derive(Debug, Default)]
pub(crate) struct Hasher(sha2::Sha256);

impl Hasher {
    pub(crate) fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    pub(crate) fn finish(self) -> Sha256 {
        Sha256::new(self.0.finalize().into())
    }
}

/// The digest of a short piece.
pub(crate) fn of(bytes: &[u8]) -> Sha256 {
    Sha256::new(sha2::Sha256::digest(bytes).into())
}
