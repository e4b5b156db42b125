//! `POST /v1/images`: one image, as a form or as the whole body.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use tracing::Instrument as _;

use super::Service;
use super::address::Base;
use super::body::Incoming;
use super::form::{self, Encoding, FormReader, Received};
use super::idempotency::{self, REPLAYED};
use super::problem::Problem;
use super::server::Crowd;
use super::view::ImageView;
use crate::clock;
use crate::memory::{Buffer, Overloaded, Reservation};
use crate::metrics::Stage;
use crate::spans;
use crate::upload::{self, Stored, Upload};

/// Receives, stores, answers 201. Whatever of the body is left unread is drained, so that the
/// client reads the answer.
pub(super) async fn create(
    State(service): State<Service>,
    base: Base,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let mut incoming = service.incoming(&parts.headers, body);
    let upload = receive(&service, &parts, &mut incoming).await;
    incoming.leave(&service.drains);
    let answer = match upload {
        Ok(upload) => store(&service, upload).await.map(|stored| created(stored, &base)),
        Err(problem) => Err(problem),
    };
    let_go(&parts, answer.into_response())
}

/// Closes the connection with the answer when there are many.
pub(super) fn let_go(parts: &Parts, mut response: Response) -> Response {
    if parts.extensions.get::<Crowd>().is_some_and(Crowd::is_dense) {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

/// Reserves first, reads then: a client that has to wait sends nothing yet.
async fn receive(
    service: &Service,
    parts: &Parts,
    incoming: &mut Incoming,
) -> Result<Upload, Problem> {
    let settings = &service.settings;
    let encoding = Encoding::of(&parts.headers)?;
    let idempotency = idempotency::key(parts)?;
    let bytes = form::reservation_for(&parts.headers, &encoding, settings)?;
    let buffer = reserve(service, bytes).await?;
    let _receiving = service.app.metrics.uploads.start(Stage::Receive);
    let receiving = async {
        match encoding {
            Encoding::Raw => form::receive_raw(incoming, buffer, settings).await,
            Encoding::Form(boundary) => {
                let form = FormReader::new(&boundary, settings.form, incoming);
                form::receive_form(form, buffer, settings).await
            }
        }
    };
    let received = receiving.instrument(spans::step("receive")).await?;
    let Received { buffer, filename, texts } = received;
    Ok(texts.describe(buffer, filename, idempotency))
}

/// Waits for memory for an upload of `bytes`.
pub(super) async fn reserve(service: &Service, bytes: u64) -> Result<Buffer, Overloaded> {
    let _waiting = service.app.metrics.uploads.start(Stage::Wait);
    let reserved = service.app.memory.reserve(bytes).instrument(spans::step("wait")).await;
    reserved.map(Reservation::into_buffer)
}

/// Runs to its end whether the client waits for it or not, so that a retry finds a clear state.
pub(super) async fn store(service: &Service, upload: Upload) -> Result<Stored, Problem> {
    let app = Arc::clone(&service.app);
    let storing = async move { upload::store(&app, upload, clock::now()).await };
    Ok(service.app.tasks.spawn(storing.in_current_span()).await??)
}

fn created(stored: Stored, base: &Base) -> Response {
    let (record, replayed) = match stored {
        Stored::New(record) => (record, false),
        Stored::Replayed(record) => (record, true),
    };
    tracing::Span::current().record("image.id", tracing::field::display(record.id));
    let location = [(header::LOCATION, base.of_record(record.id))];
    let image = ImageView::new(record, base);
    let mut response = (StatusCode::CREATED, location, image).into_response();
    if replayed {
        response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    }
    response
}
