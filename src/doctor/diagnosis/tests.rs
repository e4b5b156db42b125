//! Answers as services give them, and the causes and the words that they become.

use super::cause::{Cause, Dialect, Region, Seen, Stranger};
use super::{Facts, Silence, advise, recognise};
use crate::bucket::{Addressing, Answer, Checksum, S3Settings};
use crate::doctor::Step;

fn facts() -> Facts {
    Facts {
        bucket: "pics".parse().unwrap(),
        prefix: "live".parse().unwrap(),
        endpoint: Some("http://s3.example.com".parse().unwrap()),
        region: "us-east-1".to_owned(),
        is_in_host: false,
        checksum: Checksum::Off,
        flaw: None,
        provider: None,
        preset: None,
        speaks_iam: false,
    }
}

fn refused(status: u16, code: &str, message: &str) -> Seen {
    let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let body = if code.is_empty() { message } else { "<Error/>" };
    let (code, message) = (text(code), text(message).filter(|_| !code.is_empty()));
    Seen::Refused(Answer { status, code, message, body: body.to_owned(), ..Answer::default() })
}

fn cause(step: Step, seen: &Seen) -> Cause {
    recognise(step, seen, &facts()).unwrap()
}

#[test]
fn each_answer_has_one_cause() {
    let region =
        |name: &str| Cause::OtherRegion(Some(Region { name: name.to_owned(), is_proved: false }));
    let expecting = "the region 'us-east-1' is wrong; expecting 'eu-west-1'";
    let scope = "unexpected scope: a, expected: 20260101/garage/s3/aws4_request";
    let length = "Credential access key has length 20, should be 32";
    let sdk = "Unsupported header 'x-amz-sdk-checksum-algorithm' received for this API call.";
    let hash = "x-amz-content-sha256 must be a valid sha256 value";
    let lock = "Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with \
                Object Lock parameters";
    for (status, code, message, cause) in [
        (403, "RequestTimeTooSkewed", "too large", Cause::Skewed),
        (403, "AccessDenied", "Forbidden: Date is too old", Cause::Skewed),
        (403, "InvalidAccessKeyId", "no", Cause::UnknownKey),
        (403, "AccessDenied", "Forbidden: No such key: GK1234", Cause::UnknownKey),
        (400, "InvalidArgument", length, Cause::UnknownKey),
        (403, "SignatureDoesNotMatch", "no", Cause::WrongSecret),
        (403, "AccessDenied", "Forbidden: Invalid signature", Cause::WrongSecret),
        (400, "ExpiredToken", "no", Cause::Expired),
        (400, "InvalidToken", "no", Cause::BadToken),
        (403, "AccountProblem", "no", Cause::Account),
        (400, "AuthorizationHeaderMalformed", expecting, region("eu-west-1")),
        (400, "AuthorizationHeaderMalformed", scope, region("garage")),
        (400, "AuthorizationHeaderMalformed", "no", Cause::OtherRegion(None)),
        (301, "PermanentRedirect", "no", Cause::OtherRegion(None)),
        (301, "", "", Cause::OtherRegion(None)),
        (404, "NoSuchBucket", "no", Cause::NoBucket),
        (400, "AccessControlListNotSupported", "no", Cause::Acl),
        (501, "NotImplemented", "Header 'x-amz-checksum-crc32'", Cause::Checksum(Dialect::Refuses)),
        (400, "InvalidArgument", sdk, Cause::Checksum(Dialect::Refuses)),
        (400, "InvalidArgument", hash, Cause::Checksum(Dialect::Refuses)),
        (400, "InvalidRequest", lock, Cause::Checksum(Dialect::Requires)),
        (400, "MissingContentMD5", "no", Cause::Checksum(Dialect::Requires)),
        (507, "XMinioStorageFull", "no", Cause::Full),
        (503, "SlowDown", "no", Cause::Throttled),
        (429, "", "", Cause::Throttled),
        (500, "InternalError", "no", Cause::Faulty),
        (502, "", "<html>", Cause::Faulty),
        (501, "NotImplemented", "never", Cause::Other("never".to_owned())),
        (404, "", "<!DOCTYPE html>", Cause::Stranger(Stranger::Page)),
        (404, "", "{}", Cause::Stranger(Stranger::Json)),
        (404, "", "", Cause::Stranger(Stranger::Unknown)),
        (
            400,
            "",
            "Client sent an HTTP request to an HTTPS server.",
            Cause::Stranger(Stranger::WantsTls),
        ),
        (
            400,
            "",
            "The plain HTTP request was sent to HTTPS port",
            Cause::Stranger(Stranger::WantsTls),
        ),
    ] {
        assert_eq!(
            self::cause(Step::Put, &refused(status, code, message)),
            cause,
            "{code} {message}"
        );
    }
}

#[test]
fn a_denial_without_words_is_of_what_the_step_needs() {
    for (step, action) in [
        (Step::Put, "s3:PutObject"),
        (Step::Get, "s3:GetObject"),
        (Step::GetRange, "s3:GetObject"),
        (Step::Delete, "s3:DeleteObject"),
    ] {
        for seen in [refused(403, "AccessDenied", "Access Denied."), refused(403, "", "")] {
            let Cause::Denied(denial) = cause(step, &seen) else { panic!("{step:?}") };
            assert_eq!(denial.action, action);
            assert_eq!(denial.resource, "arn:aws:s3:::pics/live/*");
        }
    }
    let locked = refused(403, "AccessDenied", "object protected by object lock.");
    assert_eq!(cause(Step::Delete, &locked), Cause::Locked);
}

#[test]
fn the_partition_is_the_region_s() {
    for (region, arn) in [
        ("eu-west-1", "arn:aws:s3:::pics/live/*"),
        ("cn-north-1", "arn:aws-cn:s3:::pics/live/*"),
        ("us-gov-west-1", "arn:aws-us-gov:s3:::pics/live/*"),
        ("auto", "arn:aws:s3:::pics/live/*"),
    ] {
        assert_eq!(Facts { region: region.to_owned(), ..facts() }.objects(), arn);
    }
}

#[test]
fn a_root_is_told_in_its_own_row() {
    let silent = Cause::Silent(Silence::Closed, String::new());
    for (cause, root) in [
        (silent, Some(Step::Endpoint)),
        (Cause::OtherStyle(Addressing::Path), Some(Step::Endpoint)),
        (Cause::Skewed, Some(Step::Clock)),
        (Cause::WrongSecret, Some(Step::Credentials)),
        (Cause::NoBucket, Some(Step::Bucket)),
        (Cause::Acl, None),
    ] {
        assert_eq!(cause.root(), root);
        assert!(advise(&cause, &facts()).fix.is_some(), "{cause:?}");
    }
}

#[test]
fn a_preset_is_named_where_it_would_help() {
    for (server, preset) in
        [("SeaweedFS 30GB 4.48", Some("seaweedfs")), ("MinIO", None), ("x", None)]
    {
        let mut facts = facts();
        facts.recognise(&S3Settings::default(), Some(server));
        assert_eq!(facts.preset.map(|preset| preset.to_string()).as_deref(), preset, "{server}");
    }
    let mut facts =
        Facts { endpoint: "https://s3.eu-central-003.backblazeb2.com".parse().ok(), ..facts() };
    facts.recognise(&S3Settings::default(), None);
    let advice = advise(&Cause::OtherRegion(None), &facts);
    assert!(advice.fix.unwrap().ends_with("or TINTYPE_PROVIDER=b2"));
}

#[test]
fn a_key_is_made_where_one_can_be() {
    let setup = "`tintype iam setup --bucket pics --prefix live";
    let own = "in pics alone, in the way of ";
    let r2 = "https://account.r2.cloudflarestorage.com";
    let amazon = "https://s3.eu-west-1.amazonaws.com";
    for (endpoint, server, speaks_iam, fix) in [
        (None, None, false, format!("{setup}`")),
        (Some(amazon), None, false, format!("{setup}`")),
        (Some(r2), None, true, format!("{own}{r2}")),
        (Some("http://s3:8333"), Some("SeaweedFS"), false, "-url http://s3:8333`".to_owned()),
        (Some("http://s3"), Some("MinIO"), false, format!("{own}http://s3")),
        (Some("http://s3"), None, false, format!("{own}http://s3")),
        (Some("http://s3"), None, true, format!("{setup} --endpoint-url http://s3`")),
    ] {
        let endpoint = endpoint.map(|text| text.parse().unwrap());
        let settings = S3Settings { endpoint, ..S3Settings::default() };
        let place = (&facts().bucket, &facts().prefix);
        let mut facts = Facts::of_settings(place, &settings);
        facts.recognise(&settings, server);
        facts.speaks_iam = speaks_iam && facts.may_speak_iam();
        assert!(facts.least_key().ends_with(&fix), "{fix}: {}", facts.least_key());
    }
}

#[test]
fn at_amazon_one_command_makes_the_bucket_or_lets_its_key_be_used() {
    let amazon = Facts { endpoint: None, ..facts() };
    let setup = "`tintype iam setup --bucket pics --prefix live";
    let arn = "arn:aws:kms:eu-west-1:123456789012:key/1";
    let message =
        format!("is not authorized to perform: kms:Decrypt on resource: {arn} because no");
    let kms = cause(Step::Get, &refused(403, "AccessDenied", &message));
    for (cause, fix) in [
        (Cause::NoBucket, format!("or make the bucket: {setup} --create-bucket`")),
        (kms, format!("{setup} --with kms={arn}`, and the `--with` that it was made with")),
    ] {
        assert!(advise(&cause, &amazon).fix.unwrap().ends_with(&fix), "{cause:?}");
    }
    let fix = advise(&Cause::NoBucket, &facts()).fix.unwrap();
    assert_eq!(fix, "correct TINTYPE_BUCKET, or make the bucket there");
}
