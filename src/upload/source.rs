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
                None => {
                    let copy = edits.copied(buffer.as_slice());
                    buffer.freeze_as(copy)
                }
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

#[cfg(test)]
mod tests {
    use super::{Edits, UploadBytes};
    use crate::image::Format;
    use crate::memory::{MemoryBudget, Settings};
    use crate::strip::{Metadata, edits};

    const SCREEN: &[u8] = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xFF\xFF\xFF";
    const CONTROL: &[u8] = b"\x21\xF9\x04\0\x0A\0\0\0";
    const LOOP: &[u8] = b"\x21\xFF\x0BNETSCAPE2.0\x03\x01\0\0\0";
    const COMMENT: &[u8] = b"\x21\xFE\x06SECRET\0";
    const PICTURE: &[u8] = b",\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0;";

    /// Checks that edited bytes are paid for as long as they are there.
    async fn assert_paid(file: &[u8], edits: &Edits, expected: &[u8]) {
        let budget = MemoryBudget::new(Settings::default());
        let mut buffer = budget.reserve(file.len() as u64).await.unwrap().into_buffer();
        buffer.extend(file).unwrap();
        let edited = UploadBytes::Reserved(buffer).edited(edits);
        assert_eq!(edited, expected);
        assert!(budget.available() < budget.size(), "the bytes are paid for");
        drop(edited);
        assert_eq!(budget.available(), budget.size());
    }

    #[tokio::test]
    async fn a_loop_between_a_control_and_its_picture_stays_there_and_is_paid_for() {
        let file = [SCREEN, CONTROL, COMMENT, LOOP, COMMENT, PICTURE].concat();
        let edits = edits(&file, Format::Gif, Metadata::default()).unwrap();
        assert!(edits.apply(&mut file.clone()).is_some(), "in its own memory");
        assert_paid(&file, &edits, &[SCREEN, CONTROL, LOOP, PICTURE].concat()).await;
    }

    #[tokio::test]
    async fn a_copy_is_paid_for() {
        let mut edits = Edits::default();
        edits.keep(0..2);
        edits.write(vec![b'x'; 9]);
        edits.keep(4..6);
        assert_eq!(edits.apply(&mut b"abcdef".to_vec()), None);
        assert_paid(b"abcdef", &edits, b"abxxxxxxxxxef").await;
    }
}
