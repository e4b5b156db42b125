//! What is waited for, because it passes, and what is given up, because it does not.

use axum::http::StatusCode;

use super::ground::{Ground, done, run, stored, stored_key};
use crate::moto::python;

const SETUP: [&str; 5] = ["setup", "--bucket", "pics", "--create-bucket", "--yes"];

#[tokio::test]
async fn a_new_key_is_given_time() {
    let ground = Ground::moto().await;
    let site = ground.site();
    done(&site, &SETUP).await;
    let first = stored_key(&site).id;
    ground.gate.fail("s3:PUT", 3, StatusCode::FORBIDDEN);
    ground.gate.fail("s3:DELETE", 2, StatusCode::FORBIDDEN);
    done(&site, &["rotate", "--yes"]).await;
    assert_ne!(stored_key(&site).id, first);
}

#[tokio::test]
async fn a_key_that_is_of_no_use_is_taken_back() {
    let ground = Ground::moto().await;
    let site = ground.site();
    done(&site, &SETUP).await;
    let before = (stored_key(&site).id, ground.everything().await);
    let delete = "import boto3, sys\n\
        boto3.client('s3', endpoint_url=sys.argv[1]).delete_bucket(Bucket='pics')";
    python(delete, &[ground.gate.endpoint()], &ground.admin).await;
    let ended = run(&site, &["rotate", "--yes"]).await;
    assert_eq!(ended.code, Some(1), "{ended}");
    for words in ["cannot put", "the new key was deleted again", "not begun: write File=.env"] {
        assert!(ended.stderr.contains(words), "{ended}");
    }
    assert_eq!((stored_key(&site).id, ground.everything().await), before);
}

#[tokio::test]
async fn a_key_is_printed_once_whatever_fails_then() {
    let ground = Ground::moto().await;
    let site = ground.site();
    let print = ["setup", "--bucket", "pics", "--print", "--yes"];
    for print in [&print[..], &[&print[..], &["--rotate"]].concat()] {
        ground.gate.fail_after(1, "iam:TagUser", 3, StatusCode::SERVICE_UNAVAILABLE);
        let printed = done(&site, print).await;
        assert_eq!(printed.stdout.matches("AWS_ACCESS_KEY_ID=").count(), 1, "{printed}");
        site.write(".env", &printed.stdout);
        let key = stored_key(&site).id;
        let keys = ground.keys("tintype-pics").await;
        assert!(keys.contains(&(key.clone(), true)), "{keys:?}");
        let again = done(&site, &["setup", "--bucket", "pics", "--print", "--yes"]).await;
        assert_eq!(again.stdout, "");
        assert!(again.stderr.contains(&format!("has its key {key}")), "{again}");
    }
    assert_eq!(ground.keys("tintype-pics").await.len(), 2);
}

#[tokio::test]
async fn what_never_works_is_given_up() {
    let ground = Ground::moto().await;
    let site = ground.site();
    ground.gate.fail("iam:AttachUserPolicy", usize::MAX, StatusCode::SERVICE_UNAVAILABLE);
    let ended = run(&site, &[&SETUP[..], &["--json"]].concat()).await;
    assert_eq!(ended.code, Some(1), "{ended}");
    let told: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(
        (&told["outcome"], &told["failed"]["call"]),
        (&"stopped".into(), &"iam:AttachUserPolicy".into())
    );
    assert_eq!(told["left"].as_array().unwrap().len(), 4);
    assert_eq!(stored(&site, "AWS_ACCESS_KEY_ID"), None);
    ground.gate.fail("iam:AttachUserPolicy", 0, StatusCode::OK);
    done(&site, &SETUP).await;
}

#[tokio::test]
async fn what_does_not_answer_is_named() {
    let ground = Ground::moto().await;
    let mut site = ground.site();
    site.set("AWS_ENDPOINT_URL", "http://127.0.0.1:9");
    let create = "the bucket's service at http://127.0.0.1:9";
    let iam = "IAM at http://127.0.0.1:9 does not answer";
    for (arguments, told) in [(&SETUP[..], create), (&["setup", "--bucket=pics", "--yes"], iam)] {
        let ended = run(&site, arguments).await;
        assert_eq!(ended.code, Some(2), "{ended}");
        for words in [told, "Connection refused", "--endpoint-url or AWS_ENDPOINT_URL"] {
            assert!(ended.stderr.contains(words), "{words}: {ended}");
        }
    }
}
