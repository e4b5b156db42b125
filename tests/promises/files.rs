//! No image touches the disk on its way to S3.

use std::fs;
use std::io::Write as _;

use crate::support::app::form;
use crate::support::catalogs::environment;
use crate::support::photos::{PIXEL, jpeg};
use crate::support::process::Site;
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
    site.set("TINTYPE_DOCTOR", "quick");
    let service = site.serve().await;
    // Its probe is over, and counts.
    service.complains("examined: all good", 1).await;
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
