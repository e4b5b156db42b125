//! What the tests of `iam` stand on: an AWS with a gate in front of it, an administrator in a
//! working directory, and a look at all that there is in IAM.

use object_store::aws::AmazonS3;

use super::gate::Gate;
use crate::moto::{Key, Moto, iam_at, s3_at};
use crate::support::catalogs::environment;
use crate::support::process::{Ended, Site};

/// An account and its administrator.
pub(crate) struct Ground {
    pub(crate) gate: Gate,
    pub(crate) admin: Key,
    /// The account without the gate.
    upstream: String,
    _moto: Option<Moto>,
}

impl Ground {
    /// A moto of the test's own, with policies and signatures that hold.
    pub(crate) async fn moto() -> Self {
        let moto = Moto::start().await;
        let admin = moto.enforce().await;
        let upstream = moto.endpoint();
        let gate = Gate::in_front_of(&upstream).await;
        Self { gate, admin, upstream, _moto: Some(moto) }
    }

    /// The `SeaweedFS` that this run of the tests shares.
    pub(crate) async fn seaweedfs() -> Self {
        let variable =
            |name: &str| environment(name).unwrap_or_else(|| panic!("{name} is not set"));
        let upstream = variable("TINTYPE_TEST_S3_ENDPOINT");
        let secret = variable("AWS_SECRET_ACCESS_KEY");
        let admin = Key { id: variable("AWS_ACCESS_KEY_ID"), secret };
        let gate = Gate::in_front_of(&upstream).await;
        Self { gate, admin, upstream, _moto: None }
    }

    /// A working directory of the administrator.
    pub(crate) fn site(&self) -> Site {
        self.site_of(&self.admin)
    }

    /// A working directory of somebody with this key.
    pub(crate) fn site_of(&self, key: &Key) -> Site {
        let mut site = Site::embedded();
        site.set("AWS_ENDPOINT_URL", self.gate.endpoint()).set("AWS_REGION", "us-east-1");
        site.set("AWS_ACCESS_KEY_ID", &key.id).set("AWS_SECRET_ACCESS_KEY", &key.secret);
        site
    }

    /// A client of IAM that is not ours, past the gate.
    pub(crate) fn iam(&self) -> aws_sdk_iam::Client {
        iam_at(&self.upstream, &self.admin)
    }

    /// A client of a bucket that is not ours, past the gate.
    pub(crate) fn s3(&self, bucket: &str, key: &Key) -> AmazonS3 {
        s3_at(&self.upstream, bucket, key)
    }

    /// The keys of a user, the active ones first.
    pub(crate) async fn keys(&self, user: &str) -> Vec<(String, bool)> {
        let keys = self.iam().list_access_keys().user_name(user).send().await.unwrap();
        let keys = keys.access_key_metadata.into_iter();
        let mut keys: Vec<_> = keys
            .map(|key| (key.access_key_id.unwrap(), key.status.unwrap().as_str() == "Active"))
            .collect();
        keys.sort_by_key(|(_, active)| !active);
        keys
    }

    /// The names of all users and policies that begin so.
    pub(crate) async fn names(&self, start: &str) -> Vec<String> {
        let iam = self.iam();
        let users = iam.list_users().send().await.unwrap().users;
        let users = users.into_iter().map(|user| format!("user {}", user.user_name));
        let local = aws_sdk_iam::types::PolicyScopeType::Local;
        let policies = iam.list_policies().scope(local).send().await.unwrap().policies;
        let policies = policies.unwrap_or_default().into_iter();
        let policies = policies.map(|policy| format!("policy {}", policy.policy_name.unwrap()));
        let is_meant = |name: &String| name.split(' ').nth(1).unwrap().starts_with(start);
        users.chain(policies).filter(is_meant).collect()
    }

    /// Everything in IAM, as text.
    pub(crate) async fn everything(&self) -> String {
        let iam = self.iam();
        let all = iam.get_account_authorization_details().send().await.unwrap();
        let mut text = format!(
            "{:#?}\n{:#?}\n{:#?}\n{:#?}\n",
            all.user_detail_list(),
            all.group_detail_list(),
            all.role_detail_list(),
            all.policies()
        );
        for user in all.user_detail_list() {
            let name = user.user_name().unwrap();
            let keys = iam.list_access_keys().user_name(name).send().await.unwrap();
            let tags = iam.list_user_tags().user_name(name).send().await.unwrap();
            text += &format!("{name}\n{:#?}\n{:#?}\n", keys.access_key_metadata(), tags.tags());
        }
        text
    }
}

/// Runs a command of `iam` that must succeed; what it said.
pub(crate) async fn done(site: &Site, arguments: &[&str]) -> Ended {
    let ended = run(site, arguments).await;
    assert_eq!(ended.code, Some(0), "{arguments:?}: {ended}");
    ended
}

/// Runs a command of `iam` that must be refused with these words.
pub(crate) async fn refused(site: &Site, arguments: &[&str], words: &[&str]) {
    let ended = run(site, arguments).await;
    assert_eq!(ended.code, Some(1), "{arguments:?}: {ended}");
    for word in words {
        assert!(ended.stderr.contains(word), "{arguments:?} does not say {word:?}: {ended}");
    }
}

/// Runs a command of `iam`.
pub(crate) async fn run(site: &Site, arguments: &[&str]) -> Ended {
    site.run(&[&["iam"], arguments].concat()).await
}

/// The value of a name in the `.env` of a site.
pub(crate) fn stored(site: &Site, name: &str) -> Option<String> {
    let text = std::fs::read_to_string(site.path().join(".env")).ok()?;
    let start = format!("{name}=");
    text.lines().find_map(|line| line.strip_prefix(&start)).map(str::to_owned)
}

/// The key in the `.env` of a site.
pub(crate) fn stored_key(site: &Site) -> Key {
    let value = |name| stored(site, name).unwrap_or_else(|| panic!("no {name} in .env"));
    Key { id: value("AWS_ACCESS_KEY_ID"), secret: value("AWS_SECRET_ACCESS_KEY") }
}
