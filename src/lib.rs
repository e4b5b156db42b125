//! Tintype takes a photo from an HTTP form, or from your program, straight to your bucket: it holds it
//! in memory and never on disk, proves that it is an image, stores it, records it, serves it and
//! deletes it. Whatever a crash leaves half done is finished later, so that bucket and catalog agree.
//!
//! - **Bytes** live in a *bucket*: Amazon S3, anything that speaks its API, or a directory.
//! - **Records** live in a *catalog*: SQLite or PostgreSQL.
//! - **Memory** has a ceiling: image bytes wait for their share of the *memory budget*.
//!
//! This page is for programs that use it as a library. The binary of the same name is the same thing
//! as a service; its README and `docs/` are in the repository.
//!
//! # Quick start
//!
//! ```toml
//! [dependencies]
//! tintype = { path = "../tintype", default-features = false } # a checkout beside yours
//! axum = "0.8"
//! tokio = { version = "1", features = ["full"] }
//! ```
//!
//! It needs Rust 1.95, a C compiler and a Unix system.
//!
//! A [`Tintype`] is everything in one value: built once, cloned freely, stopped at the end.
//!
//! ```
//! use std::time::Duration;
//! use tintype::{Listing, Tintype, Upload};
//!
//! # const GIF: &[u8] = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\0\0\0\x21\xf9\x04\x01\0\0\0\0\x2c\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0\x3b";
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let directory = tempfile::tempdir()?;
//! # let (directory, bytes) = (directory.path(), GIF);
//! // SQLite and a directory bucket; `bucket` and `catalog` take s3:// and postgres:// instead.
//! let photos = Tintype::builder().data_dir(directory).start().await?;
//!
//! let image = photos.upload(Upload::new(bytes).filename("rails.gif").caption("Rails")).await?;
//! println!("{}: {}, {} x {}", image.id, image.content_type(), image.width, image.height);
//!
//! let found = photos.find(image.id).await?.expect("it is there");
//! assert_eq!(found, image);
//!
//! let page = photos.list(Listing::newest().limit(20)).await?;
//! assert_eq!(page.images.len(), 1);
//!
//! let original = photos.original(image.id).await?.expect("it is there");
//! // It held no metadata, so nothing was taken out.
//! assert_eq!(original.into_bytes().await?, bytes);
//!
//! photos.delete(image.id).await?;
//! assert_eq!(photos.find(image.id).await?, None);
//!
//! photos.stop(Duration::from_secs(25)).await;
//! # Ok(())
//! # }
//! ```
//!
//! The repository's `examples/` has each of these by itself: `cargo run --example upload`, `find`,
//! `list`, `variant`, `delete` and `mount`.
//!
//! # In an axum application
//!
//! [`router`] is the HTTP part: forms and raw uploads, batches, listing, change, delete, and the bytes
//! with ranges and conditional requests. It goes into an axum 0.8 application with any state, merged
//! or nested, and everybody who reaches it may do everything, so put your authentication in front:
//!
//! ```no_run
//! use axum::extract::Request;
//! use axum::http::StatusCode;
//! use axum::middleware::{Next, from_fn};
//! use axum::response::Response;
//! use axum::{Router, routing::get};
//!
//! async fn authenticate(mut request: Request, next: Next) -> Result<Response, StatusCode> {
//!     match request.headers().get("x-token").map(|token| token.as_bytes()) {
//!         Some(b"open sesame") => request.extensions_mut().insert(tintype::Principal::new("ali")),
//!         _ => return Err(StatusCode::UNAUTHORIZED),
//!     };
//!     Ok(next.run(request).await)
//! }
//!
//! #[tokio::main]
//! async fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let photos = tintype::Tintype::builder().data_dir("tintype-data").start().await?;
//!     let guarded = tintype::router(&photos).layer(from_fn(authenticate));
//!     let app = Router::new().route("/", get(async || "my own page")).nest("/photos", guarded);
//!
//!     let address = std::env::args().nth(1).unwrap_or("127.0.0.1:3000".to_owned());
//!     let listener = tokio::net::TcpListener::bind(address).await?;
//!     println!("listens on http://{}", listener.local_addr()?);
//!     let asked_to_stop = async { drop(tokio::signal::ctrl_c().await) };
//!     axum::serve(listener, app).with_graceful_shutdown(asked_to_stop).await?;
//!     photos.stop(std::time::Duration::from_secs(25)).await;
//!     Ok(())
//! }
//! ```
//!
//! ```console
//! $ curl -F image=@photo.jpg localhost:3000/photos/v1/images -o /dev/null -w '%{http_code}\n'
//! 401
//! $ curl -F image=@photo.jpg -H 'X-Token: open sesame' localhost:3000/photos/v1/images
//! {"id":"01a2…","url":"http://localhost:3000/photos/i/01a2….jpg","filename":"photo.jpg", …}
//! ```
//!
//! - The addresses in answers have the prefix that the routes are nested under. Behind a proxy that
//!   changes host, scheme or path, say the public one: [`Builder::public_url`].
//! - [`Image::path`] is where an image is served below that prefix, for a page of yours to show it. To
//!   let everybody look and only some change things, let your layer pass `GET` and `HEAD` requests
//!   to `/i/…`; a layer on the router sees paths without the prefix.
//! - A [`Principal`] among the extensions of a request keeps the idempotency keys of your users apart.
//! - Layers that read or bound the body of a request are not needed: nothing of it is read before
//!   there is room for it, and the limits are those of the [`Builder`].
//! - [`http::Server`] serves any router with a cap on connections and time-outs, which `axum::serve`
//!   does not have. Give [`Builder::connections`] the `max_connections` of its
//!   [`http::ServerSettings`], and give [`Tintype::stop`] the time that [`http::Server::run`]
//!   returns.
//! - `/healthz` and `/readyz` are among the routes, behind your layer as they are. Metrics are not:
//!   `photos.app().metrics(metrics::Format::Text).await` gives the text for a route of your own, and
//!   [`metrics::Format::content_type`] its media type.
//!
//! Requests, answers and error codes are in `docs/api.md`.
//!
//! # The life of an image
//!
//! ```text
//!            upload                                       delete
//! (nothing) ────────► pending ─────────► ready ─────────► deleting ────────► (nothing)
//!            the row,          the bytes,         nobody             the bytes,
//!            with its key      then the row       sees it            then the row
//! ```
//!
//! The row comes before the bytes and goes after them, so whatever is cut off is written down
//! somewhere. Only images that are ready are found, listed and read. The reconciler, a task that runs
//! as long as there is a [`Tintype`], removes what was given up: an upload after its deadline and a
//! margin, a deletion once the bucket is back. Any number of processes may share a PostgreSQL catalog
//! and a bucket.
//!
//! - After [`Tintype::upload`] returns, bytes and record are durable.
//! - After [`Tintype::delete`] returns, nobody reads the image any more.
//! - A future that is dropped stops nothing that has begun.
//! - After an error, nothing of an upload stays behind for good. An
//!   [idempotency key](Upload::idempotency_key) makes another try safe, and
//!   [`UploadError::is_temporary`] says whether one makes sense.
//!
//! # What is stored
//!
//! Metadata is taken out before an image is stored: the place, the time, the camera, comments,
//! thumbnails. No pixel changes, and orientation and colour profile stay. [`Image::stripped`] says
//! what went; [`Image::size`] and [`Image::sha256`] are of what is stored.
//! [`Builder::metadata`] with [`strip::Metadata::Keep`] stores each file as it came.
//!
//! [`Tintype::variant`] makes a smaller rendition of an image, in another format if it is asked to:
//!
//! ```no_run
//! # async fn show(photos: tintype::Tintype, id: tintype::ImageId) -> Result<(), tintype::VariantError> {
//! use tintype::{Encoding, Fit, VariantSpec};
//!
//! let thumbnail = VariantSpec::new().width(160).height(160).fit(Fit::Cover).format(Encoding::Webp);
//! if let Some(variant) = photos.variant(id, &thumbnail).await? {
//!     println!("{} has {} bytes", variant.content_type(), variant.bytes.len());
//! }
//! # Ok(())
//! # }
//! ```
//!
//! [`router()`] makes them by address, `/i/01a2…?w=160`, of the widths and heights of a ladder.
//!
//! [`Builder::accept`] takes HEIC photos and films too, which are refused without it. Of a film,
//! [`Image::duration`] tells how long it runs.
//!
//! # Features
//!
//! | Feature | Default | What it adds |
//! | --- | --- | --- |
//! | `cli` | yes | The binary: command line, settings from flags and environment, client. A program that uses the library leaves it out. |
//! | `avif` | yes | Variants as AVIF, whose encoder is most of what variants add to a build. |
//! | `iam` | yes | The commands that make, renew and remove the user in AWS that the service runs as. |
//! | `otlp` | no | Traces to an OpenTelemetry collector, for the binary. |
//!
//! What happens is told through [`tracing`](https://docs.rs/tracing). Of other crates, axum 0.8,
//! bytes 1, jiff 0.2, `serde_json` 1 and tokio 1 are part of the interface.
//!
//! # What stands where
//!
//! Everything that a program needs is at the root. The modules are the parts that it is made of, in
//! the order in which an upload travels through them; the root uses their types for what is rarely
//! said, such as [`bucket::S3Settings`]. They are public for those who look past it, and change more
//! often.

#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "cli")]
#[cfg_attr(docsrs, doc(cfg(feature = "cli")))]
pub mod cli;
#[cfg(feature = "cli")]
#[cfg_attr(docsrs, doc(cfg(feature = "cli")))]
pub mod config;
#[cfg(feature = "cli")]
mod client;
#[cfg(feature = "cli")]
mod doctor;
#[cfg(feature = "cli")]
mod env_file;
#[cfg(feature = "iam")]
mod iam;

pub mod app;
mod clock;

pub mod http;
pub mod memory;
pub mod multipart;
mod upload;
pub mod inspect;
pub mod strip;
mod variant;
pub mod catalog;
pub mod bucket;

mod listing;
mod read;
pub mod derive;
mod delete;
pub mod reconcile;
pub mod check;
pub mod metrics;
mod spans;
mod causes;
mod description;
mod digest;
mod probe;

pub mod image;

mod library;

pub use bytes::Bytes;
pub use jiff::Timestamp;

pub use bucket::BucketError;
pub use catalog::{CatalogError, Change, Edit, Sha256};
pub use delete::Deleted;
pub use derive::{Encoding, Fit, NamedVariant, VariantError, VariantSpec};
pub use description::InvalidDescription;
pub use http::Principal;
pub use image::{Format, ImageId};
pub use inspect::InspectError;
pub use library::{
    Builder, ChangeError, Fault, Image, InvalidSettings, Listing, Original, Page, StartError,
    Tintype, Upload, UploadError, Variant, router,
};
pub use memory::Overloaded;
pub use read::ReadError;
pub use upload::Undecodable;
pub use variant::Proof;

/// Compiles the examples of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct ReadmeExamples;
