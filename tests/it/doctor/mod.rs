//! `tintype doctor` on this machine: the catalog, the memory, `.env`, and what the service says of
//! them when it starts. What a bucket answers is examined in `tests/aws`.

mod catalog; // a catalog that is away, closed, full, damaged or too new
mod machine; // limits of memory, and who may read `.env`
mod on_server; // the same of PostgreSQL
mod service; // S3 services that answer as their documentation says
mod start; // what the service says after its start

use std::io::Write as _;
use std::process::Command;
use std::sync::OnceLock;

use serde_json::Value;

use crate::support::catalogs::environment;
use crate::support::process::{Ended, Site};

/// Runs the doctor; how it ended, and what it reports of a step.
async fn examined(site: &Site, step: &str) -> (Ended, Value) {
    let ended = site.run(&["doctor", "--json"]).await;
    let report: Value = serde_json::from_str(&ended.stdout).unwrap_or_else(|_| panic!("{ended}"));
    let row = report["rows"].as_array().unwrap().iter().find(|row| row["step"] == step);
    let row = row.unwrap_or_else(|| panic!("no {step} in {ended}")).clone();
    (ended, row)
}

/// Asserts that the doctor says of a step that the service cannot work, with these words in what it
/// got, what that means and how to mend it.
async fn is_broken(site: &Site, step: &str, words: [&str; 3]) {
    let (ended, row) = examined(site, step).await;
    assert_eq!((ended.code, &row["verdict"]), (Some(1), &Value::from("broken")), "{ended}");
    says(&row, words);
}

/// Asserts that the doctor warns of a step, with these words.
async fn is_warned_of(site: &Site, step: &str, words: [&str; 3]) {
    let (ended, row) = examined(site, step).await;
    assert_eq!((ended.code, &row["verdict"]), (Some(2), &Value::from("warning")), "{ended}");
    says(&row, words);
}

fn says(row: &Value, words: [&str; 3]) {
    for (cell, word) in ["got", "meaning", "fix"].into_iter().zip(words) {
        let text = row[cell].as_str().unwrap_or_default();
        assert!(text.contains(word), "{word:?} is not in {cell} of {row:#}");
    }
}

/// Has every process of `site` run after `script`, among mounts that nobody else sees. Rights of
/// files would not do: they do not hold for root, as which tests may run.
///
/// `false`, with a word about it, where the system does not allow that.
fn run_after_mounts(site: &mut Site, script: &str) -> bool {
    static MAY: OnceLock<bool> = OnceLock::new();
    let may = *MAY.get_or_init(|| {
        let mut mount = Command::new("unshare");
        mount.args(["-rm", "mount", "-t", "tmpfs", "none", "/mnt"]);
        let may = mount.output().is_ok_and(|output| output.status.success());
        let required = environment("TINTYPE_TEST_REQUIRE_ALL").as_deref() == Some("1");
        assert!(may || !required, "`unshare -rm mount` does not work: user namespaces are off");
        if !may {
            // Past libtest, which would swallow it.
            let note = b"not run: `unshare -rm mount` does not work here\n";
            let _ = std::io::stderr().write_all(note);
        }
        may
    });
    if may {
        let script = format!("{script} && exec \"$@\"");
        site.run_under(&["unshare", "-rm", "sh", "-c", &script, "sh"]);
    }
    may
}
