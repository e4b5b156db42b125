//! An image as JSON.

use std::fmt::Display;

use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use jiff::Timestamp;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use super::address::Base;
use super::problem::{Code, Problem};
use crate::catalog::{Record, Sha256};
use crate::image::ImageId;
use crate::strip::Stripped;

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
    /// Of a film, in seconds.
    duration: Option<f64>,
    #[serde(serialize_with = "shown")]
    sha256: Sha256,
    /// A `ThumbHash` once there is one.
    placeholder: Option<String>,
    /// The colour that is most of it, as `#rrggbb`, once it is known.
    color: Option<String>,
    /// What was taken out of the file before it was stored.
    stripped: Stripped,
    caption: Option<String>,
    alt: Option<String>,
    metadata: Map<String, Value>,
    #[serde(serialize_with = "shown")]
    created_at: Timestamp,
}

/// Enough for an image with a few texts.
const USUAL_LENGTH: usize = 1024;

impl IntoResponse for ImageView {
    fn into_response(self) -> Response {
        let mut json = Vec::with_capacity(USUAL_LENGTH);
        match serde_json::to_writer(&mut json, &self) {
            Ok(()) => ([(CONTENT_TYPE, "application/json")], json).into_response(),
            Err(error) => Problem::new(Code::Internal, "the image cannot be shown")
                .caused_by(error)
                .into_response(),
        }
    }
}

/// Writes a value as the text that it shows itself as.
fn shown<T: Display, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
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
            duration: record.duration.map(|milliseconds| milliseconds as f64 / 1000.0),
            sha256: record.sha256,
            placeholder: record.placeholder.map(|hash| BASE64_STANDARD.encode(hash)),
            color: record
                .color
                .map(|[red, green, blue]| format!("#{red:02x}{green:02x}{blue:02x}")),
            stripped: record.stripped,
            caption: record.caption,
            alt: record.alt,
            metadata: record.metadata,
            created_at: record.created_at,
        }
    }
}
