//! Request in, reply out: the only folder that knows axum, statuses and headers.
//!
//! Handlers translate; what an upload or a deletion *is* stands in [`crate::upload`] and
//! [`crate::delete`].

mod address;
mod batch;
mod body;
mod content;
mod disposition;
mod extract;
mod failure;
mod form;
mod health;
mod idempotency;
mod images;
mod layers;
mod problem;
mod range;
mod server;
mod upload;
mod view;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};
use tower_http::catch_panic::CatchPanicLayer;
use url::Url;

use crate::app::App;
use crate::multipart;

pub use body::Pace;
pub use layers::REQUEST_ID;
pub use problem::{Code, Problem};
pub use server::{Server, Settings as ServerSettings};

/// What the HTTP part is set up with.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where clients reach this service, when that is not what they say in `Host`.
    pub public_url: Option<Url>,
    /// The largest image, in bytes. Default 20 MiB.
    pub max_image_size: u64,
    /// The most files of one batch. Default 50.
    pub max_batch_files: u32,
    /// The limits of a form around its file. Its limits on files and parts are set from the two
    /// above.
    pub form: multipart::Limits,
    /// How slow a client may be.
    pub pace: Pace,
}

/// What handlers share.
#[derive(Clone, Debug)]
struct Service {
    app: Arc<App>,
    settings: Arc<Settings>,
    drains: body::Drains,
    probe: Arc<health::Probe>,
}

/// The routes of the service, to be mounted in an application: its own fallback stays its own.
///
/// Nested under a prefix, the addresses in answers need `public_url` with that prefix.
pub fn router(app: Arc<App>, settings: Settings) -> Router {
    with_layers(routes(app, settings))
}

/// The whole service: the routes, and a problem for every other address.
pub fn standalone(app: Arc<App>, settings: Settings) -> Router {
    with_layers(routes(app, settings).fallback(images::no_such_address))
}

fn routes(app: Arc<App>, mut settings: Settings) -> Router {
    // The form's limits follow from the image's; two numbers for one thing could contradict.
    settings.form.file_bytes = usize::try_from(settings.max_image_size).unwrap_or(usize::MAX);
    settings.form.files = usize::MAX;
    let parts = settings.form.fields.saturating_add(settings.max_batch_files as usize);
    settings.form.parts = settings.form.parts.max(parts);
    let drains = body::Drains::new(app.tasks.clone(), app.stopping.clone());
    let settings = Arc::new(settings);
    let service = Service { app, settings, drains, probe: Arc::default() };
    Router::new()
        .route("/v1/images", post(upload::create).get(images::list))
        .route("/v1/images/batch", post(batch::create))
        .route("/v1/images/{id}", get(images::show).patch(images::change).delete(images::delete))
        .route("/i/{name}", get(content::original))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .with_state(service)
}

fn with_layers(routes: Router) -> Router {
    // One layer of two, since the router boxes the request's way through each layer.
    routes.layer((
        axum::middleware::from_fn(layers::observe),
        CatchPanicLayer::custom(layers::on_panic),
    ))
}
