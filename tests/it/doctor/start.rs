//! What the service says of its set-up after it has started, and that it serves whatever that is.

use std::fs::{Permissions, set_permissions};
use std::os::unix::fs::PermissionsExt as _;

use serde_json::Value;

use crate::support::app::form;
use crate::support::photos::PIXEL;
use crate::support::process::{Ended, Site};

/// The lines of the log about the examination.
fn told(ended: &Ended) -> Vec<Value> {
    let lines = ended.stderr.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    lines.filter(|line| line["message"].as_str().unwrap().starts_with("examined: ")).collect()
}

fn field<'a>(line: &'a Value, name: &str) -> &'a str {
    line[name].as_str().unwrap_or_else(|| panic!("no {name} in {line:#}"))
}

#[tokio::test]
async fn one_line_says_that_all_is_good_and_nothing_is_left() {
    let mut site = Site::under_test().await;
    site.set("TINTYPE_DOCTOR", "quick");
    let service = site.serve().await;
    service.complains("examined: all good", 1).await;
    let ended = service.stop().await;
    let lines = told(&ended);
    assert_eq!((lines.len(), field(&lines[0], "level")), (1, "INFO"), "{ended}");
    let (ended, report) = site.check(&[]).await;
    assert_eq!(ended.code, Some(0), "{ended}");
    let left = ["/pending", "/deleting", "/objects/ours", "/objects/foreign"];
    let left = left.map(|count| report.pointer(count).unwrap_or(&Value::Null).clone());
    assert_eq!(left, [0, 0, 0, 0].map(Value::from), "{report:#}");
}

#[tokio::test]
async fn a_warning_is_one_line_with_its_meaning_and_its_fix() {
    let site = Site::embedded();
    site.write(".env", "AWS_ACCESS_KEY_ID=AKIA\nAWS_SECRET_ACCESS_KEY=very-secret\n");
    set_permissions(site.path().join(".env"), Permissions::from_mode(0o644)).unwrap();
    let service = site.serve().await;
    service.complains("examined: something should be changed", 1).await;
    service.uploaded(form(PIXEL)).await;
    let ended = service.stop().await;
    let lines = told(&ended);
    assert_eq!((lines.len(), field(&lines[0], "level")), (1, "WARN"), "{ended}");
    assert_eq!(field(&lines[0], "step"), "env_file");
    assert!(field(&lines[0], "meaning").contains("every user"), "{ended}");
    assert_eq!(field(&lines[0], "fix"), "chmod 600 .env");
    assert!(!ended.stderr.contains("very-secret"), "{ended}");
}

#[tokio::test]
async fn a_bucket_that_is_down_is_told_and_ends_nothing() {
    let mut site = Site::on_double("http://127.0.0.1:1").await;
    site.set("TINTYPE_DOCTOR", "quick");
    let service = site.serve().await;
    service.complains("examined: the service cannot work", 1).await;
    assert_eq!(service.get("/v1/images").await.status, 200);
    let ended = service.stop().await;
    let lines = told(&ended);
    assert_eq!(
        (ended.code, lines.len(), field(&lines[0], "level")),
        (Some(0), 1, "ERROR"),
        "{ended}"
    );
    for name in ["step", "expected", "got", "meaning", "fix"] {
        field(&lines[0], name);
    }
}

#[tokio::test]
async fn it_can_be_turned_off() {
    let mut site = Site::embedded();
    site.set("TINTYPE_DOCTOR", "off");
    let service = site.serve().await;
    assert_eq!(service.get("/healthz").await.status, 200);
    let ended = service.stop().await;
    assert!(told(&ended).is_empty(), "{ended}");

    let ended = site.run(&["serve", "--doctor", "never"]).await;
    assert_eq!(ended.code, Some(2), "{ended}");
    assert!(ended.stderr.contains("\"never\" is not quick or off"), "{ended}");
}

/// A stop that comes at once cuts the examination off; what it had begun is finished later.
#[tokio::test]
async fn a_stop_does_not_wait_for_it() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let mut site = Site::on_double(&format!("http://{}", silent.local_addr().unwrap())).await;
    site.set("TINTYPE_DOCTOR", "quick");
    let service = site.serve().await;
    assert_eq!(service.get("/healthz").await.status, 200);
    let ended = service.stop().await;
    assert_eq!(ended.code, Some(0), "{ended}");
    assert!(ended.took < std::time::Duration::from_secs(20), "{ended}");
}
