//! The real binary with a wall clock that is wrong. Signatures, ids and log lines take their time
//! from the C library, so a library that stands before it (`skew.c`) is all that this needs.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;

use crate::support::catalogs::environment;
use crate::support::process::Site;

/// Has every process of `site` from now on run with a clock that is wrong by so many seconds.
pub(crate) fn skew(site: &mut Site, seconds: i64) {
    static LIBRARY: OnceLock<PathBuf> = OnceLock::new();
    let preload = format!("LD_PRELOAD={}", LIBRARY.get_or_init(build).display());
    site.run_under(&["env", &preload, &format!("TINTYPE_TEST_SKEW={seconds}")]);
}

/// Builds the library; the C compiler is there, since the binary needs one too. Another run of the
/// tests may do the same at the same time, so it is moved to its place when it is whole.
fn build() -> PathBuf {
    let place = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let unfinished = place.join(format!("skew-{}.so", Uuid::new_v4().simple()));
    let compiler = environment("CC").unwrap_or_else(|| "cc".to_owned());
    let mut compile = Command::new(&compiler);
    compile.args(["-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o"]).arg(&unfinished);
    compile.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/aws/skew.c")).arg("-ldl");
    let output = compile.output().unwrap_or_else(|error| panic!("{compiler}: {error}"));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let library = place.join("skew.so");
    std::fs::rename(unfinished, &library).unwrap();
    library
}

/// The time in the last line of the log of a process with a clock that is wrong.
async fn told(seconds: i64) -> Timestamp {
    let mut site = Site::embedded();
    skew(&mut site, seconds);
    let ended = site.serve().await.stop().await;
    let line = ended.stderr.lines().last().unwrap();
    let line: Value = serde_json::from_str(line).unwrap_or_else(|_| panic!("{ended}"));
    line["timestamp"].as_str().unwrap().parse().unwrap()
}

#[tokio::test]
async fn the_binary_believes_the_clock_that_it_is_given() {
    let right = told(0).await;
    for days in [-1, 1] {
        let wrong = told(days * 86_400).await;
        // It ran a moment later, too.
        let late = wrong.duration_since(right).as_secs() - days * 86_400;
        assert!((0..3600).contains(&late), "{late}");
    }
}
