//! Decides what goes: what bears our mark and nothing else. What others gave to our user or made of
//! our policy makes all of it stay.
//!
//! The user goes last, since its tags say what is ours.

use super::{Plan, Refusal};
use crate::iam::UserName;
use crate::iam::account::AccessKeyId;
use crate::iam::change::{Change, EnvLine, EnvValue, WhyDelete};
use crate::iam::env::{Env, KEY_ID, SECRET, TOKEN};
use crate::iam::key_record::KeyRecord;
use crate::iam::mark::Mark;
use crate::iam::state::{KeyState, PolicyState, State, UserState};

/// What is wanted.
#[derive(Clone, Debug)]
pub(crate) struct Teardown {
    /// The user.
    pub(crate) user: UserName,
    /// The file of settings, for people.
    pub(crate) file: String,
}

/// What to change so that nothing of ours is left in the account.
///
/// # Errors
/// It is not ours, or others have a part in it.
pub(crate) fn teardown(wanted: &Teardown, state: &State, env: &Env) -> Result<Plan, Refusal> {
    let user = mine(wanted, state, env)?;
    let policy = policy(wanted, state)?;
    let mut changes = Vec::new();
    if let Some(found) = user {
        changes.extend(keys(wanted, found, env));
        let ours = found.attached.iter().filter(|policy| is_ours(state, &policy.name));
        changes.extend(ours.map(|policy| {
            let (user, policy) = (wanted.user.clone(), policy.arn.clone());
            Change::DetachPolicy { user, policy }
        }));
    }
    if let Some(found) = policy {
        let old = found.versions.iter().filter(|version| !version.is_default);
        let policy = state.policy_arn.clone();
        changes.extend(old.map(|version| {
            let (policy, version) = (policy.clone(), version.id.clone());
            Change::DeletePolicyVersion { policy, version }
        }));
        changes.push(Change::DeletePolicy { policy });
    }
    changes.extend(user.map(|_| Change::DeleteUser { user: wanted.user.clone() }));
    Ok(Plan { changes, notes: Vec::new() })
}

fn is_ours(state: &State, name: &crate::iam::PolicyName) -> bool {
    state.policy.is_some() && *name == state.policy_name
}

/// The user, if there is one that may go.
fn mine<'a>(
    wanted: &Teardown,
    state: &'a State,
    env: &Env,
) -> Result<Option<&'a UserState>, Refusal> {
    let Some(found) = &state.user else { return Ok(None) };
    let user = wanted.user.clone();
    match &found.mark {
        Mark::Ours => {}
        Mark::OfBucket(bucket) => {
            return Err(Refusal::UserOfBucket { user, bucket: bucket.clone() });
        }
        Mark::Missing => return Err(Refusal::ForeignUser(user)),
    }
    let mut things = found.belongings.clone();
    let others = found.attached.iter().filter(|policy| !is_ours(state, &policy.name));
    things.extend(others.map(|policy| format!("attached policy {}", policy.name)));
    let strange = found.keys.iter().filter(|key| key.active && !is_known(key, found, env));
    things.extend(strange.map(|key| format!("active key {}", key.id)));
    if things.is_empty() { Ok(Some(found)) } else { Err(Refusal::UserHasMore { user, things }) }
}

/// Whether a key is in the file, in the tag, or made by what was begun.
fn is_known(key: &KeyState, user: &UserState, env: &Env) -> bool {
    let recorded = match &user.record {
        KeyRecord::Settled(id) => *id == key.id,
        KeyRecord::Begun(begun) => !begun.beside.contains(&key.id),
        KeyRecord::Missing => false,
    };
    recorded || env.key.as_ref() == Some(&key.id)
}

/// The policy, if there is one that may go.
fn policy<'a>(wanted: &Teardown, state: &'a State) -> Result<Option<&'a PolicyState>, Refusal> {
    let Some(found) = &state.policy else { return Ok(None) };
    let policy = state.policy_name.clone();
    match &found.mark {
        Mark::Ours => {}
        Mark::OfBucket(bucket) => {
            return Err(Refusal::PolicyOfBucket { policy, bucket: bucket.clone() });
        }
        Mark::Missing => return Err(Refusal::ForeignPolicy(policy)),
    }
    let ours = format!("user {}", wanted.user);
    let holders: Vec<_> = found.holders.iter().filter(|holder| **holder != ours).cloned().collect();
    if holders.is_empty() {
        return Ok(Some(found));
    }
    Err(match &state.user {
        Some(_) => Refusal::PolicyHasMore { policy, holders },
        None => Refusal::NoHolder { user: wanted.user.clone(), policy, holders },
    })
}

/// The keys go first, so that none works any more, then their lines.
fn keys(wanted: &Teardown, found: &UserState, env: &Env) -> Vec<Change> {
    let delete = |key: &KeyState| {
        let (user, key) = (wanted.user.clone(), key.id.clone());
        Change::DeleteKey { user, key, why: WhyDelete::Teardown }
    };
    let mut changes: Vec<_> = found.keys.iter().map(delete).collect();
    let is_dead = |id: &AccessKeyId| {
        found.record == KeyRecord::Settled(id.clone()) || found.keys.iter().any(|key| key.id == *id)
    };
    if env.key.as_ref().is_some_and(is_dead) {
        let line = |name| EnvLine { name, value: EnvValue::Absent };
        let token = env.has_token.then_some(TOKEN);
        let lines = [KEY_ID, SECRET].into_iter().chain(token).map(line).collect();
        changes.push(Change::WriteEnv { to: wanted.file.clone(), lines });
    }
    changes
}
