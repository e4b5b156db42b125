//! Traces, as a collector gets them from the real binary.

mod collector; // takes spans on a port of its own, and reads them

use std::time::Duration;

use reqwest::Method;

use self::collector::{Collector, Span};
use crate::support::app::form;
use crate::support::photos::PIXEL;
use crate::support::process::{Service, Site};

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const CALLER: &str = "b7ad6b7169203331";

/// A service that sends its traces to `endpoint`.
fn site(endpoint: &str) -> Site {
    let mut site = Site::embedded();
    site.set("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint);
    // Its traces would come between those that are counted.
    site.set("TINTYPE_DOCTOR", "off");
    site
}

async fn upload(service: &Service, sampled: bool) {
    let parent = format!("00-{TRACE}-{CALLER}-{:02x}", u8::from(sampled));
    let request = service.request(Method::POST, "/v1/images").header("traceparent", parent);
    assert_eq!(request.multipart(form(PIXEL)).send().await.unwrap().status(), 201);
}

fn named<'a>(spans: &'a [Span], name: &str) -> &'a Span {
    let names = || spans.iter().map(|span| &span.name).collect::<Vec<_>>();
    let found = spans.iter().find(|span| span.name == name && span.trace == TRACE);
    found.unwrap_or_else(|| panic!("no {name} in {:?}", names()))
}

#[tokio::test]
async fn an_upload_is_a_part_of_its_callers_trace_with_a_span_for_each_step() {
    let collector = Collector::start().await;
    let mut site = site(&collector.endpoint());
    site.set("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=trial");
    let service = site.serve().await;
    upload(&service, true).await;
    let ended = service.stop().await;
    assert_eq!(ended.code, Some(0), "{ended}");

    let spans = collector.spans();
    let request = named(&spans, "POST /v1/images");
    assert_eq!((request.parent.as_str(), request.kind), (CALLER, 2), "a server's span");
    for (key, value) in [
        ("http.request.method", "POST"),
        ("http.route", "/v1/images"),
        ("http.response.status_code", "201"),
        ("service.name", "tintype"),
        ("service.version", env!("CARGO_PKG_VERSION")),
        ("deployment.environment.name", "trial"),
    ] {
        assert_eq!(request.attributes.get(key).map(String::as_str), Some(value), "{key}");
    }
    for (name, kind) in [
        ("wait", 1),
        ("receive", 1),
        ("inspect", 1),
        ("catalog reserve", 3),
        ("bucket put", 3),
        ("catalog commit", 3),
    ] {
        let step = named(&spans, name);
        assert_eq!((&step.parent, step.kind), (&request.id, kind), "{name}");
    }
}

#[tokio::test]
async fn the_log_is_told_in_the_span_of_the_request_all_the_same() {
    let collector = Collector::start().await;
    let mut site = site(&collector.endpoint());
    site.set("OTEL_SERVICE_NAME", "photos").set("TINTYPE_LOG", "debug");
    let service = site.serve().await;
    upload(&service, true).await;
    let ended = service.stop().await;
    let line = ended.stderr.lines().find(|line| line.contains("\"answered\"")).expect("a line");
    assert!(line.contains("\"request_id\":\"") && line.contains("\"name\":\"request\""), "{line}");
    assert!(!ended.stderr.contains("tintype::span"), "{ended}");
    let spans = collector.spans();
    assert_eq!(named(&spans, "bucket put").attributes["service.name"], "photos");
}

#[tokio::test]
async fn what_is_not_to_be_collected_is_not_sent() {
    for (name, value, sampled) in [
        ("OTEL_SDK_DISABLED", "true", true),
        ("OTEL_TRACES_EXPORTER", "none", true),
        ("OTEL_TRACES_SAMPLER", "always_off", true),
        ("OTEL_TRACES_SAMPLER", "parentbased_always_on", false),
    ] {
        let collector = Collector::start().await;
        let mut site = site(&collector.endpoint());
        let service = site.set(name, value).serve().await;
        upload(&service, sampled).await;
        assert_eq!(service.stop().await.code, Some(0));
        let spans = collector.spans();
        assert!(spans.iter().all(|span| span.trace != TRACE), "{name}={value}: {spans:?}");
    }
}

#[tokio::test]
async fn a_collector_that_is_away_costs_a_line_and_no_request() {
    let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = gone.local_addr().unwrap();
    drop(gone);
    let mut site = site(&format!("http://{address}"));
    site.set("OTEL_BSP_SCHEDULE_DELAY", "50");
    let service = site.serve().await;
    for _ in 0..40 {
        upload(&service, true).await;
    }
    let ended = service.stop().await;
    assert_eq!(ended.code, Some(0), "{ended}");
    assert_eq!(ended.stderr.matches("traces cannot be delivered").count(), 1, "{ended}");
}

#[tokio::test]
async fn a_collector_that_hangs_keeps_the_process_for_two_seconds_at_the_most() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let mut site = site(&format!("http://{}", silent.local_addr().unwrap()));
    site.set("OTEL_BSP_SCHEDULE_DELAY", "50").set("OTEL_BSP_MAX_QUEUE_SIZE", "16");
    let service = site.serve().await;
    for _ in 0..40 {
        upload(&service, true).await;
    }
    let before = service.process.started.elapsed();
    let ended = service.stop().await;
    assert_eq!(ended.code, Some(0), "{ended}");
    assert!(ended.took - before < Duration::from_secs(10), "{ended}");
    assert_eq!(ended.stderr.matches("the last traces are lost").count(), 1, "{ended}");
}

#[tokio::test]
async fn an_endpoint_that_is_none_is_told_at_start() {
    let ended = site("not an address").run(&["serve"]).await;
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(2), ""), "{ended}");
    assert!(ended.stderr.contains("OTEL_EXPORTER_OTLP_ENDPOINT"), "{ended}");
}
