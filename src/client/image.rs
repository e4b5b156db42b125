//! An image as the service tells it.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::image::ImageId;

/// One image. What this program does not know is kept and shown on, since a newer service may say
/// more.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Image {
    /// Its id.
    pub(crate) id: ImageId,
    /// Where its bytes are read.
    pub(crate) url: String,
    /// The name that it came with.
    pub(crate) filename: Option<String>,
    /// Bytes.
    pub(crate) size: u64,
    /// Pixels across.
    pub(crate) width: u32,
    /// Pixels down.
    pub(crate) height: u32,
    /// When it was uploaded, in RFC 3339.
    pub(crate) created_at: String,
    /// Everything else.
    #[serde(flatten)]
    pub(crate) others: Map<String, Value>,
}

/// A part of the listing.
#[derive(Debug, Deserialize)]
pub(crate) struct Page {
    /// Newest first.
    pub(crate) images: Vec<Image>,
    /// Where the next page begins; nothing on the last one.
    pub(crate) next_cursor: Option<String>,
}
