//! The secret is in `.env` and its copies, which nobody else may read, and nowhere else.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use super::ground::{Ground, done, run, stored_key};
use crate::support::catalogs::environment;
use crate::support::process::{Ended, Site};

/// A `git` that writes down how it was started, as whoever looks at the processes would see it.
const GIT: &str = "#!/bin/sh\ntr '\\0' '\\n' < /proc/$PPID/cmdline >> started\n\
                   env >> started\necho \"$@\" >> started\nexit 1\n";

/// Every secret that was ever in the file, the administrator's first.
struct Secrets(Vec<String>);

impl Secrets {
    fn are_nowhere_in(&self, what: &str, text: &str) {
        for secret in &self.0 {
            assert!(!text.contains(secret.as_str()), "a secret is in {what}");
        }
    }

    async fn stay_hidden(&mut self, site: &Site, arguments: &[&str]) -> Ended {
        let ended = run(site, arguments).await;
        let text = std::fs::read_to_string(site.path().join(".env")).unwrap_or_default();
        let secrets = text.lines().filter_map(|line| line.strip_prefix("AWS_SECRET_ACCESS_KEY="));
        self.0.extend(secrets.map(str::to_owned));
        self.are_nowhere_in("standard output", &ended.stdout);
        self.are_nowhere_in("standard error", &ended.stderr);
        for entry in std::fs::read_dir(site.path()).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            if name == ".env" || name.starts_with(".env.backup-") {
                assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{name}");
            } else if path.is_file() {
                self.are_nowhere_in(&name, &std::fs::read_to_string(&path).unwrap());
            }
        }
        ended
    }
}

/// Puts the telling `git` before the real one.
fn watch_git(site: &mut Site) {
    let bin = site.path().join("bin");
    std::fs::create_dir(&bin).unwrap();
    std::fs::create_dir(site.path().join(".git")).unwrap();
    let git = bin.join("git");
    std::fs::write(&git, GIT.replace("started", site.path().join("started").to_str().unwrap()))
        .unwrap();
    std::fs::set_permissions(&git, std::fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:{}", bin.display(), environment("PATH").unwrap());
    site.set("PATH", &path);
}

#[tokio::test]
async fn the_secret_is_in_the_file_alone() {
    let ground = Ground::moto().await;
    let mut site = ground.site();
    site.set("TINTYPE_LOG", "trace").set("RUST_LOG", "trace").set("AWS_LOG", "trace");
    watch_git(&mut site);
    // The administrator's own secret may be in the environment of a child, but nowhere else.
    let mut secrets = Secrets(Vec::new());
    let setup = ["setup", "--bucket", "pics", "--create-bucket"];
    for flags in [
        &["--dry-run"][..],
        &["--yes"],
        &["--yes", "--json"],
        &["--dry-run", "--json"],
        &["--with=list", "--yes", "--json"],
    ] {
        let ended = secrets.stay_hidden(&site, &[&setup[..], flags].concat()).await;
        assert_eq!(ended.code, Some(0), "{ended}");
        assert!(!ended.to_string().contains(&ground.admin.secret), "{ended}");
    }
    for command in [
        &["rotate", "--dry-run"][..],
        &["rotate", "--yes", "--json"],
        &["rotate", "--yes", "--delete-old"],
        &["setup", "--bucket", "pics", "--rotate", "--yes"],
        &["setup", "--bucket", "cats", "--user", "tintype-pics", "--yes"],
        &["teardown", "--dry-run", "--json"],
        &["teardown", "--yes", "--json"],
    ] {
        secrets.stay_hidden(&site, command).await;
    }
    assert!(secrets.0.len() > 4, "{}", secrets.0.len());
    assert!(Path::new(&site.path().join("started")).exists(), "git was never asked");
}

#[tokio::test]
async fn a_printed_secret_is_on_standard_output_alone() {
    let ground = Ground::moto().await;
    let site = ground.site();
    let printed = done(&site, &["setup", "--bucket", "pics", "--print", "--yes"]).await;
    site.write(".env", &printed.stdout);
    assert!(!printed.stderr.contains(&stored_key(&site).secret), "{printed}");
    assert_eq!(site.names(), [".env"]);
}
