//! An S3 service in this process: objects in memory, every request on record, and no patience with
//! what a strict service refuses (an ACL, `aws-chunked`, a body without its length, HEAD).
//!
//! ```ignore
//! let double = S3Double::start().await;
//! let bucket = Bucket::connect(&double.settings()).await?;
//! ...
//! assert_eq!(double.keys(), ["4d20/0192…/original.jpg"]);
//! assert_eq!(double.requests()[0].method, "PUT");
//! ```

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use sha2::{Digest, Sha256};
use tintype::bucket::{Keys, Location, S3Settings, Settings};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

/// The one bucket that the double has.
pub(crate) const BUCKET: &str = "pics";

/// The access key of [`settings_for`]; the double takes any.
pub(crate) const ACCESS_KEY_ID: &str = "AKIDOUBLE";

/// The secret that goes with it, to look for where it must not be.
pub(crate) const SECRET_ACCESS_KEY: &str = "the-secret-of-the-double";

const MODIFIED_HTTP: &str = "Fri, 02 Jan 2026 03:04:05 GMT";
const MODIFIED_XML: &str = "2026-01-02T03:04:05.000Z";

/// A running double. It stops when it is dropped.
pub(crate) struct S3Double {
    address: SocketAddr,
    shelf: Arc<Shelf>,
    _server: JoinSet<()>,
}

#[derive(Default)]
struct Shelf {
    objects: Mutex<BTreeMap<String, StoredObject>>,
    requests: Mutex<Vec<SeenRequest>>,
    page_size: Mutex<Option<usize>>,
    rule: Mutex<Option<Rule>>,
}

/// Answers some requests in place of the double.
type Rule = Box<dyn Fn(&SeenRequest) -> Option<Response> + Send + Sync>;

/// An object as it was put.
#[derive(Clone, Debug)]
pub(crate) struct StoredObject {
    pub(crate) bytes: Bytes,
    pub(crate) content_type: Option<String>,
    pub(crate) cache_control: Option<String>,
}

/// A request as it arrived.
#[derive(Clone, Debug)]
pub(crate) struct SeenRequest {
    pub(crate) method: String,
    /// With the bucket in front, without the query.
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) headers: HeaderMap,
}

impl SeenRequest {
    /// The value of a header, empty when it is absent.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Whether it asks for a list of objects.
    pub(crate) fn is_list(&self) -> bool {
        self.method == "GET" && self.query.contains("list-type=2")
    }
}

impl S3Double {
    /// Starts a double on a free port of this machine.
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let shelf = Arc::new(Shelf::default());
        let router = axum::Router::new().fallback(answer).with_state(Arc::clone(&shelf));
        let mut server = JoinSet::new();
        server.spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { address, shelf, _server: server }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// `http://127.0.0.1:PORT`.
    pub(crate) fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Settings of a bucket on this double.
    pub(crate) fn settings(&self) -> Settings {
        settings_for(&self.endpoint())
    }

    /// Every request so far, in order of arrival.
    pub(crate) fn requests(&self) -> Vec<SeenRequest> {
        self.shelf.requests.lock().unwrap().clone()
    }

    /// How many requests with this method arrived.
    pub(crate) fn count(&self, method: &str) -> usize {
        self.requests().iter().filter(|request| request.method == method).count()
    }

    /// The keys of all objects, sorted.
    pub(crate) fn keys(&self) -> Vec<String> {
        self.shelf.objects.lock().unwrap().keys().cloned().collect()
    }

    pub(crate) fn object(&self, key: &str) -> Option<StoredObject> {
        self.shelf.objects.lock().unwrap().get(key).cloned()
    }

    /// Stores an object behind everybody's back.
    pub(crate) fn insert(&self, key: &str, bytes: impl Into<Bytes>) {
        let object = StoredObject { bytes: bytes.into(), content_type: None, cache_control: None };
        self.shelf.objects.lock().unwrap().insert(key.to_owned(), object);
    }

    /// Takes an object away behind everybody's back; whether there was one.
    pub(crate) fn remove(&self, key: &str) -> bool {
        self.shelf.objects.lock().unwrap().remove(key).is_some()
    }

    /// From now on, `rule` answers what it has an answer for.
    pub(crate) fn rule(
        &self,
        rule: impl Fn(&SeenRequest) -> Option<Response> + Send + Sync + 'static,
    ) {
        *self.shelf.rule.lock().unwrap() = Some(Box::new(rule));
    }

    /// Lists come in pages of this many objects from now on; else of 1000.
    pub(crate) fn set_page_size(&self, objects: usize) {
        *self.shelf.page_size.lock().unwrap() = Some(objects);
    }
}

/// Settings of the bucket `pics` at an endpoint, with a static key and no look at the machine's own
/// AWS configuration or metadata.
pub(crate) fn settings_for(endpoint: &str) -> Settings {
    let location: Location = format!("s3://{BUCKET}").parse().unwrap();
    let s3 = S3Settings {
        endpoint: Some(endpoint.parse().unwrap()),
        region: Some("us-east-1".to_owned()),
        keys: Keys {
            access_key_id: Some(ACCESS_KEY_ID.to_owned()),
            secret_access_key: Some(SECRET_ACCESS_KEY.into()),
            session_token: None,
        },
        ..S3Settings::default()
    };
    Settings { s3, ..Settings::new(location) }
}

async fn answer(State(shelf): State<Arc<Shelf>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path().to_owned();
    let query = parts.uri.query().unwrap_or_default().to_owned();
    let seen = SeenRequest {
        method: parts.method.to_string(),
        path: path.clone(),
        query: query.clone(),
        headers: parts.headers.clone(),
    };
    shelf.requests.lock().unwrap().push(seen.clone());
    let Ok(bytes) = to_bytes(body, usize::MAX).await else {
        return refuse(400, "IncompleteBody");
    };
    if let Some(rule) = &*shelf.rule.lock().unwrap()
        && let Some(response) = rule(&seen)
    {
        return response;
    }
    if let Some(refusal) = refuse_at_the_door(&parts.method, &parts.headers, &bytes) {
        return refusal;
    }
    let (bucket, key) = path.trim_start_matches('/').split_once('/').unwrap_or((&path[1..], ""));
    match (&parts.method, bucket, key) {
        (_, bucket, _) if bucket != BUCKET => refuse(404, "NoSuchBucket"),
        (&Method::GET, _, "") => shelf.list(&query),
        (&Method::GET, _, key) => shelf.get(key, &parts.headers),
        (&Method::PUT, _, key) if !key.is_empty() => shelf.put(key, &parts.headers, bytes),
        (&Method::DELETE, _, key) if !key.is_empty() => {
            shelf.objects.lock().unwrap().remove(key);
            StatusCode::NO_CONTENT.into_response()
        }
        (_, _, _) => refuse(405, "MethodNotAllowed"),
    }
}

/// What a strict service refuses before it looks at the key.
fn refuse_at_the_door(method: &Method, headers: &HeaderMap, body: &Bytes) -> Option<Response> {
    let header = |name: &str| headers.get(name).map_or("", |value| value.to_str().unwrap());
    if !header("authorization").starts_with("AWS4-HMAC-SHA256 Credential=") {
        return Some(refuse(403, "AccessDenied"));
    }
    if headers.contains_key("x-amz-acl") {
        return Some(refuse(400, "AccessControlListNotSupported"));
    }
    if header("content-encoding").contains("aws-chunked") {
        return Some(refuse(501, "NotImplemented"));
    }
    if method == Method::PUT && !headers.contains_key("content-length") {
        return Some(refuse(411, "MissingContentLength"));
    }
    let digest = Sha256::digest(body);
    let signed = header("x-amz-content-sha256");
    if signed != "UNSIGNED-PAYLOAD" && signed != hex::encode(digest) {
        return Some(refuse(400, "XAmzContentSHA256Mismatch"));
    }
    let declared = header("x-amz-checksum-sha256");
    if !declared.is_empty() && declared != BASE64_STANDARD.encode(digest) {
        return Some(refuse(400, "BadDigest"));
    }
    None
}

impl Shelf {
    fn put(&self, key: &str, headers: &HeaderMap, bytes: Bytes) -> Response {
        let header = |name| headers.get(name).map(|value| value.to_str().unwrap().to_owned());
        let object = StoredObject {
            bytes,
            content_type: header(header::CONTENT_TYPE),
            cache_control: header(header::CACHE_CONTROL),
        };
        let etag = etag_of(&object.bytes);
        self.objects.lock().unwrap().insert(key.to_owned(), object);
        (StatusCode::OK, [(header::ETAG, etag)]).into_response()
    }

    fn get(&self, key: &str, headers: &HeaderMap) -> Response {
        let Some(object) = self.objects.lock().unwrap().get(key).cloned() else {
            return refuse(404, "NoSuchKey");
        };
        let size = object.bytes.len();
        let mut response = Response::builder()
            .header(header::ETAG, etag_of(&object.bytes))
            .header(header::LAST_MODIFIED, MODIFIED_HTTP)
            .header(
                header::CONTENT_TYPE,
                object.content_type.as_deref().unwrap_or("binary/octet-stream"),
            );
        if let Some(cache_control) = &object.cache_control {
            response = response.header(header::CACHE_CONTROL, cache_control);
        }
        let Some(range) = headers.get(header::RANGE) else {
            return response.body(Body::from(object.bytes)).unwrap();
        };
        let range = range.to_str().unwrap().trim_start_matches("bytes=");
        let (first, last) = range.split_once('-').unwrap();
        let first: usize = first.parse().unwrap();
        let end = last.parse().map_or(size, |last: usize| size.min(last + 1));
        if first >= size {
            return refuse(416, "InvalidRange");
        }
        response
            .status(StatusCode::PARTIAL_CONTENT)
            .header(header::CONTENT_RANGE, format!("bytes {first}-{}/{size}", end - 1))
            .body(Body::from(object.bytes.slice(first..end)))
            .unwrap()
    }

    fn list(&self, query: &str) -> Response {
        let query: BTreeMap<_, _> =
            url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        if query.get("list-type").map(String::as_str) != Some("2") {
            return refuse(501, "NotImplemented");
        }
        let prefix = query.get("prefix").cloned().unwrap_or_default();
        let after = query.get("continuation-token").cloned().unwrap_or_default();
        let page_size = self.page_size.lock().unwrap().unwrap_or(1000);
        let objects = self.objects.lock().unwrap();
        let mut found = objects.iter().filter(|(key, _)| key.starts_with(&prefix) && **key > after);
        let page: Vec<_> = found.by_ref().take(page_size).collect();
        let more = found.next().is_some();
        let mut xml = format!("<ListBucketResult><IsTruncated>{more}</IsTruncated>");
        for (key, object) in &page {
            let (size, etag) = (object.bytes.len(), etag_of(&object.bytes));
            xml += &format!(
                "<Contents><Key>{key}</Key><LastModified>{MODIFIED_XML}</LastModified>\
                 <ETag>{etag}</ETag><Size>{size}</Size></Contents>"
            );
        }
        if let (true, Some((last, _))) = (more, page.last()) {
            xml += &format!("<NextContinuationToken>{last}</NextContinuationToken>");
        }
        ([(header::CONTENT_TYPE, "application/xml")], xml + "</ListBucketResult>").into_response()
    }
}

fn etag_of(bytes: &Bytes) -> String {
    let digest = hex::encode(Sha256::digest(bytes));
    format!("\"{}\"", &digest[..32])
}

fn refuse(status: u16, code: &str) -> Response {
    let status = StatusCode::from_u16(status).unwrap();
    (status, [(header::CONTENT_TYPE, "application/xml")], error_xml(code)).into_response()
}

/// A refusal in a service's own words.
pub(crate) fn refusal(status: u16, code: &str, message: &str) -> Response {
    let status = StatusCode::from_u16(status).unwrap();
    let body = format!("<Error><Code>{code}</Code><Message>{message}</Message></Error>");
    (status, [(header::CONTENT_TYPE, "application/xml")], body).into_response()
}

/// The body of an S3 error.
pub(crate) fn error_xml(code: &str) -> String {
    format!("<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>no</Message></Error>")
}
