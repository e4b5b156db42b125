//! The bytes of an image as they come, held against the digest that the service announces.

use bytes::Bytes;
use reqwest::Response;
use reqwest::header::ETAG;

use super::Client;
use super::error::Error;
use crate::digest::Hasher;
use crate::image::ImageId;

/// An image on its way here.
#[derive(Debug)]
pub(crate) struct Reading<'a> {
    client: &'a Client,
    response: Response,
    hasher: Hasher,
    /// What the digest has to be; a proxy may have taken it away.
    announced: Option<String>,
}

impl Client {
    /// Asks for the bytes of an image.
    pub(crate) async fn read(&self, id: ImageId) -> Result<Reading<'_>, Error> {
        let request = self.http.get(self.server.bytes(id)).send();
        let response = match tokio::time::timeout(self.timeout, request).await {
            Ok(response) => self.accepted(self.arrived(response)?).await?,
            Err(_) => return Err(self.silent()),
        };
        let announced = response.headers().get(ETAG).and_then(|tag| tag.to_str().ok());
        let announced = announced.map(|tag| tag.trim_matches('"')).filter(|tag| is_digest(tag));
        let announced = announced.map(str::to_owned);
        Ok(Reading { client: self, response, hasher: Hasher::default(), announced })
    }
}

impl Reading<'_> {
    /// The next piece; nothing when all have come and are what they should be.
    pub(crate) async fn next(&mut self) -> Result<Option<Bytes>, Error> {
        let Some(bytes) = self.client.chunk(&mut self.response).await? else {
            let digest = std::mem::take(&mut self.hasher).finish().to_string();
            let damaged = self.announced.take().is_some_and(|announced| announced != digest);
            return if damaged { Err(Error::Damaged) } else { Ok(None) };
        };
        self.hasher.update(&bytes);
        Ok(Some(bytes))
    }
}

fn is_digest(tag: &str) -> bool {
    tag.len() == 64 && tag.bytes().all(|byte| byte.is_ascii_hexdigit())
}
