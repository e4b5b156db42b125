//! Times as both databases keep them: microseconds since 1970 in UTC, as a signed 64-bit integer.
//! SQLite has no type of its own for a time, and a number compares the same on both sides.

use jiff::Timestamp;

/// The column's value for `time`; what is finer than a microsecond is dropped.
pub(super) fn column(time: Timestamp) -> i64 {
    time.as_microsecond()
}

/// The time that a column holds, or `None` for a number outside the calendar (years -9999 to 9999).
pub(super) fn from_column(microseconds: i64) -> Option<Timestamp> {
    Timestamp::from_microsecond(microseconds).ok()
}

/// The same encoding for `#[serde(with = "...")]`.
pub(super) mod microseconds {
    use jiff::Timestamp;
    use serde::de::Error as _;
    use serde::{Deserialize as _, Deserializer, Serializer};

    pub(in crate::catalog) fn serialize<S: Serializer>(
        time: &Timestamp,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(super::column(*time))
    }

    pub(in crate::catalog) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Timestamp, D::Error> {
        let microseconds = i64::deserialize(deserializer)?;
        super::from_column(microseconds).ok_or_else(|| D::Error::custom("a time out of range"))
    }
}
