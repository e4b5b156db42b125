//! From a service's refusal to its cause.

use crate::bucket::Answer;

use super::cause::{Cause, Dialect, Region, Seen, Stranger};
use super::denial::Denial;
use super::facts::Facts;
use super::silence::Silence;
use crate::doctor::Step;

/// Why a request of `step` failed; nothing when it did not.
pub(in crate::doctor) fn recognise(step: Step, seen: &Seen, facts: &Facts) -> Option<Cause> {
    match seen {
        Seen::Done(_) => None,
        Seen::Refused(answer) => Some(refusal(step, answer, facts)),
        Seen::Unfit(_) => Some(Cause::Stranger(Stranger::Unknown)),
        Seen::Silent(causes) => Some(Cause::Silent(Silence::of(causes), causes.clone())),
    }
}

fn refusal(step: Step, answer: &Answer, facts: &Facts) -> Cause {
    stranger(answer)
        .or_else(|| of_code(answer, facts))
        .or_else(|| of_words(step, answer, facts))
        .unwrap_or_else(|| of_status(step, answer, facts))
}

/// An S3 service tells errors as XML, to all requests but HEAD:
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html>.
fn stranger(answer: &Answer) -> Option<Cause> {
    let body = answer.body.trim_start().to_lowercase();
    let server = answer.server.as_deref().unwrap_or_default();
    // MinIO: <https://github.com/minio/minio/blob/master/cmd/generic-handlers.go>.
    if server == "MinIO Console" || body.contains("must be made to api port") {
        return Some(Cause::Stranger(Stranger::Console));
    }
    if answer.code.is_some() || is_told_by_status(answer) {
        return None;
    }
    let who = if body.contains("https server") || body.contains("https port") {
        Stranger::WantsTls
    } else if body.starts_with('{') || body.starts_with('[') {
        Stranger::Json
    } else if body.contains("<html") || body.contains("<!doctype") {
        Stranger::Page
    } else {
        Stranger::Unknown
    };
    Some(Cause::Stranger(who))
}

/// What a proxy before the service, or an empty body, says with the status alone. A page with it is
/// a stranger's.
fn is_told_by_status(answer: &Answer) -> bool {
    let is_page = answer.body.trim_start().starts_with(['<', '{', '[']);
    match answer.status {
        429 | 500..=599 => true,
        301 | 307 | 401 | 403 => !is_page,
        _ => answer.region.is_some(),
    }
}

/// The codes that mean one thing whatever was asked.
fn of_code(answer: &Answer, facts: &Facts) -> Option<Cause> {
    Some(match answer.code.as_deref().unwrap_or_default() {
        "RequestTimeTooSkewed" => Cause::Skewed,
        "InvalidAccessKeyId" => Cause::UnknownKey,
        "SignatureDoesNotMatch" => Cause::WrongSecret,
        "ExpiredToken" | "ExpiredTokenException" | "TokenRefreshRequired" => Cause::Expired,
        "InvalidToken" | "InvalidSecurity" => Cause::BadToken,
        "AccountProblem" | "AllAccessDisabled" | "NotSignedUp" | "OptInRequired" => Cause::Account,
        "PermanentRedirect"
        | "TemporaryRedirect"
        | "IllegalLocationConstraintException"
        | "InvalidRegionName" => Cause::OtherRegion(region(answer)),
        "AuthorizationHeaderMalformed" if facts.flaw.is_some() => Cause::UnknownKey,
        "AuthorizationHeaderMalformed" => Cause::OtherRegion(region(answer)),
        "NoSuchBucket" => Cause::NoBucket,
        "AccessControlListNotSupported" | "InvalidBucketAclWithObjectOwnership" => Cause::Acl,
        "MissingContentMD5" => Cause::Checksum(Dialect::Requires),
        "QuotaExceeded" | "XMinioStorageFull" => Cause::Full,
        "SlowDown" | "TooManyRequests" | "Throttling" | "RequestLimitExceeded" => Cause::Throttled,
        _ => return None,
    })
}

/// The codes that mean many things, told apart by the words that come with them.
fn of_words(step: Step, answer: &Answer, facts: &Facts) -> Option<Cause> {
    let message = answer.message.as_deref().unwrap_or_default();
    let words = message.to_lowercase();
    let says = |sign: &str| words.contains(sign);
    let code = answer.code.as_deref().unwrap_or_default();
    if code.starts_with("KMS.") || says("kms:") {
        return Some(Cause::Kms(kms(step, message)));
    }
    // Garage has the one code AccessDenied for all three:
    // <https://git.deuxfleurs.fr/Deuxfleurs/garage/src/branch/main-v2/src/api/common/signature>.
    if says("date is too old") {
        return Some(Cause::Skewed);
    }
    // Cloudflare R2 looks at the length of the key first.
    if says("no such key: gk") || says("credential access key has length") {
        return Some(Cause::UnknownKey);
    }
    if says("invalid signature") {
        return Some(Cause::WrongSecret);
    }
    if says("object lock parameters") {
        return Some(Cause::Checksum(Dialect::Requires));
    }
    if step == Step::Delete && (says("object lock") || says("worm")) {
        return Some(Cause::Locked);
    }
    if says("storage cap") || says("insufficient storage") || answer.status == 507 {
        return Some(Cause::Full);
    }
    if is_redirected(answer, facts) {
        return Some(Cause::OtherRegion(region(answer)));
    }
    let is_denied = matches!(answer.status, 401 | 403);
    (!is_denied && is_about_checksums(&words)).then_some(Cause::Checksum(Dialect::Refuses))
}

/// Amazon names the bucket's region whenever another was asked, whatever the code.
fn is_redirected(answer: &Answer, facts: &Facts) -> bool {
    matches!(answer.status, 301 | 307)
        || answer.status == 400
            && answer.region.as_ref().is_some_and(|region| *region != facts.region)
}

/// What services say of a header that they do not know, or of a payload that is not signed:
/// `Unsupported header 'x-amz-checksum-crc64nvme'`, `x-amz-content-sha256 must be …`.
fn is_about_checksums(words: &str) -> bool {
    ["x-amz-checksum", "x-amz-sdk-checksum", "x-amz-content-sha256", "checksum", "content-md5"]
        .iter()
        .any(|sign| words.contains(sign))
}

fn of_status(step: Step, answer: &Answer, facts: &Facts) -> Cause {
    match (answer.status, answer.code.as_deref()) {
        (401 | 403, _) => Cause::Denied(denial(step, answer, facts)),
        (404, Some("NoSuchKey")) => Cause::Lost,
        (429, _) => Cause::Throttled,
        (501, _) => other(answer),
        (500.., _) => Cause::Faulty,
        (_, _) => other(answer),
    }
}

fn other(answer: &Answer) -> Cause {
    Cause::Other(answer.message.clone().unwrap_or_default())
}

/// Amazon names the region in a header or an element, others only in the text: `the region
/// 'us-east-1' is wrong; expecting 'eu-west-1'`, or `unexpected scope: …, expected:
/// 20260101/garage/s3/aws4_request`.
fn region(answer: &Answer) -> Option<Region> {
    let message = answer.message.as_deref().unwrap_or_default();
    let quoted = || message.split_once("expecting '")?.1.split('\'').next();
    let scope = || message.split_once("expected: ")?.1.split('/').nth(1);
    let told = answer.region.as_deref().or_else(quoted).or_else(scope)?;
    Some(Region { name: told.to_owned(), is_proved: false })
}

fn kms(step: Step, message: &str) -> Denial {
    Denial::read(message).unwrap_or_else(|| Denial {
        action: if step == Step::Put { "kms:GenerateDataKey" } else { "kms:Decrypt" }.to_owned(),
        resource: String::new(),
        because: None,
    })
}

/// Amazon's own word for what is missing, but on all that is ours and not on the one object. Others
/// say nothing; then it is what the step needs.
fn denial(step: Step, answer: &Answer, facts: &Facts) -> Denial {
    let told = answer.message.as_deref().and_then(Denial::read);
    let needed = if step == Step::Delete {
        "s3:DeleteObject"
    } else if matches!(step, Step::Get | Step::GetRange) {
        "s3:GetObject"
    } else {
        "s3:PutObject"
    };
    let (action, because) = told.map_or((needed.to_owned(), None), |it| (it.action, it.because));
    Denial { action, resource: facts.objects(), because }
}
