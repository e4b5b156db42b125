//! Request in, reply out: the only folder that knows axum, statuses and headers.
//!
//! Handlers translate; what an upload or a deletion *is* stands in `upload/` and
//! `delete/`.

mod accept;
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
mod metrics;
mod outgoing;
mod problem;
mod range;
mod representation;
mod server;
#[cfg(feature = "otlp")]
mod traces;
mod upload;
mod view;

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::HeaderMap;
use axum::routing::{get, post};
use tower_http::catch_panic::CatchPanicLayer;
use url::Url;

use crate::app::App;
use crate::metrics::{RequestMeter, Route};
use crate::multipart;

pub use address::{InvalidPublicUrl, parse_public_url};
pub use body::Pace;
pub use idempotency::Principal;
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

/// How many text parts of a form may be as long as a text part can be: caption, alternative text,
/// metadata, and one of a widget's own.
const FULL_FIELDS: usize = 4;

/// The limits of a form whose text parts have at most so many bytes.
pub(crate) fn form_limits(field_value_bytes: usize) -> multipart::Limits {
    multipart::Limits {
        field_value_bytes,
        fields_total_bytes: field_value_bytes.saturating_mul(FULL_FIELDS),
        ..multipart::Limits::default()
    }
}

/// What handlers share.
#[derive(Clone, Debug)]
struct Service {
    app: Arc<App>,
    settings: Arc<Settings>,
    drains: Arc<body::Drains>,
    probe: Arc<health::Probe>,
}

impl Service {
    /// The body of a request, of which nothing is read yet.
    fn incoming(&self, headers: &HeaderMap, body: Body) -> body::Incoming {
        let received = self.app.metrics.requests.received();
        body::Incoming::new(headers, body, self.settings.pace, received)
    }
}

/// The routes of the service, to be mounted in an application with a state `S`: its own fallback
/// stays its own, and the addresses in answers have the prefix under which the routes are nested.
///
/// `public_url`, where it is set, has to hold that prefix.
pub fn router<S>(app: Arc<App>, settings: Settings) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    let meter = Arc::clone(&app.metrics.requests);
    with_layers(routes(app, settings), meter)
}

/// The whole service: the routes, the metrics, which an application that has its own shows by
/// [`App::metrics`], and a problem for every other address.
pub fn standalone(app: Arc<App>, settings: Settings) -> Router {
    let meter = Arc::clone(&app.metrics.requests);
    let metrics = get(metrics::show).with_state(Arc::clone(&app));
    let routes = routes(app, settings).route(Route::Metrics.text(), metrics);
    with_layers(routes.fallback(images::no_such_address), meter)
}

fn routes<S>(app: Arc<App>, mut settings: Settings) -> Router<S> {
    // The form's limits follow from the image's; two numbers for one thing could contradict.
    settings.form.file_bytes = usize::try_from(settings.max_image_size).unwrap_or(usize::MAX);
    settings.form.files = usize::MAX;
    let parts = settings.form.fields.saturating_add(settings.max_batch_files as usize);
    settings.form.parts = settings.form.parts.max(parts);
    let drains = Arc::new(body::Drains::new(app.tasks.clone(), app.stopping.clone()));
    let settings = Arc::new(settings);
    let service = Service { app, settings, drains, probe: Arc::default() };
    Router::new()
        .route(Route::Images.text(), post(upload::create).get(images::list))
        .route(Route::Batch.text(), post(batch::create))
        .route(Route::Image.text(), get(images::show).patch(images::change).delete(images::delete))
        .route(Route::Original.text(), get(content::show))
        .route(Route::Healthz.text(), get(health::alive))
        .route(Route::Readyz.text(), get(health::ready))
        .with_state(service)
}

fn with_layers<S>(routes: Router<S>, meter: Arc<RequestMeter>) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    // One layer of two, since the router boxes the request's way through each layer.
    routes.layer((
        axum::middleware::from_fn_with_state(layers::Observer::new(meter), layers::observe),
        CatchPanicLayer::custom(layers::on_panic),
    ))
}
