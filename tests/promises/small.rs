//! It is small, and starts at once.

use std::time::Duration;

use crate::resident::kib_of;
use crate::support::process::Site;

/// Unoptimised code is larger, and its pages are resident as they are used.
const DEBUG_FACTOR: u64 = 3;

#[tokio::test]
async fn idle_it_is_small() {
    let service = Site::embedded().serve().await;
    assert_eq!(service.get("/healthz").await.status, 200);
    let resident = kib_of(&service, "VmRSS:");
    eprintln!("idle resident set: {resident} KiB");
    let factor = if cfg!(debug_assertions) { DEBUG_FACTOR } else { 1 };
    assert!(resident <= 20 * 1024 * factor, "{resident} KiB");
    service.stop().await;
}

/// The best of several starts: the others tell what else the machine was doing.
#[tokio::test]
async fn it_answers_at_once() {
    let mut best = Duration::MAX;
    for _ in 0..5 {
        // Empty each time: the tables are made within this time, too.
        let service = Site::embedded().serve().await;
        assert_eq!(service.get("/healthz").await.status, 200);
        best = best.min(service.process.started.elapsed());
        service.stop().await;
    }
    eprintln!("from start to first answer: {best:?}");
    assert!(cfg!(debug_assertions) || best <= Duration::from_millis(100), "{best:?}");
}
