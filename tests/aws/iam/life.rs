//! From nothing to a service that works with what `.env` holds and nothing else, through changes of
//! policy and key, and back to nothing.

use futures_util::TryStreamExt as _;
use object_store::path::Path;
use object_store::{Error, ObjectStore, ObjectStoreExt as _};
use uuid::Uuid;

use super::ground::{Ground, done, stored, stored_key};
use crate::moto::{Key, make_bucket_at};
use crate::support::app::form;
use crate::support::catalogs::environment;
use crate::support::photos::jpeg;
use crate::support::process::Site;

/// The service with nothing of AWS in its environment uploads, reads and deletes a photo.
async fn serves(site: &mut Site) {
    for name in ["AWS_ENDPOINT_URL", "AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"] {
        site.unset(name);
    }
    let photo = jpeg(64, 48);
    let service = site.serve().await;
    let image = service.uploaded(form(photo.clone())).await;
    let id = image["id"].as_str().unwrap();
    assert_eq!(service.get(&format!("/i/{id}")).await.body, photo);
    assert_eq!(service.delete(&format!("/v1/images/{id}")).await.status, 204);
    assert_eq!(service.get(&format!("/i/{id}")).await.status, 404);
    assert_eq!(service.stop().await.code, Some(0));
}

/// The key may do what the service does under the prefix, and nothing else.
async fn is_the_least(ground: &Ground, (bucket, prefix): (&str, &str), key: &Key) {
    let (pics, other) = (ground.s3(bucket, key), ground.s3("other", key));
    let within = Path::from(format!("{prefix}/a"));
    pics.put(&within, "bytes".into()).await.unwrap();
    assert_eq!(pics.get(&within).await.unwrap().bytes().await.unwrap(), "bytes");
    pics.delete(&within).await.unwrap();
    for (what, error) in [
        ("list", pics.list(None).try_next().await.unwrap_err()),
        ("put outside", pics.put(&Path::from("b"), "bytes".into()).await.unwrap_err()),
        (
            "put beside",
            pics.put(&Path::from(format!("{prefix}2/b")), "bytes".into()).await.unwrap_err(),
        ),
        ("put elsewhere", other.put(&within, "bytes".into()).await.unwrap_err()),
    ] {
        let denied = matches!(error, Error::PermissionDenied { .. })
            || error.to_string().contains("AccessDenied");
        assert!(denied, "{what}: {error}");
    }
}

#[tokio::test]
async fn from_nothing_to_a_service_that_works() {
    let ground = Ground::moto().await;
    make_bucket_at(ground.gate.endpoint(), "other", &ground.admin).await;
    let mut site = ground.site();
    site.write(".env", "# mine\nTINTYPE_LOG=warn\n");
    std::fs::set_permissions(
        site.path().join(".env"),
        std::os::unix::fs::PermissionsExt::from_mode(0o600),
    )
    .unwrap();
    let setup = ["setup", "--bucket", "pics", "--prefix", "photos", "--create-bucket", "--yes"];
    done(&site, &setup).await;
    let text = std::fs::read_to_string(site.path().join(".env")).unwrap();
    assert!(text.starts_with("# mine\nTINTYPE_LOG=warn\n"), "{text}");
    assert_eq!(stored(&site, "TINTYPE_BUCKET").as_deref(), Some("s3://pics/photos"));
    assert_eq!(
        ground.names("tintype").await,
        ["user tintype-pics-photos", "policy tintype-pics-photos"]
    );
    is_the_least(&ground, ("pics", "photos"), &stored_key(&site)).await;
    serves(&mut site).await;
}

#[tokio::test]
async fn nothing_of_others_is_touched_and_nothing_stays() {
    let ground = Ground::moto().await;
    let iam = ground.iam();
    furnish(&iam).await;
    let before = ground.everything().await;
    let site = ground.site();
    let setup = ["setup", "--bucket", "pics", "--create-bucket", "--yes"];
    let ended = done(&site, &setup).await;
    let rival = "AWS_ACCESS_KEY_ID is set in this shell and wins over .env: unset it before";
    assert!(ended.stderr.contains(rival), "{ended}");
    let first = stored_key(&site);
    let again = done(&site, &setup).await;
    assert!(again.stdout.starts_with("nothing to do"), "{again}");
    assert!(!again.stderr.contains(rival), "{again}");
    assert_eq!(ground.keys("tintype-pics").await, [(first.id.clone(), true)]);

    for round in 0..7 {
        let with: &[&str] = if round % 2 == 0 { &["--with", "list"] } else { &[] };
        done(&site, &[&setup[..], with].concat()).await;
        let arn = "arn:aws:iam::123456789012:policy/tintype-pics";
        let versions = iam.list_policy_versions().policy_arn(arn).send().await.unwrap();
        let versions = versions.versions.unwrap_or_default();
        assert_eq!(versions.len(), 5.min(round + 2));
        assert!(versions.iter().any(|version| version.is_default_version));
    }
    assert_eq!(stored_key(&site).id, first.id);

    let rotated = done(&site, &["rotate", "--yes"]).await;
    let second = stored_key(&site);
    assert!(rotated.stdout.contains(&format!("tintype:key={}\n", second.id)), "{rotated}");
    let last = format!("the new key {} is in .env: restart the service\n", second.id);
    assert!(rotated.stdout.ends_with(&last), "{rotated}");
    assert_eq!(ground.keys("tintype-pics").await, [(second.id, true), (first.id, false)]);
    done(&site, &["rotate", "--delete-old", "--yes"]).await;
    let third = stored_key(&site);
    assert_eq!(ground.keys("tintype-pics").await, [(third.id, true)]);
    let s3 = ground.s3("pics", &ground.admin);
    assert_eq!(s3.list(None).try_collect::<Vec<_>>().await.unwrap(), []);

    let mut server = ground.site();
    std::fs::copy(site.path().join(".env"), server.path().join(".env")).unwrap();
    serves(&mut server).await;

    let torn = done(&site, &["teardown", "--yes"]).await;
    assert!(torn.stderr.contains("the bucket pics and its photos stay"), "{torn}");
    assert_eq!(ground.everything().await, before);
    assert_eq!(stored(&site, "AWS_ACCESS_KEY_ID"), None);
    assert_eq!(stored(&site, "TINTYPE_BUCKET").as_deref(), Some("s3://pics"));
    let again = done(&site, &["teardown", "--yes"]).await;
    assert!(again.stdout.starts_with("nothing to do"), "{again}");
}

#[tokio::test]
async fn names_of_ones_own_are_found_again() {
    let ground = Ground::moto().await;
    let site = ground.site();
    let setup = ["setup", "--bucket", "s3://pics/live", "--user", "uploader", "--create-bucket"];
    done(&site, &[&setup[..], &["--policy-name", "photos", "--yes"]].concat()).await;
    assert_eq!(ground.names("").await, ["user admin", "user uploader", "policy photos"]);
    let again = done(&site, &[&setup[..], &["--yes"]].concat()).await;
    assert!(again.stdout.starts_with("nothing to do"), "{again}");
    done(&site, &["rotate", "--yes"]).await;
    done(&site, &["teardown", "--yes"]).await;
    assert_eq!(ground.names("").await, ["user admin"]);
}

/// What else there may be in an account.
async fn furnish(iam: &aws_sdk_iam::Client) {
    let document = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}"#;
    let policy = iam.create_policy().policy_name("theirs").policy_document(document);
    let policy = policy.send().await.unwrap().policy.unwrap().arn.unwrap();
    iam.create_group().group_name("staff").send().await.unwrap();
    iam.attach_group_policy().group_name("staff").policy_arn(&policy).send().await.unwrap();
    iam.create_role().role_name("web").assume_role_policy_document("{}").send().await.unwrap();
    iam.attach_role_policy().role_name("web").policy_arn(&policy).send().await.unwrap();
    for user in ["tintype", "tintype-pic", "tintype-pics2"] {
        iam.create_user().user_name(user).send().await.unwrap();
        iam.create_access_key().user_name(user).send().await.unwrap();
        iam.attach_user_policy().user_name(user).policy_arn(&policy).send().await.unwrap();
        iam.add_user_to_group().user_name(user).group_name("staff").send().await.unwrap();
        let inline = iam.put_user_policy().user_name(user).policy_name("own");
        inline.policy_document(document).send().await.unwrap();
    }
}

#[tokio::test]
async fn seaweedfs_has_the_same_life() {
    let ground = Ground::seaweedfs().await;
    // A bucket of its own would take volumes, of which this server has few.
    let bucket = environment("TINTYPE_TEST_S3_BUCKET").unwrap();
    let prefix = Uuid::new_v4().simple().to_string();
    let user = format!("tintype-{bucket}-{prefix}");
    let user = user.get(..40).unwrap();
    let site = ground.site();
    let setup = [
        "setup",
        "--bucket",
        &bucket,
        "--prefix",
        &prefix,
        "--user",
        user,
        "--policy-name",
        user,
        "--yes",
    ];
    done(&site, &setup).await;
    let first = stored_key(&site);
    is_the_least(&ground, (&bucket, &prefix), &first).await;
    let again = done(&site, &setup).await;
    assert!(again.stdout.starts_with("nothing to do"), "{again}");
    done(&site, &[&setup[..], &["--with", "list"]].concat()).await;
    done(&site, &setup).await;
    done(&site, &["rotate", "--user", user, "--yes"]).await;
    done(&site, &["rotate", "--user", user, "--delete-old", "--yes"]).await;
    let last = stored_key(&site);
    assert_eq!(ground.keys(user).await, [(last.id.clone(), true)]);
    is_the_least(&ground, (&bucket, &prefix), &last).await;
    let mut server = ground.site();
    std::fs::copy(site.path().join(".env"), server.path().join(".env")).unwrap();
    serves(&mut server).await;
    let teardown = ["teardown", "--user", user, "--policy-name", user, "--yes"];
    done(&site, &teardown).await;
    assert_eq!(ground.names(user).await, [""; 0]);
    let again = done(&site, &teardown).await;
    assert!(again.stdout.starts_with("nothing to do"), "{again}");
}
