//! What may be said of an image, and what of it a process can hold: the bounds of captions,
//! alternative texts and metadata, whichever way they come in.

use serde_json::{Map, Value};

use crate::catalog::{Change, Edit, Unstorable};

/// The most values in one metadata object, however deep. In memory a value takes up to a hundred
/// times its length as text, which no limit in bytes would bound well.
const METADATA_VALUES: usize = 512;

/// How deep a metadata object may go. `serde_json` reads 127 levels back, and the record around it
/// is one of them.
const METADATA_DEPTH: usize = 64;

/// The longest idempotency key in bytes; a UUID has 36.
pub(crate) const IDEMPOTENCY_KEY_MAX: usize = 255;

/// What is said of an image cannot be kept. Whoever said it can mend it; the text may be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidDescription {
    /// A text, or the metadata as JSON, is too long.
    #[error("`{field}` has at most {limit} bytes")]
    TooLong {
        /// `caption`, `alt` or `metadata`.
        field: &'static str,
        /// The most bytes.
        limit: usize,
    },
    /// The metadata is an object of too many values.
    #[error("`metadata` has at most {limit} values")]
    TooManyValues {
        /// The most values, however deep they stand.
        limit: usize,
    },
    /// The metadata has objects or lists too deep in one another.
    #[error("`metadata` has at most {limit} levels")]
    TooDeep {
        /// The most levels, the metadata itself counted.
        limit: usize,
    },
    /// A text holds the one character that databases cannot keep.
    #[error(transparent)]
    Unstorable(#[from] Unstorable),
}

/// Refuses a text of more than `limit` bytes.
pub(crate) fn admit_text(
    field: &'static str,
    text: &str,
    limit: usize,
) -> Result<(), InvalidDescription> {
    if text.len() > limit { Err(InvalidDescription::TooLong { field, limit }) } else { Ok(()) }
}

/// Refuses metadata of more than `limit` bytes, or of a shape that a record cannot carry.
pub(crate) fn admit_metadata(
    metadata: &Map<String, Value>,
    limit: usize,
) -> Result<(), InvalidDescription> {
    admit_shape(metadata)?;
    if json_bytes(metadata) > limit {
        return Err(InvalidDescription::TooLong { field: "metadata", limit });
    }
    Ok(())
}

/// Refuses metadata that is too deep or has too many values, whatever its length.
pub(crate) fn admit_shape(metadata: &Map<String, Value>) -> Result<(), InvalidDescription> {
    // First, since everything after it goes as deep as the metadata does.
    if metadata.values().any(|value| is_deeper(value, METADATA_DEPTH - 1)) {
        return Err(InvalidDescription::TooDeep { limit: METADATA_DEPTH });
    }
    if values_of(metadata) > METADATA_VALUES {
        return Err(InvalidDescription::TooManyValues { limit: METADATA_VALUES });
    }
    Ok(())
}

/// Refuses a change that would leave what no upload may bring.
pub(crate) fn admit_change(change: &Change, limit: usize) -> Result<(), InvalidDescription> {
    for (field, edit) in [("caption", &change.caption), ("alt", &change.alt)] {
        if let Edit::Set(text) = edit {
            admit_text(field, text, limit)?;
        }
    }
    match &change.metadata {
        Edit::Set(metadata) => admit_metadata(metadata, limit),
        Edit::Keep | Edit::Clear => Ok(()),
    }
}

/// How many values an object holds, however deep.
pub(crate) fn values_of(object: &Map<String, Value>) -> usize {
    object.values().map(values_in).sum()
}

fn values_in(value: &Value) -> usize {
    1 + match value {
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 0,
        Value::Array(values) => values.iter().map(values_in).sum(),
        Value::Object(object) => values_of(object),
    }
}

/// Whether a value has more levels than these. It looks no deeper.
fn is_deeper(value: &Value, levels: usize) -> bool {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
        Value::Array(values) => {
            levels == 0 || values.iter().any(|value| is_deeper(value, levels - 1))
        }
        Value::Object(object) => {
            levels == 0 || object.values().any(|value| is_deeper(value, levels - 1))
        }
    }
}

/// The length of an object as JSON.
pub(crate) fn json_bytes(metadata: &Map<String, Value>) -> usize {
    serde_json::to_string(metadata).map_or(0, |text| text.len())
}
