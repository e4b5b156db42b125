//! Settings: where they come from, what is told of wrong ones, and what is never told.

use std::time::Duration;

use super::pixel;
use crate::support::process::{Ended, Site};
use crate::support::s3_double::{S3Double, SECRET_ACCESS_KEY};

/// Asserts that a command refused its settings before it did anything.
fn refused(site: &Site, ended: &Ended, parts: &[&str]) {
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(2), ""), "{ended}");
    for part in parts {
        assert!(ended.stderr.contains(part), "{part:?} is missing: {ended}");
    }
    let made: Vec<_> = site.names().into_iter().filter(|name| name != ".env").collect();
    assert_eq!(made, [""; 0], "{ended}");
}

#[tokio::test]
async fn all_faults_are_told_together_with_what_would_be_right() {
    let mut site = Site::embedded();
    site.set("TINTYPE_LISTEN", "localhost");
    site.set("TINTYPE_BUCKET", "gs://pics");
    site.set("TINTYPE_DATABASE", "mysql://root@localhost/pics");
    site.set("TINTYPE_MAX_IMAGE_SIZE", "huge");
    site.set("TINTYPE_PUBLIC_URL", "example.org");
    site.set("TINTYPE_LOG_FORMAT", "xml");
    let ended = site.run(&["serve", "--queue-timeout", "soon", "--max-side=0"]).await;
    refused(
        &site,
        &ended,
        &[
            "tintype: 8 settings cannot be used:\n",
            "--listen (TINTYPE_LISTEN): invalid socket address",
            "--bucket (TINTYPE_BUCKET): a bucket is s3://NAME[/PREFIX], file:///DIRECTORY or memory",
            "--database (TINTYPE_DATABASE): a database is sqlite:///PATH or postgres://",
            "--max-image-size (TINTYPE_MAX_IMAGE_SIZE): \"huge\" is not a size, such as 20MiB",
            "--public-url (TINTYPE_PUBLIC_URL): not a URL",
            "--log-format (TINTYPE_LOG_FORMAT): \"xml\" is not human, json or auto",
            "--queue-timeout (TINTYPE_QUEUE_TIMEOUT): \"soon\" is not a duration, such as 10s",
            "--max-side (TINTYPE_MAX_SIDE): \"0\" is not a whole number of at least 1",
        ],
    );
}

#[tokio::test]
async fn faults_of_variants_are_told_with_what_would_be_right() {
    let mut site = Site::embedded();
    site.set("TINTYPE_VARIANTS", "many").set("TINTYPE_VARIANT_WIDTHS", "64,96px");
    site.set("TINTYPE_VARIANT_AUTO", "jxl").set("TINTYPE_VARIANT_CACHE", "some");
    site.set("TINTYPE_VARIANT_WORKERS", "0").set("TINTYPE_VARIANT_QUEUE", "0");
    let ended = site.run(&["serve", "--variant", "a=1x1", "--variant", "a=2x2,cover"]).await;
    refused(
        &site,
        &ended,
        &[
            "tintype: 7 settings cannot be used:\n",
            "--variants (TINTYPE_VARIANTS): \"many\" is not ladder, named or off",
            "--variant-widths (TINTYPE_VARIANT_WIDTHS): \"96px\" is not a whole number from 1 to 8192",
            "--variant (TINTYPE_VARIANT): two variants are named \"a\"",
            "--variant-auto (TINTYPE_VARIANT_AUTO): \"jxl\" is neither webp nor avif",
            "--variant-cache (TINTYPE_VARIANT_CACHE): \"some\" is not a size, such as 16MiB or 0",
            "--variant-workers (TINTYPE_VARIANT_WORKERS): \"0\" is not a whole number of at least 1",
            "--variant-queue (TINTYPE_VARIANT_QUEUE): \"0\" is not a whole number of at least 1",
        ],
    );
}

#[tokio::test]
async fn more_variants_at_a_time_than_there_are_threads_are_refused() {
    let mut site = Site::embedded();
    site.set("TINTYPE_VARIANT_WORKERS", "257").set("TINTYPE_VARIANT_QUEUE", "65537");
    let told = [
        "2 settings",
        "--variant-workers (TINTYPE_VARIANT_WORKERS): 257 is too many: 256 are possible",
        "--variant-queue (TINTYPE_VARIANT_QUEUE): 65537 is too many: 65536 are possible",
    ];
    refused(&site, &site.run(&["serve"]).await, &told);
    site.set("TINTYPE_VARIANT_WORKERS", "256").set("TINTYPE_VARIANT_QUEUE", "65536");
    site.set("TINTYPE_PUBLIC_URL", "example.org");
    let told = ["1 setting cannot", "--public-url (TINTYPE_PUBLIC_URL)"];
    refused(&site, &site.run(&["serve"]).await, &told);
}

#[tokio::test]
async fn a_timeout_that_no_clock_can_be_set_to_is_refused() {
    let mut site = Site::embedded();
    let timeouts = [
        "VARIANT_TIMEOUT",
        "QUEUE_TIMEOUT",
        "HEADER_TIMEOUT",
        "WRITE_TIMEOUT",
        "SHUTDOWN_GRACE",
        "UPLOAD_IDLE_TIMEOUT",
    ];
    for timeout in timeouts {
        site.set(&format!("TINTYPE_{timeout}"), "500000000000 years");
    }
    let ended = site.run(&["serve"]).await;
    let told = timeouts.map(|timeout| format!("(TINTYPE_{timeout}): 157788000"));
    let told = told.iter().map(String::as_str);
    let parts: Vec<_> =
        told.chain(["6 settings", "s is too long: a time-out is at most 86400s"]).collect();
    refused(&site, &ended, &parts);
    site.set("TINTYPE_VARIANT_TIMEOUT", "25h").set("TINTYPE_QUEUE_TIMEOUT", "24h");
    let parts = ["5 settings", "--variant-timeout (TINTYPE_VARIANT_TIMEOUT): 90000s is too long"];
    refused(&site, &site.run(&["serve"]).await, &parts);
}

#[tokio::test]
async fn settings_that_do_not_fit_each_other_are_told() {
    let mut site = Site::embedded();
    site.set("TINTYPE_MEMORY_BUDGET", "16MiB").set("TINTYPE_PUT_DEADLINE", "60s");
    let told = ["--memory-budget (TINTYPE_MEMORY_BUDGET)", "--proof decode takes a quarter"];
    refused(&site, &site.run(&["serve"]).await, &told);
    site.set("TINTYPE_SWEEP_MARGIN", "10s");
    for command in ["serve", "check", "reconcile"] {
        let parts = ["--sweep-margin (TINTYPE_SWEEP_MARGIN)", "30s"];
        refused(&site, &site.run(&[command]).await, &parts);
    }
    site.set("TINTYPE_SWEEP_MARGIN", "800 years");
    let parts = ["--sweep-margin (TINTYPE_SWEEP_MARGIN)", "86400s"];
    refused(&site, &site.run(&["serve"]).await, &parts);
}

#[tokio::test]
async fn faults_of_an_s3_bucket_are_told_with_the_others() {
    let mut site = Site::embedded();
    site.set("TINTYPE_BUCKET", "s3://pics").set("AWS_ENDPOINT_URL", "localhost:9000");
    site.set("AWS_ACCESS_KEY_ID", "AKID").set("TINTYPE_S3_ADDRESSING", "diagonal");
    site.set("TINTYPE_MAX_SIDE", "wide");
    let parts = [
        "tintype: 4 settings cannot be used:\n",
        "AWS_ENDPOINT_URL: ",
        "AWS_ACCESS_KEY_ID is set but AWS_SECRET_ACCESS_KEY is not: set both, or neither",
        "--s3-addressing (TINTYPE_S3_ADDRESSING): \"diagonal\" is not path, virtual or auto",
        "--max-side (TINTYPE_MAX_SIDE)",
    ];
    refused(&site, &site.run(&["serve"]).await, &parts);
}

#[tokio::test]
async fn no_credentials_at_all_are_told_within_a_second() {
    let mut site = Site::embedded();
    site.set("TINTYPE_BUCKET", "s3://pics").set("AWS_REGION", "eu-central-1");
    let ended = site.run(&["serve"]).await;
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(2), ""), "{ended}");
    assert!(ended.stderr.contains("AWS_ACCESS_KEY_ID"), "{ended}");
    // The waits of the credential chain are a second and more each; unoptimised code is slow too.
    let limit = if cfg!(debug_assertions) { 5 } else { 1 };
    assert!(ended.took < Duration::from_secs(limit), "{ended}");
}

#[tokio::test]
async fn flags_win_over_the_environment_and_that_over_dot_env() {
    let mut site = Site::embedded();
    site.write(
        ".env",
        "# sizes\nexport TINTYPE_MAX_SIDE='dot env' # quoted\n\nTINTYPE_MAX_FRAMES=\n",
    );
    refused(&site, &site.run(&["serve"]).await, &["1 setting ", "\"dot env\" is not"]);
    site.set("TINTYPE_MAX_SIDE", "environment");
    refused(&site, &site.run(&["serve"]).await, &["1 setting ", "\"environment\" is not"]);
    let ended = site.run(&["serve", "--max-side", "flag"]).await;
    refused(&site, &ended, &["1 setting ", "\"flag\" is not"]);
}

#[tokio::test]
async fn a_broken_dot_env_is_told_without_its_text() {
    let site = Site::embedded();
    for text in [
        "TINTYPE_DATABASE='postgres://u:hunter2@h/d\n",
        "hunter2\n",
        "AWS_SECRET_ACCESS_KEY=a hunter2\n",
    ] {
        site.write(".env", text);
        let ended = site.run(&["serve"]).await;
        refused(&site, &ended, &["tintype: .env in the working directory cannot be read"]);
        assert!(!ended.stderr.contains("hunter2"), "{ended}");
    }
}

#[tokio::test]
async fn dot_env_alone_configures_bucket_and_catalog() {
    let double = S3Double::start().await;
    let mut double_site = Site::on_double(&double.endpoint()).await;
    let mut site = Site::under_test().await;
    for site in [&mut double_site, &mut site] {
        site.settings_into_dot_env();
        let service = site.serve().await;
        let image = service.uploaded(pixel()).await;
        let path = format!("/v1/images/{}", image["id"].as_str().unwrap());
        assert_eq!(service.get(&path).await.status, 200);
        assert_eq!(site.check(&["--deep"]).await.0.code, Some(0));
        assert_eq!(service.delete(&path).await.status, 204);
        assert_eq!(service.get(&path).await.status, 404);
        assert_eq!(service.stop().await.code, Some(0));
    }
    assert_eq!((double.count("PUT"), double.keys()), (1, vec![]));
}

/// A password as it stands in a URL.
const PASSWORD: &str = "hunter%32";

fn assert_no_secret(said: &str) {
    for secret in [SECRET_ACCESS_KEY, PASSWORD, "hunter2", "the-session"] {
        let at = said.find(secret);
        let line = at.and_then(|at| said.get(..at)?.lines().last());
        assert!(at.is_none(), "{secret} was said: {line:?}");
    }
}

#[tokio::test]
async fn help_and_faults_tell_no_secret() {
    let mut site = Site::embedded();
    site.set("AWS_SECRET_ACCESS_KEY", SECRET_ACCESS_KEY).set("AWS_SESSION_TOKEN", "the-session");
    site.set("TINTYPE_BUCKET", "s3://pics").set("TINTYPE_LOG", "trace");
    for database in [
        format!("postgres://tintype:{PASSWORD}@127.0.0.1:1/pics"),
        format!("postgres://127.0.0.1:1/pics?user=tintype&password={PASSWORD}"),
        format!("postgres://tintype:{PASSWORD}@127.0.0.1:port/pics"),
        format!("mysql://tintype:{PASSWORD}@127.0.0.1/pics"),
        format!("tintype:{PASSWORD}@127.0.0.1/pics"),
        format!("sqlite://pics.db?key={PASSWORD}"),
    ] {
        site.set("TINTYPE_DATABASE", &database);
        for arguments in
            [&["--help"][..], &["serve", "--help"], &["check", "--help"], &["settings"]]
        {
            let ended = site.run(arguments).await;
            assert_eq!(ended.code, Some(0), "{ended}");
            assert_no_secret(&ended.to_string());
        }
        // Half a key, then a database that is not there.
        site.unset("AWS_ACCESS_KEY_ID");
        for key_id in [None, Some("AKID")] {
            key_id.map(|id| site.set("AWS_ACCESS_KEY_ID", id).set("AWS_REGION", "eu-west-1"));
            for command in ["serve", "check", "reconcile"] {
                let ended = site.run(&[command]).await;
                assert_eq!(ended.code, Some(2), "{ended}");
                assert_no_secret(&ended.to_string());
            }
        }
    }
}

#[tokio::test]
async fn the_most_talkative_log_tells_no_secret() {
    let double = S3Double::start().await;
    let mut site = Site::on_double(&double.endpoint()).await;
    site.set("TINTYPE_LOG", "trace").set("AWS_SESSION_TOKEN", "the-session");
    let service = site.serve().await;
    service.uploaded(pixel()).await;
    let ended = service.stop().await;
    assert!(ended.stderr.contains("\"level\":\"TRACE\""));
    assert_no_secret(&ended.to_string());
}
