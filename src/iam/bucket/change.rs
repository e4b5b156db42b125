//! What can be done to a bucket, and the facts of each call.

use std::fmt;

use serde::Serialize;

use super::lifecycle::{DAYS, RULE};
use super::tls::STATEMENT;
use super::wire::{PUBLIC_ACCESS_BLOCKS, location_constraint};

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

    /// What the request sets, under the names that S3 has for it, in a bucket of this region.
    pub(crate) fn parameters(self, region: &str) -> Vec<(&'static str, String)> {
        match self {
            Self::Create => location_constraint(region)
                .map(|region| ("LocationConstraint", region.to_owned()))
                .into_iter()
                .collect(),
            Self::BlockPublicAccess => {
                PUBLIC_ACCESS_BLOCKS.map(|block| (block, "true".to_owned())).into()
            }
            Self::Encrypt => vec![("SSEAlgorithm", "AES256".to_owned())],
            Self::RequireTls => vec![("Sid", STATEMENT.to_owned())],
            Self::AbortUnfinishedUploads => {
                vec![("RuleId", RULE.to_owned()), ("DaysAfterInitiation", DAYS.to_string())]
            }
        }
    }

    /// What the parameters alone do not say.
    pub(crate) fn reason(self) -> Option<&'static str> {
        match self {
            Self::Create | Self::BlockPublicAccess | Self::Encrypt => None,
            Self::RequireTls => Some("added to the policy: no request without TLS"),
            Self::AbortUnfinishedUploads => Some("added to the rules: uploads in parts end"),
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
