//! The name of a key in AWS KMS, as a policy has to have it:
//! <https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#key-id-key-ARN>.

use std::fmt;
use std::str::FromStr;

use crate::bucket::Partition;

/// `arn:PARTITION:kms:REGION:ACCOUNT:key/ID`, of one key and without wildcards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KeyArn {
    text: String,
    partition: Partition,
}

/// The text is not the ARN of a key.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum InvalidKeyArn {
    /// An alias may point to another key tomorrow, and in a policy it stands for itself alone:
    /// <https://docs.aws.amazon.com/kms/latest/developerguide/alias-authorization.html>.
    #[error(
        "an alias does not stand for its key in a policy: `aws kms describe-key --key-id {alias} \
         --query KeyMetadata.Arn` tells the key's own ARN"
    )]
    Alias {
        /// The alias as it was given.
        alias: String,
    },
    /// Anything else.
    #[error("a key is named as kms=arn:aws:kms:REGION:ACCOUNT:key/ID")]
    Form,
}

impl KeyArn {
    /// Where the key lives.
    pub(crate) fn partition(&self) -> Partition {
        self.partition
    }
}

impl FromStr for KeyArn {
    type Err = InvalidKeyArn;

    fn from_str(text: &str) -> Result<Self, InvalidKeyArn> {
        let is_name =
            |name: &str| name.chars().all(|c| c.is_ascii_alphanumeric() || "/_-:".contains(c));
        if text.contains("alias/") && is_name(text) {
            return Err(InvalidKeyArn::Alias { alias: text.to_owned() });
        }
        let parts: Vec<_> = text.split(':').collect();
        let ["arn", partition, "kms", region, account, key] = parts.as_slice() else {
            return Err(InvalidKeyArn::Form);
        };
        let partition = partition.parse().map_err(|_| InvalidKeyArn::Form)?;
        if is_region(region) && is_account(account) && key.strip_prefix("key/").is_some_and(is_id) {
            Ok(Self { text: text.to_owned(), partition })
        } else {
            Err(InvalidKeyArn::Form)
        }
    }
}

fn is_region(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit())
}

/// A UUID, or `mrk-` and 32 digits where the key is in several regions.
fn is_id(text: &str) -> bool {
    match text.strip_prefix("mrk-") {
        Some(digits) => digits.len() == 32 && digits.bytes().all(|b| b.is_ascii_hexdigit()),
        None => uuid::Uuid::try_parse(text).is_ok_and(|id| id.hyphenated().to_string() == text),
    }
}

impl fmt::Display for KeyArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::{InvalidKeyArn, KeyArn, Partition};

    const ID: &str = "1234abcd-12ab-34cd-56ef-1234567890ab";

    #[test]
    fn a_key_tells_its_partition() {
        let arn = format!("arn:aws-cn:kms:cn-north-1:111122223333:key/{ID}");
        assert_eq!(arn.parse::<KeyArn>().unwrap().partition(), Partition::China);
        let digits = "0123456789abcdef".repeat(2);
        let several = format!("arn:aws:kms:eu-central-1:111122223333:key/mrk-{digits}");
        assert_eq!(several.parse::<KeyArn>().unwrap().to_string(), several);
    }

    #[test]
    fn an_alias_is_no_key() {
        for alias in ["alias/photos", "arn:aws:kms:eu-central-1:111122223333:alias/photos"] {
            let told = alias.parse::<KeyArn>().unwrap_err().to_string();
            assert!(told.contains(&format!("--key-id {alias}")), "{told}");
        }
    }

    #[test]
    fn what_names_no_single_key_is_refused() {
        for text in [
            "",
            ID,
            "arn:aws:kms:eu-central-1:111122223333:key/*",
            &format!("arn:aws:kms:*:111122223333:key/{ID}"),
            &format!("arn:aws:kms::111122223333:key/{ID}"),
            &format!("arn:aws:kms:eu-central-1:1111:key/{ID}"),
            &format!("arn:gcp:kms:eu-central-1:111122223333:key/{ID}"),
            &format!("arn:aws:s3:eu-central-1:111122223333:key/{ID}"),
            &format!("arn:aws:kms:eu-central-1:111122223333:key/{ID}\n"),
            "alias/\"; rm -r ~",
        ] {
            assert_eq!(text.parse::<KeyArn>().unwrap_err(), InvalidKeyArn::Form, "{text}");
        }
    }
}
