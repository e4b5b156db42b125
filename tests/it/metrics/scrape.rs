//! A strict reader of both formats: what it lets pass, every scraper takes.

use std::collections::{BTreeMap, BTreeSet};

use tintype::metrics::Format;

use crate::support::app::TestApp;
use crate::support::process::Site;

/// Figures with one name.
#[derive(Debug)]
pub(super) struct Family {
    pub(super) kind: String,
    pub(super) samples: Vec<Sample>,
}

#[derive(Debug)]
pub(super) struct Sample {
    pub(super) name: String,
    pub(super) labels: BTreeMap<String, String>,
    value: f64,
}

/// Everything that one answer held, by the names of the families.
#[derive(Debug)]
pub(super) struct Scrape(pub(super) BTreeMap<String, Family>);

impl Scrape {
    /// What the service says now, in the older format.
    pub(super) async fn of(app: &TestApp) -> Self {
        let answer = app.get("/metrics").await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        Self::read(&answer.text(), Format::Text)
    }

    /// Reads `text` and refuses what the format does not allow.
    pub(super) fn read(text: &str, format: Format) -> Self {
        let body = match format {
            Format::OpenMetrics => text.strip_suffix("# EOF\n").expect("an end"),
            Format::Text => text.strip_suffix('\n').expect("a line end"),
        };
        let mut families = BTreeMap::new();
        let mut lines = body.lines().peekable();
        while let Some(line) = lines.next() {
            let (name, help) = comment(line, "HELP");
            assert!(help.ends_with('.') && !help.contains('\\'), "{line}");
            let (typed, kind) = comment(lines.next().expect("a type"), "TYPE");
            assert_eq!(typed, name);
            let unit = lines.next_if(|line| line.starts_with("# UNIT "));
            if let Some((named, unit)) = unit.map(|line| comment(line, "UNIT")) {
                assert!(format == Format::OpenMetrics && named == name);
                assert!(name.ends_with(&format!("_{unit}")), "{name} is not in {unit}");
            }
            let mut samples = Vec::new();
            while let Some(line) = lines.next_if(|line| !line.starts_with('#')) {
                samples.push(sample(line));
            }
            check(name, kind, &samples, format);
            let family = Family { kind: kind.to_owned(), samples };
            assert!(families.insert(name.to_owned(), family).is_none(), "{name} comes twice");
        }
        Self(families)
    }

    /// The one sample with this name and these labels.
    pub(super) fn value(&self, name: &str, labels: &[(&str, &str)]) -> f64 {
        self.find(name, labels).unwrap_or_else(|| panic!("no {name} {labels:?} in {self:?}"))
    }

    /// The same, or nothing.
    pub(super) fn find(&self, name: &str, labels: &[(&str, &str)]) -> Option<f64> {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let labels: BTreeMap<_, _> = labels.iter().map(owned).collect();
        let samples = self.0.values().flat_map(|family| &family.samples);
        let mut found = samples.filter(|sample| sample.name == name && sample.labels == labels);
        found.next().map(|sample| sample.value)
    }
}

fn comment<'a>(line: &'a str, word: &str) -> (&'a str, &'a str) {
    let rest = line.strip_prefix("# ").and_then(|line| line.strip_prefix(word));
    let rest = rest.and_then(|rest| rest.strip_prefix(' '));
    rest.and_then(|rest| rest.split_once(' ')).unwrap_or_else(|| panic!("no {word}: {line:?}"))
}

fn sample(line: &str) -> Sample {
    let (series, value) = line.rsplit_once(' ').unwrap_or_else(|| panic!("no value: {line}"));
    let (name, labels) = match series.split_once('{') {
        Some((name, rest)) => (name, rest.strip_suffix('}').expect("a closing brace")),
        None => (series, ""),
    };
    let mut labels_read = BTreeMap::new();
    for label in labels.split("\",").filter(|label| !label.is_empty()) {
        let (name, value) = label.trim_end_matches('"').split_once("=\"").expect("name=\"value\"");
        assert!(is_name(name) && !value.contains(['"', '\\', '\n']), "{line}");
        assert!(labels_read.insert(name.to_owned(), value.to_owned()).is_none(), "{line}");
    }
    let value = value.parse().unwrap_or_else(|_| panic!("not a number: {line}"));
    Sample { name: name.to_owned(), labels: labels_read, value }
}

fn is_name(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    name.starts_with(|first: char| first.is_ascii_lowercase()) && name.bytes().all(plain)
}

/// What <https://github.com/OpenMetrics/OpenMetrics/blob/main/specification/OpenMetrics.md> and
/// <https://prometheus.io/docs/instrumenting/exposition_formats/> ask of a family.
fn check(name: &str, kind: &str, samples: &[Sample], format: Format) {
    assert!(is_name(name) && !samples.is_empty(), "{name}");
    let distinct: BTreeSet<_> = samples.iter().map(|each| (&each.name, &each.labels)).collect();
    assert_eq!(distinct.len(), samples.len(), "{name} has a series twice");
    let ends: &[&str] = match (kind, format) {
        ("counter", Format::OpenMetrics) => &["_total"],
        ("counter", Format::Text) => {
            assert!(name.ends_with("_total"), "{name}");
            &[""]
        }
        ("gauge", _) => &[""],
        ("histogram", _) => &["_bucket", "_sum", "_count"],
        _ => panic!("{name} is a {kind}"),
    };
    for sample in samples {
        let end = sample.name.strip_prefix(name).unwrap_or_else(|| panic!("{sample:?} in {name}"));
        assert!(ends.contains(&end) && sample.value.is_finite(), "{sample:?} in {name}");
        assert!(kind == "gauge" || sample.value >= 0.0, "{sample:?}");
    }
    if kind == "histogram" {
        check_buckets(name, samples);
    }
}

/// Bounds and counts rise together, and the last bucket holds all.
fn check_buckets(name: &str, samples: &[Sample]) {
    let mut buckets: BTreeMap<_, Vec<(f64, f64)>> = BTreeMap::new();
    for sample in samples.iter().filter(|sample| sample.name.ends_with("_bucket")) {
        let mut labels = sample.labels.clone();
        let bound = labels.remove("le").expect("a bound").parse().expect("a number");
        buckets.entry(labels).or_default().push((bound, sample.value));
    }
    for (labels, buckets) in buckets {
        assert!(buckets.is_sorted_by(|one, next| one.0 < next.0 && one.1 <= next.1), "{name}");
        let (bound, all) = *buckets.last().unwrap();
        let count = format!("{name}_count");
        let count = samples.iter().find(|each| each.name == count && each.labels == labels);
        assert!(bound.is_infinite() && count.is_some_and(|count| count.value == all), "{name}");
    }
}

#[tokio::test]
async fn a_scraper_gets_the_format_that_it_asks_for() {
    let app = TestApp::start().await;
    app.uploaded(crate::support::photos::PIXEL).await;
    let newer = "application/openmetrics-text;version=1.0.0;q=0.6,text/plain;version=0.0.4;q=0.3";
    for (accept, format) in [
        (newer, Format::OpenMetrics),
        ("text/plain;version=0.0.4", Format::Text),
        ("*/*", Format::Text),
    ] {
        let answer = app.get_with("/metrics", &[("accept", accept)]).await;
        assert_eq!(answer.header("content-type"), format.content_type());
        assert_eq!(answer.header("cache-control"), "no-store");
        let scrape = Scrape::read(&answer.text(), format);
        assert_eq!(scrape.value("tintype_uploads_total", &[("outcome", "stored")]), 1.0);
    }
    let same = Scrape::read(&app.app.metrics(Format::OpenMetrics).await, Format::OpenMetrics);
    assert_eq!(same.value("tintype_uploads_total", &[("outcome", "stored")]), 1.0);
    app.finish().await;
}

#[tokio::test]
async fn the_binary_tells_of_its_process_too() {
    let service = Site::embedded().serve().await;
    let scrape = Scrape::read(&service.get("/metrics").await.text(), Format::Text);
    let version = [("version", env!("CARGO_PKG_VERSION"))];
    assert_eq!(scrape.value("tintype_build_info", &version), 1.0);
    assert_eq!(scrape.value("tintype_http_connections_limit", &[]), 2500.0);
    #[expect(clippy::disallowed_methods, reason = "a process starts by the clock of its system")]
    let now = jiff::Timestamp::now().as_second() as f64;
    let age = now - scrape.value("process_start_time_seconds", &[]);
    assert!((-2.0..120.0).contains(&age), "started {age} s ago");
    let resident = scrape.value("process_resident_memory_bytes", &[]);
    let peak = scrape.value("process_resident_memory_peak_bytes", &[]);
    assert!((1e6..1e9).contains(&resident) && resident <= peak, "{resident} of {peak}");
    let (open, most) =
        (scrape.value("process_open_fds", &[]), scrape.value("process_max_fds", &[]));
    assert!((5.0..most).contains(&open), "{open} of {most}");
    assert!((0.0..60.0).contains(&scrape.value("process_cpu_seconds_total", &[])));
    service.stop().await;
}
