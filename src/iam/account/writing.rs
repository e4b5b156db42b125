//! What changes an account, one request a method. Where a request says that its end is reached
//! already, that is success, so that each can be repeated.

use std::fmt;

use aws_sdk_iam::config::retry::RetryConfig;
use aws_sdk_iam::types::{StatusType, Tag};
use secrecy::SecretString;

use super::{AccessKeyId, Account, Action, IamError, PolicyArn};
use crate::iam::{PolicyName, UserName};

/// A key that was made a moment ago. IAM shows the secret this once.
#[derive(Clone)]
pub(crate) struct NewKey {
    /// Its id.
    pub(crate) id: AccessKeyId,
    /// Its secret.
    pub(crate) secret: SecretString,
}

impl fmt::Debug for NewKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewKey").field("id", &self.id).finish_non_exhaustive()
    }
}

impl Account {
    /// Makes a policy; its ARN.
    ///
    /// # Errors
    /// It was not made, as far as is known.
    pub(crate) async fn create_policy(
        &self,
        name: &PolicyName,
        document: &str,
        tags: &[(String, String)],
    ) -> Result<PolicyArn, IamError> {
        let request = self.iam.create_policy().policy_name(name.as_str()).policy_document(document);
        let request = request.set_tags(Some(self::tags(tags)));
        let action = Action::CreatePolicy;
        let answer = request.send().await.map_err(self.judge(action))?;
        let arn = answer.policy.and_then(|policy| policy.arn);
        arn.map(PolicyArn::told).ok_or_else(|| incomplete(action))
    }

    /// Makes another version of a policy, which holds from then on.
    ///
    /// # Errors
    /// It was not made, as far as is known.
    pub(crate) async fn create_policy_version(
        &self,
        arn: &PolicyArn,
        document: &str,
    ) -> Result<(), IamError> {
        let request = self.iam.create_policy_version().policy_arn(arn.as_str());
        let request = request.policy_document(document).set_as_default(true);
        request.send().await.map(drop).map_err(self.judge(Action::CreatePolicyVersion))
    }

    /// Deletes a version of a policy that is not the default one.
    ///
    /// # Errors
    /// It may still be there.
    pub(crate) async fn delete_policy_version(
        &self,
        arn: &PolicyArn,
        version: &str,
    ) -> Result<(), IamError> {
        let request = self.iam.delete_policy_version().policy_arn(arn.as_str()).version_id(version);
        gone(request.send().await.map(drop).map_err(self.judge(Action::DeletePolicyVersion)))
    }

    /// Deletes a policy that nobody has and that has one version.
    ///
    /// # Errors
    /// It may still be there.
    pub(crate) async fn delete_policy(&self, arn: &PolicyArn) -> Result<(), IamError> {
        let request = self.iam.delete_policy().policy_arn(arn.as_str());
        gone(request.send().await.map(drop).map_err(self.judge(Action::DeletePolicy)))
    }

    /// Makes a user.
    ///
    /// # Errors
    /// It was not made, as far as is known.
    pub(crate) async fn create_user(
        &self,
        user: &UserName,
        tags: &[(String, String)],
    ) -> Result<(), IamError> {
        let request = self.iam.create_user().user_name(user.as_str());
        let request = request.set_tags(Some(self::tags(tags)));
        request.send().await.map(drop).map_err(self.judge(Action::CreateUser))
    }

    /// Sets tags of a user and leaves its others.
    ///
    /// # Errors
    /// They may not be set.
    pub(crate) async fn tag_user(
        &self,
        user: &UserName,
        tags: &[(String, String)],
    ) -> Result<(), IamError> {
        let request = self.iam.tag_user().user_name(user.as_str());
        let request = request.set_tags(Some(self::tags(tags)));
        request.send().await.map(drop).map_err(self.judge(Action::TagUser))
    }

    /// Deletes a user that has nothing any more.
    ///
    /// # Errors
    /// It may still be there.
    pub(crate) async fn delete_user(&self, user: &UserName) -> Result<(), IamError> {
        let request = self.iam.delete_user().user_name(user.as_str());
        gone(request.send().await.map(drop).map_err(self.judge(Action::DeleteUser)))
    }

    /// Gives a user a policy.
    ///
    /// # Errors
    /// The user may not have it.
    pub(crate) async fn attach(&self, user: &UserName, arn: &PolicyArn) -> Result<(), IamError> {
        let request = self.iam.attach_user_policy().user_name(user.as_str());
        let request = request.policy_arn(arn.as_str());
        request.send().await.map(drop).map_err(self.judge(Action::AttachUserPolicy))
    }

    /// Takes a policy from a user.
    ///
    /// # Errors
    /// The user may still have it.
    pub(crate) async fn detach(&self, user: &UserName, arn: &PolicyArn) -> Result<(), IamError> {
        let request = self.iam.detach_user_policy().user_name(user.as_str());
        let request = request.policy_arn(arn.as_str());
        gone(request.send().await.map(drop).map_err(self.judge(Action::DetachUserPolicy)))
    }

    /// Makes an access key. The request is sent once: if the answer is lost, so is the secret, and
    /// a second try would leave a key behind that nobody knows.
    ///
    /// # Errors
    /// There may be a key all the same.
    pub(crate) async fn create_key(&self, user: &UserName) -> Result<NewKey, IamError> {
        let action = Action::CreateAccessKey;
        let once = aws_sdk_iam::config::Builder::new().retry_config(RetryConfig::disabled());
        let request = self.iam.create_access_key().user_name(user.as_str());
        let answer = request.customize().config_override(once).send().await;
        let key =
            answer.map_err(self.judge(action))?.access_key.ok_or_else(|| incomplete(action))?;
        let secret = SecretString::from(key.secret_access_key);
        Ok(NewKey { id: AccessKeyId::told(key.access_key_id), secret })
    }

    /// Makes an access key useless until somebody activates it again.
    ///
    /// # Errors
    /// It may still be active.
    pub(crate) async fn deactivate_key(
        &self,
        user: &UserName,
        key: &AccessKeyId,
    ) -> Result<(), IamError> {
        let request = self.iam.update_access_key().user_name(user.as_str());
        let request = request.access_key_id(key.as_str()).status(StatusType::Inactive);
        gone(request.send().await.map(drop).map_err(self.judge(Action::UpdateAccessKey)))
    }

    /// Deletes an access key.
    ///
    /// # Errors
    /// It may still be there.
    pub(crate) async fn delete_key(
        &self,
        user: &UserName,
        key: &AccessKeyId,
    ) -> Result<(), IamError> {
        let request = self.iam.delete_access_key().user_name(user.as_str());
        let request = request.access_key_id(key.as_str());
        gone(request.send().await.map(drop).map_err(self.judge(Action::DeleteAccessKey)))
    }
}

/// What was to go and is not there has gone.
fn gone(outcome: Result<(), IamError>) -> Result<(), IamError> {
    match outcome {
        Err(IamError::NoSuch { .. }) => Ok(()),
        outcome => outcome,
    }
}

fn tags(tags: &[(String, String)]) -> Vec<Tag> {
    let tag = |(key, value): &(String, String)| Tag::builder().key(key).value(value).build();
    // Only a missing key or value is an error.
    tags.iter().map(tag).filter_map(Result::ok).collect()
}

fn incomplete(action: Action) -> IamError {
    IamError::Unavailable { action, source: "the answer lacks what was made".into() }
}
