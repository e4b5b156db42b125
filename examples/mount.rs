//! The routes of Tintype in an axum application with an authentication of its own in front:
//! `cargo run --example mount [ADDRESS]`.

#![expect(clippy::print_stdout, reason = "an example says what it does")]

use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use axum::{Router, routing::get};

async fn authenticate(mut request: Request, next: Next) -> Result<Response, StatusCode> {
    match request.headers().get("x-token").map(|token| token.as_bytes()) {
        Some(b"open sesame") => request.extensions_mut().insert(tintype::Principal::new("ali")),
        _ => return Err(StatusCode::UNAUTHORIZED),
    };
    Ok(next.run(request).await)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let photos = tintype::Tintype::builder().data_dir("tintype-data").start().await?;
    let guarded = tintype::router(&photos).layer(from_fn(authenticate));
    let app = Router::new().route("/", get(async || "my own page")).nest("/photos", guarded);

    let address = std::env::args().nth(1).unwrap_or("127.0.0.1:3000".to_owned());
    let listener = tokio::net::TcpListener::bind(address).await?;
    println!("listens on http://{}", listener.local_addr()?);
    let asked_to_stop = async { drop(tokio::signal::ctrl_c().await) };
    axum::serve(listener, app).with_graceful_shutdown(asked_to_stop).await?;
    photos.stop(std::time::Duration::from_secs(25)).await;
    Ok(())
}
