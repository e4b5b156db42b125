//! Tries a new key out the way the service will use it, before anything depends on it.
//!
//! The object has the same name each time, so that what a run leaves behind that was stopped in the
//! middle, the next one deletes. Its name is one that an image could have, under the prefix: the
//! policy allows nothing else.

use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::TryStreamExt as _;
use sha2::{Digest as _, Sha256};
use tokio::time::sleep;

use super::error::ProofError;
use crate::bucket::{self, Bucket, BucketError, Keys, ObjectKey, Prefix};
use crate::iam::account::NewKey;
use crate::iam::state::Subject;
use crate::iam::{Target, UserName};
use crate::image::{Format, ImageId};
use crate::probe::PIXEL;

/// How long a new key may take until it works everywhere; usually it is some seconds
/// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency>).
const PATIENCE: Duration = Duration::from_secs(60);

/// The first pause between two tries.
const FIRST_PAUSE: Duration = Duration::from_millis(100);

/// The longest.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Puts, gets and deletes an object with this key. A key that does not work yet is tried for a
/// minute.
///
/// # Errors
/// What the key may not do. An object that may have been left behind is named.
pub(super) async fn prove(
    service: &bucket::Settings,
    subject: &Subject,
    key: &NewKey,
) -> Result<(), ProofError> {
    let mut settings = service.clone();
    settings.s3.keys = Keys {
        access_key_id: Some(key.id.to_string()),
        secret_access_key: Some(key.secret.clone()),
        session_token: None,
    };
    let bucket = Bucket::connect(&settings).await?;
    let object = bucket.original_key(id_of(&subject.user), Format::Gif);
    let mut patience = Patience { ends: Instant::now() + PATIENCE, pause: FIRST_PAUSE };
    let outcome = put_and_get(&bucket, &object, &mut patience).await;
    // A put whose answer was lost may have left it all the same.
    let deleted = patience.until("delete", &object, || bucket.delete(&object)).await;
    outcome.and(deleted)
}

async fn put_and_get(
    bucket: &Bucket,
    object: &ObjectKey,
    patience: &mut Patience,
) -> Result<(), ProofError> {
    let put = || bucket.put(object, Bytes::from_static(PIXEL), Format::Gif);
    patience.until("put", object, put).await?;
    let bytes = patience.until("get", object, || get(bucket, object)).await?;
    let same = bytes == PIXEL;
    same.then_some(()).ok_or_else(|| ProofError::Changed { object: object.to_string() })
}

async fn get(bucket: &Bucket, object: &ObjectKey) -> Result<Vec<u8>, BucketError> {
    let chunks: Vec<Bytes> = bucket.get(object, None).await?.body.try_collect().await?;
    Ok(chunks.concat())
}

/// How long to go on trying.
struct Patience {
    ends: Instant,
    pause: Duration,
}

impl Patience {
    async fn until<T, F>(
        &mut self,
        verb: &'static str,
        object: &ObjectKey,
        attempt: impl Fn() -> F,
    ) -> Result<T, ProofError>
    where
        F: Future<Output = Result<T, BucketError>>,
    {
        loop {
            let source = match attempt().await {
                Ok(done) => return Ok(done),
                Err(error) => error,
            };
            // What is refused as such, and not to this key, will be refused the next time too.
            let for_good = matches!(source, BucketError::Refused { .. });
            if for_good || Instant::now() + self.pause > self.ends {
                let (object, seconds) = (object.to_string(), PATIENCE.as_secs());
                return Err(ProofError::Refused { verb, object, seconds, source });
            }
            sleep(self.pause).await;
            self.pause = (self.pause * 2).min(LONGEST_PAUSE);
        }
    }
}

/// The object that the keys of a user are tried out on, for people.
pub(crate) fn probe_of(user: &UserName, target: &Target) -> String {
    let key = object(user, &target.prefix);
    format!("s3://{}/{key}", target.bucket)
}

fn object(user: &UserName, prefix: &Prefix) -> ObjectKey {
    ObjectKey::original(prefix, id_of(user), Format::Gif)
}

/// The same id for a user each time.
fn id_of(user: &UserName) -> ImageId {
    let digest = Sha256::digest(user.as_str());
    let mut bytes = uuid::Bytes::default();
    bytes.iter_mut().zip(digest).for_each(|(byte, of_digest)| *byte = of_digest);
    ImageId::from_uuid(uuid::Builder::from_random_bytes(bytes).into_uuid())
}
