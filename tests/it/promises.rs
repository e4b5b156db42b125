//! What the README promises of the process itself: it keeps images off the disk, it is small, and it
//! starts at once.

use std::fs;
use std::io::Write as _;
use std::time::Duration;

use crate::support::app::form;
use crate::support::catalogs::environment;
use crate::support::photos::{PIXEL, jpeg};
use crate::support::process::{Service, Site};
use crate::support::s3_double::S3Double;

/// Whether strace is there. Where everything has to run it must be.
fn has_strace() -> bool {
    let there = std::process::Command::new("strace").arg("-V").output().is_ok();
    if !there {
        let required = environment("TINTYPE_TEST_REQUIRE_ALL").as_deref() == Some("1");
        assert!(!required, "strace is missing: install the package `strace`");
        // Past libtest, which would swallow it.
        let note = b"not run: strace is missing, so nobody watched which files are opened\n";
        let _ = std::io::stderr().write_all(note);
    }
    there
}

#[tokio::test]
async fn an_upload_to_s3_opens_no_file_for_writing_but_the_catalog() {
    if !has_strace() {
        return;
    }
    let double = S3Double::start().await;
    let mut site = Site::on_double(&double.endpoint()).await;
    // -D: the traced process is ours, and the tracer watches from aside.
    site.run_under(&["strace", "-D", "-f", "-s", "4096", "-o", "trace", "-e", "trace=%file"]);
    let service = site.serve().await;
    for bytes in [PIXEL.to_vec(), jpeg(2000, 1500)] {
        service.uploaded(form(bytes)).await;
    }
    assert_eq!(double.keys().len(), 2);
    let ended = service.stop().await;
    assert_eq!(ended.code, Some(0), "{ended}");
    let trace = fs::read_to_string(site.path().join("trace")).unwrap();
    assert!(trace.contains("O_RDONLY"), "strace saw nothing:\n{trace}");
    let (catalog, others): (Vec<_>, Vec<_>) = trace
        .lines()
        .filter(|line| opens_for_writing(line))
        .partition(|line| line.contains("/tintype-data/catalog.db"));
    let has_catalog = environment("TINTYPE_TEST_CATALOG").as_deref() != Some("postgres");
    assert_eq!(!catalog.is_empty(), has_catalog, "{trace}");
    assert_eq!(others, [""; 0]);
}

/// Whether a line of strace is a call that opens a file to write into it.
fn opens_for_writing(line: &str) -> bool {
    let opens = ["open(", "openat(", "openat2("].iter().any(|call| line.contains(call));
    let flags = ["O_WRONLY", "O_RDWR", "O_CREAT", "O_TMPFILE"];
    line.contains("creat(") || opens && flags.iter().any(|flag| line.contains(flag))
}

/// Unoptimised code is larger, and its pages are resident as they are used.
const DEBUG_FACTOR: u64 = 3;

#[tokio::test]
async fn idle_it_is_small() {
    let service = Site::embedded().serve().await;
    assert_eq!(service.get("/healthz").await.status, 200);
    let resident = resident_kib(&service);
    eprintln!("idle resident set: {resident} KiB");
    let factor = if cfg!(debug_assertions) { DEBUG_FACTOR } else { 1 };
    assert!(resident <= 20 * 1024 * factor, "{resident} KiB");
    service.stop().await;
}

fn resident_kib(service: &Service) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", service.id())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

/// The best of several starts: the others tell what else the machine was doing.
#[tokio::test]
async fn it_answers_at_once() {
    let mut best = Duration::MAX;
    for _ in 0..5 {
        // Empty each time: the tables are made within this time, too.
        let service = Site::embedded().serve().await;
        assert_eq!(service.get("/healthz").await.status, 200);
        best = best.min(service.started().elapsed());
        service.stop().await;
    }
    eprintln!("from start to first answer: {best:?}");
    assert!(cfg!(debug_assertions) || best <= Duration::from_millis(100), "{best:?}");
}
