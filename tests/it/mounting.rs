//! The routes in an application of somebody else's.

use axum::Router;
use reqwest::Method;

use crate::support::app::TestApp;
use crate::support::photos::PIXEL;

/// The routes of `app`, merged into an application with a route and a fallback of its own.
async fn mounted(app: &TestApp) -> String {
    let own = Router::new()
        .route("/about", axum::routing::get(async || "about us"))
        .fallback(async || (axum::http::StatusCode::NOT_FOUND, "our own page"));
    app.serve_beside(own.merge(app.routes())).await
}

#[tokio::test]
async fn the_application_keeps_its_routes_and_its_fallback() {
    let app = TestApp::start().await;
    let host = mounted(&app).await;
    assert_eq!(app.get(&format!("{host}/about")).await.text(), "about us");
    assert_eq!(app.get(&format!("{host}/nowhere")).await.text(), "our own page");
    let upload = app.request(Method::POST, &format!("{host}/v1/images"));
    let answer = app.send(upload.header("content-type", "image/gif").body(PIXEL)).await;
    assert_eq!(answer.outcome(), "201");
    let url = answer.json()["url"].as_str().unwrap().to_owned();
    assert!(url.starts_with(&host), "{url}");
    assert_eq!(app.get(&url).await.body, PIXEL);
    assert_eq!(app.get(&format!("{host}/v1/images/none")).await.outcome(), "404 NOT_FOUND");
    app.finish().await;
}
