//! Clients that upload, ask for variants and delete, each on its own, until the service dies under
//! them.

use std::sync::{Arc, Mutex, MutexGuard};

use reqwest::RequestBuilder;
use reqwest::multipart::Form;
use tokio::task::JoinSet;
use uuid::Uuid;

use super::chance::Chance;
use super::ledger::{Asked, Ledger};
use crate::support::app::{Answer, file};
use crate::support::process::Service;

/// How many clients there are.
const CLIENTS: usize = 6;

/// With more images than this, clients rather delete than upload.
const POPULATION: usize = 40;

/// The service did not answer: it is dead.
pub(super) struct Dead;

/// One client.
pub(super) struct Client {
    client: reqwest::Client,
    base: String,
    ledger: Arc<Mutex<Ledger>>,
}

impl Client {
    pub(super) fn of(service: &Service, ledger: &Arc<Mutex<Ledger>>) -> Self {
        let (client, ledger) = (service.client.clone(), Arc::clone(ledger));
        Self { client, base: format!("http://{}", service.address), ledger }
    }

    /// All clients at work, each with chances of its own.
    pub(super) fn crowd(
        service: &Service,
        ledger: &Arc<Mutex<Ledger>>,
        chance: &mut Chance,
    ) -> JoinSet<()> {
        let mut crowd = JoinSet::new();
        for _ in 0..CLIENTS {
            let (client, mut chance) = (Self::of(service, ledger), chance.fork());
            crowd.spawn(async move { while client.act(&mut chance).await.is_ok() {} });
        }
        crowd
    }

    pub(super) fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap()
    }

    async fn act(&self, chance: &mut Chance) -> Result<(), Dead> {
        if chance.once_in(3) {
            return self.ask_for_a_variant(chance).await;
        }
        let crowded = self.ledger().population() > POPULATION;
        if chance.once_in(if crowded { 2 } else { 4 }) {
            self.delete(chance).await
        } else {
            self.upload(chance).await
        }
    }

    async fn upload(&self, chance: &mut Chance) -> Result<(), Dead> {
        let caption = Uuid::new_v4().to_string();
        let key = chance.once_in(2).then(|| format!("key of {caption}"));
        let asked = Asked { caption, key, bytes: chance.image().into() };
        self.ledger().asks(&asked);
        if asked.key.is_some() && chance.once_in(3) {
            // A client that lost patience and asks again while the first request is at work.
            let (first, second) = tokio::join!(self.post(&asked), self.post(&asked));
            first.and(second)
        } else {
            self.post(&asked).await
        }
    }

    /// Sends an upload and takes the answer down.
    pub(super) async fn post(&self, asked: &Asked) -> Result<(), Dead> {
        let answer = self.send("upload", self.upload_of(asked)).await?;
        self.ledger().uploaded(asked, &answer);
        Ok(())
    }

    pub(super) fn upload_of(&self, asked: &Asked) -> RequestBuilder {
        let form = Form::new().text("caption", asked.caption.clone());
        let form = form.part("photo", file(asked.bytes.clone()));
        let request = self.client.post(format!("{}/v1/images", self.base)).multipart(form);
        match &asked.key {
            Some(key) => request.header("idempotency-key", key),
            None => request,
        }
    }

    /// Nothing of a variant is promised but that it goes with its image.
    async fn ask_for_a_variant(&self, chance: &mut Chance) -> Result<(), Dead> {
        let Some(id) = self.ledger().some_image(chance) else { return Ok(()) };
        let width = if chance.once_in(2) { 64 } else { 96 };
        let format = if chance.once_in(2) { "png" } else { "webp" };
        let url = format!("{}/i/{id}?w={width}&format={format}", self.base);
        let answer = self.send("variant", self.client.get(url)).await?;
        self.ledger().rendered(&answer);
        Ok(())
    }

    async fn delete(&self, chance: &mut Chance) -> Result<(), Dead> {
        let Some(id) = self.ledger().asks_to_delete(chance) else { return Ok(()) };
        if chance.once_in(4) {
            let (first, second) = tokio::join!(self.delete_one(&id), self.delete_one(&id));
            first.and(second).map(|_| ())
        } else {
            let status = self.delete_one(&id).await?;
            assert_ne!(status, 404, "acknowledged, asked for by nobody else, and not there: {id}");
            Ok(())
        }
    }

    async fn delete_one(&self, id: &str) -> Result<u16, Dead> {
        let request = self.client.delete(format!("{}/v1/images/{id}", self.base));
        let answer = self.send("delete", request).await?;
        self.ledger().deleted(id, &answer);
        Ok(answer.status)
    }

    async fn send(&self, what: &str, request: RequestBuilder) -> Result<Answer, Dead> {
        let whole = async {
            let response = request.send().await?;
            let (status, headers) = (response.status().as_u16(), response.headers().clone());
            Ok::<_, reqwest::Error>(Answer { status, headers, body: response.bytes().await? })
        };
        whole.await.map_err(|_| {
            self.ledger().cut_off(what);
            Dead
        })
    }
}
