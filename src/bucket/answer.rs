//! What an S3 service said, word for word, for those who have to explain it. The operations of the
//! bucket sort an answer by what can be done about it; `doctor` wants to know why it came.

use std::sync::{Arc, Mutex, PoisonError};

use object_store::client::HttpResponse;

use super::wire::element;

/// The header of a lifecycle configuration that stands outside of it:
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLifecycleConfiguration.html>.
pub(crate) const SMALLEST_MOVED: &str = "x-amz-transition-default-minimum-object-size";

tokio::task_local! {
    static WITNESS: Arc<Mutex<Option<Answer>>>;
}

/// One answer of the service.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Answer {
    /// The HTTP status.
    pub(crate) status: u16,
    /// The `Code` of the error, such as `NoSuchBucket`:
    /// <https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html>.
    pub(crate) code: Option<String>,
    /// The `Message` of the error.
    pub(crate) message: Option<String>,
    /// The region of the bucket, which Amazon tells in `x-amz-bucket-region`, or in the error.
    pub(crate) region: Option<String>,
    /// The service's time, as the header `Date` has it.
    pub(crate) date: Option<String>,
    /// The service's name of itself: the header `Server`.
    pub(crate) server: Option<String>,
    /// How small an object may be that a lifecycle rule moves to another class of storage: the
    /// header `x-amz-transition-default-minimum-object-size`.
    pub(crate) smallest_moved: Option<String>,
    /// Whether the object has a version, or the delete left a marker: the headers
    /// `x-amz-version-id` and `x-amz-delete-marker`, which only a versioned bucket sends.
    pub(crate) is_versioned: bool,
    /// The beginning of the body; empty for the bytes of an object.
    pub(crate) body: String,
}

impl Answer {
    /// What the head of `response` and the beginning of its body say.
    pub(super) fn read(response: &HttpResponse, body: &str) -> Self {
        let header = |name| {
            let value = response.headers().get(name)?.to_str().ok()?;
            Some(value.to_owned())
        };
        let within = |name| element(body, name).map(str::to_owned);
        Self {
            status: response.status().as_u16(),
            code: within("Code"),
            message: within("Message"),
            region: header("x-amz-bucket-region").or_else(|| within("Region")),
            date: header("date"),
            server: header("server"),
            smallest_moved: header(SMALLEST_MOVED),
            is_versioned: header("x-amz-version-id").is_some_and(|version| version != "null")
                || header("x-amz-delete-marker").is_some_and(|marker| marker == "true"),
            body: body.to_owned(),
        }
    }

    /// Whether the service did what it was asked.
    pub(crate) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

/// Runs `work` on the bucket; also gives the last answer that the service made meanwhile.
pub(crate) async fn witnessed<T>(work: impl Future<Output = T>) -> (T, Option<Answer>) {
    let last = Arc::<Mutex<Option<Answer>>>::default();
    let outcome = WITNESS.scope(Arc::clone(&last), work).await;
    let answer = last.lock().unwrap_or_else(PoisonError::into_inner).take();
    (outcome, answer)
}

/// Shows an answer to the witness, where there is one.
pub(super) fn witness(answer: impl FnOnce() -> Answer) {
    // Without one, which is how images travel, there is nobody to show it to.
    let _ = WITNESS.try_with(|last| {
        *last.lock().unwrap_or_else(PoisonError::into_inner) = Some(answer());
    });
}
