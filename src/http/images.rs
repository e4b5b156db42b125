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
use super::problem::{Code, Problem};
use super::view::ImageView;
use crate::catalog::{Change, Edit};
use crate::clock;
use crate::delete::{self, Deleted};
use crate::description;
use crate::image::ImageId;
use crate::listing::{self, LIMIT_DEFAULT, LIMIT_MAX, PAGE_MEMORY};

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
    let (records, more) = listing::page(&service.app.catalog, before, limit).await?;
    let next_cursor = records.last().filter(|_| more).map(|last| write_cursor(last.id));
    let images = records.into_iter().map(|record| ImageView::new(record, &base)).collect();
    Ok(Json(Listing { images, next_cursor }).into_response())
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
    Ok(ImageView::new(record, &base).into_response())
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
    Ok(ImageView::new(record, &base).into_response())
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
    let change = Change {
        caption: edit(patch.caption),
        alt: edit(patch.alt),
        metadata: edit(patch.metadata),
    };
    description::admit_change(&change, service.settings.form.field_value_bytes)?;
    Ok(change)
}

fn edit<T>(member: Option<Option<T>>) -> Edit<T> {
    match member {
        None => Edit::Keep,
        Some(None) => Edit::Clear,
        Some(Some(value)) => Edit::Set(value),
    }
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
