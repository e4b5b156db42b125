//! `tintype doctor` and servers that hold keys to policies: what is missing, what is wrong and what
//! is too much, each produced for real.

mod clock; // a clock that is wrong, before a server that looks at the time of a signature
mod keeping; // versions, ownership, and uploads that were never finished
mod missing; // a right, a key or a bucket that is not there
mod on_seaweedfs; // the same of another server, which has its own answers
mod privilege; // what these credentials should not be able to do
mod start; // what the service says of a bucket after it has started
mod style; // buckets in the host name, and endpoints where nobody is

use futures_util::TryStreamExt as _;
use object_store::ObjectStore as _;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::moto::{Key, Moto};
use crate::support::process::Site;

/// The bucket of the service.
const BUCKET: &str = "pics";

/// The three rights that the service needs.
const NEEDED: [&str; 3] = ["s3:PutObject", "s3:GetObject", "s3:DeleteObject"];

/// An AWS with two buckets, where policies hold.
struct Account {
    moto: Moto,
    admin: Key,
}

impl Account {
    async fn open() -> Self {
        let moto = Moto::start().await;
        let admin = moto.enforce().await;
        for bucket in [BUCKET, "other"] {
            moto.make_bucket(bucket, &admin).await;
        }
        Self { moto, admin }
    }

    /// The key of a new user who may do `actions` on the objects below `prefix`, and nothing else.
    async fn uploader(&self, actions: &[&str], prefix: &str) -> Key {
        let resource = format!("arn:aws:s3:::{BUCKET}/{prefix}*");
        self.user(json!([{ "Effect": "Allow", "Action": actions, "Resource": resource }])).await
    }

    /// The key of a new user with a policy of these statements.
    async fn user(&self, statements: Value) -> Key {
        let iam = self.moto.iam(&self.admin);
        let name = format!("user-{}", &Uuid::new_v4().simple().to_string()[..8]);
        iam.create_user().user_name(&name).send().await.unwrap();
        let policy = json!({ "Version": "2012-10-17", "Statement": statements });
        let put = iam.put_user_policy().user_name(&name).policy_name("only");
        put.policy_document(policy.to_string()).send().await.unwrap();
        let made = iam.create_access_key().user_name(&name).send().await.unwrap();
        let made = made.access_key().unwrap();
        Key { id: made.access_key_id().into(), secret: made.secret_access_key().into() }
    }

    /// A set-up of the service with this key.
    fn site(&self, key: &Key) -> Site {
        let mut site = self.moto.site(key);
        site.set("TINTYPE_BUCKET", &format!("s3://{BUCKET}"));
        site
    }

    /// What is in both buckets.
    async fn keys(&self) -> Vec<String> {
        let mut keys = Vec::new();
        for bucket in [BUCKET, "other"] {
            let bucket = self.moto.s3(bucket, &self.admin);
            let objects: Vec<_> = bucket.list(None).try_collect().await.unwrap();
            keys.extend(objects.into_iter().map(|object| object.location.to_string()));
        }
        keys
    }
}
