//! Whatever clients send, the series have a ceiling.

use std::collections::BTreeSet;

use axum::Router;
use reqwest::Method;

use super::scrape::Scrape;
use crate::support::app::TestApp;

#[tokio::test]
async fn odd_paths_and_methods_make_no_series_of_their_own() {
    let app = TestApp::start().await;
    let methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"];
    for round in 0..12 {
        let paths = [
            format!("/odd{round}"),
            format!("/v1/images/odd{round}"),
            format!("/i/odd{round}.jpg?w=odd{round}"),
            format!("/v1/images/batch/odd{round}"),
            format!("/metrics/odd{round}%22%0a"),
        ];
        for path in &paths {
            let made_up = format!("ODD{round}");
            for method in methods.iter().copied().chain([made_up.as_str()]) {
                let method = Method::from_bytes(method.as_bytes()).unwrap();
                let request = app.request(method, path).header("x-request-id", "odd");
                assert!(app.send(request).await.status >= 400, "{path}");
            }
        }
    }
    let scrape = Scrape::of(&app).await;
    let requests = &scrape.0["tintype_http_requests_total"].samples;
    let total = app.get("/metrics").await.text();
    assert!(!total.to_lowercase().contains("odd"), "{total}");
    assert!(requests.len() < 60, "{requests:?}");
    let values = |label| requests.iter().map(|each| each.labels[label].as_str()).collect();
    let routes: BTreeSet<&str> = values("route");
    assert_eq!(routes, BTreeSet::from(["/i/{name}", "/v1/images/{id}", "other"]));
    let statuses: BTreeSet<&str> = values("status");
    assert!(statuses.is_subset(&BTreeSet::from(["400", "404", "405", "415"])), "{statuses:?}");
    app.finish().await;
}

#[tokio::test]
async fn nested_routes_count_under_their_own_names() {
    let app = TestApp::start().await;
    let host = app.serve_beside(Router::new().nest("/photos", app.routes())).await;
    assert_eq!(app.get(&format!("{host}/photos/v1/images")).await.status, 200);
    assert_eq!(app.get(&format!("{host}/photos/metrics")).await.status, 404);
    let labels = [("route", "/v1/images"), ("method", "GET"), ("status", "200")];
    assert_eq!(Scrape::of(&app).await.value("tintype_http_requests_total", &labels), 1.0);
    app.finish().await;
}
