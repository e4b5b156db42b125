//! Makes one change.

use secrecy::{ExposeSecret as _, SecretString};

use super::error::ApplyError;
use super::proof::prove;
use super::{Destination, Goal, Made, Work};
use crate::env_file::quoting::quoted;
use crate::env_file::{EnvFile, Written};
use crate::iam::account::{AccessKeyId, NewKey};
use crate::iam::bucket::{self, Applied};
use crate::iam::change::{Change, EnvLine, EnvValue, WhichKey, WhyDelete};
use crate::iam::key_record::KeyRecord;
use crate::iam::plan::Rotation;

impl Work<'_> {
    /// Makes one change; what there is to say about it.
    pub(super) async fn apply(
        &mut self,
        change: &Change,
        made: &mut Made,
    ) -> Result<Option<String>, ApplyError> {
        let account = &self.account;
        match change {
            Change::Bucket { bucket: name, change, .. } => {
                let applied = bucket::apply(&self.inquiry, name, *change).await?;
                let unsupported = applied == Applied::Unsupported;
                return Ok(unsupported.then(|| format!("the service does not have {change}")));
            }
            Change::CreatePolicy { name, document, tags } => {
                made.policy = Some(account.create_policy(name, document, tags).await?);
            }
            Change::CreatePolicyVersion { policy, document } => {
                account.create_policy_version(policy, document).await?;
            }
            Change::DeletePolicyVersion { policy, version } => {
                account.delete_policy_version(policy, version).await?;
            }
            Change::DeletePolicy { policy } => account.delete_policy(policy).await?,
            Change::CreateUser { user, tags } => account.create_user(user, tags).await?,
            Change::TagUser { user, tags } => account.tag_user(user, tags).await?,
            Change::DeleteUser { user } => account.delete_user(user).await?,
            Change::AttachPolicy { user, policy } => {
                account.attach(user, made.policy.as_ref().unwrap_or(policy)).await?;
            }
            Change::DetachPolicy { user, policy } => account.detach(user, policy).await?,
            Change::BeginKey { user, begun } => {
                let tag = KeyRecord::Begun(begun.clone()).tag();
                account.tag_user(user, &[tag]).await?;
                made.beside.clone_from(&begun.beside);
            }
            Change::CreateAccessKey { user } => made.key = Some(account.create_key(user).await?),
            Change::ProveKey { .. } => prove(&self.service, &self.subject, made.key()?).await?,
            Change::WriteEnv { lines, .. } => {
                let remark = self.write(lines, made.key.as_ref())?;
                made.is_written = true;
                self.is_kept(made.key.as_ref());
                return Ok(remark);
            }
            Change::SettleKey { user, key } => {
                let id = match key {
                    WhichKey::Known(id) => id,
                    WhichKey::New => &made.key()?.id,
                };
                let remark = self.delete_strays(id).await?;
                account.tag_user(user, &[KeyRecord::Settled(id.clone()).tag()]).await?;
                return Ok(remark);
            }
            Change::DeactivateKey { user, key } => {
                self.check_successor(key, made).await?;
                account.deactivate_key(user, key).await?;
            }
            Change::DeleteKey { user, key, why } => {
                if *why == WhyDelete::Old {
                    self.check_successor(key, made).await?;
                }
                account.delete_key(user, key).await?;
            }
        }
        Ok(None)
    }

    /// Writes the lines down where keys belong; what there is to say about it.
    fn write(
        &mut self,
        lines: &[EnvLine],
        key: Option<&NewKey>,
    ) -> Result<Option<String>, ApplyError> {
        match &mut self.destination {
            Destination::File(file) => {
                write_file(file, lines, key)?;
                Ok(match file.write(self.now)? {
                    Written::Nothing | Written::Created => None,
                    Written::Replaced { backup } => Some(format!(
                        "what the file said before, secrets included, is in {}",
                        backup.display()
                    )),
                })
            }
            Destination::Reader(reader) => {
                for line in lines {
                    if let Some(value) = value(&line.value, key)? {
                        writeln!(reader, "{}={}", line.name, quoted(value.expose_secret()))?;
                    }
                }
                reader.flush()?;
                Ok(None)
            }
        }
    }

    /// What is left to do once a new key is written down is never to make one more.
    fn is_kept(&mut self, key: Option<&NewKey>) {
        let Some(key) = key else { return };
        if let Goal::Setup(setup, _) = &mut self.goal {
            setup.rotation = Rotation::Keep;
        }
        if let Destination::Reader(_) = &self.destination {
            self.printed = Some(key.id.clone());
        }
    }

    /// Deletes a key that was made and is written down nowhere, since nobody will ever use it.
    pub(super) async fn take_back(&self, made: &mut Made, cause: ApplyError) -> ApplyError {
        let Some(key) = made.key.take().filter(|_| !made.is_written) else { return cause };
        let user = &self.subject.user;
        if self.account.delete_key(user, &key.id).await.is_err() {
            return ApplyError::KeyLeft { key: key.id, source: Box::new(cause) };
        }
        let of_user = |id: &&AccessKeyId| made.beside.contains(id);
        if let Some(id) = self.subject.key.as_ref().filter(of_user) {
            // The tag would only have the next run look for a key that is lost.
            self.account.tag_user(user, &[KeyRecord::Settled(id.clone()).tag()]).await.ok();
        }
        ApplyError::TakenBack(Box::new(cause))
    }
}

impl Made {
    fn key(&self) -> Result<&NewKey, ApplyError> {
        self.key.as_ref().ok_or(ApplyError::NoKey)
    }
}

fn write_file(
    file: &mut EnvFile,
    lines: &[EnvLine],
    key: Option<&NewKey>,
) -> Result<(), ApplyError> {
    for line in lines {
        match value(&line.value, key)? {
            Some(value) => file.set(line.name, value.expose_secret())?,
            None => file.remove(line.name),
        }
    }
    Ok(())
}

/// What a line says; nothing for one that goes.
fn value(value: &EnvValue, key: Option<&NewKey>) -> Result<Option<SecretString>, ApplyError> {
    let key = key.ok_or(ApplyError::NoKey);
    Ok(match value {
        EnvValue::Text(text) => Some(SecretString::from(text.as_str())),
        EnvValue::NewKeyId => Some(SecretString::from(key?.id.as_str())),
        EnvValue::NewSecret => Some(key?.secret.clone()),
        EnvValue::Absent => None,
    })
}
