//! The requests that read and change one setting of a bucket, and what their answers mean.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::Method;
use sha2::{Digest as _, Sha256};

use super::change::BucketChange;
use super::error::{BucketSetupError, said};
use crate::bucket::{Answer, BucketName, Inquiry, Question};

/// The four parts of the block of public access.
pub(super) const PUBLIC_ACCESS_BLOCKS: [&str; 4] =
    ["BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"];

/// Which bucket, and how to ask about it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Desk<'a> {
    pub(super) inquiry: &'a Inquiry,
    pub(super) bucket: &'a BucketName,
}

/// A setting, as it was read.
#[derive(Debug)]
pub(super) enum Reading {
    /// What is set.
    Set(Answer),
    /// Nothing is set.
    NotSet,
    /// The service knows no such setting.
    Unsupported,
    /// The service does not tell.
    Refused(Answer),
}

impl Desk<'_> {
    /// Asks once.
    pub(super) async fn ask(self, question: &Question<'_>) -> Result<Answer, BucketSetupError> {
        let no_answer = |source| {
            let endpoint = self.inquiry.access().endpoint.clone();
            BucketSetupError::NoAnswer { endpoint, source }
        };
        self.inquiry.ask(question).await.map_err(no_answer)
    }

    /// Reads one setting.
    pub(super) async fn read(self, change: BucketChange) -> Result<Reading, BucketSetupError> {
        let facts = change.facts();
        let answer = self.ask(&Question::of_bucket(self.bucket, facts.query)).await?;
        Ok(if answer.is_success() {
            Reading::Set(answer)
        } else if answer.code.as_deref() == Some(facts.missing) {
            Reading::NotSet
        } else if self.is_unsupported(&answer) {
            Reading::Unsupported
        } else {
            Reading::Refused(answer)
        })
    }

    /// Changes one setting, or makes the bucket.
    pub(super) async fn write(
        self,
        change: BucketChange,
        body: String,
        headers: &[(&'static str, &str)],
    ) -> Result<Answer, BucketSetupError> {
        // Amazon takes these bodies only with their checksum:
        // <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html>.
        let checksum = STANDARD.encode(Sha256::digest(&body));
        let mut all = headers.to_vec();
        if !body.is_empty() {
            all.push(("x-amz-sdk-checksum-algorithm", "SHA256"));
            all.push(("x-amz-checksum-sha256", &checksum));
        }
        let question = Question {
            method: Method::PUT,
            headers: &all,
            body: body.into(),
            ..Question::of_bucket(self.bucket, change.facts().query)
        };
        self.ask(&question).await
    }

    /// Whether the service knows no such call. Amazon knows all of these, and uses 405 for a bucket
    /// of another account: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketPolicy.html>.
    pub(super) fn is_unsupported(self, answer: &Answer) -> bool {
        let is_amazon = self.inquiry.access().endpoint.is_none();
        let codes = ["NotImplemented", "NotSupported", "UnsupportedOperation"];
        answer.status == 501
            || answer.code.as_deref().is_some_and(|code| codes.contains(&code))
            || answer.status == 405 && !is_amazon
    }

    /// What a refusal comes to.
    pub(super) fn failure(
        self,
        answer: &Answer,
        action: &'static str,
        call: &'static str,
    ) -> BucketSetupError {
        let (bucket, said) = (self.bucket.clone(), said(answer));
        match (answer.status, answer.code.as_deref(), &answer.region) {
            (_, Some("BucketAlreadyExists"), _) | (405, _, _) => BucketSetupError::NotOurs(bucket),
            (301 | 307 | 400, _, Some(region)) if *region != self.inquiry.access().region => {
                BucketSetupError::Elsewhere { bucket, region: region.clone() }
            }
            (403, _, _) => BucketSetupError::Denied { action, bucket, said },
            (_, _, _) => BucketSetupError::Refused { call, bucket, said },
        }
    }
}

/// Where a bucket is to be made, where that is said at all. In the first of all regions it must not
/// be: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html>. Services that name
/// no region have nothing to say either.
pub(super) fn location_constraint(region: &str) -> Option<&str> {
    Some(region).filter(|region| !matches!(*region, "us-east-1" | "auto"))
}

/// The body of the request that makes a bucket.
pub(super) fn location(region: &str) -> String {
    let Some(region) = location_constraint(region) else { return String::new() };
    format!(
        "<CreateBucketConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\
         <LocationConstraint>{region}</LocationConstraint></CreateBucketConfiguration>"
    )
}

/// The body of the request that blocks public access.
pub(super) fn public_access_block() -> String {
    let blocks = PUBLIC_ACCESS_BLOCKS.map(|block| format!("<{block}>true</{block}>")).concat();
    format!(
        "<PublicAccessBlockConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\
         {blocks}</PublicAccessBlockConfiguration>"
    )
}

/// The body of the request that encrypts by default.
pub(super) fn encryption() -> String {
    "<ServerSideEncryptionConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Rule>\
     <ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm>\
     </ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>"
        .to_owned()
}
