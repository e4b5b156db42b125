//! Everything that the commands can change, one variant a request. How a change is shown is said
//! here once: what `--dry-run` prints, what is asked about and what is reported as done are the same
//! text, and no secret can be in it, because none is in a change.

use std::fmt;

use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};

use super::account::{AccessKeyId, Action, PolicyArn};
use super::bucket::BucketChange;
use super::key_record::{Begun, KeyRecord};
use super::mark::Tag;
use super::{PolicyName, UserName};
use crate::bucket::BucketName;

/// One change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// Makes the bucket, or sets one of its settings.
    Bucket {
        /// The bucket.
        bucket: BucketName,
        /// Where it is.
        region: String,
        /// What is done to it.
        change: BucketChange,
    },
    /// Makes a policy with these tags.
    CreatePolicy {
        /// Its name.
        name: PolicyName,
        /// What it says, as JSON.
        document: String,
        /// Its tags.
        tags: Vec<Tag>,
    },
    /// Has a policy say something else from now on.
    CreatePolicyVersion {
        /// The policy.
        policy: PolicyArn,
        /// What it says, as JSON.
        document: String,
    },
    /// Deletes an old version of a policy.
    DeletePolicyVersion {
        /// The policy.
        policy: PolicyArn,
        /// The version.
        version: String,
    },
    /// Deletes a policy.
    DeletePolicy {
        /// The policy.
        policy: PolicyArn,
    },
    /// Makes a user with these tags.
    CreateUser {
        /// Its name.
        user: UserName,
        /// Its tags.
        tags: Vec<Tag>,
    },
    /// Gives a user these tags.
    TagUser {
        /// The user.
        user: UserName,
        /// The tags.
        tags: Vec<Tag>,
    },
    /// Deletes a user.
    DeleteUser {
        /// The user.
        user: UserName,
    },
    /// Gives a user a policy.
    AttachPolicy {
        /// The user.
        user: UserName,
        /// The policy; of one that was made just now, the ARN that IAM gave it counts.
        policy: PolicyArn,
    },
    /// Takes a policy from a user.
    DetachPolicy {
        /// The user.
        user: UserName,
        /// The policy.
        policy: PolicyArn,
    },
    /// Writes down in the user's tag that a key is about to be made.
    BeginKey {
        /// The user.
        user: UserName,
        /// What is about to be done.
        begun: Begun,
    },
    /// Makes an access key.
    CreateAccessKey {
        /// Its user.
        user: UserName,
    },
    /// Puts, gets and deletes an object with the key that was made just now.
    ProveKey {
        /// Bucket and key of the object, as a URL.
        object: String,
    },
    /// Writes lines into the file of settings, or prints them.
    WriteEnv {
        /// The file, or where else they go.
        to: String,
        /// The lines, in order.
        lines: Vec<EnvLine>,
    },
    /// Writes down in the user's tag which key is in use.
    SettleKey {
        /// The user.
        user: UserName,
        /// The key.
        key: WhichKey,
    },
    /// Makes a key useless until somebody activates it again.
    DeactivateKey {
        /// Its user.
        user: UserName,
        /// The key.
        key: AccessKeyId,
    },
    /// Deletes a key.
    DeleteKey {
        /// Its user.
        user: UserName,
        /// The key.
        key: AccessKeyId,
        /// Why it goes.
        why: WhyDelete,
    },
}

/// A key that is known, or one that an earlier change of the same plan makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum WhichKey {
    /// This one.
    Known(AccessKeyId),
    /// The one that was made just now.
    New,
}

/// One line of the file of settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EnvLine {
    /// The variable.
    pub(crate) name: &'static str,
    /// What becomes of it.
    pub(crate) value: EnvValue,
}

/// What a line of the file of settings is to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum EnvValue {
    /// This.
    Text(String),
    /// The id of the key that was made just now.
    NewKeyId,
    /// Its secret.
    NewSecret,
    /// Nothing: the line goes.
    Absent,
}

/// Why a key is deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WhyDelete {
    /// A run that was stopped made it, and its secret is written down nowhere.
    Lost,
    /// It was replaced by an earlier rotation and is inactive, and a user can have two keys.
    Replaced,
    /// It is being replaced.
    Old,
    /// All of it goes.
    Teardown,
}

impl Change {
    /// The request, under the name that a policy has for it; of what is no request, a verb.
    fn call(&self) -> &'static str {
        match self {
            Self::Bucket { change, .. } => change.call(),
            Self::CreatePolicy { .. } => Action::CreatePolicy.name(),
            Self::CreatePolicyVersion { .. } => Action::CreatePolicyVersion.name(),
            Self::DeletePolicyVersion { .. } => Action::DeletePolicyVersion.name(),
            Self::DeletePolicy { .. } => Action::DeletePolicy.name(),
            Self::CreateUser { .. } => Action::CreateUser.name(),
            Self::TagUser { .. } | Self::BeginKey { .. } | Self::SettleKey { .. } => {
                Action::TagUser.name()
            }
            Self::DeleteUser { .. } => Action::DeleteUser.name(),
            Self::AttachPolicy { .. } => Action::AttachUserPolicy.name(),
            Self::DetachPolicy { .. } => Action::DetachUserPolicy.name(),
            Self::CreateAccessKey { .. } => Action::CreateAccessKey.name(),
            Self::ProveKey { .. } => "s3:PutObject s3:GetObject s3:DeleteObject",
            Self::WriteEnv { .. } => "write",
            Self::DeactivateKey { .. } => Action::UpdateAccessKey.name(),
            Self::DeleteKey { .. } => Action::DeleteAccessKey.name(),
        }
    }

    /// The parameters of the request, under IAM's names.
    fn parameters(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Bucket { bucket, region, change } => {
                let bucket = ("Bucket", bucket.to_string());
                std::iter::once(bucket).chain(change.parameters(region)).collect()
            }
            Self::CreatePolicy { name, document, tags } => vec![
                ("PolicyName", name.to_string()),
                ("PolicyDocument", document.clone()),
                ("Tags", told(tags)),
            ],
            Self::CreatePolicyVersion { policy, document } => vec![
                ("PolicyArn", policy.to_string()),
                ("PolicyDocument", document.clone()),
                ("SetAsDefault", "true".to_owned()),
            ],
            Self::DeletePolicyVersion { policy, version } => {
                vec![("PolicyArn", policy.to_string()), ("VersionId", version.clone())]
            }
            Self::DeletePolicy { policy } => vec![("PolicyArn", policy.to_string())],
            Self::CreateUser { user, tags } | Self::TagUser { user, tags } => {
                vec![of(user), ("Tags", told(tags))]
            }
            Self::DeleteUser { user } | Self::CreateAccessKey { user } => vec![of(user)],
            Self::AttachPolicy { user, policy } | Self::DetachPolicy { user, policy } => {
                vec![of(user), ("PolicyArn", policy.to_string())]
            }
            Self::BeginKey { user, begun } => {
                vec![of(user), ("Tags", told(&[KeyRecord::Begun(begun.clone()).tag()]))]
            }
            Self::SettleKey { user, key } => {
                let id = match key {
                    WhichKey::Known(id) => id.clone(),
                    WhichKey::New => AccessKeyId::told("(the new key)"),
                };
                vec![of(user), ("Tags", told(&[KeyRecord::Settled(id).tag()]))]
            }
            Self::ProveKey { object } => vec![("Object", object.clone())],
            Self::WriteEnv { to, lines } => {
                let line = |line: &EnvLine| (line.name, line.value.to_string());
                std::iter::once(("File", to.clone())).chain(lines.iter().map(line)).collect()
            }
            Self::DeactivateKey { user, key } => {
                vec![of(user), ("AccessKeyId", key.to_string()), ("Status", "Inactive".to_owned())]
            }
            Self::DeleteKey { user, key, .. } => vec![of(user), ("AccessKeyId", key.to_string())],
        }
    }

    /// Why it is done, where the request alone does not say.
    fn reason(&self) -> Option<&'static str> {
        if let Self::Bucket { change, .. } = self {
            return change.reason();
        }
        if matches!(self, Self::ProveKey { .. }) {
            return Some("with the new key, until it works");
        }
        let Self::DeleteKey { why, .. } = self else { return None };
        match why {
            WhyDelete::Lost => {
                Some("a run that was stopped made it, and its secret is written down nowhere")
            }
            WhyDelete::Replaced => Some("it is inactive, and a user can have two keys"),
            WhyDelete::Old | WhyDelete::Teardown => None,
        }
    }

    /// The same with the id of the key that was made meanwhile in its place.
    pub(crate) fn naming(&self, key: &AccessKeyId) -> Self {
        let mut named = self.clone();
        if let Self::SettleKey { key: which @ WhichKey::New, .. } = &mut named {
            *which = WhichKey::Known(key.clone());
        } else if let Self::WriteEnv { lines, .. } = &mut named {
            let ids = lines.iter_mut().filter(|line| line.value == EnvValue::NewKeyId);
            ids.for_each(|line| line.value = EnvValue::Text(key.to_string()));
        }
        named
    }
}

fn of(user: &UserName) -> (&'static str, String) {
    ("UserName", user.to_string())
}

fn told(tags: &[Tag]) -> String {
    let tags: Vec<_> = tags.iter().map(|(name, value)| format!("{name}={value}")).collect();
    tags.join(",")
}

impl fmt::Display for EnvValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text(text) => text,
            Self::NewKeyId => "(the new key)",
            Self::NewSecret => "(its secret)",
            Self::Absent => "(removed)",
        })
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.call())?;
        for (name, value) in self.parameters() {
            let quote = if value.contains([' ', '"', '{']) { "'" } else { "" };
            write!(f, " {name}={quote}{value}{quote}")?;
        }
        self.reason().map_or(Ok(()), |reason| write!(f, "  # {reason}"))
    }
}

impl Serialize for Change {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("call", self.call())?;
        let parameters: serde_json::Map<_, _> = self
            .parameters()
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value.into()))
            .collect();
        map.serialize_entry("parameters", &parameters)?;
        if let Some(reason) = self.reason() {
            map.serialize_entry("reason", reason)?;
        }
        map.end()
    }
}
