//! What cannot be kept, said before any statement is sent, so that both databases agree on it.
//!
//! PostgreSQL refuses the character U+0000 in `text` and in `jsonb`
//! (<https://www.postgresql.org/docs/current/datatype-json.html>), SQLite takes it and its functions
//! then see half a string. The catalog therefore refuses it everywhere. It does not take it out:
//! what a client reads back is what it sent.

use serde_json::{Map, Value};

use super::record::{Change, Edit, Record};
use super::reserve::IdempotencyClaim;
use super::variant::Variant;

/// Something to be kept holds what the databases cannot keep. The client can mend it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field} holds the character U+0000, which cannot be kept")]
pub struct Unstorable {
    /// The name of the field, as clients know it.
    pub field: &'static str,
}

impl Record {
    /// Whether a catalog can keep this record; [`Catalog::reserve`](super::Catalog::reserve) asks
    /// the same.
    ///
    /// # Errors
    ///
    /// [`Unstorable`] names the first field that it cannot keep.
    pub fn storable(&self) -> Result<(), Unstorable> {
        text("key", Some(&self.key))?;
        text("filename", self.filename.as_deref())?;
        text("caption", self.caption.as_deref())?;
        text("alt", self.alt.as_deref())?;
        metadata(&self.metadata)
    }
}

impl Change {
    /// Whether a catalog can keep this change; [`Catalog::annotate`](super::Catalog::annotate) asks
    /// the same.
    ///
    /// # Errors
    ///
    /// [`Unstorable`] names the first field that it cannot keep.
    pub fn storable(&self) -> Result<(), Unstorable> {
        text("caption", self.caption.new_value().map(String::as_str))?;
        text("alt", self.alt.new_value().map(String::as_str))?;
        self.metadata.new_value().map_or(Ok(()), metadata)
    }
}

impl Variant {
    pub(super) fn storable(&self) -> Result<(), Unstorable> {
        text("key", Some(&self.key))
    }
}

impl IdempotencyClaim {
    pub(super) fn storable(&self) -> Result<(), Unstorable> {
        text("principal", Some(&self.principal))?;
        text("Idempotency-Key", Some(&self.key))
    }
}

impl<T> Edit<T> {
    const fn new_value(&self) -> Option<&T> {
        match self {
            Self::Keep | Self::Clear => None,
            Self::Set(value) => Some(value),
        }
    }
}

fn text(field: &'static str, value: Option<&str>) -> Result<(), Unstorable> {
    if value.is_some_and(has_nul) { Err(Unstorable { field }) } else { Ok(()) }
}

fn metadata(object: &Map<String, Value>) -> Result<(), Unstorable> {
    if object_has_nul(object) { Err(Unstorable { field: "metadata" }) } else { Ok(()) }
}

fn has_nul(text: &str) -> bool {
    memchr::memchr(0, text.as_bytes()).is_some()
}

fn object_has_nul(object: &Map<String, Value>) -> bool {
    object.iter().any(|(name, value)| has_nul(name) || value_has_nul(value))
}

/// Recursion is bounded by the depth that `serde_json` parses, 128.
fn value_has_nul(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
        Value::String(text) => has_nul(text),
        Value::Array(values) => values.iter().any(value_has_nul),
        Value::Object(object) => object_has_nul(object),
    }
}
