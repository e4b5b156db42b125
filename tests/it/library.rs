//! The library as a program uses it.

use std::io;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use futures_util::{FutureExt, TryStreamExt};
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use tintype::http::Pace;
use tintype::{
    CatalogError, Change, Deleted, Edit, Fault, ImageId, Listing, ReadError, StartError, Tintype,
    Upload, UploadError,
};
use tokio::time::timeout;

use crate::support::library::Library;
use crate::support::photos::{PIXEL, jpeg};
use crate::support::requests::until;
use crate::support::s3_double::S3Double;

fn object(value: &Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}

#[tokio::test]
async fn an_image_is_found_listed_read_changed_and_deleted() {
    let library = Library::start().await;
    let photos = library.photos.clone();
    let bytes = jpeg(40, 30);
    let upload = Upload::new(bytes.clone())
        .filename("C:\\photos\\rails\u{202e}.jpg")
        .caption("Rails")
        .metadata(object(&json!({"album": "trains"})));
    let image = photos.upload(upload).await.unwrap();
    assert_eq!((image.content_type(), image.width, image.height), ("image/jpeg", 40, 30));
    assert_eq!(image.size, bytes.len() as u64);
    assert_eq!(image.filename.as_deref(), Some("rails.jpg"));
    assert_eq!(image.path(), format!("/i/{}.jpg", image.id));
    assert_eq!(photos.find(image.id).await.unwrap().unwrap(), image);
    assert_eq!(photos.list(Listing::newest()).await.unwrap().images, std::slice::from_ref(&image));

    let original = photos.original(image.id).await.unwrap().unwrap();
    assert_eq!(original.image(), &image);
    let pieces: Vec<_> = original.try_collect().await.unwrap();
    assert_eq!(pieces.concat(), bytes);

    let change = Change { alt: Edit::Set("A train".into()), ..Change::default() };
    let changed = photos.change(image.id, change).await.unwrap().unwrap();
    assert_eq!(changed.alt.as_deref(), Some("A train"));
    assert_eq!(changed.caption, image.caption);

    assert_eq!(photos.delete(image.id).await.unwrap(), Some(Deleted::Gone));
    assert_eq!(photos.delete(image.id).await.unwrap(), None);
    assert_eq!(photos.find(image.id).await.unwrap(), None);
    assert!(photos.original(image.id).await.unwrap().is_none());
    library.finish().await;
}

#[tokio::test]
async fn a_page_leads_to_the_next_until_there_is_none() {
    let library = Library::start().await;
    let mut ids = Vec::new();
    for _ in 0..5 {
        ids.insert(0, library.photos.upload(Upload::new(PIXEL)).await.unwrap().id);
    }
    let mut pages: Vec<Vec<ImageId>> = Vec::new();
    let mut next = Some(Listing::newest().limit(2));
    while let Some(listing) = next {
        let page = library.photos.list(listing).await.unwrap();
        pages.push(page.images.iter().map(|image| image.id).collect());
        next = page.next;
    }
    assert_eq!(pages, [&ids[..2], &ids[2..4], &ids[4..]]);
    let older = library.photos.list(Listing::older_than(ids[3]).limit(0)).await.unwrap();
    assert_eq!(older.images.len(), 1, "a limit of none is a limit of one");
    library.finish().await;
}

#[tokio::test]
async fn what_cannot_be_kept_is_refused_with_its_reason() {
    let library = Library::start_with(|builder| builder.max_image_size(64 << 10).max_side(8)).await;
    let pixel = || Upload::new(PIXEL);
    let metadata = |value: Value| pixel().metadata(object(&value));
    let deep = (0..64).fold(json!(1), |value, _| json!([value]));
    let long = "x".repeat((64 << 10) + 1);
    for (upload, reason) in [
        (Upload::new("words"), "accepted are JPEG, PNG, GIF, WebP and AVIF"),
        (Upload::new(jpeg(9, 8)), "no side may be longer than 8"),
        (Upload::new(vec![0; (64 << 10) + 1]), "the image has 65537 bytes; 65536 are allowed"),
        (pixel().caption(long.clone()), "`caption` has at most 65536 bytes"),
        (pixel().alt(long.clone()), "`alt` has at most 65536 bytes"),
        (metadata(json!({ "a": long })), "`metadata` has at most 65536 bytes"),
        (metadata(json!({ "a": vec![1; 512] })), "`metadata` has at most 512 values"),
        (metadata(json!({ "a": deep })), "`metadata` has at most 64 levels"),
        (pixel().caption("a\0b"), "caption holds the character U+0000"),
        (pixel().idempotency_key(""), "an idempotency key has 1 to 255 bytes"),
        (pixel().idempotency_key("k".repeat(256)), "an idempotency key has 1 to 255 bytes"),
    ] {
        let error = library.photos.upload(upload).await.unwrap_err();
        assert!(error.to_string().contains(reason), "{error}, not {reason}");
        assert!(!error.is_temporary(), "{error}");
    }
    assert!(library.photos.list(Listing::newest()).await.unwrap().images.is_empty());
    library.finish().await;
}

#[tokio::test]
async fn a_change_is_within_the_limits_of_an_upload() {
    let library = Library::start_with(|builder| builder.max_field_size(10)).await;
    let id = library.photos.upload(Upload::new(PIXEL)).await.unwrap().id;
    let change = Change { caption: Edit::Set("x".repeat(11)), ..Change::default() };
    let error = library.photos.change(id, change).await.unwrap_err();
    assert_eq!(error.to_string(), "`caption` has at most 10 bytes");
    library.finish().await;
}

#[tokio::test]
async fn a_key_makes_another_try_safe() {
    let library = Library::start().await;
    let upload = |bytes: Vec<u8>| library.photos.upload(Upload::new(bytes).idempotency_key("k"));
    let first = upload(PIXEL.to_vec()).await.unwrap();
    assert_eq!(upload(PIXEL.to_vec()).await.unwrap(), first);
    assert!(matches!(upload(jpeg(8, 8)).await, Err(UploadError::OtherContent)));
    library.finish().await;
}

#[tokio::test]
async fn bytes_that_a_program_brings_wait_for_their_share_of_memory() {
    let library = Library::start_with(|builder| builder.queue_timeout(Duration::from_millis(50)));
    let library = library.await;
    let memory = library.photos.app().memory();
    let everything = memory.reserve(memory.largest()).await.unwrap();
    let error = library.photos.upload(Upload::new(PIXEL)).await.unwrap_err();
    assert!(matches!(error, UploadError::Overloaded(_)) && error.is_temporary(), "{error}");
    drop(everything);
    library.photos.upload(Upload::new(PIXEL)).await.unwrap();
    library.finish().await;
}

#[tokio::test]
async fn bytes_that_are_read_whole_count_until_they_are_dropped() {
    let library = Library::start().await;
    let bytes = jpeg(64, 64);
    let image = library.photos.upload(Upload::new(bytes.clone())).await.unwrap();
    let memory = library.photos.app().memory();
    let original = library.photos.original(image.id).await.unwrap().unwrap();
    assert!(memory.available() < memory.size(), "a read has its window");
    let read = original.into_bytes().await.unwrap();
    assert_eq!(read, bytes);
    assert!(memory.size() - memory.available() >= image.size);
    drop(read);
    assert_eq!(memory.available(), memory.size());
    library.finish().await;
}

#[tokio::test]
async fn an_upload_goes_on_when_nobody_waits_for_it() {
    let library = Library::start().await;
    let upload = library.photos.upload(Upload::new(PIXEL));
    assert!(upload.now_or_never().is_none(), "it was over at once");
    until("the upload that was dropped", async || {
        library.photos.list(Listing::newest()).await.unwrap().images.len() == 1
    })
    .await;
    until("the end of its task", async || library.photos.app().tasks().len() == 1).await;
    library.finish().await;
}

#[tokio::test]
async fn an_object_that_something_else_took_or_changed_is_told() {
    let double = S3Double::start().await;
    let library = Library::on_double(&double).await;
    let [gone, altered] = [PIXEL.to_vec(), jpeg(8, 8)].map(Upload::new);
    let gone = library.photos.upload(gone).await.unwrap().id;
    let [key] = <[String; 1]>::try_from(double.keys()).unwrap();
    assert!(double.remove(&key));
    let error = library.photos.original(gone).await.unwrap_err();
    assert!(matches!(error, ReadError::Missing(_)), "{error}");

    let altered = library.photos.upload(altered).await.unwrap().id;
    let [key] = <[String; 1]>::try_from(double.keys()).unwrap();
    double.insert(&key, "shorter");
    let error = library.photos.original(altered).await.unwrap_err();
    assert!(matches!(error, ReadError::Altered { stored: 7, .. }), "{error}");
    for id in [gone, altered] {
        assert_eq!(library.photos.delete(id).await.unwrap(), Some(Deleted::Gone));
    }
    library.finish().await;
}

#[tokio::test]
async fn the_reconciler_runs_by_itself() {
    let library =
        Library::start_with(|builder| builder.reconcile_interval(Duration::from_millis(10))).await;
    let (app, now) = (library.photos.app(), Timestamp::UNIX_EPOCH);
    app.catalog().adopt(ImageId::generate(now), "lost/original.gif", now).await.unwrap();
    until("the end of the row", async || {
        app.catalog().unfinished(Timestamp::MAX).await.unwrap().deleting == 0
    })
    .await;
    library.finish().await;
}

#[tokio::test]
async fn the_reconciler_ends_with_the_last_who_could_need_it() {
    let library = Library::start().await;
    let app = Arc::clone(library.photos.app());
    let router = tintype::router::<()>(&library.photos);
    app.tasks().close();
    drop(library);
    assert_eq!(app.tasks().len(), 1, "the routes are still there");
    drop(router);
    timeout(Duration::from_secs(20), app.tasks().wait()).await.expect("the reconciler goes on");
    app.stop(Duration::from_secs(1)).await;
}

#[tokio::test]
async fn after_the_stop_nothing_is_answered() {
    let library = Library::start().await;
    let photos = library.photos.clone();
    library.finish().await;
    let unavailable = |error| matches!(error, CatalogError::Unavailable(_));
    assert!(photos.list(Listing::newest()).await.is_err_and(unavailable));
    let error = photos.upload(Upload::new(PIXEL)).await.unwrap_err();
    assert!(matches!(error, UploadError::Catalog(CatalogError::Unavailable(_))), "{error}");
}

#[tokio::test]
async fn a_program_needs_to_name_one_directory() {
    let directory = tempfile::tempdir().unwrap();
    let data_dir = directory.path().join("not/there/yet");
    let photos = Tintype::builder().data_dir(&data_dir).start().await.unwrap();
    let image = photos.upload(Upload::new(PIXEL)).await.unwrap();
    photos.stop(Duration::from_secs(20)).await;
    assert!(data_dir.join("catalog.db").is_file() && data_dir.join("bucket").is_dir());

    let again = Tintype::builder().data_dir(&data_dir).start().await.unwrap();
    assert_eq!(again.find(image.id).await.unwrap(), Some(image));
    again.stop(Duration::from_secs(20)).await;
}

#[tokio::test]
async fn a_small_budget_leaves_room_for_an_image() {
    for mib in [48, 64, 128, 256] {
        let builder = Tintype::builder().bucket("memory://").memory_budget(mib << 20);
        let directory = tempfile::tempdir().unwrap();
        let photos = builder.data_dir(directory.path()).start().await;
        let photos = photos.unwrap_or_else(|error| panic!("{mib} MiB: {error}"));
        photos.stop(Duration::from_secs(20)).await;
    }
}

#[tokio::test]
async fn all_faults_of_a_builder_are_told_at_once() {
    let builder = Tintype::builder()
        .bucket("pics")
        .catalog("mysql://db")
        .public_url("ftp://example.com")
        .max_frames(0)
        .queue_timeout(Duration::ZERO)
        .variant_timeout(Duration::MAX)
        .variant_queue(0)
        .variant_workers(NonZeroUsize::new(257).unwrap())
        .memory_budget(16 << 20)
        .connections(2500)
        .sweep_margin(Duration::from_secs(10))
        .pace(Pace::default());
    let error = builder.start().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "10 settings cannot be used:\n  \
         max_frames: zero is not possible here\n  \
         queue_timeout: zero is not possible here\n  \
         variant_queue: zero is not possible here\n  \
         variant_timeout: a time-out is at most 86400s\n  \
         variant_workers: 256 are possible at the most\n  \
         memory_budget: an image of 20971520 bytes never fits: of 16777216 bytes, an upload may use \
         0, since connections, reads and variants have their shares, and proofs by decoding a \
         quarter; raise `memory_budget`, or lower `max_image_size` or `connections`\n  \
         sweep_margin: the sweep margin is 10s, but a PUT that was given up may go on for 30s: let \
         the sweep margin be at least that, or the PUT deadline lower\n  \
         public_url: a public address begins with http:// or https:// and has no query and no \
         fragment\n  \
         bucket: a bucket is s3://NAME[/PREFIX], file:///DIRECTORY or memory://, not \"pics\"\n  \
         catalog: a database is sqlite:///PATH or postgres://USER@HOST/DATABASE"
    );
    let StartError::Settings(invalid) = error else { panic!("{error}") };
    assert!(invalid.faults.iter().any(|fault| matches!(fault, Fault::Bucket(_))));
}

#[tokio::test]
async fn as_many_variants_as_can_be_may_wait_and_be_made() {
    let start = |queue, workers| {
        let builder = Tintype::builder().bucket("memory://").catalog("mysql://db");
        builder.variant_queue(queue).variant_workers(NonZeroUsize::new(workers).unwrap()).start()
    };
    for (queue, workers, faults) in [(65_536, 256, 1), (65_537, 256, 2), (65_536, 257, 2)] {
        let StartError::Settings(invalid) = start(queue, workers).await.unwrap_err() else {
            panic!("{queue} {workers}")
        };
        assert_eq!(invalid.faults.len(), faults, "{queue} {workers}: {invalid}");
    }
}

#[tokio::test]
async fn nothing_is_assumed_about_where_images_live() {
    let error = Tintype::builder().start().await.unwrap_err();
    let StartError::Settings(invalid) = error else { panic!("{error}") };
    assert!(matches!(invalid.faults[..], [Fault::NoBucket, Fault::NoCatalog]), "{invalid}");
}

#[tokio::test]
async fn parts_that_do_not_open_are_told_with_their_cause() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("file");
    std::fs::write(&file, "in the way").unwrap();
    let builder = Tintype::builder().data_dir(file.join("below"));
    let error = builder.bucket("memory://").start().await.unwrap_err();
    let cause = std::error::Error::source(&error).and_then(|cause| cause.downcast_ref());
    let cause: &io::Error = cause.expect("what the file system said");
    assert_eq!(cause.kind(), io::ErrorKind::NotADirectory);
    assert!(error.to_string().contains("cannot make"), "{error}");
}
