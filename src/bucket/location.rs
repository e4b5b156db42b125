//! Which bucket is meant: the one text that the operator writes, turned into a type.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use url::Url;

use super::key::{InvalidPrefix, Prefix};
use super::name::{BucketName, InvalidBucketName};

/// Where the bytes live.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Location {
    /// A bucket of Amazon S3, or of anything that speaks its API.
    S3 {
        /// The bucket.
        bucket: BucketName,
        /// The part of the bucket that is ours.
        prefix: Prefix,
    },
    /// A directory of this machine, which is made when it is missing.
    Directory {
        /// The directory. A relative path counts from the working directory.
        path: PathBuf,
    },
    /// The memory of this process: gone when it ends, for trials and tests.
    Memory,
}

/// The text names no bucket; each variant says what would.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidLocation {
    /// It starts with none of the three schemes.
    #[error("a bucket is s3://NAME[/PREFIX], file:///DIRECTORY or memory://, not {found:?}")]
    Scheme {
        /// The text as it was given.
        found: String,
    },
    /// The name after `s3://` is no bucket name.
    #[error(transparent)]
    Name(#[from] InvalidBucketName),
    /// What follows the bucket's name is no prefix.
    #[error(transparent)]
    Prefix(#[from] InvalidPrefix),
    /// `file://` without an absolute path.
    #[error("a directory is written with its absolute path, such as file:///var/lib/tintype")]
    RelativePath,
    /// Something follows `memory://`.
    #[error("a bucket in memory has no name: write memory://")]
    NamedMemory,
}

impl FromStr for Location {
    type Err = InvalidLocation;

    fn from_str(text: &str) -> Result<Self, InvalidLocation> {
        match text.split_once("://") {
            Some(("s3", rest)) => {
                let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
                Ok(Self::S3 { bucket: bucket.parse()?, prefix: prefix.parse()? })
            }
            Some(("file", _)) => directory(text).ok_or(InvalidLocation::RelativePath),
            Some(("memory", "")) => Ok(Self::Memory),
            Some(("memory", _)) => Err(InvalidLocation::NamedMemory),
            Some(_) | None => Err(InvalidLocation::Scheme { found: text.to_owned() }),
        }
    }
}

fn directory(text: &str) -> Option<Location> {
    let url = Url::parse(text).ok()?;
    let path = url.to_file_path().ok()?;
    // The root of the file system is never meant; it is what `file://` alone comes to.
    path.parent().is_some().then_some(Location::Directory { path })
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::S3 { bucket, prefix } if prefix.as_str().is_empty() => write!(f, "s3://{bucket}"),
            Self::S3 { bucket, prefix } => write!(f, "s3://{bucket}/{}", prefix.as_str()),
            Self::Directory { path } => write!(f, "file://{}", path.display()),
            Self::Memory => f.write_str("memory://"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Location;

    #[test]
    fn what_is_read_is_written_back() {
        for (text, canonical) in [
            ("s3://pics", "s3://pics"),
            ("s3://pics/", "s3://pics"),
            ("s3://my.pics-2/a/b/", "s3://my.pics-2/a/b"),
            ("file:///var/lib/tintype", "file:///var/lib/tintype"),
            ("file:///with%20space", "file:///with space"),
            ("file://localhost/var/pics", "file:///var/pics"),
            ("memory://", "memory://"),
        ] {
            assert_eq!(text.parse::<Location>().unwrap().to_string(), canonical);
        }
    }

    #[test]
    fn what_names_no_bucket_is_told_what_would() {
        for (text, hint) in [
            ("pics", "s3://NAME"),
            ("/var/pics", "file:///DIRECTORY"),
            ("gs://pics", "s3://NAME"),
            ("S3://pics", "s3://NAME"),
            ("s3://", "3 to 63"),
            ("s3://ab", "3 to 63"),
            ("s3://Pics", "lower-case"),
            ("s3://my_pics", "lower-case"),
            ("s3://my..pics", "single '.'"),
            ("s3://-pics", "begins and ends"),
            ("s3://192.168.1.1", "no IP address"),
            ("s3://pics/a/../b", "no empty segment"),
            ("s3://pics/a?b", "'?'"),
            ("file://pics", "file:///var"),
            ("file://./pics", "file:///var"),
            ("file://", "file:///var"),
            ("memory://x", "memory://"),
        ] {
            let message = text.parse::<Location>().unwrap_err().to_string();
            assert!(message.contains(hint), "{text}: {message}");
        }
    }
}
