//! What the catalog keeps of an image, and the words in which a change of it is asked for.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::time;
use crate::image::{Format, ImageId};
use crate::strip::Stripped;

/// What is known of one image.
///
/// Its JSON form is the answer that an idempotency key keeps; it is not what a client reads.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// The image's id.
    pub id: ImageId,
    /// Where the original is in the bucket.
    pub key: String,
    /// The cleaned name of the file that was uploaded, if the client gave one.
    pub filename: Option<String>,
    /// What the bytes were found to be.
    pub format: Format,
    /// Length of the stored bytes.
    pub size: u64,
    /// Pixels across, as displayed.
    pub width: u32,
    /// Pixels down, as displayed.
    pub height: u32,
    /// How many frames: 1 unless it is animated.
    pub frames: u32,
    /// How long a film runs, in milliseconds, where it says so.
    #[serde(default)]
    pub duration: Option<u64>,
    /// The digest of the stored bytes.
    pub sha256: Sha256,
    /// What was taken out of the file before it was stored.
    #[serde(default)]
    pub stripped: Stripped,
    /// A `ThumbHash` of the picture, once its pixels were seen.
    #[serde(default)]
    pub placeholder: Option<Vec<u8>>,
    /// The colour that is most of the picture, as red, green and blue in sRGB, once its pixels were
    /// seen.
    #[serde(default)]
    pub color: Option<[u8; 3]>,
    /// What a reader sees below the image.
    pub caption: Option<String>,
    /// What stands in for the image where it is not seen.
    pub alt: Option<String>,
    /// Whatever the client wants kept, as a JSON object.
    ///
    /// PostgreSQL keeps it as `jsonb`: numbers keep their value, not their spelling.
    pub metadata: Map<String, Value>,
    /// When the upload was received. The catalog keeps microseconds and drops what is finer.
    #[serde(with = "time::microseconds")]
    pub created_at: Timestamp,
}

/// The SHA-256 of some bytes; shown as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Sha256([u8; 32]);

impl Sha256 {
    /// The digest that has these bytes.
    #[must_use]
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes of the digest.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut digits = [0; 64];
        hex::encode_to_slice(self.0, &mut digits).map_err(|_| fmt::Error)?;
        f.write_str(str::from_utf8(&digits).map_err(|_| fmt::Error)?)
    }
}

impl fmt::Debug for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The text is not 64 hexadecimal digits.
#[derive(Debug, thiserror::Error)]
#[error("a SHA-256 is 64 hexadecimal digits")]
pub struct InvalidSha256;

impl FromStr for Sha256 {
    type Err = InvalidSha256;

    fn from_str(text: &str) -> Result<Self, InvalidSha256> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(text, &mut bytes).map_err(|_| InvalidSha256)?;
        Ok(Self(bytes))
    }
}

impl TryFrom<String> for Sha256 {
    type Error = InvalidSha256;

    fn try_from(text: String) -> Result<Self, InvalidSha256> {
        text.parse()
    }
}

impl From<Sha256> for String {
    fn from(digest: Sha256) -> Self {
        digest.to_string()
    }
}

/// Where in its life an image is. An image without a row is in none of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// The row is there; the object may or may not be.
    Pending,
    /// Row and object are there: the one state in which a client can see the image.
    Ready,
    /// The object is about to go, or gone; the row goes last.
    Deleting,
}

impl State {
    /// The state's name in the catalog.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Ready => "ready",
            Self::Deleting => "deleting",
        }
    }

    /// The state with this name; the inverse of [`State::name`].
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Pending, Self::Ready, Self::Deleting].into_iter().find(|state| state.name() == name)
    }
}

/// What to do with one thing that a client may edit.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Edit<T> {
    /// Leave it as it is.
    #[default]
    Keep,
    /// Take it away; for metadata: leave an empty object.
    Clear,
    /// Put this in its place, whole.
    Set(T),
}

/// A change of what a client may edit. The default changes nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Change {
    /// What becomes of [`Record::caption`].
    pub caption: Edit<String>,
    /// What becomes of [`Record::alt`].
    pub alt: Edit<String>,
    /// What becomes of [`Record::metadata`].
    pub metadata: Edit<Map<String, Value>>,
}
