//! The question before anything is changed, under a terminal that `script` of util-linux makes.

use std::io::Write as _;

use crate::moto::{Key, Moto};
use crate::support::catalogs::environment;
use crate::support::process::{Ended, Site};

const SETUP: [&str; 4] = ["iam", "setup", "--bucket", "pics"];

fn admin() -> Key {
    Key { id: "founder".to_owned(), secret: "founder".to_owned() }
}

/// The names of all users.
async fn users(moto: &Moto) -> Vec<String> {
    let users = moto.iam(&admin()).list_users().send().await.unwrap();
    users.users().iter().map(|user| user.user_name().to_owned()).collect()
}

/// Whether there is the program that makes a terminal. Where everything has to run there must be.
fn has_terminal() -> bool {
    let there = std::process::Command::new("script").arg("--version").output().is_ok();
    if !there {
        let required = environment("TINTYPE_TEST_REQUIRE_ALL").as_deref() == Some("1");
        assert!(!required, "script is missing: install the package `bsdutils`");
        let note = b"not run: script is missing, so nobody was asked\n";
        let _ = std::io::stderr().write_all(note);
    }
    there
}

/// Runs the command on a terminal, where somebody types this.
async fn typing(site: &mut Site, typed: &str) -> Ended {
    site.set("TERM", "xterm").set("TYPED", typed);
    let terminal = "printf \"$TYPED\" | exec script -qec \"$*\" /dev/null";
    site.run_under(&["sh", "-c", terminal, "sh"]);
    site.run(&SETUP).await
}

#[tokio::test]
async fn without_a_terminal_nothing_is_changed_unless_it_was_said() {
    let moto = Moto::start().await;
    moto.make_bucket("pics", &admin()).await;
    let site = moto.site(&admin());
    let refused = site.run(&SETUP).await;
    assert_eq!(refused.code, Some(2), "{refused}");
    assert!(refused.stderr.contains("say --yes") && refused.stderr.contains("--dry-run"));
    assert_eq!((users(&moto).await, site.names()), (Vec::new(), Vec::new()));
    let made = site.run(&[&SETUP[..], &["--yes"]].concat()).await;
    assert_eq!(made.code, Some(0), "{made}");
    assert_eq!((users(&moto).await.len(), site.names()), (1, vec![".env".to_owned()]));
}

#[tokio::test]
async fn on_a_terminal_it_is_asked_and_only_yes_means_yes() {
    if !has_terminal() {
        return;
    }
    let moto = Moto::start().await;
    moto.make_bucket("pics", &admin()).await;
    for typed in ["n\\n", "\\n", "yesterday\\n", ""] {
        let mut site = moto.site(&admin());
        let ended = typing(&mut site, typed).await;
        assert_eq!(ended.code, Some(1), "{typed:?}: {ended}");
        let screen = &ended.stdout;
        assert!(screen.contains("iam:CreateUser UserName=tintype-pics"), "{typed:?}: {ended}");
        let (_, after) = screen.split_once("Proceed? [y/N] ").unwrap();
        assert!(after.contains("nothing was changed"), "{typed:?}: {ended}");
        assert_eq!((users(&moto).await, site.names()), (Vec::new(), Vec::new()), "{typed:?}");
    }
    let mut site = moto.site(&admin());
    let made = typing(&mut site, "y\\n").await;
    assert_eq!(made.code, Some(0), "{made}");
    assert_eq!((users(&moto).await.len(), site.names()), (1, vec![".env".to_owned()]));
}
