//! Which bucket the commands are about, as it is typed.

use std::str::FromStr;

use crate::bucket::{
    BucketName, InvalidBucketName, InvalidLocation, InvalidPrefix, Location, Prefix,
};

/// A bucket, or a prefix in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    /// The bucket.
    pub(crate) bucket: BucketName,
    /// The part of it; empty for all of it.
    pub(crate) prefix: Prefix,
}

/// The text names no bucket that IAM could know.
#[derive(Debug, thiserror::Error)]
pub(crate) enum InvalidTarget {
    /// A URL of something else.
    #[error("a bucket of S3 is meant: NAME or s3://NAME[/PREFIX]")]
    NotS3,
    /// A URL that is wrong.
    #[error(transparent)]
    Url(#[from] InvalidLocation),
    /// A name that is wrong.
    #[error(transparent)]
    Name(#[from] InvalidBucketName),
    /// A name and a prefix, without what makes it a URL.
    #[error("{source}; a prefix goes into --prefix, or say s3://{text}")]
    PrefixInName {
        /// What was typed.
        text: String,
        /// Why it is no name.
        source: InvalidBucketName,
    },
    /// A prefix that is wrong.
    #[error(transparent)]
    Prefix(#[from] InvalidPrefix),
    /// Two prefixes.
    #[error("the prefix is named twice: in the bucket's URL and by --prefix")]
    TwoPrefixes,
}

impl Target {
    /// The same bucket and this prefix, when none was named yet.
    ///
    /// # Errors
    ///
    /// When the text is no prefix, or when there is one already.
    pub(crate) fn within(mut self, prefix: &str) -> Result<Self, InvalidTarget> {
        if !self.prefix.as_str().is_empty() {
            return Err(InvalidTarget::TwoPrefixes);
        }
        self.prefix = prefix.parse()?;
        Ok(self)
    }

    /// As the setting `TINTYPE_BUCKET` has it.
    pub(crate) fn url(&self) -> String {
        let (bucket, prefix) = (self.bucket.clone(), self.prefix.clone());
        Location::S3 { bucket, prefix }.to_string()
    }
}

impl FromStr for Target {
    type Err = InvalidTarget;

    /// `NAME`, or `s3://NAME[/PREFIX]` as the service's own setting has it.
    fn from_str(text: &str) -> Result<Self, InvalidTarget> {
        if !text.contains("://") {
            let bucket = text.parse().map_err(|source| match text.contains('/') {
                true => InvalidTarget::PrefixInName { text: text.to_owned(), source },
                false => InvalidTarget::Name(source),
            })?;
            return Ok(Self { bucket, prefix: Prefix::default() });
        }
        match text.parse()? {
            Location::S3 { bucket, prefix } => Ok(Self { bucket, prefix }),
            Location::Directory { .. } | Location::Memory => Err(InvalidTarget::NotS3),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Target;

    fn target(text: &str) -> Target {
        text.parse().unwrap()
    }

    #[test]
    fn a_bucket_is_named_as_people_name_it() {
        assert_eq!(target("pics"), target("s3://pics"));
        assert_eq!(target("pics").within("/live/").unwrap(), target("s3://pics/live"));
        assert_eq!(target("pics").within("live").unwrap().url(), "s3://pics/live");
    }

    #[test]
    fn what_names_no_bucket_is_told_what_would() {
        for (text, hint) in [
            ("memory://", "s3://NAME"),
            ("file:///var/pics", "s3://NAME"),
            ("gs://pics", "s3://NAME"),
            ("pics/live", "--prefix, or say s3://pics/live"),
            ("My_Pics", "lower-case"),
        ] {
            let told = text.parse::<Target>().unwrap_err().to_string();
            assert!(told.contains(hint), "{text}: {told}");
        }
        assert!(target("s3://pics/live").within("live").is_err());
        assert!(target("pics").within("a b").is_err());
    }
}
