//! The least that the service may do in AWS, as data: which actions, on what, and which part of
//! Tintype needs them. It asks nobody.

mod extra;
mod format;
mod kms;
mod loss;
mod meaning;
mod statement;

use serde::Serialize;
use serde_json::Value;

use crate::bucket::{BucketName, Prefix, bucket_arn, objects_arn};

pub(crate) use self::extra::Extra;
pub(crate) use self::format::{Format, Naming};
use self::kms::KeyArn;
pub(crate) use self::statement::SIDS;
use self::statement::{Condition, Statement};
pub(crate) use crate::bucket::Partition;

/// The longest managed policy in characters; white space does not count:
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-entity-length>.
pub(crate) const MAX_POLICY_LENGTH: usize = 6144;

/// The version of the language of policies, which is no date of ours:
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html>.
pub(crate) const VERSION: &str = "2012-10-17";

/// A policy for one bucket, or for one prefix in it.
#[derive(Clone, Debug)]
pub(crate) struct Policy {
    target: Target,
    statements: Vec<Statement>,
}

/// What a policy is about.
#[derive(Clone, Debug)]
struct Target {
    bucket: BucketName,
    prefix: Prefix,
    partition: Partition,
}

/// Something cannot be granted together with the rest.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PolicyError {
    /// A key lives in another partition than the bucket, and S3 uses none but its own.
    #[error(
        "the key {key} is in the partition {of_key}, but the bucket is in {of_bucket}: name a key \
         there, or the bucket's partition with --partition"
    )]
    ForeignKey {
        /// The key.
        key: KeyArn,
        /// Where it is.
        of_key: Partition,
        /// Where the bucket is.
        of_bucket: Partition,
    },
    /// IAM would not take it.
    #[error(
        "the policy would have {length} characters, and IAM takes {MAX_POLICY_LENGTH}: name fewer \
         keys or a shorter prefix"
    )]
    TooLong {
        /// Its length, white space not counted.
        length: usize,
    },
}

impl Policy {
    /// Getting, putting and deleting the objects of the bucket, or of the prefix in it.
    pub(crate) fn least(bucket: &BucketName, prefix: &Prefix, partition: Partition) -> Self {
        let target = Target { bucket: bucket.clone(), prefix: prefix.clone(), partition };
        let images = Statement::images(target.objects());
        Self { target, statements: vec![images] }
    }

    /// The same and one thing more. What is there already is not repeated.
    ///
    /// # Errors
    ///
    /// When the two cannot be in one policy.
    pub(crate) fn with(mut self, extra: &Extra) -> Result<Self, PolicyError> {
        let target = &self.target;
        let statement = match extra {
            Extra::List => Statement::listing(target.bucket_arn(), &target.prefix.folder()),
            Extra::Multipart => Statement::multipart(target.objects()),
            Extra::Kms(key) if key.partition() == target.partition => Statement::encryption(key),
            Extra::Kms(key) => return Err(target.is_not_of(key)),
        };
        self.add(statement);
        let length = self.to_json().chars().filter(|letter| !letter.is_whitespace()).count();
        if length > MAX_POLICY_LENGTH {
            return Err(PolicyError::TooLong { length });
        }
        Ok(self)
    }

    /// A second key joins the first one's statement, since two statements may not share a name.
    fn add(&mut self, statement: Statement) {
        match self.statements.iter_mut().find(|known| known.sid == statement.sid) {
            None => self.statements.push(statement),
            Some(known) => {
                for resource in statement.resources {
                    if !known.resources.contains(&resource) {
                        known.resources.push(resource);
                    }
                }
            }
        }
    }

    /// Its parts, each with its reason.
    pub(crate) fn statements(&self) -> &[Statement] {
        &self.statements
    }

    /// The document, as IAM takes it: the same text each time.
    pub(crate) fn to_json(&self) -> String {
        let document = Document { version: VERSION, statement: &self.statements };
        serde_json::to_string_pretty(&document).expect("texts and lists of texts are JSON")
    }

    /// The same on one line.
    pub(crate) fn to_line(&self) -> String {
        let document = Document { version: VERSION, statement: &self.statements };
        serde_json::to_string(&document).expect("texts and lists of texts are JSON")
    }

    /// Whether `document` allows the same, however it is written: actions as one text or several,
    /// in any order, under any names of statements.
    pub(crate) fn is_same_as(&self, document: &Value) -> bool {
        let ours = serde_json::from_str(&self.to_json()).ok();
        let ours = ours.and_then(|ours: Value| meaning::of(&ours));
        ours.is_some() && ours == meaning::of(document)
    }
}

impl Target {
    fn objects(&self) -> String {
        objects_arn(&self.bucket, &self.prefix, self.partition)
    }

    fn bucket_arn(&self) -> String {
        bucket_arn(&self.bucket, self.partition)
    }

    fn is_not_of(&self, key: &KeyArn) -> PolicyError {
        let (of_key, of_bucket) = (key.partition(), self.partition);
        PolicyError::ForeignKey { key: key.clone(), of_key, of_bucket }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Document<'a> {
    version: &'static str,
    statement: &'a [Statement],
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Partition, Policy, PolicyError};

    const KEY: &str =
        "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

    fn policy(bucket: &str, prefix: &str, extras: &[&str]) -> Policy {
        let (bucket, prefix) = (bucket.parse().unwrap(), prefix.parse().unwrap());
        let least = Policy::least(&bucket, &prefix, Partition::Aws);
        extras.iter().fold(least, |policy, extra| policy.with(&extra.parse().unwrap()).unwrap())
    }

    fn resource(policy: &Policy) -> &str {
        &policy.statements()[0].resources[0]
    }

    #[test]
    fn a_prefix_ends_with_a_slash() {
        for (prefix, expected) in [
            ("", "arn:aws:s3:::pics/*"),
            ("photos", "arn:aws:s3:::pics/photos/*"),
            ("/photos/live/", "arn:aws:s3:::pics/photos/live/*"),
        ] {
            assert_eq!(resource(&policy("pics", prefix, &[])), expected);
        }
    }

    #[test]
    fn each_extra_is_a_statement_of_its_own() {
        let every = policy("pics", "", &["list", "multipart", &format!("kms={KEY}"), "list"]);
        let sids: Vec<_> = every.statements().iter().map(|statement| statement.sid).collect();
        assert_eq!(sids, ["Images", "Listing", "Multipart", "Encryption"]);
    }

    #[test]
    fn keys_share_a_statement() {
        let other = KEY.replace("-12ab", "-99ab");
        let both = policy("pics", "", &[&format!("kms={KEY}"), &format!("kms={other}")]);
        assert_eq!(both.statements()[1].resources, [KEY, &other]);
    }

    #[test]
    fn a_key_of_another_partition_is_refused() {
        let china = Policy::least(&"pics".parse().unwrap(), &"".parse().unwrap(), Partition::China);
        let error = china.with(&format!("kms={KEY}").parse().unwrap()).unwrap_err();
        assert!(matches!(error, PolicyError::ForeignKey { .. }), "{error}");
    }

    #[test]
    fn a_policy_that_iam_would_not_take_is_refused() {
        let keys = (0..100).map(|number| KEY.replace("1234abcd", &format!("{number:08}")));
        let mut policy = policy("pics", "", &[]);
        let error = keys.into_iter().find_map(|key| {
            let extra = format!("kms={key}").parse().unwrap();
            match policy.clone().with(&extra) {
                Ok(longer) => {
                    policy = longer;
                    None
                }
                Err(error) => Some(error),
            }
        });
        let Some(PolicyError::TooLong { length }) = error else { panic!("{error:?}") };
        assert!((6145..6300).contains(&length), "{length}");
    }

    #[test]
    fn the_same_rights_are_the_same_however_they_are_written() {
        let listing = policy("pics", "live", &["list"]);
        let written: Value = serde_json::from_str(&listing.to_json()).unwrap();
        assert!(listing.is_same_as(&written));
        let bucket = "arn:aws:s3:::pics";
        let objects = json!(["arn:aws:s3:::pics/live/*"]);
        let list = json!({
            "Action": "s3:listbucket", "Resource": [bucket], "Effect": "Allow",
            "Condition": {"StringLike": {"S3:Prefix": ["live/*"]}}
        });
        let put = json!({"Effect": "Allow", "Action": ["s3:PutObject", "s3:DeleteObject"], "Resource": objects});
        let get = json!({"Effect": "Allow", "Action": "s3:GetObject", "Resource": objects, "Sid": "Mine"});
        let of = |statements: &[&Value]| json!({"Version": "2012-10-17", "Statement": statements});
        assert!(listing.is_same_as(&of(&[&get, &list, &put])));
        assert!(!listing.is_same_as(&of(&[&get, &put])));
        assert!(!policy("pics", "", &["list"]).is_same_as(&of(&[&get, &list, &put])));
        assert!(!policy("pics", "live", &[]).is_same_as(&of(&[&get, &list, &put])));
    }

    #[test]
    fn other_rights_are_not_the_same() {
        let least = policy("pics", "", &[]);
        let same: Value = serde_json::from_str(&least.to_json()).unwrap();
        assert!(least.is_same_as(&same));
        for (pointer, value) in [
            ("/Statement/0/Effect", json!("Deny")),
            ("/Statement/0/Action", json!("s3:*")),
            ("/Statement/0/Action", json!(["s3:GetObject", "s3:PutObject"])),
            ("/Statement/0/Resource", json!("arn:aws:s3:::pics/x/*")),
            ("/Statement/0/Resource", json!(["arn:aws:s3:::pics/*", "arn:aws:s3:::pics"])),
            ("/Statement", json!([])),
            ("/Statement", json!("nonsense")),
            ("/Version", json!("2008-10-17")),
            ("", json!({})),
        ] {
            let mut other = same.clone();
            *other.pointer_mut(pointer).unwrap() = value;
            assert!(!least.is_same_as(&other), "{other}");
        }
        for (name, value) in [
            ("NotAction", json!("s3:GetObject")),
            ("Principal", json!("*")),
            ("Condition", json!({"Bool": {"aws:SecureTransport": "true"}})),
        ] {
            let mut other = same.clone();
            other["Statement"][0][name] = value;
            assert!(!least.is_same_as(&other), "{other}");
        }
    }
}
