//! An image as JSON.

use serde::Serialize;
use serde_json::{Map, Value};

use super::address::Base;
use crate::catalog::Record;
use crate::image::ImageId;

/// The answer that names one image.
#[derive(Debug, Serialize)]
pub(super) struct ImageView {
    id: ImageId,
    url: String,
    filename: Option<String>,
    content_type: &'static str,
    size: u64,
    width: u32,
    height: u32,
    sha256: String,
    /// A `ThumbHash` once there is one.
    placeholder: Option<String>,
    /// What was taken out of the file before it was stored.
    stripped: Vec<&'static str>,
    caption: Option<String>,
    alt: Option<String>,
    metadata: Map<String, Value>,
    created_at: String,
}

impl ImageView {
    pub(super) fn new(record: Record, base: &Base) -> Self {
        Self {
            id: record.id,
            url: base.of_bytes(&record),
            filename: record.filename,
            content_type: record.format.content_type(),
            size: record.size,
            width: record.width,
            height: record.height,
            sha256: record.sha256.to_string(),
            placeholder: None,
            stripped: Vec::new(),
            caption: record.caption,
            alt: record.alt,
            metadata: record.metadata,
            created_at: record.created_at.to_string(),
        }
    }
}
