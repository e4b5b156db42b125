//! The names of users and policies in IAM:
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-names>.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest as _, Sha256};

use super::target::Target;

/// The longest name of a user.
const MAX_USER_NAME: usize = 64;

/// The longest name of a policy.
const MAX_POLICY_NAME: usize = 128;

/// How many hexadecimal digits of a digest stand for what a name is too short for.
const DIGEST_DIGITS: usize = 8;

/// The text cannot be a name in IAM.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("it is 1 to {longest} letters, digits and characters of _+=,.@-, and begins with no '-'")]
pub(crate) struct InvalidName {
    /// How long it may be.
    longest: usize,
}

macro_rules! names {
    ($(#[$doc:meta] $name:ident at_most $longest:ident;)*) => {$(
        #[$doc]
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub(crate) struct $name(String);

        impl $name {
            /// That for a bucket or for a prefix in it, where nothing else is said.
            pub(crate) fn of(target: &Target) -> Self {
                Self(name_of(target))
            }

            /// The name as IAM told it.
            pub(super) fn told(name: String) -> Self {
                Self(name)
            }

            /// The name as text.
            pub(crate) fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = InvalidName;

            fn from_str(text: &str) -> Result<Self, InvalidName> {
                checked(text, $longest).map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

names! {
    /// The name of a user.
    UserName at_most MAX_USER_NAME;
    /// The name of a managed policy.
    PolicyName at_most MAX_POLICY_NAME;
}

/// `tintype-BUCKET[-PREFIX]`, short enough for a user.
fn name_of(target: &Target) -> String {
    let Target { bucket, prefix } = target;
    let prefix = prefix.as_str().replace('/', "-");
    let hyphen = if prefix.is_empty() { "" } else { "-" };
    let name = format!("tintype-{bucket}{hyphen}{prefix}");
    if name.len() <= MAX_USER_NAME {
        return name;
    }
    // All of it is ASCII, so it may be cut anywhere.
    let digest = hex::encode(Sha256::digest(&name));
    let (told, kept) = (DIGEST_DIGITS, MAX_USER_NAME - 1 - DIGEST_DIGITS);
    format!("{name:.kept$}-{digest:.told$}")
}

/// IAM would take a name that begins with `-`; a shell would take it for an option.
fn checked(text: &str, longest: usize) -> Result<String, InvalidName> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c);
    let is_good =
        (1..=longest).contains(&text.len()) && !text.starts_with('-') && text.chars().all(allowed);
    if is_good { Ok(text.to_owned()) } else { Err(InvalidName { longest }) }
}

#[cfg(test)]
mod tests {
    use super::{PolicyName, UserName};

    #[test]
    fn a_prefix_has_names_of_its_own() {
        for (target, name) in [
            ("s3://pics", "tintype-pics"),
            ("s3://pics/photos/live", "tintype-pics-photos-live"),
            ("s3://my.pics/a_b", "tintype-my.pics-a_b"),
        ] {
            let target = target.parse().unwrap();
            assert_eq!(UserName::of(&target).as_str(), name);
            assert_eq!(PolicyName::of(&target).as_str(), name);
        }
        let long = |prefix: &str| format!("s3://{}/{prefix}", "b".repeat(63)).parse().unwrap();
        let (user, other) = (UserName::of(&long("p")), UserName::of(&long("q")));
        assert_eq!(user.as_str().len(), 64);
        assert_ne!(user, other);
        assert_eq!(user.as_str().parse(), Ok(user.clone()));
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
