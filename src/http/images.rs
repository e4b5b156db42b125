//! Records over HTTP: list, show, change, delete.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tracing::Instrument as _;
use uuid::Uuid;

use super::Service;
use super::address::Base;
use super::extract::{Named, no_such_image};
use super::form::{bounded, values_of};
use super::problem::{Code, Problem};
use super::view::ImageView;
use crate::catalog::{Catalog, CatalogError, Change, Edit, Record};
use crate::clock;
use crate::delete::{self, Deleted};
use crate::image::ImageId;

/// How many images a page of the listing holds when the client does not say.
const LIMIT_DEFAULT: u32 = 50;

/// The most images of one page.
const LIMIT_MAX: u32 = 200;

/// How many records are read at a time, and from how many bytes of text a page is full: a few
/// records with the longest texts must not take more memory than was reserved for the page.
const STEP: usize = 16;
const PAGE_BYTES: usize = 1024 * 1024;

/// What the smallest object takes as a value in memory: a leaf of its tree.
const VALUE_BYTES: usize = 640;

/// What a page may take in memory, as records and as JSON: a step of the longest texts and what
/// stood in the page before it.
const PAGE_MEMORY: u64 = 8 * 1024 * 1024;

/// What a PATCH may take: its body, what was parsed from it, and the record.
const PATCH_MEMORY: u64 = 1024 * 1024;

/// The most bytes of a PATCH body.
const PATCH_MAX: usize = 256 * 1024;

#[derive(Debug, Deserialize)]
pub(super) struct Page {
    limit: Option<String>,
    cursor: Option<String>,
}

#[derive(Debug, Serialize)]
struct Listing {
    images: Vec<ImageView>,
    next_cursor: Option<String>,
}

/// `GET /v1/images`: newest first. The cursor is opaque: it may hold something else some day.
pub(super) async fn list(
    State(service): State<Service>,
    base: Base,
    page: Result<Query<Page>, QueryRejection>,
) -> Result<Response, Problem> {
    let Query(page) = page.map_err(|_| unreadable_query())?;
    let limit = limit(page.limit.as_deref())?;
    let before = page.cursor.as_deref().map(parse_cursor).transpose()?;
    let _held = service.app.memory.reserve_read(PAGE_MEMORY).await?;
    let (records, more) = read_page(&service.app.catalog, before, limit as usize).await?;
    let next_cursor = records.last().filter(|_| more).map(|last| write_cursor(last.id));
    let images = records.into_iter().map(|record| ImageView::new(record, &base)).collect();
    Ok(Json(Listing { images, next_cursor }).into_response())
}

/// At most `limit` records, or fewer when their texts are long; and whether there are more.
async fn read_page(
    catalog: &Catalog,
    mut before: Option<ImageId>,
    limit: usize,
) -> Result<(Vec<Record>, bool), CatalogError> {
    let mut page = Vec::new();
    let mut weight = 0;
    loop {
        let wanted = STEP.min(limit - page.len());
        let mut step = catalog.list(before, u32::try_from(wanted + 1).unwrap_or(u32::MAX)).await?;
        let more = step.len() > wanted;
        step.truncate(wanted);
        weight += step.iter().map(weight_of).sum::<usize>();
        before = step.last().map(|last| last.id);
        page.append(&mut step);
        if !more || page.len() >= limit || weight >= PAGE_BYTES {
            return Ok((page, more));
        }
    }
}

/// What a record takes in memory, roughly: its texts, and the tree of its metadata.
fn weight_of(record: &Record) -> usize {
    let texts = [&record.caption, &record.alt, &record.filename];
    let texts: usize = texts.into_iter().flatten().map(String::len).sum();
    texts + json_bytes(&record.metadata) + values_of(&record.metadata) * VALUE_BYTES
}

fn json_bytes(metadata: &Map<String, Value>) -> usize {
    serde_json::to_string(metadata).map_or(0, |text| text.len())
}

fn unreadable_query() -> Problem {
    Problem::new(Code::InvalidRequest, "the query takes `limit` and `cursor`, each once")
}

fn limit(text: Option<&str>) -> Result<u32, Problem> {
    let Some(text) = text else { return Ok(LIMIT_DEFAULT) };
    let limit = text.parse().ok().filter(|limit| (1..=LIMIT_MAX).contains(limit));
    limit.ok_or_else(|| {
        Problem::new(
            Code::InvalidRequest,
            format!("`limit` is a whole number from 1 to {LIMIT_MAX}"),
        )
    })
}

fn write_cursor(last: ImageId) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(last.as_uuid().as_bytes())
}

fn parse_cursor(text: &str) -> Result<ImageId, Problem> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).ok();
    let uuid = bytes.and_then(|bytes| Uuid::from_slice(&bytes).ok());
    uuid.map(ImageId::from_uuid).ok_or_else(|| {
        Problem::new(Code::InvalidRequest, "`cursor` is a `next_cursor` of an earlier page")
    })
}

/// `GET /v1/images/{id}`.
pub(super) async fn show(
    State(service): State<Service>,
    base: Base,
    named: Named,
) -> Result<Response, Problem> {
    let record = service.app.catalog.find(named.id).await?.ok_or_else(no_such_image)?;
    Ok(Json(ImageView::new(record, &base)).into_response())
}

/// The members that a PATCH may name: absent keeps, null clears.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Patch {
    #[serde(default, deserialize_with = "named")]
    caption: Option<Option<String>>,
    #[serde(default, deserialize_with = "named")]
    alt: Option<Option<String>>,
    #[serde(default, deserialize_with = "named")]
    metadata: Option<Option<Map<String, Value>>>,
}

/// Tells a member that is null from one that is absent.
fn named<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(deserializer).map(Some)
}

/// `PATCH /v1/images/{id}`: JSON merge at the top level.
pub(super) async fn change(
    State(service): State<Service>,
    base: Base,
    named: Named,
    request: Request,
) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    let mut incoming = service.incoming(&parts.headers, body);
    let _held = service.app.memory.reserve_read(PATCH_MEMORY).await?;
    let body = incoming.whole(PATCH_MAX).await;
    incoming.leave(&service.drains);
    let body = body?.ok_or_else(|| invalid_patch("a body of at most 256 KiB"))?;
    let change = parse_patch(&service, &body)?;
    let record = service.app.catalog.annotate(named.id, &change, clock::now()).await?;
    let record = record.ok_or_else(no_such_image)?;
    Ok(Json(ImageView::new(record, &base)).into_response())
}

fn invalid_patch(wanted: &str) -> Problem {
    Problem::new(Code::InvalidRequest, format!("a PATCH takes {wanted}"))
}

fn parse_patch(service: &Service, body: &[u8]) -> Result<Change, Problem> {
    let invalid = || invalid_patch("a JSON object with any of `caption`, `alt` and `metadata`");
    // serde would take an array for the members in their order.
    if !body.trim_ascii_start().starts_with(b"{") {
        return Err(invalid());
    }
    let patch: Patch = serde_json::from_slice(body)
        .map_err(|error| invalid().with("reason", error.to_string()))?;
    let limit = service.settings.form.field_value_bytes;
    let text = |name: &'static str, value: Option<Option<String>>| match value {
        None => Ok(Edit::Keep),
        Some(None) => Ok(Edit::Clear),
        Some(Some(text)) if text.len() > limit => {
            Err(invalid_patch(&format!("at most {limit} bytes of `{name}`")))
        }
        Some(Some(text)) => Ok(Edit::Set(text)),
    };
    let metadata = match patch.metadata {
        None => Edit::Keep,
        Some(None) => Edit::Clear,
        Some(Some(metadata)) if json_bytes(&metadata) > limit => {
            return Err(invalid_patch(&format!("`metadata` of at most {limit} bytes")));
        }
        Some(Some(metadata)) => Edit::Set(bounded(metadata)?),
    };
    Ok(Change { caption: text("caption", patch.caption)?, alt: text("alt", patch.alt)?, metadata })
}

/// `DELETE /v1/images/{id}`: 204 when nothing is left, 202 when the bucket has to come back first.
pub(super) async fn delete(
    State(service): State<Service>,
    base: Base,
    named: Named,
) -> Result<Response, Problem> {
    let app = std::sync::Arc::clone(&service.app);
    // A client that hangs up does not stop a deletion that has begun.
    let deletion = async move { delete::delete(&app, named.id, clock::now()).await };
    let deleted =
        service.app.tasks.spawn(deletion.in_current_span()).await.map_err(Problem::from)??;
    match deleted.ok_or_else(no_such_image)? {
        Deleted::Gone => Ok(StatusCode::NO_CONTENT.into_response()),
        Deleted::Promised => {
            let location = [(header::LOCATION, base.of_record(named.id))];
            Ok((StatusCode::ACCEPTED, location).into_response())
        }
    }
}

/// Whatever no route takes.
pub(super) async fn no_such_address(_: HeaderMap) -> Problem {
    Problem::new(Code::NotFound, "there is nothing at this address")
}
