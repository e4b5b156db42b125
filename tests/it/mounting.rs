//! The routes in an application of somebody else's.

use axum::Router;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::{self, Next};
use axum::response::Response;
use reqwest::Method;
use tintype::Principal;

use crate::support::app::{Answer, TestApp};
use crate::support::photos::{PIXEL, jpeg};

/// The routes of `app`, merged into an application with a route and a fallback of its own.
async fn mounted(app: &TestApp) -> String {
    let own = Router::new()
        .route("/about", axum::routing::get(async || "about us"))
        .fallback(async || (StatusCode::NOT_FOUND, "our own page"));
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

/// Uploads at `base`, and follows every address in the answers to the end.
async fn lives_at(app: &TestApp, base: &str) {
    let upload = app.request(Method::POST, &format!("{base}/v1/images"));
    let answer = app.send(upload.header("content-type", "image/gif").body(PIXEL)).await;
    assert_eq!(answer.outcome(), "201");
    let (url, record) = (answer.json()["url"].clone(), answer.header("location").to_owned());
    let url = url.as_str().unwrap();
    assert!(url.starts_with(&format!("{base}/i/")), "{url}");
    assert!(record.starts_with(&format!("{base}/v1/images/")), "{record}");
    assert_eq!(app.get(url).await.body, PIXEL);
    assert_eq!(app.get(&record).await.json()["url"], url);
    let page = app.get(&format!("{base}/v1/images")).await.json();
    assert_eq!(page["images"][0]["url"], url);
    assert_eq!(app.delete(&record).await.outcome(), "204");
}

/// An application may have a state, which the routes do not know.
#[derive(Clone)]
struct State;

#[tokio::test]
async fn addresses_have_the_prefix_that_the_routes_are_nested_under() {
    let app = TestApp::start().await;
    let own: Router<State> = Router::new()
        .nest("/photos", app.routes())
        .nest("/deep", Router::new().nest("/er", app.routes()))
        .nest("/of/{album}", app.routes())
        .nest_service("/service", app.routes::<()>())
        .merge(app.routes());
    let host = app.serve_beside(own.with_state(State)).await;
    for prefix in
        ["", "/photos", "/deep/er", "/of/trains", "/of/h%C3%A4user%20am%2Fsee", "/service"]
    {
        lives_at(&app, &format!("{host}{prefix}")).await;
    }
    app.finish().await;
}

#[tokio::test]
async fn variants_are_asked_for_under_a_prefix_too() {
    let app = TestApp::start().await;
    let own = Router::new().nest("/of/{album}", Router::new().nest("/er", app.routes::<()>()));
    let host = app.serve_beside(own).await;
    let upload = app.request(Method::POST, &format!("{host}/of/trains/er/v1/images"));
    let upload = upload.header("content-type", "image/jpeg").body(jpeg(80, 60));
    let image = app.send(upload).await.json();
    let url = image["url"].as_str().unwrap();
    let answer = app.get(&format!("{url}?w=64&format=webp")).await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "image/webp"));
    let picture = image::load_from_memory(&answer.body).unwrap();
    assert_eq!((picture.width(), picture.height()), (64, 48));
    let refused = app.get(&format!("{url}?w=65")).await;
    assert_eq!(refused.outcome(), "400 INVALID_VARIANT");
    app.finish().await;
}

#[tokio::test]
async fn a_public_address_takes_the_place_of_the_prefix() {
    let app = TestApp::start_with(|setup| {
        setup.http.public_url = Some("https://cdn.example/photos/".parse().unwrap());
    });
    let app = app.await;
    let host = app.serve_beside(Router::new().nest("/inside", app.routes())).await;
    let upload = app.request(Method::POST, &format!("{host}/inside/v1/images"));
    let answer = app.send(upload.header("content-type", "image/gif").body(PIXEL)).await;
    let record = answer.header("location");
    assert!(record.starts_with("https://cdn.example/photos/v1/images/"), "{record}");
    let image = answer.json();
    let (url, id) = (image["url"].as_str().unwrap(), image["id"].as_str().unwrap());
    assert_eq!(url, format!("https://cdn.example/photos/i/{id}.gif"));
    app.finish().await;
}

/// The authentication of an application: whoever says a name is believed.
async fn authenticate(mut request: Request, next: Next) -> Result<Response, StatusCode> {
    let name = request.headers().get("x-user").and_then(|name| name.to_str().ok());
    let principal = Principal::new(name.ok_or(StatusCode::UNAUTHORIZED)?);
    request.extensions_mut().insert(principal);
    Ok(next.run(request).await)
}

#[tokio::test]
async fn keys_of_different_principals_do_not_meet() {
    let app = TestApp::start().await;
    let guarded = app.routes().layer(middleware::from_fn(authenticate));
    let host = app.serve_beside(Router::new().nest("/photos", guarded)).await;
    let upload = |user: &'static str| {
        let request = app.request(Method::POST, &format!("{host}/photos/v1/images"));
        let request = request.header("content-type", "image/gif").header("idempotency-key", "k");
        app.send(request.header("x-user", user).body(PIXEL))
    };
    let id = |answer: Answer| answer.json()["id"].as_str().unwrap().to_owned();
    let (ada, again, bob) = (upload("ada").await, upload("ada").await, upload("bob").await);
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!(bob.header("idempotency-replayed"), "");
    let ada = id(ada);
    assert_eq!(ada, id(again));
    assert_ne!(ada, id(bob));
    // A user's name may be any word, also one that Tintype uses, and of any length.
    let nobody = app.request(Method::POST, "/v1/images").header("content-type", "image/gif");
    let nobody = app.send(nobody.header("idempotency-key", "k").body(PIXEL)).await;
    for name in ["anonymous", "library", "x".repeat(4000).leak()] {
        let user = upload(name).await;
        assert_eq!((user.status, user.header("idempotency-replayed")), (201, ""));
    }
    assert_eq!(nobody.header("idempotency-replayed"), "");
    let stranger = app.get(&format!("{host}/photos/i/{ada}")).await;
    assert_eq!(stranger.outcome(), "401");
    app.finish().await;
}
