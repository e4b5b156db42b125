//! What can be done to a bucket, and the facts of each call.

use std::fmt;

use serde::Serialize;

use super::lifecycle::{DAYS, RULE};
use super::tls::STATEMENT;
use super::wire::PUBLIC_ACCESS_BLOCKS;
use crate::bucket::BucketName;

/// One change of a bucket, which is one request. The order is that in which they are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum BucketChange {
    /// The bucket is made.
    Create,
    /// Nobody can open it to everybody.
    BlockPublicAccess,
    /// What is put is encrypted with a key of S3's.
    Encrypt,
    /// A statement is added to its policy, by which requests without TLS are denied.
    RequireTls,
    /// A rule is added to its lifecycle configuration, by which uploads in parts end some day.
    AbortUnfinishedUploads,
}

/// The two calls that belong to a setting of a bucket.
#[derive(Clone, Copy, Debug)]
pub(super) struct Facts {
    /// The operation: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html>.
    pub(super) call: &'static str,
    /// The action that a policy has to allow for the change, which often has another name:
    /// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html>.
    pub(super) writing: &'static str,
    /// The action for looking first.
    pub(super) reading: &'static str,
    /// The query that means this setting.
    pub(super) query: &'static str,
    /// The code that says that nothing is set:
    /// <https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html>.
    pub(super) missing: &'static str,
}

impl BucketChange {
    /// The changes to a bucket that is there.
    pub(super) const SETTINGS: [Self; 4] =
        [Self::BlockPublicAccess, Self::Encrypt, Self::RequireTls, Self::AbortUnfinishedUploads];

    pub(super) fn facts(self) -> Facts {
        match self {
            Self::Create => Facts {
                call: "s3:CreateBucket",
                writing: "s3:CreateBucket",
                reading: "s3:ListBucket",
                query: "",
                missing: "NoSuchBucket",
            },
            Self::BlockPublicAccess => Facts {
                call: "s3:PutPublicAccessBlock",
                writing: "s3:PutBucketPublicAccessBlock",
                reading: "s3:GetBucketPublicAccessBlock",
                query: "publicAccessBlock",
                missing: "NoSuchPublicAccessBlockConfiguration",
            },
            Self::Encrypt => Facts {
                call: "s3:PutBucketEncryption",
                writing: "s3:PutEncryptionConfiguration",
                reading: "s3:GetEncryptionConfiguration",
                query: "encryption",
                missing: "ServerSideEncryptionConfigurationNotFoundError",
            },
            Self::RequireTls => Facts {
                call: "s3:PutBucketPolicy",
                writing: "s3:PutBucketPolicy",
                reading: "s3:GetBucketPolicy",
                query: "policy",
                missing: "NoSuchBucketPolicy",
            },
            Self::AbortUnfinishedUploads => Facts {
                call: "s3:PutBucketLifecycleConfiguration",
                writing: "s3:PutLifecycleConfiguration",
                reading: "s3:GetLifecycleConfiguration",
                query: "lifecycle",
                missing: "NoSuchLifecycleConfiguration",
            },
        }
    }

    /// The name of the call.
    pub(crate) fn call(self) -> &'static str {
        self.facts().call
    }

    /// The call, as `--dry-run` shows it.
    pub(crate) fn describe(self, bucket: &BucketName, region: &str) -> String {
        let call = self.facts().call;
        match self {
            Self::Create => format!("{call} {bucket} in {region}"),
            Self::BlockPublicAccess => {
                format!("{call} {bucket}: {}", PUBLIC_ACCESS_BLOCKS.join(", "))
            }
            Self::Encrypt => format!("{call} {bucket}: AES256"),
            Self::RequireTls => {
                format!("{call} {bucket}: adds the statement {STATEMENT}, no request without TLS")
            }
            Self::AbortUnfinishedUploads => format!(
                "{call} {bucket}: adds the rule {RULE}, uploads in parts end after {DAYS} days"
            ),
        }
    }
}

impl fmt::Display for BucketChange {
    /// What is to be, in a few words.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Create => "the bucket",
            Self::BlockPublicAccess => "the block of public access",
            Self::Encrypt => "encryption by default",
            Self::RequireTls => "the denial of requests without TLS",
            Self::AbortUnfinishedUploads => "the end of unfinished uploads",
        })
    }
}
