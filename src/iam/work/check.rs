//! Looks once more before a key goes: another run, on another machine, may have come between, and
//! an answer that was lost may have been about a key.

use jiff::{SignedDuration, Timestamp};
use tokio::time::sleep;

use super::error::ApplyError;
use super::{Made, PAUSE, ROUNDS, Work};
use crate::iam::account::{AccessKeyId, IamError, Key, LastUse};
use crate::iam::key_record::{KeyRecord, Purpose};

/// How far this machine's clock may be from IAM's: requests that are signed with a clock further
/// off are refused
/// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html>).
const CLOCK_SKEW: SignedDuration = SignedDuration::from_mins(5);

impl Work<'_> {
    /// Sees to it that an old key goes only while the new one works, and while the user's tag says
    /// what this run wrote.
    pub(super) async fn check_successor(
        &self,
        old: &AccessKeyId,
        made: &Made,
    ) -> Result<(), ApplyError> {
        let new = made.key.as_ref().map(|key| &key.id).or(self.subject.key.as_ref());
        let new = new.ok_or(ApplyError::NoKey)?;
        let mut pause = PAUSE;
        for _ in 1..ROUNDS {
            if self.succeeds(new, old).await? {
                return Ok(());
            }
            // IAM may not show everywhere what this run did.
            sleep(pause).await;
            pause *= 2;
        }
        if self.succeeds(new, old).await? {
            return Ok(());
        }
        Err(ApplyError::Overtaken { new: new.clone(), old: old.clone() })
    }

    async fn succeeds(&self, new: &AccessKeyId, old: &AccessKeyId) -> Result<bool, IamError> {
        let user = &self.subject.user;
        let keys = self.account.keys(user).await?;
        let tags = self.account.user_tags(user).await?.unwrap_or_default();
        Ok(is_successor(&keys, &KeyRecord::of(&tags), new, old))
    }

    /// Deletes what a request made whose answer was lost; what there is to say about it. A listing
    /// that was asked for at once may not have shown that key yet.
    pub(super) async fn delete_strays(
        &self,
        settled: &AccessKeyId,
    ) -> Result<Option<String>, IamError> {
        let Some(beside) = &self.unanswered else { return Ok(None) };
        let user = &self.subject.user;
        let mut deleted = Vec::new();
        for key in strays(self.account.keys(user).await?, beside, settled, self.now) {
            if matches!(self.account.last_use(&key).await?, LastUse::Never | LastUse::Unknown) {
                self.account.delete_key(user, &key.id).await?;
                deleted.push(key.id.to_string());
            }
        }
        let told = || format!("a key whose secret was lost was deleted: {}", deleted.join(", "));
        Ok((!deleted.is_empty()).then(told))
    }
}

fn is_successor(keys: &[Key], record: &KeyRecord, new: &AccessKeyId, old: &AccessKeyId) -> bool {
    let is_active = keys.iter().any(|key| key.id == *new && key.active);
    let is_begun = record.begun().is_some_and(|begun| {
        let is_between = begun.beside.contains(old) && !begun.beside.contains(new);
        begun.purpose == Purpose::Rotating && is_between
    });
    is_active && is_begun
}

/// The keys that this run can have made and that are not `settled`.
fn strays(
    keys: Vec<Key>,
    beside: &[AccessKeyId],
    settled: &AccessKeyId,
    began: Timestamp,
) -> Vec<Key> {
    let is_recent = |key: &Key| key.made.is_some_and(|made| made >= began - CLOCK_SKEW);
    let is_stray = |key: &Key| key.id != *settled && !beside.contains(&key.id) && is_recent(key);
    keys.into_iter().filter(is_stray).collect()
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::{is_successor, strays};
    use crate::iam::account::{AccessKeyId, Key};
    use crate::iam::key_record::KeyRecord;

    fn key(id: &str, active: bool, made: i64) -> Key {
        Key { id: AccessKeyId::told(id), active, made: Timestamp::from_second(made).ok() }
    }

    #[test]
    fn an_old_key_goes_while_its_successor_works() {
        let [new, old] = ["AKIA2", "AKIA1"].map(AccessKeyId::told);
        for (active, record, expected) in [
            (true, "rotating:AKIA1", true),
            (false, "rotating:AKIA1", false),
            (true, "rotating:AKIA2", false),
            (true, "AKIA3", false),
            (true, "AKIA1", false),
            (true, "making:AKIA1", false),
            (true, "", false),
        ] {
            let keys = [key("AKIA1", true, 0), key("AKIA2", active, 0)];
            let record = KeyRecord::of(&[("tintype:key".to_owned(), record.to_owned())]);
            assert_eq!(is_successor(&keys, &record, &new, &old), expected, "{record} {active}");
        }
        let record = KeyRecord::of(&[("tintype:key".to_owned(), "rotating:AKIA1".to_owned())]);
        assert!(!is_successor(&[key("AKIA1", true, 0)], &record, &new, &old));
    }

    #[test]
    fn a_stray_is_neither_settled_nor_older_than_the_run() {
        let keys = vec![
            key("BESIDE", true, 1000),
            key("SETTLED", true, 1000),
            key("OLD", true, 699),
            key("STRAY", true, 700),
        ];
        let began = Timestamp::from_second(1000).unwrap();
        let [beside, settled] = ["BESIDE", "SETTLED"].map(AccessKeyId::told);
        let found = strays(keys, &[beside], &settled, began);
        assert_eq!(found, [key("STRAY", true, 700)]);
    }
}
