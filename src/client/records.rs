//! Records: find, list, delete.

use reqwest::{Response, StatusCode};

use super::Client;
use super::error::Error;
use super::image::{Image, Page};
use crate::image::ImageId;

/// The most images that the service puts on one page.
const PAGE: usize = 200;

/// How a deletion went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Deleted {
    /// Neither object nor record exists.
    Gone,
    /// No reader sees it any more; the service goes on until the object is gone.
    Underway,
}

impl Client {
    /// The image with this id.
    pub(crate) async fn find(&self, id: ImageId) -> Result<Image, Error> {
        let request = self.http.get(self.server.record(id)).timeout(self.timeout);
        self.json(self.arrived(request.send().await)?).await
    }

    /// Whether there is an image with this id, in the service's own words: a proxy that lost its
    /// way to the service says 404 too.
    pub(super) async fn has(&self, id: ImageId) -> Result<bool, Error> {
        match self.find(id).await {
            Ok(_) => Ok(true),
            Err(Error::Refused(refusal)) if refusal.says_there_is_none() => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// The page that begins at `cursor`, of at most so many images and as many as the service puts
    /// on one.
    pub(crate) async fn list(&self, most: usize, cursor: Option<&str>) -> Result<Page, Error> {
        let mut url = self.server.images();
        url.query_pairs_mut().append_pair("limit", &most.min(PAGE).to_string());
        if let Some(cursor) = cursor {
            url.query_pairs_mut().append_pair("cursor", cursor);
        }
        let request = self.http.get(url).timeout(self.timeout);
        self.json(self.known(self.arrived(request.send().await)?)?).await
    }

    /// Deletes the image with this id.
    pub(crate) async fn delete(&self, id: ImageId) -> Result<Deleted, Error> {
        let request = self.http.delete(self.server.record(id)).timeout(self.timeout);
        let response = self.accepted(self.arrived(request.send().await)?).await?;
        match response.status() {
            StatusCode::NO_CONTENT => Ok(Deleted::Gone),
            StatusCode::ACCEPTED => Ok(Deleted::Underway),
            other => Err(self.stranger(other)),
        }
    }

    /// The answer of an address that every service has.
    pub(super) fn known(&self, response: Response) -> Result<Response, Error> {
        match response.status() {
            status @ (StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED) => {
                Err(self.stranger(status))
            }
            _ => Ok(response),
        }
    }

    fn stranger(&self, status: StatusCode) -> Error {
        Error::Stranger { server: self.server.to_string(), status: status.as_u16() }
    }
}
