//! `tintype iam policy`: what it prints, and what it says of things that cannot be. What AWS and
//! other tools make of it is tested on moto.

use serde_json::{Value, json};

use crate::support::process::{Ended, Site};

const KEY: &str = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

async fn policy(site: &Site, arguments: &[&str]) -> Ended {
    site.run(&[&["iam", "policy"], arguments].concat()).await
}

async fn printed(site: &Site, arguments: &[&str]) -> String {
    let ended = policy(site, arguments).await;
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""), "{ended}");
    ended.stdout
}

async fn resource(site: &Site, arguments: &[&str]) -> Value {
    let document: Value = serde_json::from_str(&printed(site, arguments).await).unwrap();
    document["Statement"][0]["Resource"].clone()
}

#[tokio::test]
async fn the_least_is_three_actions_on_the_buckets_objects() {
    let text = printed(&Site::embedded(), &["--bucket", "pics"]).await;
    let document: Value = serde_json::from_str(&text).unwrap();
    let expected = json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Sid": "Images",
            "Effect": "Allow",
            "Action": ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"],
            "Resource": "arn:aws:s3:::pics/*"
        }]
    });
    assert_eq!(document, expected);
}

#[tokio::test]
async fn a_prefix_takes_no_part_of_its_neighbours() {
    let site = Site::embedded();
    for arguments in [
        &["--bucket", "pics", "--prefix", "photos"][..],
        &["--bucket", "pics", "--prefix", "/photos/"],
        &["--bucket", "s3://pics/photos"],
    ] {
        assert_eq!(resource(&site, arguments).await, "arn:aws:s3:::pics/photos/*");
    }
}

#[tokio::test]
async fn the_region_names_the_partition_unless_somebody_does() {
    let mut site = Site::embedded();
    // The region of the service, for which an administrator works from elsewhere.
    site.write(".env", "AWS_REGION=us-gov-west-1\n");
    assert_eq!(resource(&site, &["--bucket", "pics"]).await, "arn:aws:s3:::pics/*");
    site.set("AWS_REGION", "cn-north-1");
    assert_eq!(resource(&site, &["--bucket", "pics"]).await, "arn:aws-cn:s3:::pics/*");
    let named = ["--bucket", "pics", "--partition", "aws-us-gov"];
    assert_eq!(resource(&site, &named).await, "arn:aws-us-gov:s3:::pics/*");
}

#[tokio::test]
async fn every_statement_says_what_it_is_for() {
    let kms = format!("kms={KEY}");
    let extras = ["--with", "list", "--with", "multipart", "--with", &kms];
    for format in ["terraform", "cloudformation", "cli"] {
        let arguments = [&["--bucket", "pics", "--format", format], &extras[..]].concat();
        let text = printed(&Site::embedded(), &arguments).await;
        let text = text.replace("\n", " ").replace('#', " ");
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        for reason in [
            "All that the service does",
            "Only `tintype check` lists",
            "Nothing in Tintype needs this",
            "encrypts with a key of yours in KMS",
        ] {
            assert!(text.contains(reason), "{format}: {text}");
        }
    }
}

#[tokio::test]
async fn what_cannot_be_is_told_with_what_would_be_right() {
    let site = Site::embedded();
    let kms = format!("kms={KEY}");
    for (arguments, hint) in [
        (&[][..], "--bucket <NAME>"),
        (&["--bucket", "My_Pics"], "lower-case letters"),
        (&["--bucket", "pics--x-s3"], "the name of a directory bucket"),
        (&["--bucket", "memory://"], "s3://NAME[/PREFIX]"),
        (&["--bucket", "pics", "--prefix", "a b"], "here is ' '"),
        (&["--bucket", "s3://pics/a", "--prefix", "b"], "named twice"),
        (&["--bucket", "pics", "--with", "delete"], "list, multipart or kms=ARN"),
        (&["--bucket", "pics", "--with", "kms"], "kms=arn:aws:kms:REGION:ACCOUNT:key/ID"),
        (&["--bucket", "pics", "--with", "kms=alias/pics"], "describe-key --key-id alias/pics"),
        (&["--bucket", "pics", "--with", &kms, "--partition", "aws-cn"], "with --partition"),
        (&["--bucket", "pics", "--partition", "moon"], "aws, aws-cn or aws-us-gov"),
        (&["--bucket", "pics", "--format", "pulumi"], "terraform"),
        (&["--bucket", "pics", "--user", "me"], "leave --user and --policy-name out"),
        (&["--bucket", "pics", "--format", "cli", "--user", "a'b"], "letters, digits"),
    ] {
        let ended = policy(&site, arguments).await;
        assert_eq!((ended.code, ended.stdout.as_str()), (Some(2), ""), "{ended}");
        assert!(ended.stderr.contains(hint), "{hint:?} is missing: {ended}");
    }
}

#[tokio::test]
async fn the_commands_of_an_administrator_leave_dot_env_alone() {
    let site = Site::embedded();
    site.write(".env", "AWS_ACCESS_KEY_ID='broken\n");
    let read = site.run(&["settings"]).await;
    assert!(read.stderr.contains(".env in the working directory cannot be read"), "{read}");
    printed(&site, &["--bucket", "pics"]).await;
}
