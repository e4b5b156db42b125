//! The bytes of an image: the original, or the variant that the query asks for.

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::response::{IntoResponse, Response};

use super::Service;
use super::accept;
use super::extract::{Named, no_such_image};
use super::outgoing;
use super::problem::{Code, Problem};
use super::representation::{Constancy, Representation};
use crate::catalog::{Record, Variant};
use crate::derive::{self, Asker, Choice, Encoding, Found, Kept, Mode, Rules, VariantSpec, Wanted};
use crate::read;

/// What a client says of how it wants the bytes.
#[derive(Debug)]
pub(super) struct Asked {
    method: Method,
    headers: HeaderMap,
    asker: Asker,
    constancy: Constancy,
}

/// `GET` and `HEAD /i/{id}`.
pub(super) async fn show(
    State(service): State<Service>,
    named: Named,
    RawQuery(query): RawQuery,
    method: Method,
    headers: HeaderMap,
) -> Response {
    let query = query.unwrap_or_default();
    let rules = service.app.deriver.rules();
    let spec = match rules.asked(&query) {
        Ok(spec) => spec,
        Err(error) => return invalid(rules, &error).into_response(),
    };
    let is_auto = spec.is_some_and(|spec| spec.choice() == Choice::Auto);
    let (asker, constancy) = match (rules.is_by_name(&query), is_auto) {
        (true, _) => (Asker::Operator, Constancy::BySetting),
        (false, true) => (Asker::Stranger, Constancy::ByClient),
        (false, false) => (Asker::Stranger, Constancy::Fixed),
    };
    let asked = Asked { method, headers, asker, constancy };
    let answer = find_and_answer(&service, named, (spec, &asked)).await;
    let answer = match answer {
        Err(problem) => Err(unless_deleted(&service, named, problem).await),
        answer => answer,
    };
    let mut response = answer.unwrap_or_else(IntoResponse::into_response);
    if is_auto {
        response.headers_mut().append(header::VARY, HeaderValue::from_static("accept"));
    }
    response
}

/// Whoever deletes an image takes the object away first. A read that found it missing for that reason
/// is told that there is no such image.
async fn unless_deleted(service: &Service, named: Named, problem: Problem) -> Problem {
    if problem.code() != Code::ObjectMissing {
        return problem;
    }
    match service.app.catalog.find(named.id).await {
        Ok(None) => no_such_image(),
        Ok(Some(_)) | Err(_) => problem,
    }
}

fn invalid(rules: &Rules, error: &derive::InvalidVariant) -> Problem {
    let mut problem = Problem::new(Code::InvalidVariant, error.to_string());
    if rules.mode == Mode::Ladder {
        problem = problem.with("widths", rules.ladder.rungs().to_vec());
        problem = problem.with("formats", rules.formats());
    }
    let names: Vec<_> = rules.named.names().map(str::to_owned).collect();
    if names.is_empty() { problem } else { problem.with("variants", names) }
}

async fn find_and_answer(
    service: &Service,
    named: Named,
    (spec, asked): (Option<VariantSpec>, &Asked),
) -> Result<Response, Problem> {
    let record = service.app.catalog.find(named.id).await?.ok_or_else(no_such_image)?;
    let Some(spec) = spec else { return original(service, &record, asked).await };
    let record = Arc::new(record);
    let encoding = encoding(service.app.deriver.rules(), &record, (&spec, asked));
    match Wanted::of(&record, &spec, (encoding, asked.asker)) {
        Ok(wanted) => variant(service, &record, (&wanted, asked)).await,
        // What cannot be decoded is shown as it is: most likely the browser can.
        Err(derive::VariantError::NoDecoder(_)) => original(service, &record, asked).await,
        Err(error) => Err(error.into()),
    }
}

fn encoding(rules: &Rules, record: &Record, (spec, asked): (&VariantSpec, &Asked)) -> Encoding {
    match spec.choice() {
        Choice::Of(encoding) => encoding,
        Choice::Original => Encoding::like(record.format),
        Choice::Auto => accept::best(&asked.headers, rules.auto, Encoding::plain(record.format)),
    }
}

async fn original(service: &Service, record: &Record, asked: &Asked) -> Result<Response, Problem> {
    let shown = Representation::original(record, asked.constancy)?;
    if let Some(response) = shown.without_bytes(&asked.method, &asked.headers) {
        return Ok(response);
    }
    let part = shown.wanted(&asked.method, &asked.headers);
    let opened = read::open(&service.app, record, part.range()).await?;
    Ok(shown.answer(&part, outgoing::opened(service, opened)))
}

async fn variant(
    service: &Service,
    record: &Record,
    (wanted, asked): (&Wanted, &Asked),
) -> Result<Response, Problem> {
    let app = &service.app;
    let kept = match derive::look(app, wanted).await? {
        Found::Kept(kept) => kept,
        Found::Nowhere => derive::obtain(app, wanted, None).await?,
        Found::Stored(row) => {
            let facts = (row.format, row.size, &row.sha256);
            let shown = Representation::of(record, facts, asked.constancy)?;
            if let Some(response) = shown.without_bytes(&asked.method, &asked.headers) {
                return Ok(response);
            }
            if derive::is_streamed(app, &row) {
                match streamed(service, (&shown, &row), asked).await? {
                    Some(response) => return Ok(response),
                    None => derive::obtain(app, wanted, Some(row)).await?,
                }
            } else {
                derive::obtain(app, wanted, Some(row)).await?
            }
        }
    };
    from_memory(service, record, (kept, asked))
}

/// A variant that is too large to be kept in memory.
async fn streamed(
    service: &Service,
    (shown, row): (&Representation, &Variant),
    asked: &Asked,
) -> Result<Option<Response>, Problem> {
    let part = shown.wanted(&asked.method, &asked.headers);
    let opened = derive::open(&service.app, row, part.range()).await?;
    Ok(opened.map(|opened| shown.answer(&part, outgoing::opened(service, opened))))
}

fn from_memory(
    service: &Service,
    record: &Record,
    (kept, asked): (Arc<Kept>, &Asked),
) -> Result<Response, Problem> {
    let facts = (kept.format, kept.len(), &kept.sha256);
    let shown = Representation::of(record, facts, asked.constancy)?;
    if let Some(response) = shown.without_bytes(&asked.method, &asked.headers) {
        return Ok(response);
    }
    let part = shown.wanted(&asked.method, &asked.headers);
    let bytes = match part.range() {
        Some(range) => outgoing::part(&kept.bytes(), range),
        None => kept.bytes(),
    };
    Ok(shown.answer(&part, outgoing::kept(service, bytes)))
}
