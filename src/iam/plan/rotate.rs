//! Decides how the key in the file of settings is replaced.

use super::keys::{Keys, NewKey, OldKey};
use super::setup::no_token;
use super::{Plan, Refusal};
use crate::iam::UserName;
use crate::iam::change::{EnvLine, EnvValue};
use crate::iam::env::{Env, KEY_ID, SECRET};
use crate::iam::mark::Mark;
use crate::iam::state::State;

/// What is wanted.
#[derive(Clone, Debug)]
pub(crate) struct Rotate {
    /// The user.
    pub(crate) user: UserName,
    /// What becomes of the old key.
    pub(crate) old: OldKey,
    /// The file of settings, for people.
    pub(crate) file: String,
    /// The object that the new key is tried out on.
    pub(crate) probe: String,
}

/// What to change so that another key is in use.
///
/// # Errors
/// The user or the key is not ours to replace, or there is no room for another key.
pub(crate) fn rotate(wanted: &Rotate, state: &State, env: &Env) -> Result<Plan, Refusal> {
    let user = wanted.user.clone();
    let found = state.user.as_ref().ok_or_else(|| Refusal::NoUser(user.clone()))?;
    match &found.mark {
        Mark::Ours => {}
        Mark::OfBucket(bucket) => {
            return Err(Refusal::UserOfBucket { user, bucket: bucket.clone() });
        }
        Mark::Missing => return Err(Refusal::ForeignUser(user)),
    }
    let mut lines = vec![
        EnvLine { name: KEY_ID, value: EnvValue::NewKeyId },
        EnvLine { name: SECRET, value: EnvValue::NewSecret },
    ];
    lines.extend(no_token(env));
    let new = NewKey { lines: &lines, probe: &wanted.probe, old: wanted.old };
    let keys = Keys { user: &user, state: found, env, file: &wanted.file };
    Ok(Plan { changes: keys.replace(&new)?, notes: Vec::new() })
}
