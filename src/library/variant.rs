//! A variant as a program gets it.

use std::sync::Arc;

use bytes::Bytes;

use crate::app::App;
use crate::catalog::{Record, Sha256};
use crate::derive::{
    self, Asker, Choice, Encoding, Found, Kept, VariantError, VariantSpec, Wanted,
};
use crate::image::Format;

/// A smaller rendition of an image.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Variant {
    /// The file. It counts against the memory budget until the last clone of it is dropped.
    pub bytes: Bytes,
    /// What the bytes are.
    pub format: Format,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// The digest of the bytes.
    pub sha256: Sha256,
}

impl Variant {
    /// The media type of the bytes, such as `image/webp`.
    #[must_use]
    pub const fn content_type(&self) -> &'static str {
        self.format.content_type()
    }

    /// The variant of the image of `record` that `spec` asks for, made unless it is there.
    pub(super) async fn of(
        app: &Arc<App>,
        record: Record,
        spec: &VariantSpec,
    ) -> Result<Self, VariantError> {
        let encoding = match spec.checked()?.choice() {
            Choice::Of(encoding) => encoding,
            Choice::Original | Choice::Auto => Encoding::like(record.format),
        };
        let wanted = Wanted::of(&Arc::new(record), spec, (encoding, Asker::Operator))?;
        let kept = match derive::look(app, &wanted).await? {
            Found::Kept(kept) => kept,
            Found::Stored(row) => derive::obtain(app, &wanted, Some(row)).await?,
            Found::Nowhere => derive::obtain(app, &wanted, None).await?,
        };
        Ok(kept.into())
    }
}

impl From<Arc<Kept>> for Variant {
    fn from(kept: Arc<Kept>) -> Self {
        let (format, (width, height), sha256) = (kept.format, kept.size, kept.sha256);
        Self { bytes: kept.bytes(), format, width, height, sha256 }
    }
}
