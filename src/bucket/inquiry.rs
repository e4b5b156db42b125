//! Asks an S3 service what images never need, one signed request at a time, and gives the answer as
//! it came. With it `doctor` looks at a bucket from all sides, and `iam setup` makes one.

use bytes::Bytes;
use http::{Method, Request};
use object_store::aws::AwsAuthorizer;
use object_store::client::{HttpClient, HttpConnector as _, HttpError, ReqwestConnector};
use tokio::time::timeout;

use super::access::Access;
use super::answer::Answer;
use super::error::{BucketError, ConnectError, TookTooLong};
use super::name::BucketName;
use super::s3::{Target, amazon_host, client_options};
use super::settings::{Addressing, Limits, S3Settings};
use super::wire::beginning_of;

/// How much of an answer is read. The longest that is asked for is a lifecycle configuration, with
/// a thousand rules of a few hundred bytes at the most.
const MAX_ANSWER: usize = 1024 * 1024;

/// One request. It is sent once: who asks wants to see what comes.
#[derive(Clone, Debug)]
pub(crate) struct Question<'a> {
    /// What to do.
    pub(crate) method: Method,
    /// The bucket to ask; `None` asks the service itself.
    pub(crate) bucket: Option<&'a BucketName>,
    /// The key, in characters that need no escape; empty for the bucket itself.
    pub(crate) key: &'a str,
    /// The query, such as `list-type=2&max-keys=1` or `policy`; empty for none.
    pub(crate) query: &'a str,
    /// Further headers, which are signed too.
    pub(crate) headers: &'a [(&'static str, &'a str)],
    /// The body; empty for none.
    pub(crate) body: Bytes,
}

impl<'a> Question<'a> {
    /// Reads one of the settings of a bucket, such as `versioning`, or lists it.
    pub(crate) fn of_bucket(bucket: &'a BucketName, query: &'a str) -> Self {
        let bucket = Some(bucket);
        Self { method: Method::GET, bucket, key: "", query, headers: &[], body: Bytes::new() }
    }
}

/// The client that asks.
#[derive(Clone, Debug)]
pub(crate) struct Inquiry {
    http: HttpClient,
    access: Access,
    addressing: Addressing,
    limits: Limits,
}

impl Inquiry {
    /// The client for a service, with its credentials.
    ///
    /// # Errors
    /// What the operator has to set or mend.
    pub(crate) async fn open(settings: &S3Settings, limits: Limits) -> Result<Self, ConnectError> {
        let access = Access::find(settings).await?;
        let options = client_options(access.endpoint.as_ref(), limits);
        let http = ReqwestConnector::default()
            .connect(&options)
            .map_err(|source| ConnectError::Client { source: source.into() })?;
        Ok(Self { http, access, addressing: settings.addressing(), limits })
    }

    /// Who asks, and where.
    pub(crate) fn access(&self) -> &Access {
        &self.access
    }

    /// Asks. That the service refuses is an answer, not an error.
    ///
    /// # Errors
    /// No answer came, or the question cannot be sent to this service.
    pub(crate) async fn ask(&self, question: &Question<'_>) -> Result<Answer, BucketError> {
        let refused = |source| BucketError::Refused { source };
        let url = self.url(question).map_err(|error| refused(error.into()))?;
        let mut request = Request::builder().method(question.method.clone()).uri(url);
        for (name, value) in question.headers {
            request = request.header(*name, *value);
        }
        let request = request.body(question.body.clone().into());
        let mut request = request.map_err(|error| refused(error.into()))?;
        let credential = self.access.credential().await?;
        AwsAuthorizer::new(&credential, "s3", &self.access.region)
            .try_authorize(&mut request, None)
            .map_err(|error| refused(error.into()))?;
        let limit = self.limits.answer_deadline;
        timeout(limit, self.answer(request)).await.unwrap_or_else(|_| {
            Err(BucketError::DeadlineExceeded { source: Box::new(TookTooLong { limit }) })
        })
    }

    async fn answer(
        &self,
        request: object_store::client::HttpRequest,
    ) -> Result<Answer, BucketError> {
        let unavailable = |error: HttpError| BucketError::Unavailable { source: error.into() };
        let (parts, body) = self.http.execute(request).await.map_err(unavailable)?.into_parts();
        let text = beginning_of(body, MAX_ANSWER).await;
        let response = http::Response::from_parts(parts, Bytes::new().into());
        Ok(Answer::read(&response, &text))
    }

    fn url(&self, question: &Question<'_>) -> Result<String, ConnectError> {
        let Access { endpoint, region, .. } = &self.access;
        let base = match question.bucket {
            Some(bucket) => {
                Target { bucket, endpoint: endpoint.as_ref(), region }.url(self.addressing)?
            }
            None => endpoint.as_ref().map_or_else(
                || format!("https://{}", amazon_host(region)),
                |endpoint| endpoint.as_str().to_owned(),
            ),
        };
        let mark = if question.query.is_empty() { "" } else { "?" };
        Ok(format!("{base}/{}{mark}{}", question.key, question.query))
    }
}
