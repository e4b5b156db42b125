//! The log lines of a process.

use reqwest::Method;
use serde_json::Value;

use super::pixel;
use crate::support::app::Answer;
use crate::support::process::Site;

#[tokio::test]
async fn a_pipe_gets_json_with_the_id_of_each_request() {
    let service = Site::embedded().serve().await;
    let own = service.request(Method::POST, "/v1/images").multipart(pixel());
    let own = Answer::read(own.header("x-request-id", "my-own-id").send().await.unwrap()).await;
    assert_eq!((own.status, own.header("x-request-id")), (201, "my-own-id"));
    let none = service.get("/v1/images/nothing").await;
    let id = none.header("x-request-id").to_owned();
    assert_eq!((none.status, &none.json()["request_id"]), (404, &Value::from(id.as_str())));

    let ended = service.stop().await;
    let parse = |line| serde_json::from_str(line).unwrap_or_else(|_| panic!("not JSON: {line}"));
    let lines: Vec<Value> = ended.stderr.lines().map(parse).collect();
    for (id, status) in [("my-own-id", 201), (&id, 404)] {
        let answered = |line: &&Value| line["span"]["request_id"] == id && line["status"] == status;
        let line = lines.iter().find(answered).unwrap_or_else(|| panic!("{id}: {ended}"));
        for field in ["timestamp", "level", "message", "target", "elapsed_ms"] {
            assert!(!line[field].is_null(), "{line} has no {field}");
        }
    }
    assert!(lines.iter().any(|line| line["message"] == "stopped"), "{ended}");
}

#[tokio::test]
async fn people_get_lines_when_they_ask() {
    let service = Site::embedded().serve_with(&["--log-format", "human"]).await;
    assert_eq!(service.get("/healthz").await.status, 200);
    let ended = service.stop().await;
    assert!(ended.stderr.contains("answered status=200"), "{ended}");
    // Colours are for terminals.
    assert!(!ended.stderr.starts_with('{') && !ended.stderr.contains('\x1b'), "{ended}");
}

#[tokio::test]
async fn the_filter_says_what_is_logged() {
    let service = Site::embedded().serve_with(&["--log", "off"]).await;
    assert_eq!(service.get("/healthz").await.status, 200);
    assert_eq!(service.stop().await.stderr, "");
}
