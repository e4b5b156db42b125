//! An upload: one file under one idempotency key, as often as it takes.

use std::sync::Arc;

use reqwest::multipart::{Form, Part};
use uuid::Uuid;

use super::Client;
use super::error::Error;
use super::idempotency::{Key, Words};
use super::image::Image;
use super::patience::Patience;
use super::photo::Photo;
use super::progress::Progress;

/// How often the same file is looked for that was uploaded and deleted again within the day that
/// the service remembers. Each time sends it once.
const LIVES: usize = 8;

/// What goes for every upload of a run.
#[derive(Debug)]
pub(crate) struct Order {
    /// The texts of every image.
    pub(crate) words: Words,
    /// Sets this run apart, so that it stores anew what an earlier one stored.
    pub(crate) run: Option<Uuid>,
    /// How long to go on trying.
    pub(crate) patience: Patience,
}

/// What became of an upload.
#[derive(Debug)]
pub(crate) struct Uploaded {
    /// The image.
    pub(crate) image: Image,
    /// Whether it was certainly there before.
    pub(crate) was_there: bool,
}

impl Client {
    /// Uploads a file, and makes exactly one image of it however often it has to be sent.
    ///
    /// # Errors
    ///
    /// The last failure, when patience ends or trying again is pointless.
    pub(crate) async fn upload(
        &self,
        photo: &Photo,
        order: &Order,
        progress: &Arc<Progress>,
    ) -> Result<Uploaded, Error> {
        let mut key = Key::of(photo, &order.words, order.run);
        for _ in 0..LIVES {
            let sent = self.send_patiently(photo, order, &key, progress).await?;
            if !sent.is_replay || self.is_still_there(&sent.image, order).await? {
                let was_there = sent.is_replay && !sent.may_be_ours;
                return Ok(Uploaded { image: sent.image, was_there });
            }
            key = key.after(sent.image.id);
        }
        let sent = self.send_patiently(photo, order, &Key::unique(), progress).await?;
        Ok(Uploaded { image: sent.image, was_there: false })
    }

    /// A key gives its first answer again even when the image was deleted since.
    async fn is_still_there(&self, image: &Image, order: &Order) -> Result<bool, Error> {
        self.patiently(&order.patience, |_| {}, async || self.has(image.id).await).await
    }

    async fn send_patiently(
        &self,
        photo: &Photo,
        order: &Order,
        key: &Key,
        progress: &Arc<Progress>,
    ) -> Result<Sent, Error> {
        let mut may_be_ours = false;
        let told = |error: &Error| {
            may_be_ours |= error.may_have_arrived();
            progress.waits(error.to_string());
        };
        let request = async || self.send(photo, &order.words, key, progress).await;
        let sent = self.patiently(&order.patience, told, request).await?;
        Ok(Sent { may_be_ours, ..sent })
    }

    /// One try.
    async fn send(
        &self,
        photo: &Photo,
        words: &Words,
        key: &Key,
        progress: &Arc<Progress>,
    ) -> Result<Sent, Error> {
        progress.begins();
        let request = self.http.post(self.server.images());
        let request = request.header("idempotency-key", key.to_string());
        let request = request.multipart(form(photo, words, progress)).send();
        let answer = tokio::select! {
            response = request => self.arrived(response),
            () = progress.stands_still(self.timeout) => Err(self.silent()),
        };
        // A file that cannot be sent breaks the connection, which is not what went wrong.
        let response = answer.map_err(|error| progress.fault().map_or(error, Error::Photo))?;
        self.sent(response).await
    }

    async fn sent(&self, response: reqwest::Response) -> Result<Sent, Error> {
        let response = self.known(response)?;
        let is_replay = response.headers().contains_key("idempotency-replayed");
        Ok(Sent { image: self.json(response).await?, is_replay, may_be_ours: false })
    }
}

/// An answer to an upload.
struct Sent {
    image: Image,
    /// The key was used before.
    is_replay: bool,
    /// By this very upload, perhaps.
    may_be_ours: bool,
}

/// The texts first, so that all is known when the last byte of the file is there.
fn form(photo: &Photo, words: &Words, progress: &Arc<Progress>) -> Form {
    let metadata = words.metadata.as_ref().map(ToString::to_string);
    let texts = [("caption", &words.caption), ("alt", &words.alt), ("metadata", &metadata)];
    let form = texts.into_iter().fold(Form::new(), |form, (name, text)| match text {
        Some(text) => form.text(name, text.clone()),
        None => form,
    });
    let body = reqwest::Body::wrap_stream(photo.clone().body(Arc::clone(progress)));
    let part = Part::stream_with_length(body, photo.size).file_name(photo.name.clone());
    form.part("image", part)
}
