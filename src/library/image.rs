//! An image as a program reads it.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::catalog::{Record, Sha256};
use crate::image::{Format, ImageId};
use crate::strip::Stripped;

/// What is known of one image.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Image {
    /// Its name for ever. Ids sort by the time of upload.
    pub id: ImageId,
    /// The name that the sender gave, cleaned, if it gave one.
    pub filename: Option<String>,
    /// What its bytes are, whatever the sender said.
    pub format: Format,
    /// How many bytes are stored.
    pub size: u64,
    /// Pixels across, as displayed: the orientation in the file is counted in.
    pub width: u32,
    /// Pixels down, as displayed.
    pub height: u32,
    /// How many frames: 1 unless it is animated.
    pub frames: u32,
    /// How long a film runs, where it says so; nothing for images.
    pub duration: Option<Duration>,
    /// The digest of the stored bytes.
    pub sha256: Sha256,
    /// What was taken out of the file before it was stored.
    pub stripped: Stripped,
    /// A [ThumbHash](https://evanw.github.io/thumbhash/) of the picture, to show while it loads; at
    /// most 25 bytes. Nothing until its pixels were seen: at the upload, where that proves images by
    /// decoding them, or when the first variant is made.
    pub placeholder: Option<Vec<u8>>,
    /// The colour that is most of the picture, as red, green and blue in sRGB; known when the
    /// placeholder is.
    pub color: Option<[u8; 3]>,
    /// What a reader sees below the image.
    pub caption: Option<String>,
    /// What stands in for the image where it is not seen.
    pub alt: Option<String>,
    /// Whatever else was to be kept, as a JSON object.
    pub metadata: Map<String, Value>,
    /// When it was uploaded, to the microsecond.
    pub created_at: Timestamp,
}

impl Image {
    /// The media type of its bytes, such as `image/jpeg`.
    #[must_use]
    pub const fn content_type(&self) -> &'static str {
        self.format.content_type()
    }

    /// Where [`router`](crate::router) serves its bytes, counted from where the router is mounted:
    /// `/i/0192f0c1-2f6a-7c3e-8d11-5a0c9b7e4d20.jpg`.
    #[must_use]
    pub fn path(&self) -> String {
        format!("/i/{}.{}", self.id, self.format.extension())
    }
}

impl From<Record> for Image {
    fn from(record: Record) -> Self {
        Self {
            id: record.id,
            filename: record.filename,
            format: record.format,
            size: record.size,
            width: record.width,
            height: record.height,
            frames: record.frames,
            duration: record.duration.map(Duration::from_millis),
            sha256: record.sha256,
            stripped: record.stripped,
            placeholder: record.placeholder,
            color: record.color,
            caption: record.caption,
            alt: record.alt,
            metadata: record.metadata,
            created_at: record.created_at,
        }
    }
}
