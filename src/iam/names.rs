//! The names of users and policies in IAM:
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-names>.

use std::fmt;
use std::str::FromStr;

use crate::bucket::BucketName;

/// The longest name of a user.
const MAX_USER_NAME: usize = 64;

/// The longest name of a policy.
const MAX_POLICY_NAME: usize = 128;

/// The name of a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct UserName(String);

/// The name of a managed policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PolicyName(String);

/// The text cannot be a name in IAM.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("it is 1 to {longest} letters, digits and characters of _+=,.@-, and begins with no '-'")]
pub(crate) struct InvalidName {
    /// How long it may be.
    longest: usize,
}

impl UserName {
    /// The user of a bucket, where nothing else is said: `tintype-BUCKET`, cut to its longest.
    pub(crate) fn of_bucket(bucket: &BucketName) -> Self {
        let mut name = format!("tintype-{bucket}");
        name.truncate(MAX_USER_NAME);
        Self(name)
    }

    /// The name as text.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl PolicyName {
    /// The policy for a bucket, where nothing else is said: `tintype-BUCKET`.
    pub(crate) fn of_bucket(bucket: &BucketName) -> Self {
        Self(format!("tintype-{bucket}"))
    }

    /// The name as text.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// IAM would take a name that begins with `-`; a shell would take it for an option.
fn checked(text: &str, longest: usize) -> Result<String, InvalidName> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c);
    let is_good =
        (1..=longest).contains(&text.len()) && !text.starts_with('-') && text.chars().all(allowed);
    if is_good { Ok(text.to_owned()) } else { Err(InvalidName { longest }) }
}

impl FromStr for UserName {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, InvalidName> {
        checked(text, MAX_USER_NAME).map(Self)
    }
}

impl FromStr for PolicyName {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, InvalidName> {
        checked(text, MAX_POLICY_NAME).map(Self)
    }
}

impl fmt::Display for UserName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for PolicyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::{PolicyName, UserName};

    #[test]
    fn every_bucket_has_names() {
        for bucket in ["pics", &"a".repeat(63)] {
            let bucket = bucket.parse().unwrap();
            let user = UserName::of_bucket(&bucket);
            assert_eq!(user.as_str().parse(), Ok(user.clone()));
            let policy = PolicyName::of_bucket(&bucket);
            assert_eq!(policy.as_str().parse(), Ok(policy.clone()));
        }
    }

    #[test]
    fn what_iam_or_a_shell_would_not_take_is_refused() {
        for name in ["", "-v", "a b", "a/b", "a'b", "$a", "é", &"a".repeat(65)] {
            assert!(name.parse::<UserName>().is_err(), "{name}");
        }
        assert!("a".repeat(65).parse::<PolicyName>().is_ok());
        assert!("a".repeat(129).parse::<PolicyName>().is_err());
    }
}
