//! `POST /v1/images/batch`: many images in one form, each with its own outcome.
//!
//! Each file has its own reservation, taken before its first byte is read and given back when it is
//! stored, so that a batch of fifty needs no more memory than a single upload.

use axum::Json;
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use headers::{ContentLength, HeaderMapExt};
use serde_json::{Value, json};
use tracing::Instrument as _;

use super::Service;
use super::address::Base;
use super::body::Incoming;
use super::form::{self, Encoding, FormReader, Texts};
use super::problem::{Code, Problem};
use super::upload;
use super::view::ImageView;
use super::{idempotency, layers};
use crate::metrics::Stage;
use crate::multipart::{Event, PartKind};
use crate::spans;
use crate::upload::{IdempotencyKey, Stored};

/// Receives and stores one file after the other, and answers 200 with their outcomes in order.
pub(super) async fn create(
    State(service): State<Service>,
    base: Base,
    request: Request,
) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    let mut incoming = service.incoming(&parts.headers, body);
    let outcomes = receive(&service, &base, (&parts, &mut incoming)).await;
    incoming.leave(&service.drains);
    let outcomes = Json(json!({ "outcomes": outcomes? }));
    Ok(upload::let_go(&parts, outcomes.into_response()))
}

/// The outcomes of all files. Once one is stored, a failure that ends the form is an outcome too:
/// the client has to learn what was stored before it.
async fn receive(
    service: &Service,
    base: &Base,
    (parts, incoming): (&Parts, &mut Incoming),
) -> Result<Vec<Value>, Problem> {
    let Encoding::Form(boundary) = Encoding::of(&parts.headers)? else {
        let detail = "a batch is a form with many files; a single image goes to /v1/images";
        return Err(Problem::new(Code::NotMultipart, detail));
    };
    let idempotency = idempotency::key(parts)?;
    // No file is larger than the form that it is in.
    let limit = service.settings.max_image_size;
    let most = parts.headers.typed_get().map_or(limit, |ContentLength(length)| length.min(limit));
    let mut form = FormReader::new(&boundary, service.settings.form, incoming);
    let mut outcomes = Vec::new();
    loop {
        let key = idempotency.as_ref().map(|key| nth(key, outcomes.len()));
        let next = match next_file(service, &mut form, outcomes.len()).await {
            Ok(Some(filename)) => one(service, &mut form, File { filename, key, most }).await,
            Ok(None) => break,
            Err(problem) => Err(problem),
        };
        match next {
            Ok(outcome) => outcomes.push(describe(outcome, base)),
            Err(problem) if outcomes.is_empty() => return Err(problem),
            Err(problem) => {
                outcomes.push(describe(Err(problem), base));
                break;
            }
        }
    }
    if outcomes.is_empty() { Err(form::missing_file()) } else { Ok(outcomes) }
}

/// The name of the next file, or nothing when the form is at its end.
async fn next_file(
    service: &Service,
    form: &mut FormReader<'_>,
    so_far: usize,
) -> Result<Option<Option<String>>, Problem> {
    loop {
        match form.next().await? {
            Event::Part(head) if head.kind == PartKind::File => {
                if so_far >= service.settings.max_batch_files as usize {
                    return Err(too_many(service));
                }
                return Ok(Some(head.filename));
            }
            Event::Part(_) => form.skip_part(),
            Event::Data(_) | Event::PartEnd => {}
            Event::End => {
                form.read_epilogue().await;
                return Ok(None);
            }
        }
    }
}

/// A file that is about to be read.
struct File {
    filename: Option<String>,
    key: Option<IdempotencyKey>,
    /// The most bytes that it can have.
    most: u64,
}

/// The outcome of one file. The outer error is one after which the form cannot be read on.
async fn one(
    service: &Service,
    form: &mut FormReader<'_>,
    file: File,
) -> Result<Result<Stored, Problem>, Problem> {
    let settings = &service.settings;
    let mut buffer = match upload::reserve(service, file.most).await {
        Ok(buffer) => buffer,
        Err(overloaded) => {
            form.skip_part();
            return Ok(Err(overloaded.into()));
        }
    };
    let receiving = service.app.metrics.uploads.start(Stage::Receive);
    let filled = form.fill(&mut buffer, settings).instrument(spans::step("receive")).await;
    drop(receiving);
    match filled {
        Ok(()) => {}
        Err(problem) if problem.code() == Code::LimitFileSize => {
            form.skip_part();
            return Ok(Err(problem));
        }
        Err(problem) => return Err(problem),
    }
    let upload = Texts::default().describe(buffer, file.filename, file.key);
    Ok(upload::store(service, upload).await)
}

/// A key of its own for each file, so that a retried batch repeats only what is missing.
fn nth(key: &IdempotencyKey, index: usize) -> IdempotencyKey {
    IdempotencyKey { principal: key.principal.clone(), key: format!("{}#{index}", key.key) }
}

fn describe(outcome: Result<Stored, Problem>, base: &Base) -> Value {
    match outcome {
        Ok(Stored::New(record) | Stored::Replayed(record)) => {
            json!({ "status": 201, "image": ImageView::new(record, base) })
        }
        Err(problem) => {
            layers::log_cause(&problem);
            json!({ "status": problem.status().as_u16(), "error": problem.to_json() })
        }
    }
}

fn too_many(service: &Service) -> Problem {
    let limit = service.settings.max_batch_files;
    Problem::new(Code::LimitFileCount, format!("a batch has at most {limit} files"))
        .with("limit", limit)
}
