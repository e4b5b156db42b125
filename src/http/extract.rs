//! What handlers take out of a request before they act, each failure as a `Problem`.

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;

use super::Service;
use super::address::Base;
use super::problem::{Code, Problem};
use crate::image::{Format, ImageId};

/// The answer for an image that is not there, whatever the reason.
pub(super) fn no_such_image() -> Problem {
    Problem::new(Code::NotFound, "there is no such image")
}

/// The other extension that JPEGs have.
const JPEG: &str = "jpeg";

/// The image that a path names: `{id}`, or `{id}.{extension}` of any format and in any case.
///
/// A text that is no id names no image, so it is 404 like any other unknown id.
#[derive(Clone, Copy, Debug)]
pub(super) struct Named {
    pub(super) id: ImageId,
}

impl FromRequestParts<Service> for Named {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, service: &Service) -> Result<Self, Problem> {
        let path = RawPathParams::from_request_parts(parts, service).await;
        let path = path.map_err(|_| no_such_image())?;
        // The last one is ours: a prefix that the routes are nested under may have its own.
        let (_, name) = path.iter().last().ok_or_else(no_such_image)?;
        let stem = match name.split_once('.') {
            Some((stem, extension)) if is_known(extension) => stem,
            Some(_) => return Err(no_such_image()),
            None => name,
        };
        let id: ImageId = stem.parse().map_err(|_| no_such_image())?;
        tracing::Span::current().record("image.id", tracing::field::display(id));
        Ok(Self { id })
    }
}

fn is_known(extension: &str) -> bool {
    let extension = extension.to_ascii_lowercase();
    extension == JPEG || Format::from_extension(&extension).is_some()
}

impl FromRequestParts<Service> for Base {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, service: &Service) -> Result<Self, Problem> {
        Ok(Self::of(service.settings.public_url.as_ref(), parts))
    }
}
