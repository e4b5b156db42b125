//! The bytes of an upload on their way in, and how they are edited without a second copy of them.

use bytes::{Bytes, BytesMut};

use crate::memory::Buffer;
use crate::strip::Edits;

/// The bytes of an upload, as they came.
#[derive(Debug)]
pub(crate) enum UploadBytes {
    /// In reserved memory that nobody else sees.
    Reserved(Buffer),
    /// From a program, which may hold on to them.
    Lent(Bytes),
}

impl UploadBytes {
    /// How many bytes they are.
    pub(crate) fn len(&self) -> u64 {
        self.as_slice().len() as u64
    }

    /// The bytes.
    pub(super) fn as_slice(&self) -> &[u8] {
        match self {
            Self::Reserved(buffer) => buffer.as_slice(),
            Self::Lent(bytes) => bytes,
        }
    }

    /// The bytes with the edits made, in the memory in which they are where that is ours to change.
    pub(super) fn edited(self, edits: &Edits) -> Bytes {
        if edits.is_none(self.as_slice().len()) {
            return match self {
                Self::Reserved(buffer) => buffer.freeze(),
                Self::Lent(bytes) => bytes,
            };
        }
        match self {
            Self::Reserved(mut buffer) => match edits.apply(buffer.as_mut_slice()) {
                Some(range) => buffer.freeze().slice(range),
                None => edits.copied(buffer.as_slice()).into(),
            },
            Self::Lent(bytes) => match bytes.try_into_mut() {
                Ok(bytes) => own(bytes, edits),
                Err(shared) => edits.copied(&shared).into(),
            },
        }
    }
}

/// Edits bytes that nobody else holds.
fn own(mut bytes: BytesMut, edits: &Edits) -> Bytes {
    match edits.apply(&mut bytes) {
        Some(range) => bytes.freeze().slice(range),
        None => edits.copied(&bytes).into(),
    }
}
