//! What a directory promises beside the contract: nothing is left behind, and puts and deletes in
//! one place do not disturb each other.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use futures_util::TryStreamExt;
use tempfile::TempDir;
use tintype::bucket::{Bucket, BucketError, ConnectError, Location, ObjectKey, Settings};
use tintype::image::{Format, ImageId};
use tokio_util::task::TaskTracker;
use uuid::Uuid;

use super::samples::{bytes, list, put};

async fn open(path: &Path) -> Bucket {
    let settings = Settings::new(Location::Directory { path: path.to_owned() });
    Bucket::connect(&settings).await.unwrap()
}

/// Every file and directory below `path`, relative to it.
fn everything_in(path: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![path.to_owned()];
    while let Some(directory) = open.pop() {
        for entry in fs::read_dir(directory).unwrap() {
            let entry = entry.unwrap();
            found.push(entry.path().strip_prefix(path).unwrap().to_owned());
            if entry.file_type().unwrap().is_dir() {
                open.push(entry.path());
            }
        }
    }
    found.sort();
    found
}

/// A new id whose key lies in the directory `abcd`.
fn id_in_one_place() -> ImageId {
    let random = Uuid::now_v7().as_u128();
    ImageId::from_uuid(Uuid::from_u128((random & !0xffff) | 0xabcd))
}

#[tokio::test]
async fn a_key_is_a_path() {
    let root = TempDir::new().unwrap();
    let bucket = open(root.path()).await;
    let key = put(&bucket, bytes(10)).await;
    assert_eq!(fs::read(root.path().join(key.as_str())).unwrap(), bytes(10));
}

#[tokio::test]
async fn the_directory_is_made_for_its_user_alone() {
    let root = TempDir::new().unwrap();
    let path = root.path().join("a/b");
    open(&path).await;
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o700);
}

#[tokio::test]
async fn nothing_is_left_after_a_delete() {
    let root = TempDir::new().unwrap();
    let bucket = open(root.path()).await;
    let key = put(&bucket, bytes(10)).await;
    bucket.delete(&key).await.unwrap();
    assert_eq!(everything_in(root.path()), Vec::<PathBuf>::new());
}

#[tokio::test]
async fn what_an_unfinished_put_left_goes_with_its_object() {
    let root = TempDir::new().unwrap();
    let bucket = open(root.path()).await;
    for with_object in [true, false] {
        let key = put(&bucket, bytes(10)).await;
        let file = root.path().join(key.as_str());
        fs::write(file.with_file_name("original.jpg#1"), "half").unwrap();
        fs::write(file.with_file_name("original.jpg#27"), "half").unwrap();
        if !with_object {
            fs::remove_file(&file).unwrap();
        }
        bucket.delete(&key).await.unwrap();
        assert_eq!(everything_in(root.path()), Vec::<PathBuf>::new());
    }
}

#[tokio::test]
async fn empty_directories_of_an_unfinished_put_go_too() {
    let root = TempDir::new().unwrap();
    let bucket = open(root.path()).await;
    let key = super::samples::key(&bucket);
    fs::create_dir_all(root.path().join(key.as_str()).parent().unwrap()).unwrap();
    bucket.delete(&key).await.unwrap();
    assert_eq!(everything_in(root.path()), Vec::<PathBuf>::new());
}

#[tokio::test]
async fn a_delete_leaves_its_neighbours_alone() {
    let root = TempDir::new().unwrap();
    let bucket = open(root.path()).await;
    let key = put(&bucket, bytes(10)).await;
    let file = root.path().join(key.as_str());
    for name in ["w320.webp", "original.jpg.bak", "original.jpg#", "original.jpg#x1"] {
        fs::write(file.with_file_name(name), "another").unwrap();
    }
    bucket.delete(&key).await.unwrap();
    assert_eq!(fs::read_dir(file.parent().unwrap()).unwrap().count(), 4);
}

#[tokio::test]
async fn an_unfinished_put_is_not_listed() {
    let root = TempDir::new().unwrap();
    let bucket = open(root.path()).await;
    let key = put(&bucket, bytes(10)).await;
    fs::write(root.path().join(format!("{key}#1")), "half").unwrap();
    assert_eq!(list(&bucket).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_key_from_the_catalog_cannot_leave_the_directory() {
    for key in ["../outside", "a/../../outside", "/etc/passwd"] {
        assert!(ObjectKey::from_catalog(key.to_owned()).is_err(), "{key}");
    }
}

#[tokio::test]
async fn a_file_that_shrinks_while_it_is_read_is_an_error() {
    let root = TempDir::new().unwrap();
    let bucket = open(root.path()).await;
    let key = put(&bucket, bytes(500_000)).await;
    let mut object = bucket.get(&key, None).await.unwrap();
    object.body.try_next().await.unwrap();
    let file = fs::File::options().write(true).open(root.path().join(key.as_str())).unwrap();
    file.set_len(100_000).unwrap();
    let outcome: Result<Vec<_>, _> = object.body.try_collect().await;
    assert!(matches!(outcome, Err(BucketError::Unavailable { .. })), "{outcome:?}");
}

#[tokio::test]
async fn a_file_in_the_directorys_place_is_told() {
    let root = TempDir::new().unwrap();
    let path = root.path().join("file");
    fs::write(&path, "").unwrap();
    let settings = Settings::new(Location::Directory { path });
    let outcome = Bucket::connect(&settings).await;
    assert!(matches!(outcome, Err(ConnectError::Directory { .. })), "{outcome:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn puts_and_deletes_in_one_place_never_fail() {
    let root = TempDir::new().unwrap();
    let bucket = open(root.path()).await;
    let tracker = TaskTracker::new();
    let workers: Vec<_> = (0..8)
        .map(|_| {
            let bucket = bucket.clone();
            tracker.spawn(async move {
                for _ in 0..200 {
                    let key = bucket.original_key(id_in_one_place(), Format::Gif);
                    bucket.put(&key, bytes(10), Format::Gif).await.unwrap();
                    bucket.delete(&key).await.unwrap();
                }
            })
        })
        .collect();
    for worker in workers {
        worker.await.unwrap();
    }
    assert_eq!(everything_in(root.path()), Vec::<PathBuf>::new());
}
