//! Answers read within bounds: JSON where all is well, a [`Refusal`] where it is not.

use std::time::Duration;

use reqwest::Response;
use reqwest::header::{HeaderMap, LOCATION, RETRY_AFTER};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::Client;
use super::error::{Error, Refusal};

/// The longest answer that is read: a page of the listing with the longest texts fits.
const LONGEST: usize = 16 << 20;

/// The longest problem that is read.
const LONGEST_PROBLEM: usize = 64 << 10;

/// What a problem says, as far as this program reads it.
#[derive(Debug, Deserialize)]
struct Problem {
    code: String,
    detail: String,
    request_id: Option<String>,
}

impl Client {
    /// The JSON of an answer that says yes.
    pub(super) async fn json<T: DeserializeOwned>(&self, response: Response) -> Result<T, Error> {
        let response = self.accepted(response).await?;
        let status = response.status().as_u16();
        let body = self.body(response, LONGEST).await?;
        serde_json::from_slice(&body)
            .map_err(|_| Error::Stranger { server: self.server.to_string(), status })
    }

    /// The answer, if it says yes.
    pub(super) async fn accepted(&self, response: Response) -> Result<Response, Error> {
        if response.status().is_success() {
            return Ok(response);
        }
        let (status, headers) = (response.status(), response.headers().clone());
        // A problem that breaks off is still a refusal: its status has arrived.
        let body = self.body(response, LONGEST_PROBLEM).await.unwrap_or_default();
        let problem = serde_json::from_slice(&body).ok();
        let told = problem.unwrap_or_else(|| without_problem(status, &headers));
        Err(Error::Refused(Box::new(Refusal {
            status: status.as_u16(),
            code: told.code,
            detail: told.detail,
            request_id: told.request_id.or_else(|| text(&headers, "x-request-id")),
            retry_after: retry_after(&headers),
        })))
    }

    /// The body; what is longer is cut.
    async fn body(&self, mut response: Response, most: usize) -> Result<Vec<u8>, Error> {
        let mut body = Vec::new();
        while let Some(chunk) = self.chunk(&mut response).await? {
            body.extend_from_slice(&chunk);
            if body.len() >= most {
                body.truncate(most);
                break;
            }
        }
        Ok(body)
    }

    /// The next piece of a body; nothing at its end.
    pub(super) async fn chunk(
        &self,
        response: &mut Response,
    ) -> Result<Option<bytes::Bytes>, Error> {
        match tokio::time::timeout(self.timeout, response.chunk()).await {
            Ok(chunk) => chunk.map_err(|cause| self.unreachable(cause)),
            Err(_) => Err(self.silent()),
        }
    }
}

/// What is told where a proxy answers in place of the service.
fn without_problem(status: reqwest::StatusCode, headers: &HeaderMap) -> Problem {
    let detail = match text(headers, LOCATION.as_str()).filter(|_| status.is_redirection()) {
        Some(location) => format!("the server redirects to {location}: name that one with --url"),
        None => format!("the server answers {status}"),
    };
    Problem { code: format!("HTTP_{}", status.as_u16()), detail, request_id: None }
}

/// Seconds; the other form, a date, would be held against a clock that may go wrong.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    text(headers, RETRY_AFTER.as_str())?.parse().ok().map(Duration::from_secs)
}

fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}
