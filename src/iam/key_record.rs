//! What a user's tag says of its keys. A key cannot be tagged and its secret is shown once, so the
//! user is tagged before a key is made: whoever finds the tag later knows which key was lost.
//!
//! The tag names the keys that were there before. A time would not do, since the clocks of this
//! machine and of IAM differ.

use std::fmt;

use super::account::AccessKeyId;
use super::mark::Tag;

/// The tag.
const KEY: &str = "tintype:key";

/// What was begun, or has come of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum KeyRecord {
    /// Nothing yet.
    Missing,
    /// This key was written down.
    Settled(AccessKeyId),
    /// A key is being made.
    Begun(Begun),
}

/// What was begun and, as long as the tag says so, not finished.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Begun {
    /// To what end.
    pub(crate) purpose: Purpose,
    /// The keys that the user had before. A key that is not among them and that nobody wrote down
    /// is lost.
    pub(crate) beside: Vec<AccessKeyId>,
}

/// What a key is made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// To be the user's key, or one more of them.
    Making,
    /// To replace the others. It is tried out before it is written down.
    Rotating,
}

impl KeyRecord {
    /// What the tags of a user say.
    pub(crate) fn of(tags: &[Tag]) -> Self {
        let value = tags.iter().find(|(name, _)| name == KEY).map(|(_, value)| value.as_str());
        let mut words = value.unwrap_or_default().split(':');
        let purpose = match words.next() {
            None | Some("") => return Self::Missing,
            Some("making") => Purpose::Making,
            Some("rotating") => Purpose::Rotating,
            Some(id) => return Self::Settled(AccessKeyId::told(id)),
        };
        let beside = words.map(AccessKeyId::told).collect();
        Self::Begun(Begun { purpose, beside })
    }

    /// The tag that says it.
    pub(crate) fn tag(&self) -> Tag {
        (KEY.to_owned(), self.to_string())
    }

    /// What is under way, if anything is.
    pub(crate) fn begun(&self) -> Option<&Begun> {
        match self {
            Self::Begun(begun) => Some(begun),
            Self::Missing | Self::Settled(_) => None,
        }
    }
}

impl fmt::Display for KeyRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => Ok(()),
            Self::Settled(id) => id.fmt(f),
            Self::Begun(begun) => begun.fmt(f),
        }
    }
}

impl fmt::Display for Begun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.purpose {
            Purpose::Making => "making",
            Purpose::Rotating => "rotating",
        })?;
        self.beside.iter().try_for_each(|id| write!(f, ":{id}"))
    }
}

#[cfg(test)]
mod tests {
    use super::KeyRecord;

    #[test]
    fn what_is_written_is_read_back() {
        for text in ["", "AKIA1", "making", "making:AKIA1", "rotating:AKIA1:AKIA2"] {
            let record = KeyRecord::of(&[("tintype:key".to_owned(), text.to_owned())]);
            assert_eq!(record.to_string(), text);
            assert_eq!(KeyRecord::of(&[record.tag()]), record);
        }
    }
}
