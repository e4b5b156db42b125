//! What others see while a file is written, and what is left when the one who writes is killed. The
//! one who writes is a process of its own: this test binary, started anew, which plays
//! [`the_process_that_writes`].

use std::io::Write as _;
use std::process::{Command, Output};

use super::*;

/// Set in the process that writes, to the directory.
const CHILD: &str = "TINTYPE_TEST_WRITES";

/// The calls by which a file comes, goes or gets to the disk. Nothing else in the process makes
/// them.
const CALLS: &str = "flock,fsync,rename,renameat,renameat2,link,linkat,unlink,unlinkat";

const OLD: &str = "# mine\nA=old\nB=kept\n";
const NEW: &str = "# mine\nA=new\nB=kept\n";

#[test]
fn the_process_that_writes() {
    if let Some(directory) = std::env::var_os(CHILD) {
        set(&Path::new(&directory).join(".env"), "new").unwrap();
    }
}

/// Runs that process in a directory, with no help from the file mode creation mask, under strace
/// with these arguments. Nothing where there is no strace; where everything has to run there must
/// be.
fn write_under_strace(site: &Site, arguments: &[&str]) -> Option<Output> {
    let output = Command::new("sh")
        .args(["-c", "umask 0; exec strace -f -o trace -s 4096 \"$@\"", "sh"])
        .args(arguments)
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", "env_file::tests::killed::the_process_that_writes"])
        .env(CHILD, site.0.path())
        .current_dir(site.0.path())
        .output()
        .unwrap();
    if output.status.code() != Some(127) {
        return Some(output);
    }
    let required = std::env::var_os("TINTYPE_TEST_REQUIRE_ALL").is_some_and(|all| all == "1");
    assert!(!required, "strace is missing: install the package `strace`");
    let _ = std::io::stderr().write_all(b"not run: strace is missing, so nobody was killed\n");
    None
}

#[test]
fn no_file_is_open_to_others_for_an_instant() {
    let site = Site::with(OLD);
    let calls = format!("trace=openat,open,creat,chmod,fchmod,fchmodat,{CALLS}");
    let Some(output) = write_under_strace(&site, &["-e", &calls]) else { return };
    assert!(output.status.success(), "{output:?}");
    let trace = site.text("trace");
    let made: Vec<_> = trace.lines().filter(|line| line.contains("O_CREAT")).collect();
    assert_eq!(made.len(), 2, "the file and the copy: {trace}");
    for line in made {
        assert!(line.contains("O_EXCL") && line.contains(", 0600)"), "{line}");
        assert!(line.contains("/.env.unfinished-"), "{line}");
    }
    assert!(!trace.contains("chmod"), "{trace}");
    // Each is on the disk before it has its name, and the names are at the end.
    let of = |call: &str| -> Vec<_> {
        trace
            .lines()
            .enumerate()
            .filter(|(_, line)| line.contains(call))
            .map(|(at, _)| at)
            .collect()
    };
    let (synced, named) = (of("fsync("), of("rename"));
    assert_eq!((synced.len(), named.len()), (3, 2), "{trace}");
    assert!(synced[1] < named[0] && named[1] < synced[2], "{trace}");
    assert_eq!(site.text(".env"), NEW);
}

#[test]
fn whoever_is_killed_leaves_the_old_file_or_the_new_one() {
    let mut seen = [0, 0];
    for call in CALLS.split(',') {
        for time in 1.. {
            let site = Site::with(OLD);
            let kill = format!("inject={call}:signal=KILL:when={time}");
            let Some(output) = write_under_strace(&site, &["-e", &kill]) else { return };
            if output.status.success() {
                break;
            }
            let text = site.text(".env");
            assert!([OLD, NEW].contains(&text.as_str()), "{kill}: {text}");
            seen[usize::from(text == NEW)] += 1;
            finish(&site, &kill);
        }
    }
    // The lock, the file, the copy, and the two names.
    assert!(seen[0] >= 5 && seen[1] >= 1, "{seen:?}");
}

/// What was left is for its owner alone, and the next to come clears it away.
fn finish(site: &Site, kill: &str) {
    fs::remove_file(site.path("trace")).unwrap();
    for name in site.names() {
        assert_eq!(mode(&site.path(&name)), 0o600, "{kill}: {name}");
    }
    let mut file = EnvFile::read(&site.env()).unwrap();
    file.set("A", "newer").unwrap();
    file.write(at(1)).unwrap();
    assert_eq!(value(&site.env()).as_deref(), Some("newer"), "{kill}");
    let unfinished = site.names().iter().any(|name| name.contains(".unfinished-"));
    assert!(!unfinished, "{kill}: {:?}", site.names());
}
