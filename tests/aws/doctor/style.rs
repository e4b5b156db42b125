//! Buckets in the host name, and endpoints where nobody is.

use super::report::Report;
use super::{Account, NEEDED};

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
