//! What a terminal shows, under one that `script` of util-linux makes.

use std::io::Write as _;

use super::{Asking, write_photos};
use crate::support::catalogs::environment;
use crate::support::photos::{PIXEL, SVG};

/// Has the command run on a terminal. Where everything has to run there must be one.
fn on_a_terminal(asking: &mut Asking) -> bool {
    let there = std::process::Command::new("script").arg("--version").output().is_ok();
    if !there {
        let required = environment("TINTYPE_TEST_REQUIRE_ALL").as_deref() == Some("1");
        assert!(!required, "script is missing: install the package `bsdutils`");
        let note = b"not run: script is missing, so nobody looked at a terminal\n";
        let _ = std::io::stderr().write_all(note);
    }
    asking.site.set("TERM", "xterm");
    asking.site.run_under(&["sh", "-c", "exec script -qec \"$*\" /dev/null", "sh"]);
    there
}

/// What is left of the screen's text when cursor movements are taken out.
fn without_movements(text: &str) -> String {
    let mut parts = text.split('\u{1b}');
    let first = parts.next().unwrap().to_owned();
    parts.fold(first, |text, part| {
        let end = part.find(|c: char| c.is_ascii_alphabetic()).map_or(part.len(), |at| at + 1);
        text + "\n" + &part[end..]
    })
}

#[tokio::test]
async fn a_terminal_shows_a_bar_for_each_file_and_one_for_all() {
    let mut asking = Asking::start().await;
    write_photos(&asking.site.path().join("photos"), 20);
    asking.site.write("photos/large.gif", [PIXEL, &vec![0; 4 << 20]].concat());
    asking.site.write("photos/none.gif", SVG);
    if !on_a_terminal(&mut asking) {
        return;
    }
    let ended = asking.run(&["upload", "photos", "--jobs", "2"]).await;
    assert_eq!(ended.code, Some(1), "{ended}");
    let screen = without_movements(&ended.stdout);
    for shown in ["0007.gif ", "large.gif ", "0 of 22 files", "22 of 22 files", "/4.00 MiB", "===="]
    {
        assert!(screen.contains(shown), "{shown}: {screen}");
    }
    // URLs and refusals stand alone on their lines, and nothing is drawn after the sum.
    let lines: Vec<_> = screen.lines().map(str::trim).collect();
    let urls = lines.iter().filter(|line| line.starts_with("http://") && line.ends_with(".gif"));
    assert_eq!(urls.count(), 21, "{screen}");
    let refusals = lines.iter().filter(|line| line.starts_with("photos/none.gif: refused: "));
    assert_eq!(refusals.count(), 1, "{screen}");
    assert_eq!(lines.last(), Some(&"21 uploaded, 1 refused."), "{screen}");
}

#[tokio::test]
async fn a_terminal_that_only_reads_the_urls_gets_no_bar() {
    let mut asking = Asking::start().await;
    write_photos(&asking.site.path().join("photos"), 3);
    if !on_a_terminal(&mut asking) {
        return;
    }
    let ended = asking.run(&["upload", "photos", "2>", "stderr"]).await;
    assert_eq!(ended.code, Some(0), "{ended}");
    assert!(!ended.stdout.contains('\u{1b}'), "{ended}");
    assert_eq!(ended.stdout.lines().filter(|line| line.starts_with("http://")).count(), 3);
    let said = std::fs::read_to_string(asking.site.path().join("stderr")).unwrap();
    assert!(said.ends_with("3 uploaded.\n") && !said.contains('\u{1b}'), "{said}");
}

#[tokio::test]
async fn bytes_are_not_written_to_a_terminal_unless_asked_for() {
    let mut asking = Asking::start().await;
    asking.site.write("a.gif", PIXEL);
    let url = asking.lines(&["upload", "a.gif"]).await.remove(0);
    if !on_a_terminal(&mut asking) {
        return;
    }
    let ended = asking.run(&["get", &url]).await;
    assert_eq!(ended.code, Some(2), "{ended}");
    assert!(ended.stdout.contains("name a file with -o, or say -o -"), "{ended}");
    assert!(!ended.stdout.contains("GIF89a"), "{ended}");
    let table = asking.run(&["list"]).await;
    assert!(table.stdout.starts_with("ID  "), "{table}");
}
