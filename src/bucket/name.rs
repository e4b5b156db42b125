//! The name of a bucket, by the rules that S3 publishes for general purpose buckets:
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html>.

use std::fmt;
use std::net::Ipv4Addr;
use std::str::FromStr;

/// What no bucket's name begins with.
const RESERVED_STARTS: [&str; 3] = ["xn--", "sthree-", "amzn-s3-demo-"];

/// What no bucket's name ends with, and what a name that does belongs to.
const RESERVED_ENDS: [(&str, &str); 5] = [
    ("-s3alias", "an access point"),
    ("--ol-s3", "an Object Lambda access point"),
    (".mrap", "a Multi-Region access point"),
    ("--x-s3", "a directory bucket"),
    ("--table-s3", "a table bucket"),
];

/// The name of an S3 bucket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BucketName(String);

/// The text names no bucket; each variant says what would.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidBucketName {
    /// The length, a character, or where it stands.
    #[error(
        "a bucket's name has 3 to 63 lower-case letters, digits, '-' and single '.', begins and \
         ends with a letter or digit and is no IP address, unlike {found:?}"
    )]
    Form {
        /// The text as it was given.
        found: String,
    },
    /// It begins with what S3 keeps for itself.
    #[error("a bucket's name does not begin with {reserved:?}, unlike {found:?}: S3 keeps that")]
    Start {
        /// The text as it was given.
        found: String,
        /// The beginning that no bucket has.
        reserved: &'static str,
    },
    /// It ends as the names of something else do.
    #[error(
        "{found:?} is the name of {owner}, since it ends in {reserved:?}: a general purpose \
         bucket's own name is needed"
    )]
    End {
        /// The text as it was given.
        found: String,
        /// The end that no bucket has.
        reserved: &'static str,
        /// What has it.
        owner: &'static str,
    },
}

impl BucketName {
    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for BucketName {
    type Err = InvalidBucketName;

    fn from_str(text: &str) -> Result<Self, InvalidBucketName> {
        let found = text.to_owned();
        if !has_the_form(text) {
            return Err(InvalidBucketName::Form { found });
        }
        if let Some(reserved) = RESERVED_STARTS.into_iter().find(|start| text.starts_with(start)) {
            return Err(InvalidBucketName::Start { found, reserved });
        }
        match RESERVED_ENDS.into_iter().find(|(end, _)| text.ends_with(end)) {
            Some((reserved, owner)) => Err(InvalidBucketName::End { found, reserved, owner }),
            None => Ok(Self(found)),
        }
    }
}

fn has_the_form(text: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let edges = [text.bytes().next(), text.bytes().next_back()];
    (3..=63).contains(&text.len())
        && text.bytes().all(|byte| inner(byte) || matches!(byte, b'.' | b'-'))
        && edges.into_iter().flatten().all(inner)
        && !text.contains("..")
        && text.parse::<Ipv4Addr>().is_err()
}

impl fmt::Display for BucketName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::BucketName;

    #[test]
    fn names_that_s3_gives_are_taken() {
        let longest = "a".repeat(63);
        for name in ["abc", "my.pics-2", "1a1", "xn-pics", "pics-s3", "pics.mraps", &longest] {
            assert_eq!(name.parse::<BucketName>().unwrap().as_str(), name);
        }
    }

    #[test]
    fn names_that_s3_does_not_give_are_told_what_would_be_right() {
        let too_long = "a".repeat(64);
        for (name, hint) in [
            ("", "3 to 63"),
            ("ab", "3 to 63"),
            (too_long.as_str(), "3 to 63"),
            ("Pics", "lower-case"),
            ("my_pics", "lower-case"),
            ("my..pics", "single '.'"),
            ("-pics", "begins and ends"),
            ("pics.", "begins and ends"),
            ("192.168.1.1", "no IP address"),
            ("xn--pics", "does not begin with \"xn--\""),
            ("sthree-pics", "does not begin with \"sthree-\""),
            ("amzn-s3-demo-bucket", "does not begin with \"amzn-s3-demo-\""),
            ("pics-abc123-s3alias", "name of an access point, since it ends in \"-s3alias\""),
            ("pics--ol-s3", "name of an Object Lambda access point"),
            ("pics.mrap", "name of a Multi-Region access point"),
            ("pics--usw2-az1--x-s3", "name of a directory bucket"),
            ("pics--table-s3", "name of a table bucket"),
        ] {
            let message = name.parse::<BucketName>().unwrap_err().to_string();
            assert!(message.contains(hint), "{name}: {message}");
        }
    }
}
