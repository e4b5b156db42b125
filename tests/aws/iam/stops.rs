//! Stopped between any two changes, and in the middle of each, the same command finishes: one user,
//! one policy, one key in use, and that is the one in `.env`.

use std::pin::pin;

use aws_sdk_iam::types::StatusType;
use futures_util::TryStreamExt as _;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt as _};
use uuid::Uuid;

use super::gate::Stop;
use super::ground::{Ground, done, refused, stored, stored_key};
use crate::support::catalogs::environment;
use crate::support::process::Site;

/// Where a command is stopped.
#[derive(Clone, Copy, Debug)]
struct At {
    change: usize,
    stop: Stop,
}

impl At {
    /// A name for what this round works on.
    fn name(self) -> String {
        let stop = match self.stop {
            Stop::BeforeItIsMade => "before",
            Stop::BeforeItsAnswer => "after",
            Stop::InPlaceOfItsAnswer => "failed",
        };
        format!("pics-{}-{stop}", self.change)
    }
}

/// Kills the command there; whether it came so far.
async fn kill(ground: &Ground, site: &Site, command: &[&str], at: At) -> bool {
    ground.gate.stop_at(at.change, at.stop);
    let process = site.start(&[&["iam"], command].concat());
    let came_there = tokio::select! {
        // What waits for the process is dropped then, and kills it.
        () = ground.gate.stopped() => true,
        ended = process.end() => {
            assert_eq!(ended.code, Some(0), "{at:?}: {ended}");
            false
        }
    };
    ground.gate.open();
    came_there
}

/// Stops in both ways at every change until there are no more; how many there were.
async fn at_every_change(mut round: impl AsyncFnMut(At) -> bool) -> usize {
    let mut change = 1;
    while round(At { change, stop: Stop::BeforeItIsMade }).await {
        assert!(round(At { change, stop: Stop::BeforeItsAnswer }).await);
        change += 1;
    }
    change - 1
}

/// One user, one policy, one active key, which is stored and works.
async fn is_whole(ground: &Ground, site: &Site, bucket: &str) {
    let name = format!("tintype-{bucket}");
    assert_eq!(ground.names(&name).await, [format!("user {name}"), format!("policy {name}")]);
    let key = stored_key(site);
    let keys = ground.keys(&name).await;
    let active: Vec<_> = keys.iter().filter(|(_, active)| *active).map(|(id, _)| id).collect();
    assert_eq!(active, [&key.id], "{keys:?}");
    let pics = ground.s3(bucket, &key);
    pics.put(&Path::from("a"), "bytes".into()).await.unwrap();
    pics.delete(&Path::from("a")).await.unwrap();
    let left = ground.s3(bucket, &ground.admin).list(None).try_collect::<Vec<_>>().await;
    assert_eq!(left.unwrap(), [], "a probe was left behind");
    assert!(!site.names().iter().any(|name| name.contains("unfinished")), "{:?}", site.names());
}

fn setup(bucket: &str) -> [&str; 5] {
    ["setup", "--bucket", bucket, "--create-bucket", "--yes"]
}

#[tokio::test]
async fn setup_goes_on_where_it_was_stopped() {
    let ground = Ground::moto().await;
    let stops = at_every_change(async |at| {
        let (site, bucket) = (ground.site(), at.name());
        let came_there = kill(&ground, &site, &setup(&bucket), at).await;
        done(&site, &setup(&bucket)).await;
        is_whole(&ground, &site, &bucket).await;
        let again = done(&site, &setup(&bucket)).await;
        assert!(again.stdout.starts_with("nothing to do"), "{again}");
        came_there
    });
    assert_eq!(stops.await, 10);
}

#[tokio::test]
async fn rotate_goes_on_where_it_was_stopped() {
    let ground = Ground::moto().await;
    let rotate = ["rotate", "--delete-old", "--yes"];
    let stops = at_every_change(async |at| {
        let (site, bucket) = (ground.site(), at.name());
        done(&site, &setup(&bucket)).await;
        let first = stored_key(&site);
        let came_there = kill(&ground, &site, &rotate, at).await;
        // Whatever happened, the service could go on.
        let pics = ground.s3(&bucket, &stored_key(&site));
        pics.put(&Path::from("a"), "bytes".into()).await.unwrap();
        done(&site, &rotate).await;
        is_whole(&ground, &site, &bucket).await;
        assert_ne!(stored_key(&site).id, first.id);
        assert_eq!(ground.keys(&format!("tintype-{bucket}")).await.len(), 1);
        came_there
    });
    assert_eq!(stops.await, 7);
}

#[tokio::test]
async fn a_second_command_waits_for_the_first() {
    let ground = Ground::moto().await;
    let site = ground.site();
    done(&site, &setup("pics")).await;
    ground.gate.stop_at(2, Stop::BeforeItIsMade);
    {
        let mut first = pin!(site.start(&["iam", "rotate", "--yes"]).end());
        tokio::select! {
            () = ground.gate.stopped() => {}
            ended = &mut first => panic!("{ended}"),
        }
        refused(&site, &["rotate", "--yes"], &["another `tintype iam`", "wait for it"]).await;
    }
    ground.gate.open();
    done(&site, &["rotate", "--yes"]).await;
    is_whole(&ground, &site, "pics").await;
}

#[tokio::test]
async fn teardown_goes_on_where_it_was_stopped() {
    let ground = Ground::moto().await;
    let stops = at_every_change(async |at| {
        let (site, bucket) = (ground.site(), at.name());
        done(&site, &setup(&bucket)).await;
        make_old_things(&ground, &format!("tintype-{bucket}")).await;
        let came_there = kill(&ground, &site, &["teardown", "--yes"], at).await;
        done(&site, &["teardown", "--yes"]).await;
        assert_eq!(ground.names(&format!("tintype-{bucket}")).await, [""; 0]);
        assert_eq!(stored(&site, "AWS_ACCESS_KEY_ID"), None);
        assert_eq!(stored(&site, "AWS_SECRET_ACCESS_KEY"), None);
        came_there
    });
    assert_eq!(stops.await, 6);
}

/// What time brings: a version of the policy that holds no more, and a key that was replaced.
async fn make_old_things(ground: &Ground, name: &str) {
    let iam = ground.iam();
    let arn = format!("arn:aws:iam::123456789012:policy/{name}");
    let document = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"s3:*","Resource":"*"}]}"#;
    let version = iam.create_policy_version().policy_arn(arn).policy_document(document);
    version.send().await.unwrap();
    let key = iam.create_access_key().user_name(name).send().await.unwrap().access_key.unwrap();
    let inactive = iam.update_access_key().user_name(name).access_key_id(key.access_key_id);
    inactive.status(StatusType::Inactive).send().await.unwrap();
}

#[tokio::test]
async fn a_lost_answer_stops_nothing() {
    let ground = Ground::moto().await;
    for change in 1..=10 {
        let at = At { change, stop: Stop::InPlaceOfItsAnswer };
        let (site, bucket) = (ground.site(), at.name());
        ground.gate.stop_at(at.change, at.stop);
        done(&site, &setup(&bucket)).await;
        is_whole(&ground, &site, &bucket).await;
        if change <= 7 {
            ground.gate.stop_at(at.change, at.stop);
            done(&site, &["rotate", "--delete-old", "--yes"]).await;
            is_whole(&ground, &site, &bucket).await;
        }
        if change <= 4 {
            ground.gate.stop_at(at.change, at.stop);
            done(&site, &["teardown", "--yes"]).await;
            assert_eq!(ground.names(&format!("tintype-{bucket}")).await, [""; 0]);
        }
    }
}

#[tokio::test]
async fn seaweedfs_goes_on_too() {
    let ground = Ground::seaweedfs().await;
    let bucket = environment("TINTYPE_TEST_S3_BUCKET").unwrap();
    let name = format!("stops-{}", Uuid::new_v4().simple());
    let names = ["--user", &name, "--policy-name", &name, "--yes"];
    let setup = [&["setup", "--bucket", &bucket, "--prefix", &name][..], &names].concat();
    let teardown = [&["teardown", "--bucket", &bucket][..], &names].concat();
    let stops = at_every_change(async |at| {
        let site = ground.site();
        let came_there = kill(&ground, &site, &setup, at).await;
        done(&site, &setup).await;
        let key = stored_key(&site);
        assert_eq!(ground.keys(&name).await, [(key.id.clone(), true)]);
        assert_eq!(ground.names(&name).await.len(), 2);
        let object = Path::from(format!("{name}/a"));
        let pics = ground.s3(&bucket, &key);
        pics.put(&object, "bytes".into()).await.unwrap();
        pics.delete(&object).await.unwrap();
        done(&site, &teardown).await;
        assert_eq!(ground.names(&name).await, [""; 0]);
        came_there
    });
    assert_eq!(stops.await, 7);
}
