//! What `tintype check` found, as text for people and as JSON for programs.

use std::fmt;

use serde::Serialize;

use crate::image::ImageId;

/// The most findings that a report names; the rest is counted.
const FINDINGS_MAX: usize = 10_000;

/// One breach of an invariant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "finding", rename_all = "snake_case")]
pub enum Finding {
    /// A ready record without an object.
    ObjectMissing {
        /// The image.
        id: ImageId,
        /// Where its original should be.
        key: String,
    },
    /// A ready record whose object is missing or may not be read: to those who may not list the
    /// bucket, Amazon gives the same answer to both.
    ObjectDenied {
        /// The image.
        id: ImageId,
        /// Where its original should be.
        key: String,
    },
    /// A ready record whose object has another size.
    WrongSize {
        /// The image.
        id: ImageId,
        /// Bytes by the record.
        recorded: u64,
        /// Bytes in the bucket.
        stored: u64,
    },
    /// A ready record whose object has other bytes.
    WrongBytes {
        /// The image.
        id: ImageId,
        /// SHA-256 by the record, in hex.
        recorded: String,
        /// SHA-256 of the stored bytes, in hex.
        stored: String,
    },
    /// A ready record whose object could not be read now; says nothing about the object.
    Unreadable {
        /// The image.
        id: ImageId,
    },
    /// A ready variant without an object.
    VariantMissing {
        /// The image.
        id: ImageId,
        /// The variant.
        name: String,
        /// Where it should be.
        key: String,
    },
    /// A ready variant whose object is missing or may not be read, as with originals.
    VariantDenied {
        /// The image.
        id: ImageId,
        /// The variant.
        name: String,
        /// Where it should be.
        key: String,
    },
    /// A ready variant whose object has other bytes, or another number of them.
    VariantAltered {
        /// The image.
        id: ImageId,
        /// The variant.
        name: String,
        /// Where it is.
        key: String,
    },
    /// A ready variant whose object could not be read now; says nothing about the object.
    VariantUnreadable {
        /// The image.
        id: ImageId,
        /// The variant.
        name: String,
    },
    /// An object of this service without a row, of an image or of a variant.
    ObjectWithoutRecord {
        /// The image that its key names.
        id: ImageId,
        /// Its key.
        key: String,
    },
    /// A row that the reconciler should have finished long ago.
    Overdue {
        /// The image.
        id: ImageId,
        /// Since when it is due, in RFC 3339.
        due_at: String,
    },
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ObjectMissing { id, key } => write!(f, "{id}: the object {key} is missing"),
            Self::ObjectDenied { id, key } => {
                write!(f, "{id}: the object {key} is missing, or reading it is denied")
            }
            Self::WrongSize { id, recorded, stored } => {
                write!(f, "{id}: the record says {recorded} bytes, the object has {stored}")
            }
            Self::WrongBytes { id, recorded, stored } => {
                write!(f, "{id}: the record says SHA-256 {recorded}, the object has {stored}")
            }
            Self::Unreadable { id } => write!(f, "{id}: the object cannot be read now"),
            Self::VariantMissing { id, name, key } => {
                write!(f, "{id}: the object {key} of the variant {name} is missing")
            }
            Self::VariantDenied { id, name, key } => write!(
                f,
                "{id}: the object {key} of the variant {name} is missing, or reading it is denied"
            ),
            Self::VariantAltered { id, name, key } => write!(
                f,
                "{id}: the object {key} of the variant {name} has other bytes than its record says"
            ),
            Self::VariantUnreadable { id, name } => {
                write!(f, "{id}: the object of the variant {name} cannot be read now")
            }
            Self::ObjectWithoutRecord { key, .. } => write!(f, "{key}: an object without a record"),
            Self::Overdue { id, due_at } => {
                write!(f, "{id}: unfinished, and due since {due_at}")
            }
        }
    }
}

/// How the walk of the bucket went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(tag = "listing", rename_all = "snake_case")]
pub enum Objects {
    /// The credentials may not list the bucket, as the least privilege has it.
    #[default]
    NotAllowed,
    /// The listing broke off, so it proves nothing.
    Failed,
    /// Every object under the prefix was held against the catalog.
    Listed {
        /// Objects of this service.
        ours: u64,
        /// Objects that this service did not make; they are left alone.
        foreign: u64,
    },
}

/// The outcome of one check.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Report {
    /// Ready records that were looked at.
    pub records: u64,
    /// Ready variants that were looked at.
    pub variants: u64,
    /// Objects that were looked at.
    pub objects: Objects,
    /// Uploads, and variants being made, under way or cut off; normal beside a running service.
    pub pending: u64,
    /// Deletions of images and of variants under way; normal while a bucket was down.
    pub deleting: u64,
    /// Every breach, the first ten thousand by name.
    pub findings: Vec<Finding>,
    /// Breaches that are not named.
    pub more_findings: u64,
}

impl Report {
    /// Whether every invariant held.
    #[must_use]
    pub const fn holds(&self) -> bool {
        self.findings.is_empty()
    }

    pub(super) fn add(&mut self, finding: Finding) {
        if self.findings.len() < FINDINGS_MAX {
            self.findings.push(finding);
        } else {
            self.more_findings += 1;
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "records    {} ready", self.records)?;
        writeln!(f, "variants   {} ready", self.variants)?;
        writeln!(f, "unfinished {} pending, {} deleting", self.pending, self.deleting)?;
        match self.objects {
            Objects::NotAllowed => writeln!(f, "objects    not listed: listing is not allowed")?,
            Objects::Failed => writeln!(f, "objects    not listed: the listing broke off")?,
            Objects::Listed { ours, foreign } => {
                writeln!(f, "objects    {ours} ours, {foreign} foreign")?;
            }
        }
        for finding in &self.findings {
            writeln!(f, "BROKEN     {finding}")?;
        }
        if self.more_findings > 0 {
            writeln!(f, "BROKEN     and {} more", self.more_findings)?;
        }
        f.write_str(if self.holds() {
            "every invariant that was checked holds"
        } else {
            "invariants are broken"
        })
    }
}
