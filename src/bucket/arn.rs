//! How AWS names a bucket and what is in it, and the separate worlds of AWS, whose names are the
//! second part of every ARN: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>.

use std::fmt;
use std::str::FromStr;

use super::key::Prefix;
use super::name::BucketName;

/// The ARN of a bucket. One of S3 has neither region nor account:
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-arn-format.html>.
pub(crate) fn bucket_arn(bucket: &BucketName, partition: Partition) -> String {
    format!("arn:{partition}:s3:::{bucket}")
}

/// The ARN of all objects in the bucket under the prefix.
pub(crate) fn objects_arn(bucket: &BucketName, prefix: &Prefix, partition: Partition) -> String {
    format!("{}/{}*", bucket_arn(bucket, partition), prefix.folder())
}

/// A group of regions with accounts of its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Partition {
    /// The regions of `aws`, where nothing else is said.
    #[default]
    Aws,
    /// The regions of China.
    China,
    /// The regions of AWS GovCloud (US).
    UsGov,
}

impl Partition {
    /// All of them.
    pub(crate) const ALL: [Self; 3] = [Self::Aws, Self::China, Self::UsGov];

    /// The partition that `region` belongs to, which its name tells.
    pub(crate) fn of_region(region: &str) -> Self {
        if region.starts_with("cn-") {
            Self::China
        } else if region.starts_with("us-gov-") {
            Self::UsGov
        } else {
            Self::Aws
        }
    }

    /// As ARNs have it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Aws => "aws",
            Self::China => "aws-cn",
            Self::UsGov => "aws-us-gov",
        }
    }
}

/// The text names no partition that Tintype knows.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("a partition is aws, aws-cn or aws-us-gov")]
pub(crate) struct UnknownPartition;

impl FromStr for Partition {
    type Err = UnknownPartition;

    fn from_str(text: &str) -> Result<Self, UnknownPartition> {
        let named = |partition: &Self| partition.as_str() == text;
        Self::ALL.into_iter().find(named).ok_or(UnknownPartition)
    }
}

impl fmt::Display for Partition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::{Partition, bucket_arn, objects_arn};

    #[test]
    fn a_prefix_ends_with_a_slash() {
        let bucket = "pics".parse().unwrap();
        assert_eq!(bucket_arn(&bucket, Partition::China), "arn:aws-cn:s3:::pics");
        for (prefix, arn) in [
            ("", "arn:aws-us-gov:s3:::pics/*"),
            ("photos", "arn:aws-us-gov:s3:::pics/photos/*"),
            ("/photos/live/", "arn:aws-us-gov:s3:::pics/photos/live/*"),
        ] {
            let prefix = prefix.parse().unwrap();
            assert_eq!(objects_arn(&bucket, &prefix, Partition::UsGov), arn);
        }
    }

    #[test]
    fn a_region_tells_its_partition() {
        for (region, partition) in [
            ("eu-central-1", "aws"),
            ("us-east-1", "aws"),
            ("cn-north-1", "aws-cn"),
            ("us-gov-west-1", "aws-us-gov"),
            ("auto", "aws"),
        ] {
            assert_eq!(Partition::of_region(region).as_str(), partition, "{region}");
        }
    }
}
