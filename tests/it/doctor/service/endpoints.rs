//! Addresses where no S3 service is, or where it wants the bucket in its host name.

use axum::http::StatusCode;
use axum::response::{Html, IntoResponse as _};

use super::Visit;
use crate::support::s3_double::refusal;

const FIX: &str = "AWS_ENDPOINT_URL_S3";

#[tokio::test]
async fn whoever_is_no_s3_service_is_told_as_what_it_is() {
    let page = "<!DOCTYPE html><html><body>Welcome</body></html>";
    let wants_tls = "Client sent an HTTP request to an HTTPS server.\n";
    let console = "S3 API Requests must be made to API port.";
    for (status, body, words) in [
        (404, page, ["404", "A page for people", FIX]),
        (405, page, ["405", "A page for people", FIX]),
        (403, page, ["403", "A page for people", FIX]),
        (200, page, ["not S3's", "does not speak as S3 does", FIX]),
        (404, "{\"detail\":\"Not Found\"}", ["404", "Another API than S3's", FIX]),
        (400, wants_tls, ["400", "wants TLS", "AWS_ENDPOINT_URL_S3=https://127.0.0.1"]),
        (404, "404 page not found\n", ["404", "does not speak as S3 does", FIX]),
        (403, console, ["403", "The console", "the port of the API"]),
    ] {
        let status = StatusCode::from_u16(status).unwrap();
        let visit = Visit::with(move |_| Some((status, Html(body)).into_response())).await;
        let report = visit.report().await;
        report.is_broken("endpoint", words);
        // Who says that all is well may have taken something.
        let is_open = status == StatusCode::OK;
        let put = if is_open { "not known" } else { "there is no service to ask" };
        assert_eq!(report.cell("put", "got"), put);
    }
}

#[tokio::test]
async fn nobody_at_all_is_told_by_where_the_way_ends() {
    let mut visit = Visit::begin().await;
    for (endpoint, words) in [
        ("http://127.0.0.1:1".to_owned(), ["connection refused", "Nobody listens", FIX]),
        ("http://s3.invalid".to_owned(), ["host not found", "no host s3.invalid", FIX]),
        (
            visit.double.endpoint().replace("http:", "https:"),
            ["no TLS there", "does not speak TLS", "AWS_ENDPOINT_URL_S3=http://127.0.0.1"],
        ),
    ] {
        visit.site.set("AWS_ENDPOINT_URL", &endpoint);
        visit.report().await.is_broken("endpoint", words);
    }
}

/// A proxy is the way to a host name that no resolver has to know: it is asked for the whole URL.
#[tokio::test]
async fn a_service_that_wants_the_bucket_in_its_host_name_is_recognised() {
    let mut visit = Visit::with(|request| {
        let knows = request.header("host") == "pics.s3.example.test";
        let is_there = request.path.contains("original.gif");
        (!knows).then(|| refusal(404, "NoSuchBucket", "no")).or_else(|| {
            (!is_there).then(|| refusal(404, "NoSuchKey", "The specified key does not exist."))
        })
    })
    .await;
    let proxy = visit.double.endpoint();
    visit.site.set("HTTP_PROXY", &proxy).set("AWS_ENDPOINT_URL", "http://s3.example.test");
    let report = visit.report().await;
    let meaning = "wants the bucket in the host name, not in the path";
    report.is_broken("endpoint", ["NoSuchBucket", meaning, "TINTYPE_S3_ADDRESSING=virtual"]);
}
