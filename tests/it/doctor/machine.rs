//! Limits of memory, and who may read `.env`.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use super::{examined, is_warned_of, run_after_mounts};
use crate::support::process::Site;

#[tokio::test]
async fn a_limit_below_the_budget_and_64_mib_is_a_warning() {
    let mut site = Site::embedded();
    site.run_under(&["sh", "-c", "ulimit -v 307200 && exec \"$@\"", "sh"]);
    let words = ["300 MiB", "`ulimit -v` allows 300 MiB", "--memory-budget=236MiB"];
    is_warned_of(&site, "memory", words).await;
    site.set("TINTYPE_MEMORY_BUDGET", "236MiB");
    let (ended, row) = examined(&site, "memory").await;
    assert_eq!((&row["verdict"], &row["got"]), (&"good".into(), &"300 MiB".into()), "{ended}");
}

/// The limits of this process's own groups, as a container shows them.
#[tokio::test]
async fn the_limit_of_a_container_is_found_where_the_kernel_shows_it() {
    let mut site = Site::embedded();
    fs::create_dir_all(site.path().join("groups/memory")).unwrap();
    for file in ["groups/memory.max", "groups/memory/memory.limit_in_bytes"] {
        site.write(file, "209715200\n");
    }
    if run_after_mounts(&mut site, "mount --bind groups /sys/fs/cgroup") {
        let words = ["200 MiB", "/sys/fs/cgroup/memory", "raise the limit to 320 MiB"];
        is_warned_of(&site, "memory", words).await;
    }
}

fn mode(site: &Site, mode: u32) {
    fs::set_permissions(site.path().join(".env"), Permissions::from_mode(mode)).unwrap();
}

#[tokio::test]
async fn secrets_that_others_may_read_are_a_warning() {
    let site = Site::embedded();
    site.write(".env", "TINTYPE_MEMORY_BUDGET=128MiB\n");
    mode(&site, 0o644);
    let (ended, row) = examined(&site, "env_file").await;
    assert_eq!(row["got"], "no secrets in it", "{ended}");

    site.write(".env", "AWS_ACCESS_KEY_ID=AKIA\nAWS_SECRET_ACCESS_KEY=very-secret\n");
    let words = ["open to others", "every user", "chmod 600 .env"];
    is_warned_of(&site, "env_file", words).await;
    mode(&site, 0o600);
    let (ended, row) = examined(&site, "env_file").await;
    assert_eq!((&row["verdict"], &row["got"]), (&"good".into(), &"closed".into()), "{ended}");
    assert!(!ended.to_string().contains("very-secret"), "{ended}");
}

#[tokio::test]
async fn secrets_that_git_has_or_may_take_are_a_warning() {
    let mut site = Site::embedded();
    site.write(".env", "AWS_ACCESS_KEY_ID=AKIA\nAWS_SECRET_ACCESS_KEY=very-secret\n");
    mode(&site, 0o600);
    let folder = site.path().to_owned();
    let git = |arguments: &[&str]| {
        let mut git = Command::new("git");
        assert!(git.arg("-C").arg(&folder).args(arguments).status().unwrap().success());
    };
    git(&["init", "--quiet"]);
    is_warned_of(&site, "env_file", ["git may take it", "repository", ".gitignore"]).await;
    git(&["add", ".env"]);
    is_warned_of(&site, "env_file", ["git may take it", "repository", "git rm --cached"]).await;
    // What git sets for a hook, here of another repository.
    git(&["init", "--quiet", "other"]);
    let other = folder.join("other/.git").display().to_string();
    site.set("GIT_DIR", &other).set("GIT_WORK_TREE", &other).set("GIT_INDEX_FILE", "index");
    is_warned_of(&site, "env_file", ["git may take it", "repository", "git rm --cached"]).await;
}
