//! Buckets in the host name, and endpoints where nobody is, or nobody who is trusted.

use crate::moto::{Key, Moto};

use super::{Account, NEEDED};
use crate::support::examination::Report;

/// No resolver here knows a name below `localhost`.
#[tokio::test]
async fn a_bucket_in_the_host_name_of_a_server_that_wants_it_in_the_path_is_told() {
    let account = Account::open().await;
    let key = account.uploader(&NEEDED, "").await;
    let mut site = account.site(&key);
    site.set("TINTYPE_S3_ADDRESSING", "virtual");
    let report = Report::of(&site).await;
    let fix = "TINTYPE_S3_ADDRESSING=path";
    report.is_broken("endpoint", ["unusable", "host name, not an IP address", fix]);

    let by_name = format!("http://localhost:{}", account.moto.port);
    site.set("AWS_ENDPOINT_URL", &by_name);
    let report = Report::of(&site).await;
    report.is_broken("endpoint", ["host not found", "wants the bucket in the path", fix]);

    site.set("TINTYPE_S3_ADDRESSING", "path");
    Report::of(&site).await.warns_of(&[]);
}

#[tokio::test]
async fn the_endpoint_of_the_command_line_wins() {
    let account = Account::open().await;
    let key = account.uploader(&NEEDED, "").await;
    let mut site = account.site(&key);
    site.set("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:1");
    let report = Report::of(&site).await;
    let words =
        ["connection refused", "Nobody listens at http://127.0.0.1:1", "AWS_ENDPOINT_URL_S3"];
    report.is_broken("endpoint", words);
    let report = Report::with(&site, &["--endpoint-url", &account.moto.endpoint()]).await;
    report.warns_of(&[]);
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_is_told() {
    let moto = Moto::start_with_tls().await;
    let key = Key { id: "AKIA".to_owned(), secret: "secret".to_owned() };
    let mut site = moto.site(&key);
    let endpoint = format!("https://127.0.0.1:{}", moto.port);
    site.set("AWS_ENDPOINT_URL", &endpoint).set("TINTYPE_BUCKET", "s3://pics");
    let report = Report::of(&site).await;
    let meaning = format!("The certificate of {endpoint} is not trusted");
    let words = ["certificate not trusted", &meaning, "the system's certificates"];
    report.is_broken("endpoint", words);
}
