//! What becomes of broken connections, late answers and refusals on the way to an S3 service. Each
//! fact is tried on the double and on the server that the environment names.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use tintype::bucket::{Bucket, BucketError, Limits, Recent, Settings};
use tintype::image::Format;

use super::samples::{bytes, key, list, owned, put, read, server_address, server_settings};
use crate::support::fault_proxy::Outcome::{
    ApplyThenClose, ApplyThenFail, ApplyThenHang, ApplyThenReset, CloseBefore, Fail, HalfReply,
    Hang, ResetBefore, StallHalfway,
};
use crate::support::fault_proxy::{self, FaultProxy, Outcome, delete, get};
use crate::support::s3_double::S3Double;

/// A bucket behind a proxy, with short deadlines.
struct Faulty {
    bucket: Bucket,
    proxy: FaultProxy,
    settings: Settings,
    _double: Option<S3Double>,
}

impl Faulty {
    async fn s3_double() -> Option<Self> {
        let double = S3Double::start().await;
        let proxy = FaultProxy::in_front_of(double.address()).await;
        Some(Self::new(double.settings(), proxy, Some(double)).await)
    }

    async fn s3_server() -> Option<Self> {
        let settings = server_settings()?;
        let proxy = FaultProxy::in_front_of(server_address()?).await;
        Some(Self::new(settings, proxy, None).await)
    }

    async fn new(mut settings: Settings, proxy: FaultProxy, double: Option<S3Double>) -> Self {
        settings.s3.endpoint = Some(proxy.endpoint().parse().unwrap());
        settings.limits = Limits {
            put_deadline: Duration::from_secs(3),
            answer_deadline: Duration::from_secs(3),
            idle_timeout: Duration::from_millis(500),
            ..Limits::default()
        };
        let bucket = Bucket::connect(&settings).await.unwrap();
        Self { bucket, proxy, settings, _double: double }
    }

    /// The same bucket with both deadlines set.
    async fn with_deadline(&self, deadline: Duration) -> Bucket {
        let mut settings = self.settings.clone();
        settings.limits.put_deadline = deadline;
        settings.limits.answer_deadline = deadline;
        Bucket::connect(&settings).await.unwrap()
    }
}

macro_rules! on_every_service {
    ($($fact:ident)*) => {
        on_every_service!(s3_double: $($fact)*);
        on_every_service!(s3_server: $($fact)*);
    };
    ($kind:ident: $($fact:ident)*) => {
        mod $kind {
            $(#[tokio::test]
            async fn $fact() {
                if let Some(faulty) = super::Faulty::$kind().await {
                    super::$fact(faulty).await;
                }
            })*
        }
    };
}

on_every_service! {
    a_put_counts_every_request_that_may_have_arrived
    a_put_that_hangs_ends_within_its_deadline
    a_put_lets_the_bytes_go_whatever_happens
    a_delete_is_repeated_until_it_is_done
    a_read_that_breaks_off_is_taken_up_again
    a_read_that_stalls_is_taken_up_again
    missing_as_denied_changes_nothing_else
    a_bucket_that_is_down_is_unavailable_and_comes_back
    a_refusal_is_not_repeated
    requests_that_hang_end_within_the_deadline
}

async fn a_put_counts_every_request_that_may_have_arrived(faulty: Faulty) {
    let table: [(&[Outcome], u32); 9] = [
        (&[], 1),
        (&[Fail(503)], 2),
        (&[CloseBefore], 2),
        (&[ResetBefore], 2),
        (&[ApplyThenClose], 2),
        (&[ApplyThenReset], 2),
        (&[ApplyThenFail(500)], 2),
        (&[ApplyThenClose, Fail(503)], 3),
        (&[ApplyThenHang], 2),
    ];
    for (outcomes, attempts) in table {
        faulty.proxy.script(outcomes.iter().map(|&outcome| fault_proxy::put(outcome)));
        let key = key(&faulty.bucket);
        let done = faulty.bucket.put(&key, bytes(100_000), Format::Jpeg).await;
        assert_eq!(done.unwrap().attempts, attempts, "{outcomes:?}");
        assert_eq!(read(&faulty.bucket, &key).await.unwrap(), bytes(100_000), "{outcomes:?}");
        assert_eq!(faulty.proxy.unread(), [], "{outcomes:?}");
    }
}

async fn a_put_that_hangs_ends_within_its_deadline(faulty: Faulty) {
    let deadline = Duration::from_millis(600);
    let bucket = faulty.with_deadline(deadline).await;
    faulty.proxy.script([Hang; 4].map(fault_proxy::put));
    let start = Instant::now();
    let outcome = bucket.put(&key(&bucket), bytes(100_000), Format::Jpeg).await;
    assert!(matches!(outcome, Err(BucketError::DeadlineExceeded { .. })), "{outcome:?}");
    let margin = Duration::from_millis(400);
    assert!(start.elapsed() < deadline + margin, "{:?}", start.elapsed());
    assert!(matches!(bucket.recent(), Recent::Failing { in_a_row: 1, .. }));
}

async fn a_put_lets_the_bytes_go_whatever_happens(faulty: Faulty) {
    let bucket = faulty.with_deadline(Duration::from_millis(600)).await;
    for outcome in [CloseBefore, ApplyThenReset, Fail(503), Hang, ApplyThenHang, Fail(403)] {
        faulty.proxy.script([outcome; 4].map(fault_proxy::put));
        let (bytes, dropped) = owned(bytes(1_000_000));
        bucket.put(&key(&bucket), bytes, Format::Jpeg).await.unwrap_err();
        for _ in 0..1000 {
            // The connection lets its part go when it is polled next.
            tokio::task::yield_now().await;
        }
        assert!(dropped.load(Ordering::SeqCst), "{outcome:?}");
        while !faulty.proxy.unread().is_empty() {
            bucket.put(&key(&bucket), "rest", Format::Jpeg).await.ok();
        }
    }
}

async fn a_delete_is_repeated_until_it_is_done(faulty: Faulty) {
    for outcome in [
        Fail(503),
        CloseBefore,
        ResetBefore,
        Hang,
        ApplyThenClose,
        ApplyThenReset,
        ApplyThenHang,
        ApplyThenFail(500),
    ] {
        let key = put(&faulty.bucket, bytes(10)).await;
        faulty.proxy.script([delete(outcome)]);
        let done = faulty.bucket.delete(&key).await;
        assert!(done.is_ok(), "{outcome:?}: {done:?}");
        assert_eq!(faulty.proxy.unread(), [], "{outcome:?}");
        let gone = faulty.bucket.get(&key, None).await;
        assert!(matches!(gone, Err(BucketError::Missing { .. })), "{outcome:?}: {gone:?}");
    }
}

async fn a_read_that_breaks_off_is_taken_up_again(faulty: Faulty) {
    let key = put(&faulty.bucket, bytes(500_000)).await;
    faulty.proxy.script([get(Fail(503)), get(CloseBefore), get(HalfReply)]);
    assert_eq!(read(&faulty.bucket, &key).await.unwrap(), bytes(500_000));
    assert_eq!(faulty.proxy.unread(), []);
}

async fn a_read_that_stalls_is_taken_up_again(faulty: Faulty) {
    let key = put(&faulty.bucket, bytes(500_000)).await;
    faulty.proxy.script([get(StallHalfway)]);
    assert_eq!(read(&faulty.bucket, &key).await.unwrap(), bytes(500_000));
    assert_eq!(faulty.proxy.unread(), []);
}

async fn missing_as_denied_changes_nothing_else(faulty: Faulty) {
    let Faulty { bucket, proxy, .. } = &faulty;
    proxy.missing_as_denied();
    let key = put(bucket, bytes(1000)).await;
    assert_eq!(read(bucket, &key).await.unwrap(), bytes(1000));
    bucket.delete(&key).await.unwrap();
    bucket.delete(&key).await.unwrap();
    for range in [None, Some(0..10)] {
        let outcome = bucket.get(&key, range).await;
        assert!(matches!(outcome, Err(BucketError::Denied { .. })), "{outcome:?}");
    }
    // The one denied key says nothing of the bucket's health.
    assert!(matches!(bucket.recent(), Recent::Healthy { .. }));
}

async fn a_bucket_that_is_down_is_unavailable_and_comes_back(faulty: Faulty) {
    let Faulty { bucket, proxy, .. } = &faulty;
    let kept = put(bucket, bytes(1000)).await;
    proxy.take_down();
    let outcomes = [
        bucket.put(&key(bucket), bytes(10), Format::Jpeg).await.map(drop),
        bucket.get(&kept, None).await.map(drop),
        bucket.delete(&kept).await,
        list(bucket).await.map(drop),
    ];
    for outcome in outcomes {
        assert!(matches!(outcome, Err(BucketError::Unavailable { .. })), "{outcome:?}");
    }
    assert!(matches!(bucket.recent(), Recent::Failing { in_a_row: 4, .. }));
    proxy.restore();
    assert_eq!(read(bucket, &kept).await.unwrap(), bytes(1000));
    assert!(matches!(bucket.recent(), Recent::Healthy { .. }));
}

async fn a_refusal_is_not_repeated(faulty: Faulty) {
    let Faulty { bucket, proxy, .. } = &faulty;
    let table = [(401, true), (403, true), (400, false), (404, false), (411, false), (301, false)];
    for (status, denied) in table {
        proxy.script([fault_proxy::put(Fail(status)), get(Fail(status)), delete(Fail(status))]);
        let key = key(bucket);
        let outcomes = [
            bucket.put(&key, bytes(10), Format::Jpeg).await.map(drop),
            bucket.get(&key, None).await.map(drop),
            bucket.delete(&key).await,
        ];
        for outcome in outcomes {
            match outcome {
                Err(BucketError::Denied { .. }) if denied => {}
                Err(BucketError::Refused { .. }) if !denied => {}
                outcome => panic!("{status}: {outcome:?}"),
            }
        }
        assert_eq!(proxy.unread(), [], "{status}");
    }
}

async fn requests_that_hang_end_within_the_deadline(faulty: Faulty) {
    let deadline = Duration::from_millis(600);
    let bucket = faulty.with_deadline(deadline).await;
    let key = key(&bucket);
    faulty.proxy.script([Hang; 8].map(get));
    faulty.proxy.script([Hang; 4].map(delete));
    let start = Instant::now();
    let outcomes = [
        bucket.get(&key, None).await.map(drop),
        bucket.delete(&key).await,
        list(&bucket).await.map(drop),
    ];
    for outcome in outcomes {
        assert!(matches!(outcome, Err(BucketError::DeadlineExceeded { .. })), "{outcome:?}");
    }
    assert!(start.elapsed() < 3 * deadline + Duration::from_secs(1), "{:?}", start.elapsed());
}

#[tokio::test]
async fn a_refused_connection_is_unavailable() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let settings = crate::support::s3_double::settings_for(&endpoint);
    let bucket = Bucket::connect(&settings).await.unwrap();
    let outcome = bucket.get(&key(&bucket), None).await;
    assert!(matches!(outcome, Err(BucketError::Unavailable { .. })), "{outcome:?}");
}
