//! What a form has used up of its limits.

use super::error::MultipartError;
use super::header::{PartHead, PartKind};
use super::limits::Limits;

#[derive(Debug)]
pub(super) struct Usage {
    pub(super) limits: Limits,
    parts: usize,
    fields: usize,
    files: usize,
    /// Bytes of all text fields so far.
    fields_total: usize,
    /// Bytes of the current part so far.
    part: usize,
}

impl Usage {
    pub(super) const fn new(limits: Limits) -> Self {
        Self { limits, parts: 0, fields: 0, files: 0, fields_total: 0, part: 0 }
    }

    /// Counts a part, before its head is read.
    pub(super) const fn begin_part(&mut self) -> Result<(), MultipartError> {
        self.parts += 1;
        self.part = 0;
        let limit = self.limits.parts;
        if self.parts > limit { Err(MultipartError::PartCount { limit }) } else { Ok(()) }
    }

    /// Counts the part as what its head says it is.
    pub(super) const fn admit(&mut self, head: &PartHead) -> Result<(), MultipartError> {
        let Limits { fields, files, field_name_bytes, .. } = self.limits;
        if head.name.len() > field_name_bytes {
            return Err(MultipartError::FieldKey { limit: field_name_bytes });
        }
        match head.kind {
            PartKind::Field => self.fields += 1,
            PartKind::File => self.files += 1,
            PartKind::EmptyInput => {}
        }
        if self.fields > fields {
            return Err(MultipartError::FieldCount { limit: fields });
        }
        if self.files > files {
            return Err(MultipartError::FileCount { limit: files });
        }
        Ok(())
    }

    /// How many more bytes the current part may have, at least one; else the limit it has met.
    pub(super) const fn room(&self, kind: PartKind) -> Result<usize, MultipartError> {
        let Limits { file_bytes, field_value_bytes, fields_total_bytes, .. } = self.limits;
        let (room, error) = match kind {
            PartKind::File | PartKind::EmptyInput => {
                let error = MultipartError::FileSize { limit: file_bytes };
                (file_bytes.saturating_sub(self.part), error)
            }
            PartKind::Field => {
                let value = field_value_bytes.saturating_sub(self.part);
                let total = fields_total_bytes.saturating_sub(self.fields_total);
                if value <= total {
                    (value, MultipartError::FieldValue { limit: field_value_bytes })
                } else {
                    (total, MultipartError::FieldsTotal { limit: fields_total_bytes })
                }
            }
        };
        if room == 0 { Err(error) } else { Ok(room) }
    }

    /// Takes the bytes off the room.
    pub(super) const fn spend(&mut self, kind: PartKind, bytes: usize) {
        self.part += bytes;
        if matches!(kind, PartKind::Field) {
            self.fields_total += bytes;
        }
    }
}
