//! What a client may ask of the service, in few words.

use std::time::Duration;

use reqwest::Method;
use serde_json::Value;
use tintype::bucket::ObjectKey;
use tintype::catalog::Record;
use tokio::time::{sleep, timeout};

use super::app::{Answer, Setup, TestApp};
use super::forms::{FORM, body};

/// What [`TestApp::world`] says when nothing is left.
pub(crate) const NOTHING: &str = "0 ready, 0 pending, 0 deleting; 0 objects";

/// The address of an image's record.
pub(crate) fn record_of(image: &Value) -> String {
    format!("/v1/images/{}", image["id"].as_str().unwrap())
}

/// Lets an unfinished row be swept three seconds after its upload began.
pub(crate) fn swept_soon(setup: &mut Setup) {
    let limits = &mut setup.app.bucket.limits;
    limits.put_deadline = Duration::from_secs(2);
    let margin = Duration::from_secs(1);
    setup.app.sweep = tintype::reconcile::SweepRule::new(limits.put_deadline, margin).unwrap();
}

/// Waits until `condition` holds, which has to be soon.
pub(crate) async fn until(what: &str, mut condition: impl AsyncFnMut() -> bool) {
    let waiting = async {
        while !condition().await {
            sleep(Duration::from_millis(10)).await;
        }
    };
    let waited = timeout(Duration::from_secs(30), waiting).await;
    assert!(waited.is_ok(), "{what} did not come true");
}

impl TestApp {
    pub(crate) async fn head(&self, path: &str) -> Answer {
        self.send(self.request(Method::HEAD, path)).await
    }

    /// Gets with more headers.
    pub(crate) async fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let request = self.request(Method::GET, path);
        let with = |request: reqwest::RequestBuilder, &(name, value): &(&str, &str)| {
            request.header(name, value)
        };
        self.send(headers.iter().fold(request, with)).await
    }

    pub(crate) async fn patch(&self, path: &str, body: impl Into<reqwest::Body>) -> Answer {
        self.send(self.request(Method::PATCH, path).body(body)).await
    }

    /// Posts a body of this content type as an image.
    pub(crate) async fn post_body(
        &self,
        content_type: &str,
        body: impl Into<reqwest::Body>,
    ) -> Answer {
        let request = self.request(Method::POST, "/v1/images");
        self.send(request.header("content-type", content_type).body(body)).await
    }

    /// Posts a form written by hand.
    pub(crate) async fn post_parts<H: AsRef<[u8]>, D: AsRef<[u8]>>(
        &self,
        parts: &[(H, D)],
    ) -> Answer {
        self.post_body(FORM, body(parts)).await
    }

    /// The record of an image as the catalog has it.
    pub(crate) async fn record(&self, image: &Value) -> Record {
        let id = image["id"].as_str().unwrap().parse().unwrap();
        self.app.catalog().find(id).await.unwrap().unwrap()
    }

    /// The key of an image's object.
    pub(crate) async fn key(&self, image: &Value) -> ObjectKey {
        ObjectKey::from_catalog(self.record(image).await.key).unwrap()
    }

    /// Runs the reconciler until nothing is unfinished.
    pub(crate) async fn settle(&self) {
        until("everything is finished", async || {
            self.reconcile().await;
            let report = self.check().await;
            report.pending == 0 && report.deleting == 0
        })
        .await;
    }
}
