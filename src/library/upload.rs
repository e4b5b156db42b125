//! What a program wants stored, and what it may say of it.

use bytes::Bytes;
use serde_json::{Map, Value};

use super::error::UploadError;
use crate::description::{self, IDEMPOTENCY_KEY_MAX};
use crate::http;
use crate::multipart;
use crate::upload::{self as uploading, IdempotencyKey, Said, UploadBytes};

/// Who asks when a program uploads by itself; the keys of HTTP clients never meet its own.
const PRINCIPAL: &str = "library";

/// An image to be stored, and what is said of it.
///
/// ```
/// use tintype::Upload;
///
/// let upload = Upload::new(&b"GIF89a..."[..])
///     .filename("train.gif")
///     .caption("The 7:15 to town")
///     .alt("A steam train in the rain")
///     .idempotency_key("train-715");
/// ```
#[derive(Clone, Debug)]
#[must_use = "`Tintype::upload` stores it"]
pub struct Upload {
    bytes: Bytes,
    filename: Option<String>,
    caption: Option<String>,
    alt: Option<String>,
    metadata: Map<String, Value>,
    idempotency_key: Option<String>,
}

impl Upload {
    /// The bytes of an image. What they are is told by themselves.
    ///
    /// `Bytes`, `Vec<u8>` and static slices are taken without a copy.
    pub fn new(bytes: impl Into<Bytes>) -> Self {
        Self {
            bytes: bytes.into(),
            filename: None,
            caption: None,
            alt: None,
            metadata: Map::new(),
            idempotency_key: None,
        }
    }

    /// The name of the file, for downloads; it is cleaned and never part of a key or a path.
    pub fn filename(mut self, name: impl Into<String>) -> Self {
        self.filename = Some(name.into());
        self
    }

    /// What a reader sees below the image.
    pub fn caption(mut self, caption: impl Into<String>) -> Self {
        self.caption = Some(caption.into());
        self
    }

    /// What stands in for the image where it is not seen.
    pub fn alt(mut self, alt: impl Into<String>) -> Self {
        self.alt = Some(alt.into());
        self
    }

    /// Whatever else is to be kept, as a JSON object.
    pub fn metadata(mut self, metadata: Map<String, Value>) -> Self {
        self.metadata = metadata;
        self
    }

    /// A name for this upload, 1 to 255 bytes: for 24 hours another upload with the same key and
    /// content makes no second image, so that it can be retried after any failure.
    pub fn idempotency_key(mut self, key: impl Into<String>) -> Self {
        self.idempotency_key = Some(key.into());
        self
    }

    /// The upload in the words of the use case, when it is within the limits.
    pub(super) fn admitted(
        self,
        limits: &http::Settings,
    ) -> Result<uploading::Upload, UploadError> {
        let (size, limit) = (self.bytes.len() as u64, limits.max_image_size);
        if size > limit {
            return Err(UploadError::TooLarge { size, limit });
        }
        let longest = limits.form.field_value_bytes;
        for (field, value) in [("caption", &self.caption), ("alt", &self.alt)] {
            description::admit_text(field, value.as_deref().unwrap_or_default(), longest)?;
        }
        description::admit_metadata(&self.metadata, longest)?;
        let idempotency = self.idempotency_key.map(key_of).transpose()?;
        let filename = self.filename.and_then(|name| multipart::clean(name.as_bytes()));
        let Self { bytes, caption, alt, metadata, .. } = self;
        let bytes = UploadBytes::Lent(bytes);
        let said = Said { filename, caption, alt, metadata };
        Ok(uploading::Upload { bytes, said, idempotency })
    }
}

fn key_of(key: String) -> Result<IdempotencyKey, UploadError> {
    if !(1..=IDEMPOTENCY_KEY_MAX).contains(&key.len()) {
        return Err(UploadError::InvalidKey { limit: IDEMPOTENCY_KEY_MAX });
    }
    Ok(IdempotencyKey { principal: PRINCIPAL.to_owned(), key })
}
