//! The idempotency key of an upload: derived from what is uploaded, so that the same command run
//! again finds what the first one stored.

use std::fmt;
use std::os::unix::ffi::OsStrExt as _;

use serde_json::Value;
use uuid::Uuid;

use super::photo::Photo;
use crate::digest::Hasher;
use crate::image::ImageId;

/// The texts that go with an image.
#[derive(Clone, Debug, Default)]
pub(crate) struct Words {
    /// What a reader sees below the image.
    pub(crate) caption: Option<String>,
    /// What stands in for the image where it is not seen.
    pub(crate) alt: Option<String>,
    /// Whatever is to be kept with it: a JSON object.
    pub(crate) metadata: Option<Value>,
}

/// A client's own name for one upload: 64 hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Key(String);

impl Key {
    /// Of the file at its place with its bytes and texts: exactly what the service compares when a
    /// key comes again, and the place, since two files may be alike. `run` sets the uploads of one
    /// run apart from those of all others.
    pub(super) fn of(photo: &Photo, words: &Words, run: Option<Uuid>) -> Self {
        let run = run.map(|run| run.to_string());
        let metadata = words.metadata.as_ref().map(Value::to_string);
        let texts = [words.caption.as_deref(), words.alt.as_deref(), metadata.as_deref()];
        let mut parts =
            vec![Some(photo.path.as_os_str().as_bytes()), Some(photo.digest.as_bytes())];
        parts.extend(texts.map(|text| text.map(str::as_bytes)));
        parts.push(run.as_deref().map(str::as_bytes));
        Self::hash(parts)
    }

    /// The key of the same upload after the image of this one was deleted. It is derived too, so
    /// that a run that was cut off here finds its way again.
    pub(super) fn after(&self, deleted: ImageId) -> Self {
        let id = deleted.to_string();
        Self::hash(vec![Some(self.0.as_bytes()), Some(id.as_bytes())])
    }

    /// One of a kind.
    pub(super) fn unique() -> Self {
        Self(Uuid::new_v4().to_string())
    }

    /// Each part with its length before it, so that no two lists of parts look alike.
    fn hash(parts: Vec<Option<&[u8]>>) -> Self {
        let mut hasher = Hasher::default();
        for part in parts {
            let length = part.map_or(u64::MAX, |part| part.len() as u64);
            hasher.update(&length.to_be_bytes());
            hasher.update(part.unwrap_or_default());
        }
        Self(hasher.finish().to_string())
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
