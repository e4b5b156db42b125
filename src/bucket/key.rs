//! The names of objects: how a key is made, which text may be one, and whose image it belongs to.

use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

use crate::image::{Format, ImageId, VariantName};

/// The longest prefix in bytes. S3 ends a key at 1024 bytes, and what follows the prefix is short.
pub const MAX_PREFIX_LENGTH: usize = 512;

/// The longest key in bytes, which is S3's own limit.
pub const MAX_KEY_LENGTH: usize = 1024;

/// What an object is. One match on it holds everything that depends on that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ObjectKind {
    /// The stored bytes of an upload in this format.
    Original(Format),
    /// A rendition of an original, in this format.
    Variant(Format),
}

/// What follows from an [`ObjectKind`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectPolicy {
    /// The media type that the bucket is told.
    pub content_type: &'static str,
    /// How long caches may keep the object, as a `Cache-Control` value.
    pub cache_control: &'static str,
}

impl ObjectKind {
    /// The media type and cache policy of such an object.
    #[must_use]
    pub const fn policy(self) -> ObjectPolicy {
        match self {
            // The bytes under a key never change, because a key is used once: that of an original
            // holds a random id, that of a variant a random number of its own as well.
            Self::Original(format) | Self::Variant(format) => ObjectPolicy {
                content_type: format.content_type(),
                cache_control: "public, max-age=31536000, immutable",
            },
        }
    }
}

/// Bytes in a format are an original unless somebody says otherwise.
impl From<Format> for ObjectKind {
    fn from(format: Format) -> Self {
        Self::Original(format)
    }
}

/// The part of a bucket that is ours: nothing, or segments such as `photos/live`, without a slash
/// at either end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prefix(String);

/// The text cannot be the prefix of a bucket.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPrefix {
    /// A character outside `A-Z a-z 0-9 . _ - /`.
    #[error("a prefix has letters, digits, '.', '_', '-' and '/', but here is {found:?}")]
    Character {
        /// The first such character.
        found: char,
    },
    /// A segment that is empty, `.` or `..`.
    #[error("a prefix has no empty segment and none that is '.' or '..'")]
    Segment,
    /// More than [`MAX_PREFIX_LENGTH`] bytes.
    #[error("a prefix has at most {MAX_PREFIX_LENGTH} characters")]
    TooLong,
}

impl Prefix {
    /// The prefix, without a slash at either end; empty when all of the bucket is ours.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The prefix with its slash; empty when all of the bucket is ours.
    #[cfg(feature = "cli")]
    pub(crate) fn folder(&self) -> String {
        let slash = if self.0.is_empty() { "" } else { "/" };
        format!("{}{slash}", self.0)
    }

    /// The part of `key` after the prefix and its slash. The slash matters: without it `photos`
    /// would take `photos-old/…` for its own.
    fn strip<'key>(&self, key: &'key str) -> Option<&'key str> {
        if self.0.is_empty() { Some(key) } else { key.strip_prefix(&self.0)?.strip_prefix('/') }
    }
}

impl FromStr for Prefix {
    type Err = InvalidPrefix;

    /// Slashes at the ends are dropped, so `photos`, `photos/` and `/photos/` are one prefix.
    fn from_str(text: &str) -> Result<Self, InvalidPrefix> {
        let text = text.trim_matches('/');
        if text.len() > MAX_PREFIX_LENGTH {
            return Err(InvalidPrefix::TooLong);
        }
        if let Some(found) = text.chars().find(|&character| !is_key_character(character)) {
            return Err(InvalidPrefix::Character { found });
        }
        if !text.is_empty() && text.split('/').any(is_unsafe_segment) {
            return Err(InvalidPrefix::Segment);
        }
        Ok(Self(text.to_owned()))
    }
}

/// The full key of an object, prefix included. It cannot leave the bucket, not even when the
/// bucket is a directory.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ObjectKey(String);

/// The text is not the key of an object of ours.
#[derive(Debug, thiserror::Error)]
#[error("{key:?} is not the key of an object that Tintype put")]
pub struct InvalidKey {
    /// The text as it was found.
    pub key: String,
}

impl ObjectKey {
    /// The key of an image's original: `<prefix>/<4 hex>/<id>/original.<ext>`.
    ///
    /// The four digits are the last of the id, which are random, so that images uploaded at one
    /// time are spread over S3's partitions.
    #[must_use]
    pub fn original(prefix: &Prefix, id: ImageId, format: Format) -> Self {
        Self::of(prefix, id, &format!("original.{}", format.extension()))
    }

    /// A key for a variant that is about to be made: `<prefix>/<4 hex>/<id>/<name>-<8 hex>.<ext>`.
    ///
    /// The eight digits are random: a variant that is made again has another key, so a PUT or a
    /// DELETE that lands late meets no object but the one that it was meant for.
    #[must_use]
    pub fn variant(prefix: &Prefix, id: ImageId, name: &VariantName) -> Self {
        let (stem, extension) = name.parts();
        let (making, ..) = Uuid::new_v4().as_fields();
        Self::of(prefix, id, &format!("{stem}-{making:08x}.{extension}"))
    }

    fn of(prefix: &Prefix, id: ImageId, file_name: &str) -> Self {
        let shard = shard_of(id);
        let slash = if prefix.0.is_empty() { "" } else { "/" };
        Self(format!("{prefix}{slash}{shard}/{id}/{file_name}", prefix = prefix.0))
    }

    /// The key that a row of the catalog holds.
    ///
    /// # Errors
    /// The text holds a character or a segment that no key of ours has; then the row is not ours
    /// either, and using it could reach outside the bucket.
    pub fn from_catalog(key: String) -> Result<Self, InvalidKey> {
        let safe = key.len() <= MAX_KEY_LENGTH
            && key.chars().all(is_key_character)
            && !key.split('/').any(is_unsafe_segment);
        if safe { Ok(Self(key)) } else { Err(InvalidKey { key }) }
    }

    /// The key as the bucket knows it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ObjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The image that a listed key belongs to, or nothing when Tintype with this prefix did not make
/// the key.
#[must_use]
pub fn image_of(prefix: &Prefix, key: &str) -> Option<ImageId> {
    let mut segments = prefix.strip(key)?.split('/');
    let (shard, id) = (segments.next()?, segments.next()?);
    let (file, rest) = (segments.next()?, segments.next());
    let id: ImageId = id.parse().ok()?;
    (shard == shard_of(id) && !file.is_empty() && rest.is_none()).then_some(id)
}

fn shard_of(id: ImageId) -> String {
    format!("{:04x}", id.as_uuid().as_u128() & 0xffff)
}

fn is_key_character(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '.' | '_' | '-' | '/')
}

fn is_unsafe_segment(segment: &str) -> bool {
    matches!(segment, "" | "." | "..")
}

#[cfg(test)]
mod tests {
    use super::{Format, ImageId, ObjectKey, Prefix, image_of};

    const ID: &str = "0192f0c1-2f6a-7c3e-8d11-5a0c9b7e4d20";

    fn prefix(text: &str) -> Prefix {
        text.parse().unwrap()
    }

    #[test]
    fn a_key_leads_back_to_its_image() {
        let id: ImageId = ID.parse().unwrap();
        for text in ["", "photos", "/photos/live/"] {
            let prefix = prefix(text);
            let key = ObjectKey::original(&prefix, id, Format::Jpeg);
            assert!(key.as_str().ends_with(&format!("4d20/{ID}/original.jpg")), "{key}");
            assert_eq!(image_of(&prefix, key.as_str()), Some(id), "{key}");
            assert_eq!(ObjectKey::from_catalog(key.to_string()).unwrap(), key);
        }
    }

    #[test]
    fn a_variant_has_a_key_of_its_own_each_time() {
        let id: ImageId = ID.parse().unwrap();
        let photos = prefix("photos");
        let name = "w320-cover-q80.webp".parse().unwrap();
        let key = ObjectKey::variant(&photos, id, &name);
        let begins = format!("photos/4d20/{ID}/w320-cover-q80-");
        assert!(key.as_str().starts_with(&begins) && key.as_str().ends_with(".webp"), "{key}");
        assert_eq!(image_of(&photos, key.as_str()), Some(id));
        assert_eq!(ObjectKey::from_catalog(key.to_string()).unwrap(), key);
        assert_ne!(ObjectKey::variant(&photos, id, &name), key);
    }

    #[test]
    fn a_foreign_key_belongs_to_no_image() {
        let photos = prefix("photos");
        for key in [
            format!("4d20/{ID}/original.jpg"),
            format!("photos-old/4d20/{ID}/original.jpg"),
            format!("photos/other/4d20/{ID}/original.jpg"),
            format!("photos/0000/{ID}/original.jpg"),
            format!("photos/4d20/{ID}/"),
            format!("photos/4d20/{ID}"),
            "photos/4d20/readme/original.jpg".to_owned(),
        ] {
            assert_eq!(image_of(&photos, &key), None, "{key}");
        }
    }

    #[test]
    fn a_key_cannot_leave_the_bucket() {
        for key in
            ["", "/etc/passwd", "a/../b", "./a", "a//b", "a/", "a\\b", "a b", "a#1", "å", "a\0"]
        {
            assert!(ObjectKey::from_catalog(key.to_owned()).is_err(), "{key:?}");
        }
        assert!(ObjectKey::from_catalog("a".repeat(1025)).is_err());
    }

    #[test]
    fn a_prefix_is_checked_and_made_plain() {
        assert_eq!(prefix("//a/b/").as_str(), "a/b");
        for text in ["a/../b", "a//b", "a b", "a?b", "."] {
            assert!(text.parse::<Prefix>().is_err(), "{text:?}");
        }
        assert!("a".repeat(513).parse::<Prefix>().is_err());
    }
}
