//! Tries to put an object where none should be put, without putting one.
//!
//! The object is to replace one with an `ETag` that no object has, under a key that no object has. A
//! service that would allow it answers that there is no such object. One that ignores the condition
//! has its object deleted again.

use bytes::Bytes;
use http::Method;
use uuid::Uuid;

use super::service::Service;
use crate::bucket::{BucketName, Inquiry, Question};
use crate::doctor::diagnosis::{Cause, Permission, Seen, recognise};
use crate::doctor::{Expectation, Row, Step};
use crate::probe::PIXEL;

/// What is asked for with `If-Match`. An `ETag` of S3 is a hash in hex:
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html>.
const NO_ETAG: &str = "\"tintype-doctor\"";

/// An attempt and what came of it.
#[derive(Debug)]
pub(super) struct Attempt {
    permission: Permission,
    /// The key that was put all the same and could not be deleted.
    stays: Option<String>,
}

impl Attempt {
    /// Tries it. Another bucket may be in another region; then it is tried there.
    pub(super) async fn make(service: &Service, bucket: &BucketName) -> Self {
        let seen = put(&service.inquiry, bucket).await;
        match recognise(Step::Put, &seen.1, &service.facts) {
            Some(Cause::OtherRegion(Some(region))) => {
                let there = service.inquiry.in_region(&region.name);
                let seen = put(&there, bucket).await;
                Self::judge(&there, bucket, seen).await
            }
            Some(_) | None => Self::judge(&service.inquiry, bucket, seen).await,
        }
    }

    async fn judge(inquiry: &Inquiry, bucket: &BucketName, (key, seen): (String, Seen)) -> Self {
        let permission = Permission::to_put(&seen);
        let is_there = seen.may_have_effect();
        let stays = if is_there { !delete(inquiry, bucket, &key).await } else { false };
        Self { permission, stays: stays.then_some(key) }
    }

    /// The row; `place` is where the objects may be put.
    pub(super) fn row(self, row: Expectation, place: &str, service: &Service) -> Row {
        let may = match self.stays {
            None => format!("may put objects {place}"),
            Some(key) => format!(
                "may put objects {place}, where {key} may have stayed, because it could not be \
                 deleted"
            ),
        };
        self.permission.judge(row, &may, &service.facts)
    }
}

async fn put(inquiry: &Inquiry, bucket: &BucketName) -> (String, Seen) {
    let key = format!("{}/tintype-doctor", Uuid::new_v4().simple());
    let question = Question {
        method: Method::PUT,
        key: &key,
        headers: &[("if-match", NO_ETAG)],
        // A PUT without a body goes out without its length, which S3 refuses.
        body: Bytes::from_static(PIXEL),
        ..Question::of_bucket(bucket, "")
    };
    let seen = Seen::answered(inquiry.ask(&question).await);
    (key, seen)
}

/// Whether the object is gone.
async fn delete(inquiry: &Inquiry, bucket: &BucketName, key: &str) -> bool {
    let question = Question { method: Method::DELETE, key, ..Question::of_bucket(bucket, "") };
    Seen::answered(inquiry.ask(&question).await).is_done()
}
