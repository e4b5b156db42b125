//! The way back from a row of `images` or `variants`: what the database holds, checked on its way into our types.

use jiff::Timestamp;
use serde_json::{Map, Value};
use sqlx::types::Json;
use uuid::Uuid;

use super::record::{Record, Sha256, State};
use super::time;
use super::unfinished::{Doomed, Row};
use super::variant::{Variant, VariantRow};
use crate::image::{Format, ImageId};
use crate::strip::Stripped;

/// A column holds what this version never writes.
#[derive(Debug, thiserror::Error)]
#[error("image {id}: the column {column} does not hold what it should")]
struct CorruptRow {
    id: ImageId,
    column: &'static str,
}

/// What a record is made of; nothing else is asked for where only records are read.
#[derive(sqlx::FromRow)]
pub(super) struct RecordRow {
    id: Uuid,
    object_key: String,
    filename: Option<String>,
    format: String,
    size: i64,
    width: i64,
    height: i64,
    frames: i64,
    duration: Option<i64>,
    sha256: Vec<u8>,
    stripped: i64,
    placeholder: Option<Vec<u8>>,
    color: Option<Vec<u8>>,
    caption: Option<String>,
    alt: Option<String>,
    metadata: Json<Map<String, Value>>,
    created_at: i64,
}

impl RecordRow {
    pub(super) fn into_record(self) -> sqlx::Result<Record> {
        let checked = Checked(ImageId::from_uuid(self.id));
        Ok(Record {
            id: checked.0,
            key: self.object_key,
            filename: self.filename,
            format: checked.or_corrupt("format", Format::from_extension(&self.format))?,
            size: checked.number("size", self.size)?,
            width: checked.number("width", self.width)?,
            height: checked.number("height", self.height)?,
            frames: checked.number("frames", self.frames)?,
            duration: self.duration.map(|held| checked.number("duration", held)).transpose()?,
            sha256: Sha256::new(checked.or_corrupt("sha256", self.sha256.try_into().ok())?),
            stripped: checked.or_corrupt("stripped", Stripped::from_column(self.stripped))?,
            placeholder: self.placeholder,
            color: self
                .color
                .map(|held| checked.or_corrupt("color", held.try_into().ok()))
                .transpose()?,
            caption: self.caption,
            alt: self.alt,
            metadata: self.metadata.0,
            created_at: checked.time("created_at", self.created_at)?,
        })
    }
}

#[derive(sqlx::FromRow)]
pub(super) struct ImageRow {
    #[sqlx(flatten)]
    record: RecordRow,
    state: String,
    settled_at: i64,
    due_at: i64,
    attempts: i64,
}

impl ImageRow {
    pub(super) fn into_row(self) -> sqlx::Result<Row> {
        let checked = Checked(ImageId::from_uuid(self.record.id));
        Ok(Row {
            state: checked.or_corrupt("state", State::from_name(&self.state))?,
            settled_at: checked.time("settled_at", self.settled_at)?,
            due_at: checked.time("due_at", self.due_at)?,
            attempts: checked.number("attempts", self.attempts)?,
            record: self.record.into_record()?,
        })
    }
}

#[derive(sqlx::FromRow)]
pub(super) struct DoomedRow {
    id: Uuid,
    object_key: String,
    settled_at: i64,
    attempts: i64,
}

impl DoomedRow {
    pub(super) fn into_doomed(self) -> sqlx::Result<Doomed> {
        let checked = Checked(ImageId::from_uuid(self.id));
        Ok(Doomed {
            id: checked.0,
            key: self.object_key,
            settled_at: checked.time("settled_at", self.settled_at)?,
            attempts: checked.number("attempts", self.attempts)?,
        })
    }
}

#[derive(sqlx::FromRow)]
pub(super) struct VariantTableRow {
    image_id: Uuid,
    name: String,
    object_key: String,
    state: String,
    format: String,
    size: i64,
    width: i64,
    height: i64,
    sha256: Vec<u8>,
    created_at: i64,
    settled_at: i64,
    due_at: i64,
}

impl VariantTableRow {
    pub(super) fn into_row(self) -> sqlx::Result<VariantRow> {
        let checked = Checked(ImageId::from_uuid(self.image_id));
        let variant = Variant {
            image: checked.0,
            name: checked.or_corrupt("name", self.name.parse().ok())?,
            key: self.object_key,
            format: checked.or_corrupt("format", Format::from_extension(&self.format))?,
            size: checked.number("size", self.size)?,
            width: checked.number("width", self.width)?,
            height: checked.number("height", self.height)?,
            sha256: Sha256::new(checked.or_corrupt("sha256", self.sha256.try_into().ok())?),
            created_at: checked.time("created_at", self.created_at)?,
        };
        Ok(VariantRow {
            variant,
            state: checked.or_corrupt("state", State::from_name(&self.state))?,
            settled_at: checked.time("settled_at", self.settled_at)?,
            due_at: checked.time("due_at", self.due_at)?,
        })
    }
}

/// Checks the columns of one image's row, whose id an error names.
struct Checked(ImageId);

impl Checked {
    fn or_corrupt<T>(&self, column: &'static str, value: Option<T>) -> sqlx::Result<T> {
        value.ok_or_else(|| sqlx::Error::Decode(Box::new(CorruptRow { id: self.0, column })))
    }

    fn number<T: TryFrom<i64>>(&self, column: &'static str, value: i64) -> sqlx::Result<T> {
        self.or_corrupt(column, value.try_into().ok())
    }

    fn time(&self, column: &'static str, microseconds: i64) -> sqlx::Result<Timestamp> {
        self.or_corrupt(column, time::from_column(microseconds))
    }
}
