//! What every bucket does. Each fact is tried on each kind of bucket.

use std::sync::atomic::Ordering;

use futures_util::TryStreamExt;
use futures_util::future::join_all;
use tintype::bucket::{BucketError, Recent};
use tintype::image::Format;

use super::samples::{Sample, bytes, id, key, list, owned, put, read};

macro_rules! on_every_bucket {
    ($($fact:ident)*) => {
        on_every_bucket!(directory: $($fact)*);
        on_every_bucket!(memory: $($fact)*);
        on_every_bucket!(s3_double: $($fact)*);
        on_every_bucket!(s3_server: $($fact)*);
    };
    ($kind:ident: $($fact:ident)*) => {
        mod $kind {
            $(#[tokio::test]
            async fn $fact() {
                if let Some(sample) = super::Sample::$kind().await {
                    super::$fact(sample).await;
                }
            })*
        }
    };
}

on_every_bucket! {
    what_was_put_is_read
    a_range_is_read_with_the_size_of_the_whole
    a_put_replaces_what_was_there
    a_missing_object_is_missing
    what_was_deleted_is_missing
    deleting_twice_is_success
    put_lets_the_bytes_go
    the_list_names_images_and_sizes
    many_at_once_do_not_disturb_each_other
    a_reader_may_stop_early
    traffic_tells_health
}

async fn what_was_put_is_read(Sample { bucket, .. }: Sample) {
    for (length, format) in [(1, Format::Jpeg), (70_000, Format::Png), (3_000_000, Format::Avif)] {
        let key = bucket.original_key(id(), format);
        let done = bucket.put(&key, bytes(length), format).await.unwrap();
        assert_eq!(done.attempts, 1);
        assert_eq!(read(&bucket, &key).await.unwrap(), bytes(length));
    }
}

async fn a_range_is_read_with_the_size_of_the_whole(Sample { bucket, .. }: Sample) {
    let whole = bytes(200_000);
    let key = put(&bucket, whole.clone()).await;
    for range in [0..1, 0..200_000, 5..150_000, 199_999..200_000] {
        let object = bucket.get(&key, Some(range.clone())).await.unwrap();
        assert_eq!(object.size, 200_000);
        let chunks: Vec<_> = object.body.try_collect().await.unwrap();
        let place = |at: u64| usize::try_from(at).unwrap();
        let expected = whole.slice(place(range.start)..place(range.end));
        assert!(chunks.concat() == expected, "{range:?}");
    }
}

async fn a_put_replaces_what_was_there(Sample { bucket, .. }: Sample) {
    let key = put(&bucket, bytes(5000)).await;
    bucket.put(&key, bytes(10), Format::Jpeg).await.unwrap();
    assert_eq!(read(&bucket, &key).await.unwrap(), bytes(10));
}

async fn a_missing_object_is_missing(Sample { bucket, .. }: Sample) {
    for range in [None, Some(0..10)] {
        let outcome = bucket.get(&key(&bucket), range).await;
        assert!(matches!(outcome, Err(BucketError::Missing { .. })), "{outcome:?}");
    }
}

async fn what_was_deleted_is_missing(Sample { bucket, .. }: Sample) {
    let key = put(&bucket, bytes(100)).await;
    bucket.delete(&key).await.unwrap();
    let outcome = bucket.get(&key, None).await;
    assert!(matches!(outcome, Err(BucketError::Missing { .. })), "{outcome:?}");
}

async fn deleting_twice_is_success(Sample { bucket, .. }: Sample) {
    let key = put(&bucket, bytes(100)).await;
    bucket.delete(&key).await.unwrap();
    bucket.delete(&key).await.unwrap();
    bucket.delete(&super::samples::key(&bucket)).await.unwrap();
}

async fn put_lets_the_bytes_go(Sample { bucket, .. }: Sample) {
    let (bytes, dropped) = owned(bytes(1_000_000));
    put(&bucket, bytes).await;
    assert!(dropped.load(Ordering::SeqCst), "the put has returned, but its bytes are still held");
}

async fn the_list_names_images_and_sizes(Sample { bucket, .. }: Sample) {
    let mut images = Vec::new();
    for length in 1..=5 {
        let id = id();
        let key = bucket.original_key(id, Format::Webp);
        bucket.put(&key, bytes(length), Format::Webp).await.unwrap();
        images.push((key.to_string(), u64::from(length), Some(id)));
    }
    images.sort();
    match list(&bucket).await {
        Ok(listed) => {
            let listed: Vec<_> = listed.into_iter().map(|it| (it.key, it.size, it.image)).collect();
            assert_eq!(listed, images);
        }
        Err(BucketError::Denied { .. }) => println!("this server does not let this key list"),
        Err(error) => panic!("{error:?}"),
    }
}

async fn many_at_once_do_not_disturb_each_other(Sample { bucket, .. }: Sample) {
    let one = async |length: u32| {
        let key = put(&bucket, bytes(length)).await;
        assert_eq!(read(&bucket, &key).await.unwrap(), bytes(length));
        bucket.delete(&key).await.unwrap();
    };
    join_all((1..40).map(|step| one(step * 1000))).await;
}

async fn a_reader_may_stop_early(Sample { bucket, .. }: Sample) {
    let key = put(&bucket, bytes(3_000_000)).await;
    let mut object = bucket.get(&key, None).await.unwrap();
    assert!(object.body.try_next().await.unwrap().is_some());
    drop(object);
    bucket.delete(&key).await.unwrap();
}

async fn traffic_tells_health(Sample { bucket, .. }: Sample) {
    assert_eq!(bucket.recent(), Recent::Unknown);
    put(&bucket, bytes(10)).await;
    assert!(matches!(bucket.recent(), Recent::Healthy { .. }));
}
