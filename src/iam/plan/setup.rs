//! Decides what is missing until a policy, a user with it, and a key of that user are there and
//! written down.

use super::keys::{self, Keys, NewKey, OldKey};
use super::{Plan, Refusal};
use crate::iam::account::{AccessKeyId, PolicyArn, Version};
use crate::iam::change::{Change, EnvLine, EnvValue};
use crate::iam::env::{BUCKET, ENDPOINT, Env, KEY_ID, REGION, SECRET, TOKEN};
use crate::iam::key_record::KeyRecord;
use crate::iam::mark::{Mark, tags};
use crate::iam::policy::Policy;
use crate::iam::state::{Dialect, PolicyState, State, UserState};
use crate::iam::{Target, UserName};

/// How many versions of a policy IAM keeps
/// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>).
const MAX_VERSIONS: usize = 5;

/// What is wanted.
#[derive(Clone, Debug)]
pub(crate) struct Setup {
    /// The bucket and the part of it.
    pub(crate) target: Target,
    /// The user.
    pub(crate) user: UserName,
    /// What the user may do.
    pub(crate) policy: Policy,
    /// The bucket's region.
    pub(crate) region: String,
    /// The service, when it is not Amazon's.
    pub(crate) endpoint: Option<String>,
    /// Whether another key is made, although there is one.
    pub(crate) rotation: Rotation,
    /// The file of settings, or where else its lines go, for people.
    pub(crate) file: String,
    /// The object that a new key is tried out on before it replaces another.
    pub(crate) probe: String,
}

/// Whether another key is made, although there is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rotation {
    /// No.
    Keep,
    /// Yes.
    Replace,
}

/// What to change so that it is as wanted.
///
/// # Errors
/// Something of that name belongs to somebody else, or the key that is in use is not here.
pub(crate) fn setup(wanted: &Setup, state: &State, env: &Env) -> Result<Plan, Refusal> {
    let mut changes = policy(wanted, state)?;
    changes.extend(user(wanted, state)?);
    changes.extend(attachment(wanted, state));
    let keys = keys(wanted, state, env)?;
    let is_said = env.is_printed || keys.iter().any(writes);
    let lines = if is_said { Vec::new() } else { wanted.differences(env) };
    changes.extend(keys);
    if !lines.is_empty() {
        changes.push(Change::WriteEnv { to: wanted.file.clone(), lines });
    }
    Ok(Plan { notes: notes(wanted, state, env, &changes), changes })
}

fn writes(change: &Change) -> bool {
    matches!(change, Change::WriteEnv { .. })
}

fn policy(wanted: &Setup, state: &State) -> Result<Vec<Change>, Refusal> {
    let document = wanted.policy.to_line();
    let name = state.policy_name.clone();
    let Some(found) = &state.policy else {
        let tags = tags(&wanted.target.bucket);
        return Ok(vec![Change::CreatePolicy { name, document, tags }]);
    };
    match &found.mark {
        Mark::Missing => Err(Refusal::ForeignPolicy(name)),
        Mark::OfBucket(bucket) => {
            Err(Refusal::PolicyOfBucket { policy: name, bucket: bucket.clone() })
        }
        Mark::Ours if wanted.policy.is_same_as(&found.document) => Ok(Vec::new()),
        Mark::Ours => Ok(another_version(found, &state.policy_arn, document)),
    }
}

fn another_version(found: &PolicyState, policy: &PolicyArn, document: String) -> Vec<Change> {
    let policy = policy.clone();
    let mut changes = Vec::new();
    if found.versions.len() >= MAX_VERSIONS {
        let old = found.versions.iter().filter(|version| !version.is_default);
        if let Some(oldest) = old.min_by_key(|version| Version::number(version)) {
            let (policy, version) = (policy.clone(), oldest.id.clone());
            changes.push(Change::DeletePolicyVersion { policy, version });
        }
    }
    changes.push(Change::CreatePolicyVersion { policy, document });
    changes
}

fn user(wanted: &Setup, state: &State) -> Result<Vec<Change>, Refusal> {
    let (user, tags) = (wanted.user.clone(), tags(&wanted.target.bucket));
    let Some(found) = &state.user else {
        let mut changes = vec![Change::CreateUser { user: user.clone(), tags: tags.clone() }];
        if state.dialect == Dialect::UserTagsOnly {
            changes.push(Change::TagUser { user, tags });
        }
        return Ok(changes);
    };
    if let Some(has) = found.other_policy(state) {
        return Err(Refusal::OtherPolicy { user, has: has.clone() });
    }
    match &found.mark {
        Mark::Ours => Ok(Vec::new()),
        Mark::OfBucket(bucket) => Err(Refusal::UserOfBucket { user, bucket: bucket.clone() }),
        // Where a user cannot be made with its tags, one that has nothing at all is what a run
        // leaves that was stopped between the two.
        Mark::Missing if state.dialect == Dialect::UserTagsOnly && found.is_bare() => {
            Ok(vec![Change::TagUser { user, tags }])
        }
        Mark::Missing => Err(Refusal::ForeignUser(user)),
    }
}

fn attachment(wanted: &Setup, state: &State) -> Option<Change> {
    let attached = state.user.iter().flat_map(|user| &user.attached);
    let is_attached = attached.into_iter().any(|policy| policy.name == state.policy_name);
    let (user, policy) = (wanted.user.clone(), state.policy_arn.clone());
    (!is_attached).then_some(Change::AttachPolicy { user, policy })
}

fn keys(wanted: &Setup, state: &State, env: &Env) -> Result<Vec<Change>, Refusal> {
    let lines = wanted.lines(env);
    let new = NewKey { lines: &lines, probe: &wanted.probe, old: OldKey::Deactivate };
    let Some(found) = &state.user else {
        return Ok(keys::first(&wanted.user, &new, &wanted.file));
    };
    let keys = Keys { user: &wanted.user, state: found, env, file: &wanted.file };
    match wanted.rotation {
        Rotation::Keep => keys.ensure(&new),
        Rotation::Replace => keys.another(&new),
    }
}

fn notes(wanted: &Setup, state: &State, env: &Env, changes: &[Change]) -> Vec<String> {
    let mut notes = Vec::new();
    let Setup { user, file, .. } = wanted;
    let keys = state.user.iter().flat_map(|user| &user.keys).map(|key| &key.id);
    let is_known = |id: &&_| keys.clone().into_iter().any(|key| key == *id);
    if let Some(foreign) = env.key.as_ref().filter(|id| !is_known(id))
        && changes.iter().any(writes)
    {
        notes
            .push(format!("the key {foreign} in {file} is not of the user {user} and is replaced"));
    }
    if let (true, None, Some(key)) = (env.is_printed, &env.key, settled(state))
        && !changes.iter().any(|change| matches!(change, Change::CreateAccessKey { .. }))
    {
        notes.push(format!(
            "the user {user} has its key {key}, which was shown once, when it was made: --rotate \
             makes another"
        ));
    }
    if let (Some(endpoint), None) = (&env.endpoint, &wanted.endpoint) {
        notes.push(format!(
            "{file} has {ENDPOINT}={endpoint}, which `tintype serve` will ask instead of Amazon: \
             remove that line if the bucket is there no more"
        ));
    }
    notes.extend(state.policy.iter().flat_map(|found| wanted.policy.losses(&found.document)));
    notes.extend(state.user.iter().flat_map(|found| found.others(state)).map(|thing| {
        format!(
            "the user {user} also has the {thing}, which setup did not make: it may do more than \
             the service needs"
        )
    }));
    notes
}

/// The key that the user's tag names.
fn settled(state: &State) -> Option<&AccessKeyId> {
    match &state.user.as_ref()?.record {
        KeyRecord::Settled(id) => Some(id),
        KeyRecord::Begun(_) | KeyRecord::Missing => None,
    }
}

impl Setup {
    /// The lines that a new key is written with.
    fn lines(&self, env: &Env) -> Vec<EnvLine> {
        let mut lines = vec![
            EnvLine { name: KEY_ID, value: EnvValue::NewKeyId },
            EnvLine { name: SECRET, value: EnvValue::NewSecret },
        ];
        lines.extend(self.settings());
        lines.extend(no_token(env));
        lines
    }

    /// What of the lines is not a key.
    fn settings(&self) -> Vec<EnvLine> {
        let line = |name, text: String| EnvLine { name, value: EnvValue::Text(text) };
        let mut lines = vec![line(REGION, self.region.clone()), line(BUCKET, self.target.url())];
        lines.extend(self.endpoint.clone().map(|endpoint| line(ENDPOINT, endpoint)));
        lines
    }

    /// What of the file is to be changed when its key stays.
    fn differences(&self, env: &Env) -> Vec<EnvLine> {
        let says = |name| match name {
            REGION => env.region.as_ref(),
            BUCKET => env.bucket.as_ref(),
            _ => env.endpoint.as_ref(),
        };
        let is_wrong = |line: &EnvLine| match &line.value {
            EnvValue::Text(text) => says(line.name) != Some(text),
            EnvValue::NewKeyId | EnvValue::NewSecret | EnvValue::Absent => false,
        };
        let wrong = self.settings().into_iter().filter(is_wrong);
        wrong.chain(no_token(env)).collect()
    }
}

/// A token belongs to another key, and S3 would refuse the two together.
pub(super) fn no_token(env: &Env) -> Option<EnvLine> {
    env.has_token.then_some(EnvLine { name: TOKEN, value: EnvValue::Absent })
}

impl UserState {
    /// Whether it has nothing at all.
    fn is_bare(&self) -> bool {
        self.keys.is_empty() && self.attached.is_empty() && self.belongings.is_empty()
    }

    /// What others gave it, such as `inline policy X`.
    fn others(&self, state: &State) -> Vec<String> {
        let attached = self.attached.iter().filter(|policy| policy.name != state.policy_name);
        let attached = attached.map(|policy| format!("attached policy {}", policy.name));
        self.belongings.iter().cloned().chain(attached).collect()
    }

    /// A policy of ours that it has beside the one that is meant.
    fn other_policy(&self, state: &State) -> Option<&crate::iam::PolicyName> {
        let ours = self.attached.iter().filter(|policy| policy.mark == Mark::Ours);
        ours.map(|policy| &policy.name).find(|name| **name != state.policy_name)
    }
}
