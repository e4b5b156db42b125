//! The page of operations names every figure, and no other.

use std::collections::{BTreeMap, BTreeSet};

use super::scrape::{Family, Scrape};
use crate::support::app::TestApp;

/// Name, type and labels.
type Row = (String, String, BTreeSet<String>);

/// Of rows such as ``| `name` | counter | `one`, `two` | The question. |``.
fn documented() -> Vec<Row> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/operations.md");
    let page = std::fs::read_to_string(path).unwrap();
    let table = page.split("| Metric | Type | Labels |").nth(1).expect("the table of metrics");
    let rows = table.lines().skip(2).take_while(|line| line.starts_with('|'));
    rows.map(|line| {
        let cells: Vec<_> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [name, kind, labels, question] = cells[..] else { panic!("{line}") };
        assert!(question.ends_with(['?', '.']), "{line}");
        let plain = |text: &str| text.trim_matches(['`', ' ']).to_owned();
        let labels = labels.split(',').map(plain).filter(|label| !label.is_empty());
        (plain(name), kind.to_owned(), labels.collect())
    })
    .collect()
}

fn row((name, family): (&String, &Family)) -> Row {
    let labels = family.samples.iter().flat_map(|sample| sample.labels.keys());
    let labels = labels.filter(|label| *label != "le").cloned().collect();
    (name.clone(), family.kind.clone(), labels)
}

#[tokio::test]
async fn the_table_is_what_the_service_says() {
    let app = TestApp::start().await;
    app.get("/healthz").await;
    let said: BTreeMap<_, _> =
        Scrape::of(&app).await.0.iter().map(row).map(|row| (row.0.clone(), row)).collect();
    let documented = documented();
    for row in &documented {
        assert_eq!(Some(row), said.get(&row.0), "{} is not as documented", row.0);
    }
    let names: BTreeSet<_> = documented.iter().map(|row| &row.0).collect();
    assert_eq!(names.len(), documented.len(), "a row comes twice");
    assert_eq!(names, said.keys().collect(), "the page and the service name different figures");
    app.finish().await;
}

#[tokio::test]
async fn the_alerts_name_only_figures_that_exist() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/operations.md");
    let page = std::fs::read_to_string(path).unwrap();
    let app = TestApp::start().await;
    app.get("/healthz").await;
    let scrape = Scrape::of(&app).await;
    let alerts: Vec<_> = page.lines().filter(|line| line.trim().starts_with("expr: ")).collect();
    assert!(alerts.len() >= 5, "the alerts are not where they were");
    for alert in alerts {
        let words = alert.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        let named: Vec<_> = words
            .filter(|word| ["tintype_", "process_"].iter().any(|p| word.starts_with(p)))
            .collect();
        assert!(!named.is_empty(), "{alert}");
        for name in named {
            let samples = scrape.0.values().flat_map(|family| &family.samples);
            assert!(samples.into_iter().any(|sample| sample.name == name), "{name} in {alert}");
        }
    }
    app.finish().await;
}
