//! What `tintype serve` says of a bucket after it has started.

use serde_json::Value;

use super::{Account, NEEDED};
use crate::support::process::{Ended, Site};

/// Starts the service, waits until its log says `wanted`, and stops it.
async fn served(site: &Site, wanted: &str) -> Ended {
    let service = site.serve().await;
    service.complains(wanted, 1).await;
    assert_eq!(service.get("/healthz").await.status, 200);
    service.stop().await
}

/// The lines of the log about the examination.
fn told(ended: &Ended) -> Vec<Value> {
    let lines = ended.stderr.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    lines.filter(|line| line["message"].as_str().unwrap().starts_with("examined: ")).collect()
}

#[tokio::test]
async fn with_the_least_privilege_all_is_good_and_nothing_is_left() {
    let account = Account::open().await;
    let site = account.site(&account.uploader(&NEEDED, "").await);
    let ended = served(&site, "examined: all good").await;
    assert_eq!(told(&ended).len(), 1, "{ended}");
    assert_eq!(account.keys().await, [""; 0]);
    let (ended, report) = site.check(&[]).await;
    assert_eq!((&report["pending"], &report["deleting"]), (&0.into(), &0.into()), "{ended}");
}

#[tokio::test]
async fn a_right_that_is_missing_is_one_line_that_names_it() {
    let account = Account::open().await;
    for missing in NEEDED {
        let rights: Vec<_> = NEEDED.into_iter().filter(|right| *right != missing).collect();
        let site = account.site(&account.uploader(&rights, "").await);
        let ended = served(&site, "examined: the service cannot work").await;
        let lines = told(&ended);
        assert_eq!((ended.code, lines.len()), (Some(0), 1), "{ended}");
        assert_eq!(lines[0]["level"], "ERROR");
        assert!(lines[0].to_string().contains(missing), "{ended}");
        assert!(!ended.stderr.contains("secret_access_key"), "{ended}");
    }
}
