//! What is left alone, and what is said of it: files that are not safe, what belongs to others, an
//! administrator who may not, and `--dry-run`.

use std::fs::{Permissions, set_permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use aws_sdk_iam::types::StatusType;

use super::ground::{Ground, done, refused, run, stored, stored_key};
use crate::moto::{Key, make_bucket_at};
use crate::support::process::Site;

const DOCUMENT: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}"#;

const SETUP: [&str; 4] = ["setup", "--bucket", "pics", "--yes"];

#[tokio::test]
async fn a_file_that_is_not_safe_is_refused_before_anybody_is_asked() {
    let ground = Ground::moto().await;
    let site = ground.site();
    site.write(".env", "TINTYPE_LOG=info\n");
    let env = site.path().join(".env");
    set_permissions(&env, Permissions::from_mode(0o644)).unwrap();
    refused(&site, &SETUP, &[".env holds secrets and is open", "chmod 600"]).await;
    set_permissions(&env, Permissions::from_mode(0o600)).unwrap();
    git(&site, &["init", "--quiet"]);
    git(&site, &["add", "-f", ".env"]);
    refused(&site, &SETUP, &["git tracks", "git rm --cached"]).await;
    for command in ["rotate", "teardown"] {
        refused(&site, &[command, "--bucket", "pics", "--yes"], &["git tracks"]).await;
    }
    assert_eq!(ground.gate.requests(), 0);
    git(&site, &["rm", "--quiet", "--cached", ".env"]);
    let ended = done(&site, &SETUP).await;
    assert!(ended.stderr.contains("warning: git does not ignore"), "{ended}");
}

fn git(site: &Site, arguments: &[&str]) {
    let git = Command::new("git").args(arguments).current_dir(site.path()).status();
    assert!(git.unwrap().success());
}

#[tokio::test]
async fn what_belongs_to_others_is_left_alone() {
    let ground = Ground::moto().await;
    let (site, iam) = (ground.site(), ground.iam());
    iam.create_user().user_name("tintype-pics").send().await.unwrap();
    let policy = iam.create_policy().policy_name("theirs").policy_document(DOCUMENT);
    policy.send().await.unwrap();
    let before = ground.everything().await;
    refused(&site, &SETUP, &["a user tintype-pics that was not made by tintype", "--user"]).await;
    let named = ["--user", "mine", "--policy-name", "theirs"];
    let told = ["a policy theirs that was not made by tintype", "--policy-name"];
    refused(&site, &[&SETUP[..], &named].concat(), &told).await;
    refused(&site, &["teardown", "--bucket", "pics", "--yes"], &["not made by tintype"]).await;
    refused(&site, &["rotate", "--bucket", "pics", "--yes"], &["not made by tintype"]).await;
    let told = run(&site, &[&SETUP[..], &["--json"]].concat()).await;
    let json: serde_json::Value = serde_json::from_str(&told.stdout).unwrap();
    assert_eq!((&json["outcome"], told.code), (&"refused".into(), Some(1)), "{told}");
    assert_eq!(ground.everything().await, before);
    assert_eq!(stored(&site, "AWS_ACCESS_KEY_ID"), None);

    done(&site, &["setup", "--bucket", "pics", "--user", "mine", "--yes"]).await;
    let cats = ["setup", "--bucket", "cats", "--user", "mine", "--yes"];
    refused(&site, &cats, &["mine was made for the bucket pics"]).await;
    let other = ["setup", "--bucket", "pics", "--user", "mine", "--policy-name", "p", "--yes"];
    refused(&site, &other, &["has the policy tintype-pics already"]).await;
}

#[tokio::test]
async fn what_others_gave_to_our_user_makes_it_stay() {
    let ground = Ground::moto().await;
    let (site, iam) = (ground.site(), ground.iam());
    done(&site, &SETUP).await;
    let user = "tintype-pics";
    let inline = iam.put_user_policy().user_name(user).policy_name("more");
    inline.policy_document(DOCUMENT).send().await.unwrap();
    iam.create_group().group_name("staff").send().await.unwrap();
    iam.add_user_to_group().user_name(user).group_name("staff").send().await.unwrap();
    let policy = iam.create_policy().policy_name("other").policy_document(DOCUMENT);
    let arn = policy.send().await.unwrap().policy.unwrap().arn.unwrap();
    iam.attach_user_policy().user_name(user).policy_arn(&arn).send().await.unwrap();
    let password = iam.create_login_profile().user_name(user).password("c0rrect-horse-Battery");
    password.send().await.unwrap();
    iam.create_access_key().user_name(user).send().await.unwrap();
    let before = ground.everything().await;
    let again = done(&site, &SETUP).await;
    for thing in ["inline policy more", "membership of the group staff", "attached policy other"] {
        let note = format!("note: the user tintype-pics also has the {thing}, which setup did not");
        assert!(again.stderr.contains(&note), "{again}");
    }
    assert!(!again.to_string().contains("as they should be"), "{again}");
    let told =
        ["inline policy more", "group staff", "attached policy other", "password", "active key"];
    refused(&site, &["teardown", "--yes"], &told).await;
    assert_eq!(ground.everything().await, before);
    refused(&site, &["rotate", "--yes"], &["has two keys already"]).await;

    done(&site, &["setup", "--bucket", "cats", "--env-file", "cats.env", "--yes"]).await;
    let cats = "arn:aws:iam::123456789012:policy/tintype-cats";
    iam.attach_user_policy().user_name(user).policy_arn(cats).send().await.unwrap();
    let teardown = ["teardown", "--env-file", "cats.env", "--yes"];
    refused(&site, &teardown, &["others have the policy tintype-cats too: user tintype-pics"])
        .await;
}

#[tokio::test]
async fn a_statement_that_goes_is_named_before_it_does() {
    let ground = Ground::moto().await;
    let site = ground.site();
    done(&site, &[&SETUP[..], &["--with", "list"]].concat()).await;
    let note = "note: the statement Listing goes: say --with list to keep it";
    for more in ["--dry-run", "--yes"] {
        let ended = done(&site, &["setup", "--bucket", "pics", more]).await;
        assert!(ended.stderr.contains(note), "{ended}");
    }
    let ended = done(&site, &SETUP).await;
    assert!(!ended.stderr.contains("Listing"), "{ended}");
}

#[tokio::test]
async fn a_key_that_is_elsewhere_is_not_replaced_unasked() {
    let ground = Ground::moto().await;
    let (first, second) = (ground.site(), ground.site());
    done(&first, &SETUP).await;
    let stranger = ["teardown", "--user", "root", "--yes"];
    let told = "there is no user root; the policy tintype-pics is attached to user tintype-pics: \
                say --user tintype-pics";
    refused(&first, &stranger, &[told]).await;
    let key = stored_key(&first).id;
    refused(&second, &SETUP, &[&key, "not in .env", "--rotate"]).await;
    let rotate = ["rotate", "--bucket", "pics", "--yes"];
    refused(&second, &rotate, &["there is no .env", "setup --rotate"]).await;
    let made = done(&second, &[&SETUP[..], &["--rotate"]].concat()).await;
    assert!(made.stdout.ends_with("but the bucket: make it, or run again with --create-bucket\n"));
    assert_eq!(ground.keys("tintype-pics").await.len(), 2);
    assert_ne!(stored_key(&second).id, key);
    let printed = done(&first, &["setup", "--bucket", "print", "--print", "--yes"]).await;
    assert!(printed.stderr.contains("the service's .env, and make the bucket"), "{printed}");
    let names: Vec<_> =
        printed.stdout.lines().map(|line| line.split_once('=').unwrap().0).collect();
    let lines = [
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_REGION",
        "TINTYPE_BUCKET",
        "AWS_ENDPOINT_URL_S3",
    ];
    assert_eq!(names, lines);
    assert_eq!(stored_key(&first).id, key);

    let inactive = ground.iam().update_access_key().user_name("tintype-pics").access_key_id(&key);
    inactive.status(StatusType::Inactive).send().await.unwrap();
    refused(&first, &SETUP, &["is inactive", "rotate"]).await;
}

#[tokio::test]
async fn a_file_that_cannot_be_written_leaves_no_key_behind() {
    let ground = Ground::moto().await;
    let mut site = ground.site();
    // A file may be made and not be filled.
    let limited = "trap '' XFSZ; ulimit -f 0; exec \"$@\"";
    site.run_under(&["sh", "-c", limited, "sh"]);
    let ended = run(&site, &SETUP).await;
    assert_eq!(ended.code, Some(1), "{ended}");
    assert!(ended.stderr.contains("the new key was deleted again"), "{ended}");
    assert_eq!(ground.keys("tintype-pics").await, []);
}

#[tokio::test]
async fn a_denial_names_its_action() {
    let ground = Ground::moto().await;
    let iam = ground.iam();
    iam.create_user().user_name("half").send().await.unwrap();
    let mut allowed = vec!["iam:List*", "iam:Get*", "s3:*"];
    let made = iam.create_access_key().user_name("half").send().await.unwrap().access_key.unwrap();
    let key = Key { id: made.access_key_id, secret: made.secret_access_key };
    let site = ground.site_of(&key);
    for action in ["CreatePolicy", "CreateUser", "AttachUserPolicy", "TagUser", "CreateAccessKey"] {
        let statement = serde_json::json!({"Effect": "Allow", "Action": allowed, "Resource": "*"});
        let document = serde_json::json!({"Version": "2012-10-17", "Statement": [statement]});
        let policy = iam.put_user_policy().user_name("half").policy_name("half");
        policy.policy_document(document.to_string()).send().await.unwrap();
        let denied = format!("the administrator's key may not iam:{action}");
        let failed = format!("failed: iam:{action}");
        refused(&site, &SETUP, &[&denied, &failed, "not begun: ", "run the same command again"])
            .await;
        allowed.push(Box::leak(format!("iam:{action}").into_boxed_str()));
    }
    let ended = done(&ground.site(), &SETUP).await;
    assert!(!ended.stdout.contains("iam:CreateUser"), "{ended}");
    let stranger = Key { secret: "wrong".to_owned(), ..key };
    let ended = run(&ground.site_of(&stranger), &SETUP).await;
    assert_eq!(ended.code, Some(2), "{ended}");
    assert!(ended.stderr.contains("the administrator's key is not accepted"), "{ended}");
}

#[tokio::test]
async fn a_dry_run_says_what_is_done_afterwards() {
    let ground = Ground::moto().await;
    let site = ground.site();
    make_bucket_at(ground.gate.endpoint(), "pics", &ground.admin).await;
    for command in [
        &["setup", "--bucket", "pics"][..],
        &["setup", "--bucket", "pics", "--with", "list"],
        &["setup", "--bucket", "pics"],
        &["rotate"],
        &["rotate", "--delete-old"],
        &["teardown"],
    ] {
        ground.gate.open();
        let said = done(&site, &[command, &["--dry-run"]].concat()).await;
        assert_eq!(ground.gate.changes(), [""; 0], "{said}");
        let json = done(&site, &[command, &["--dry-run", "--json"]].concat()).await;
        let json: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
        assert_eq!(json["outcome"], "planned");
        let calls = json["changes"].as_array().unwrap().iter();
        let calls: Vec<_> =
            calls.map(|change| change["call"].as_str().unwrap().to_owned()).collect();
        let lines: Vec<_> = said.stdout.lines().map(str::to_owned).collect();
        assert!(calls.iter().zip(&lines).all(|(call, line)| line.starts_with(call)), "{said}");
        assert_eq!(calls.len(), lines.len());
        ground.gate.open();
        let ended = done(&site, &[command, &["--yes"]].concat()).await;
        let iam = |calls: &[String]| -> Vec<String> {
            calls.iter().filter(|call| call.starts_with("iam:")).cloned().collect()
        };
        assert_eq!(iam(&ground.gate.changes()), iam(&calls));
        let told: Vec<_> =
            ended.stdout.lines().filter_map(|line| line.strip_prefix("done: ")).collect();
        let key = stored(&site, "AWS_ACCESS_KEY_ID").unwrap_or_default();
        let named = |line: &String| {
            let line = line.replace("'tintype:key=(the new key)'", &format!("tintype:key={key}"));
            line.replace("'(the new key)'", &key)
        };
        assert_eq!(told, lines.iter().map(named).collect::<Vec<_>>());
    }
    let unasked = run(&site, &["setup", "--bucket", "pics"]).await;
    assert_eq!((unasked.code, ground.names("tintype").await), (Some(2), vec![]), "{unasked}");
}
