//! Decides about keys: which one is in use, which are lost, and whether another is made.
//!
//! The order of the changes is what survives being stopped after any of them. First the user's tag
//! says that a key is begun, and beside which others; then the key is made, tried out and written
//! down; then the old one goes; last the tag says which key is in use. Whoever finds the first tag
//! knows that a key which is neither among the others nor in the file is lost.

use super::Refusal;
use crate::iam::UserName;
use crate::iam::account::{AccessKeyId, LastUse};
use crate::iam::change::{Change, EnvLine, WhichKey, WhyDelete};
use crate::iam::env::Env;
use crate::iam::key_record::{Begun, KeyRecord, Purpose};
use crate::iam::state::{KeyState, UserState};

/// The user whose keys are looked at, and what is known of them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Keys<'a> {
    pub(super) user: &'a UserName,
    pub(super) state: &'a UserState,
    pub(super) env: &'a Env,
    /// The file's name, for people.
    pub(super) file: &'a str,
}

/// What a new key goes through.
#[derive(Clone, Debug)]
pub(super) struct NewKey<'a> {
    /// The lines to write.
    pub(super) lines: &'a [EnvLine],
    /// The object that it is tried out on.
    pub(super) probe: &'a str,
    /// What becomes of the key that it replaces.
    pub(super) old: OldKey,
}

/// What becomes of a key that is replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OldKey {
    /// It stays, inactive.
    Deactivate,
    /// It goes.
    Delete,
}

/// The keys of a user, sorted.
struct Sorted<'a> {
    /// The one in the file.
    in_file: Option<&'a KeyState>,
    /// Those whose secrets are written down nowhere.
    lost: Vec<&'a KeyState>,
    /// The others.
    others: Vec<&'a KeyState>,
}

impl<'a> Keys<'a> {
    fn sorted(&self) -> Sorted<'a> {
        let begun = self.state.record.begun();
        let is_lost = |key: &KeyState| {
            begun.is_some_and(|begun| {
                let unused = match key.last_use {
                    LastUse::Never | LastUse::Unknown => true,
                    // A key that replaces another is tried out before it is written down.
                    LastUse::AtFirst => begun.purpose == Purpose::Rotating,
                    LastUse::Used => false,
                };
                !begun.beside.contains(&key.id) && unused
            })
        };
        let in_file = |key: &KeyState| self.env.key.as_ref() == Some(&key.id);
        let (found, rest): (Vec<_>, Vec<_>) = self.state.keys.iter().partition(|key| in_file(key));
        let (lost, others) = rest.into_iter().partition(|key| is_lost(key));
        Sorted { in_file: found.first().copied(), lost, others }
    }

    /// One key that is written down: the one that is, or a new one.
    pub(super) fn ensure(&self, new: &NewKey<'_>) -> Result<Vec<Change>, Refusal> {
        let sorted = self.sorted();
        let Some(key) = sorted.in_file else {
            return match sorted.others.iter().find(|key| key.active) {
                Some(_) if sorted.others.iter().any(|key| self.is_printed(key)) => Ok(Vec::new()),
                Some(key) => Err(self.elsewhere(&key.id)),
                None => self.make(&sorted, new),
            };
        };
        if !key.active {
            let (user, key, file) = (self.user.clone(), key.id.clone(), self.file.to_owned());
            return Err(Refusal::InactiveKey { user, key, file });
        }
        if !self.env.has_secret {
            let (key, file) = (key.id.clone(), self.file.to_owned());
            return Err(Refusal::NoSecret { key, file });
        }
        Ok(self.finish(&sorted, key, new.old))
    }

    /// A key that is written down here, and was not before.
    pub(super) fn another(&self, new: &NewKey<'_>) -> Result<Vec<Change>, Refusal> {
        let sorted = self.sorted();
        match sorted.in_file {
            Some(_) => self.replace(new),
            None => self.make(&sorted, new),
        }
    }

    /// A new key in place of the one in the file; or the rest of a replacement that was begun.
    pub(super) fn replace(&self, new: &NewKey<'_>) -> Result<Vec<Change>, Refusal> {
        let sorted = self.sorted();
        let Some(key) = sorted.in_file else {
            let (user, file) = (self.user.clone(), self.file.to_owned());
            return Err(match self.env.is_there {
                true => Refusal::NotInEnv { user, file },
                false => Refusal::NoFile { file },
            });
        };
        if self.is_replacement(key) {
            return Ok(self.finish(&sorted, key, new.old));
        }
        let mut changes = self.deleted(&sorted.lost, WhyDelete::Lost);
        if let Some(other) = sorted.others.iter().find(|other| other.active) {
            return Err(self.two(&key.id, &other.id));
        }
        changes.extend(self.deleted(&sorted.others, WhyDelete::Replaced));
        let beside = vec![key.id.clone()];
        changes.push(self.begin(Begun { purpose: Purpose::Rotating, beside }));
        changes.push(Change::CreateAccessKey { user: self.user.clone() });
        changes.push(Change::ProveKey { object: new.probe.to_owned() });
        changes.push(self.write(new));
        changes.extend(self.retired(key, new.old));
        changes.push(self.settle(WhichKey::New));
        Ok(changes)
    }

    /// Whether `key` is in use and this run is not told where its lines are kept.
    fn is_printed(&self, key: &KeyState) -> bool {
        self.env.is_printed && key.active && self.state.record == KeyRecord::Settled(key.id.clone())
    }

    /// Whether `key` was made to replace the others and the rest of that is still to do.
    fn is_replacement(&self, key: &KeyState) -> bool {
        let begun = self.state.record.begun();
        begun.is_some_and(|begun| {
            begun.purpose == Purpose::Rotating && !begun.beside.contains(&key.id)
        })
    }

    /// Whatever is left to do for the key in the file to be the one in use.
    fn finish(&self, sorted: &Sorted<'_>, key: &KeyState, old: OldKey) -> Vec<Change> {
        let mut changes = self.deleted(&sorted.lost, WhyDelete::Lost);
        if self.is_replacement(key) {
            let begun = self.state.record.begun();
            let is_old =
                |key: &&&KeyState| begun.is_some_and(|begun| begun.beside.contains(&key.id));
            let others = sorted.others.iter().filter(is_old);
            changes.extend(others.flat_map(|other| self.retired(other, old)));
        }
        if self.state.record != KeyRecord::Settled(key.id.clone()) {
            changes.push(self.settle(WhichKey::Known(key.id.clone())));
        }
        changes
    }

    fn make(&self, sorted: &Sorted<'_>, new: &NewKey<'_>) -> Result<Vec<Change>, Refusal> {
        // A user can have two keys:
        // <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>.
        if let [first, second, ..] = sorted.others.as_slice() {
            return Err(self.two(&first.id, &second.id));
        }
        let mut changes = self.deleted(&sorted.lost, WhyDelete::Lost);
        let beside = sorted.others.iter().map(|key| key.id.clone()).collect();
        changes.push(self.begin(Begun { purpose: Purpose::Making, beside }));
        changes.extend(made(self.user, new.lines, self.file));
        Ok(changes)
    }

    fn retired(&self, key: &KeyState, old: OldKey) -> Vec<Change> {
        let (user, id) = (self.user.clone(), key.id.clone());
        let deactivate = Change::DeactivateKey { user: user.clone(), key: id.clone() };
        let delete = Change::DeleteKey { user, key: id, why: WhyDelete::Old };
        let deactivated = key.active.then_some(deactivate);
        deactivated.into_iter().chain((old == OldKey::Delete).then_some(delete)).collect()
    }

    fn deleted(&self, keys: &[&KeyState], why: WhyDelete) -> Vec<Change> {
        let delete = |key: &&KeyState| {
            let (user, key) = (self.user.clone(), key.id.clone());
            Change::DeleteKey { user, key, why }
        };
        keys.iter().map(delete).collect()
    }

    fn begin(&self, begun: Begun) -> Change {
        Change::BeginKey { user: self.user.clone(), begun }
    }

    fn settle(&self, key: WhichKey) -> Change {
        Change::SettleKey { user: self.user.clone(), key }
    }

    fn write(&self, new: &NewKey<'_>) -> Change {
        Change::WriteEnv { to: self.file.to_owned(), lines: new.lines.to_vec() }
    }

    fn elsewhere(&self, key: &AccessKeyId) -> Refusal {
        let (user, key, file) = (self.user.clone(), key.clone(), self.file.to_owned());
        Refusal::KeyElsewhere { user, key, file }
    }

    fn two(&self, first: &AccessKeyId, second: &AccessKeyId) -> Refusal {
        let user = self.user.clone();
        Refusal::TwoKeys { user, first: first.clone(), second: second.clone() }
    }
}

/// The first key of a user that is made now.
pub(super) fn first(user: &UserName, new: &NewKey<'_>, file: &str) -> Vec<Change> {
    let begun = Begun { purpose: Purpose::Making, beside: Vec::new() };
    let begin = Change::BeginKey { user: user.clone(), begun };
    std::iter::once(begin).chain(made(user, new.lines, file)).collect()
}

fn made(user: &UserName, lines: &[EnvLine], file: &str) -> [Change; 3] {
    [
        Change::CreateAccessKey { user: user.clone() },
        Change::WriteEnv { to: file.to_owned(), lines: lines.to_vec() },
        Change::SettleKey { user: user.clone(), key: WhichKey::New },
    ]
}
