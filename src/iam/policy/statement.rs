//! The statements that a policy can have, each with its reason.

use std::collections::BTreeMap;

use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};

use super::kms::KeyArn;

/// The names of all statements, in the order of the functions that make them.
pub(crate) const SIDS: [&str; 4] = [IMAGES, LISTING, MULTIPART, ENCRYPTION];

const IMAGES: &str = "Images";
/// The statement about listing.
pub(super) const LISTING: &str = "Listing";
/// The statement about uploads in parts.
pub(super) const MULTIPART: &str = "Multipart";
/// The statement about keys of KMS.
pub(super) const ENCRYPTION: &str = "Encryption";

/// What is allowed, on what, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Statement {
    /// Its name, which no other statement of the policy has.
    pub(crate) sid: &'static str,
    /// What is allowed.
    pub(crate) actions: &'static [&'static str],
    /// The ARNs of what it is allowed on; at least one.
    pub(crate) resources: Vec<String>,
    /// When it is allowed, if not always.
    pub(crate) condition: Option<Condition>,
    /// Which part of Tintype needs it, in sentences.
    pub(crate) reason: &'static str,
}

/// What has to hold of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Condition {
    /// How the two are compared.
    pub(crate) operator: &'static str,
    /// What of the request is looked at.
    pub(crate) key: &'static str,
    /// What it has to be like.
    pub(crate) value: String,
}

impl Statement {
    /// The three rights that the service needs.
    pub(super) fn images(objects: String) -> Self {
        Self {
            sid: IMAGES,
            actions: &["s3:GetObject", "s3:PutObject", "s3:DeleteObject"],
            resources: vec![objects],
            condition: None,
            reason: "All that the service does: an upload puts one object, a read gets it, and a \
                     deletion, or the clean-up after an upload that failed, deletes it.",
        }
    }

    /// `ListBucket` is a right on the bucket; on its objects it has no effect:
    /// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html>.
    pub(super) fn listing(bucket: String, prefix: &str) -> Self {
        let within = |prefix| Condition {
            operator: "StringLike",
            key: "s3:prefix",
            value: format!("{prefix}*"),
        };
        Self {
            sid: LISTING,
            actions: &["s3:ListBucket"],
            resources: vec![bucket],
            condition: Some(prefix).filter(|prefix| !prefix.is_empty()).map(within),
            reason: "Only `tintype check` lists, to find objects without a record. The service \
                     never does, so rather give this to the person who checks.",
        }
    }

    /// `PutObject` alone begins, fills and completes an upload in parts:
    /// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html#mpuAndPermissions>.
    pub(super) fn multipart(objects: String) -> Self {
        Self {
            sid: MULTIPART,
            actions: &["s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"],
            resources: vec![objects],
            condition: None,
            reason: "Nothing in Tintype needs this: an image is put in one request. It is for \
                     other programs that put large files in parts with the same key, so that they \
                     can resume an upload or give it up.",
        }
    }

    /// What S3 does with a key of the account's own, in the name of the one who asks:
    /// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html#require-sse-kms>.
    pub(super) fn encryption(key: &KeyArn) -> Self {
        Self {
            sid: ENCRYPTION,
            actions: &["kms:GenerateDataKey", "kms:Decrypt"],
            resources: vec![key.to_string()],
            condition: None,
            reason: "For a bucket that encrypts with a key of yours in KMS: each upload has a data \
                     key made, and each read has one decrypted.",
        }
    }
}

impl Serialize for Statement {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("Sid", self.sid)?;
        map.serialize_entry("Effect", "Allow")?;
        map.serialize_entry("Action", self.actions)?;
        match self.resources.as_slice() {
            [only] => map.serialize_entry("Resource", only)?,
            several => map.serialize_entry("Resource", several)?,
        }
        if let Some(condition) = &self.condition {
            let compared = BTreeMap::from([(condition.key, &condition.value)]);
            let operator = BTreeMap::from([(condition.operator, compared)]);
            map.serialize_entry("Condition", &operator)?;
        }
        map.end()
    }
}
