//! Every failure as the client reads it: status, headers and body, in one table.

use std::fmt::Write as _;
use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use reqwest::Method;
use reqwest::multipart::Form;
use tintype::http::Code;

use crate::support::app::{Answer, TestApp, file, form};
use crate::support::fault_proxy::{Outcome, put};
use crate::support::forms::{FORM, PHOTO, body};
use crate::support::photos;
use crate::support::requests::record_of;
use crate::support::s3_double::{ACCESS_KEY_ID, SECRET_ACCESS_KEY};
use crate::support::wire::Wire;

/// The headers that a client acts upon.
const HEADERS: [&str; 6] = [
    "content-type",
    "cache-control",
    "x-content-type-options",
    "retry-after",
    "allow",
    "content-range",
];

/// The failures so far, as text.
#[derive(Default)]
struct Table(String);

impl Table {
    fn add(&mut self, fact: &str, answer: &Answer) {
        assert!(answer.status >= 400, "{fact}: {}", answer.status);
        let problem = answer.json();
        assert_eq!(problem["status"], answer.status, "{fact}");
        assert_eq!(problem["request_id"], answer.header("x-request-id"), "{fact}");
        writeln!(self.0, "## {fact}\n{}", answer.status).unwrap();
        for name in HEADERS.iter().filter(|name| !answer.header(name).is_empty()) {
            writeln!(self.0, "{name}: {}", answer.header(name)).unwrap();
        }
        writeln!(self.0, "{}\n", serde_json::to_string_pretty(&problem).unwrap()).unwrap();
    }
}

#[tokio::test]
async fn every_problem() {
    let mut table = Table::default();
    of_addresses(&mut table).await;
    Box::pin(of_forms(&mut table)).await;
    of_images(&mut table).await;
    Box::pin(of_variants(&mut table)).await;
    of_records(&mut table).await;
    of_passing_troubles(&mut table).await;
    of_a_bucket_that_is_down(&mut table).await;
    of_a_catalog_that_is_closed(&mut table).await;
    for (code, _) in Code::ALL.iter().filter(|code| **code != Code::Internal).map(|c| c.facts()) {
        assert!(table.0.contains(&format!("\"code\": \"{code}\"")), "{code} is not in the table");
    }
    insta::with_settings!({
        filters => vec![
            (r#""request_id": "[0-9a-f]{32}""#, r#""request_id": "…""#),
            (r"bytes in [0-9.]+m?s", "bytes in …"),
        ],
    }, { insta::assert_snapshot!(table.0) });
}

async fn of_addresses(table: &mut Table) {
    let app = TestApp::start().await;
    table.add("an unknown address", &app.get("/v2/images").await);
    table.add("a wrong method", &app.delete("/v1/images").await);
    table.add("an unknown image", &app.get("/i/0192f0c1-2f6a-7c3e-8d11-5a0c9b7e4d20").await);
    table.add("a bad limit", &app.get("/v1/images?limit=0").await);
    table.add("a bad cursor", &app.get("/v1/images?cursor=x").await);
    table.add("a limit twice", &app.get("/v1/images?limit=1&limit=1").await);
    app.finish().await;
}

async fn of_forms(table: &mut Table) {
    let app = TestApp::start().await;
    let photo = || (PHOTO.to_owned(), photos::gif(1, 1));
    let text = |name: &str, bytes: usize| (format!("name=\"{name}\""), vec![b'x'; bytes]);
    let forms = [
        ("no file", vec![text("a", 1)]),
        ("two files", vec![photo(), photo()]),
        ("a part without a name", vec![("x=1".to_owned(), Vec::new())]),
        ("a broken head", vec![("name=\"a".to_owned(), Vec::new())]),
        ("a long name", vec![text(&"n".repeat(101), 1)]),
        ("a long text", vec![text("a", (64 << 10) + 1)]),
        ("long texts", vec![text("a", 60 << 10); 5]),
        ("many texts", vec![text("a", 1); 65]),
        ("many parts", vec![("name=\"a\"; filename=\"\"".to_owned(), Vec::new()); 129]),
        ("metadata that is no object", vec![("name=\"metadata\"".to_owned(), b"[1]".to_vec())]),
        ("a character that cannot be kept", vec![photo(), ("name=\"alt\"".into(), vec![0])]),
    ];
    for (fact, parts) in forms {
        table.add(fact, &app.post_parts(&parts).await);
    }
    table.add("no form", &app.post_body("text/plain", "hello").await);
    table.add("no boundary", &app.post_body("multipart/form-data", "").await);
    table.add("an empty body", &app.post_body(FORM, "").await);
    let request = app.request(Method::POST, "/v1/images").header("idempotency-key", "");
    table.add("a bad idempotency key", &app.send(request.multipart(form("x"))).await);
    app.finish().await;
    let app = TestApp::start_with(|setup| setup.http.max_batch_files = 0).await;
    let request = app.request(Method::POST, "/v1/images/batch");
    table.add("many files", &app.send(request.multipart(form(photos::PIXEL))).await);
    app.finish().await;
}

async fn of_images(table: &mut Table) {
    let app = TestApp::start().await;
    table.add("an SVG", &app.upload(photos::SVG).await);
    table.add("a HEIC", &app.upload(*b"\0\0\0\x18ftypheic\0\0\0\0mif1heic").await);
    table.add("a JPEG that is cut off", &app.upload(&photos::jpeg(8, 6)[..300]).await);
    table.add("a PNG bomb", &app.upload(photos::png_bomb()).await);
    table.add("a long side", &app.upload(photos::png(12_001, 1)).await);
    table.add("many frames", &app.upload(photos::gif_bomb(201)).await);
    let large = vec![b'x'; (4 << 20) + 1];
    table.add("a large file", &app.upload(large.clone()).await);
    table.add("a large body", &app.post_body("image/jpeg", large).await);
    app.finish().await;
}

async fn of_variants(table: &mut Table) {
    let app = TestApp::start_with(|setup| {
        setup.app.variants.rules.named = "thumb=32x32,cover".parse().unwrap();
    })
    .await;
    let address = |image: &serde_json::Value, query: &str| {
        format!("/i/{}?{query}", image["id"].as_str().unwrap())
    };
    let image = app.uploaded(photos::gif(1, 1)).await;
    table.add("a width that is not on the ladder", &app.get(&address(&image, "w=65")).await);
    table.add("an unknown name", &app.get(&address(&image, "variant=card")).await);
    let mut variants = Vec::new();
    for number in 0..100 {
        let variant = a_variant_of(&app, &image, number).await;
        let began = variant.created_at;
        app.app.catalog().reserve_variant(&variant, began, 100).await.unwrap();
        assert!(app.app.catalog().commit_variant(&variant, variant.created_at).await.unwrap());
        variants.push(variant);
    }
    table.add("a variant too many", &app.get(&address(&image, "w=64")).await);
    for variant in variants {
        assert!(app.app.catalog().doom_variant(&variant, variant.created_at).await.unwrap());
    }
    app.settle().await;
    let large = app.uploaded(photos::webp(2000, 1400)).await;
    table.add("a variant that never fits", &app.get(&address(&large, "w=64")).await);
    app.finish().await;
    let app = TestApp::start_with(|setup| setup.app.variants.timeout = Duration::from_nanos(1));
    let app = app.await;
    let image = app.uploaded(photos::gif(1, 1)).await;
    table.add("a variant that takes too long", &app.get(&address(&image, "w=64")).await);
    app.finish().await;
}

/// The row of a variant that nobody makes.
async fn a_variant_of(
    app: &TestApp,
    image: &serde_json::Value,
    number: u32,
) -> tintype::catalog::Variant {
    let record = app.record(image).await;
    let name = format!("x{number}.png").parse().unwrap();
    tintype::catalog::Variant {
        image: record.id,
        key: app.app.bucket().variant_key(record.id, &name).to_string(),
        name,
        format: tintype::Format::Png,
        size: 1,
        width: 1,
        height: 1,
        sha256: record.sha256,
        created_at: record.created_at,
    }
}

async fn of_records(table: &mut Table) {
    let app = TestApp::start().await;
    let image = app.uploaded(photos::gif(1, 1)).await;
    let (record, url) = (record_of(&image), image["url"].as_str().unwrap());
    table.add("an unknown member", &app.patch(&record, "{\"filename\":\"a\"}").await);
    table.add("an array", &app.patch(&record, "[]").await);
    let long = format!("{{\"alt\":\"{}\"}}", "x".repeat((64 << 10) + 1));
    table.add("a long member", &app.patch(&record, long).await);
    table.add("a large change", &app.patch(&record, "x".repeat((256 << 10) + 1)).await);
    table.add("a range beyond", &app.get_with(url, &[("range", "bytes=999-")]).await);
    app.app.bucket().delete(&app.key(&image).await).await.unwrap();
    table.add("a missing object", &app.get(url).await);
    assert_eq!(app.delete(&record).await.status, 204);
    for (fact, size) in [("", 1), ("another content under one key", 2)] {
        let request = app.request(Method::POST, "/v1/images").header("idempotency-key", "k");
        let answer = app.send(request.multipart(form(photos::gif(size, size)))).await;
        if !fact.is_empty() {
            table.add(fact, &answer);
        }
    }
    app.finish().await;
}

async fn of_passing_troubles(table: &mut Table) {
    let app = TestApp::behind_faults_with(|setup| {
        setup.app.memory.queue_timeout = Duration::from_millis(50);
        setup.http.pace.idle_timeout = Duration::from_millis(300);
    })
    .await;
    let memory = app.app.memory();
    let room = memory.reserve(memory.largest()).await.unwrap();
    table.add("no room", &app.upload(photos::gif(1, 1)).await);
    drop(room);
    let mut silent = Wire::post(&app, &["Content-Type: image/gif", "Content-Length: 9"]).await;
    table.add("a silent client", &silent.answer().await);
    app.faults().script([put(Outcome::Hang)]);
    let posting = || {
        let request = app.request(Method::POST, "/v1/images").header("idempotency-key", "k");
        app.send(request.multipart(form(photos::gif(1, 1))))
    };
    let second = async {
        crate::support::requests::until("the first is at the bucket", async || {
            app.faults().unread().is_empty()
        })
        .await;
        let second = posting().await;
        app.faults().take_down();
        app.faults().restore();
        second
    };
    let (first, second) = futures_util::future::join(posting(), second).await;
    assert_eq!(first.status, 201);
    table.add("an upload under way", &second);
    app.finish().await;
}

async fn of_a_bucket_that_is_down(table: &mut Table) {
    let app = TestApp::behind_faults().await;
    let image = app.uploaded(photos::gif(1, 1)).await;
    app.faults().take_down();
    let upload = app.upload(photos::gif(1, 1)).await;
    let read = app.get(image["url"].as_str().unwrap()).await;
    for answer in [&upload, &read] {
        tells_no_secret(&app, answer);
    }
    table.add("an upload to a bucket that is down", &upload);
    table.add("a read from a bucket that is down", &read);
    app.faults().restore();
    app.finish().await;
}

async fn of_a_catalog_that_is_closed(table: &mut Table) {
    let app = TestApp::start().await;
    let image = app.uploaded(photos::gif(1, 1)).await;
    app.app.catalog().close().await;
    let (record, url) = (record_of(&image), image["url"].as_str().unwrap());
    let answers = [
        app.upload(photos::gif(1, 1)).await,
        app.get(url).await,
        app.get(&record).await,
        app.get("/v1/images").await,
        app.patch(&record, "{}").await,
        app.delete(&record).await,
    ];
    for answer in &answers {
        assert_eq!(answer.outcome(), "503 CATALOG_UNAVAILABLE");
        assert_ne!(answer.header("retry-after"), "");
        tells_no_secret(&app, answer);
    }
    table.add("a closed catalog", &answers[0]);
    app.finish_without_catalog().await;
}

/// What only the operator may read must not be in an answer.
fn tells_no_secret(app: &TestApp, answer: &Answer) {
    let text = format!("{:?} {}", answer.headers, answer.text()).to_lowercase();
    let bucket = app.app.bucket().describe().to_lowercase();
    let hidden = [
        ACCESS_KEY_ID,
        SECRET_ACCESS_KEY,
        "127.0.0.1",
        "original.",
        "sql",
        "select",
        "insert",
        "pool",
        "connect",
        "error sending",
        "/tmp",
        "pics",
        &bucket,
    ];
    for word in hidden {
        assert!(!text.contains(&word.to_lowercase()), "{word} in {text}");
    }
}

#[tokio::test]
async fn an_outcome_of_a_batch_tells_no_more_than_an_answer() {
    let app = TestApp::behind_faults().await;
    app.faults().take_down();
    let request = app.request(Method::POST, "/v1/images/batch");
    let request = request.header("content-type", FORM);
    let answer = app.send(request.body(body(&[(PHOTO, photos::gif(1, 1))]))).await;
    let error = &answer.json()["outcomes"][0]["error"];
    assert_eq!(error["code"], "BUCKET_UNAVAILABLE");
    tells_no_secret(&app, &answer);
    app.faults().restore();
    app.finish().await;
}

#[tokio::test]
async fn every_answer_has_a_request_id() {
    let app = TestApp::start().await;
    let image = app.uploaded(photos::gif(1, 1)).await;
    let paths = ["/healthz", "/v1/images", "/nowhere", image["url"].as_str().unwrap()];
    let mut seen = std::collections::BTreeSet::new();
    for path in paths {
        let id = app.get(path).await.header("x-request-id").to_owned();
        assert_eq!(id.len(), 32, "{path}: {id}");
        assert!(seen.insert(id), "{path} has the id of another request");
    }
    app.finish().await;
}

#[tokio::test]
async fn a_sane_request_id_of_a_proxy_is_kept() {
    let app = TestApp::start().await;
    for id in ["a", "req-1_2.3:4", &"x".repeat(64)] {
        let answer = app.get_with("/nowhere", &[("x-request-id", id)]).await;
        assert_eq!((answer.header("x-request-id"), &answer.json()["request_id"]), (id, &id.into()));
    }
    for id in ["", "a b", "a\"b", "<script>", "ключ", &"x".repeat(65)] {
        let answer = app.get_with("/nowhere", &[("x-request-id", id)]).await;
        assert_ne!(answer.header("x-request-id"), id);
        assert_eq!(answer.header("x-request-id").len(), 32, "{id}");
    }
    app.finish().await;
}

/// Where the log of one test goes.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn the_log_has_the_cause_once_under_the_id_that_the_client_has() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt().json().with_writer(move || writer.clone()).finish();
    // With a single subscriber in the process, tracing lets the thread that comes first to a log
    // line decide for all whether anyone reads it, and the other tests' threads have no reader.
    let _second = tracing::Dispatch::new(tracing::subscriber::NoSubscriber::new());
    let _until_the_end = tracing::subscriber::set_default(subscriber);
    let app = TestApp::behind_faults().await;
    app.faults().take_down();
    let form = Form::new().part("photo", file(photos::gif(1, 1)));
    let answer = app.post(form).await;
    assert_eq!(answer.outcome(), "503 BUCKET_UNAVAILABLE");
    app.faults().restore();
    app.finish().await;
    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    let errors: Vec<_> = text.lines().filter(|line| line.contains("\"ERROR\"")).collect();
    assert_eq!(errors.len(), 1, "{text}");
    assert!(errors[0].contains(answer.header("x-request-id")), "{}", errors[0]);
    assert!(
        errors[0].contains("BUCKET_UNAVAILABLE") && errors[0].contains("cause"),
        "{}",
        errors[0]
    );
    assert!(!text.contains(SECRET_ACCESS_KEY), "{text}");
}
