//! What is asked of an account without changing it. What is not there is an answer, not an error;
//! what the service has no request for, its accounts do not have.

use aws_sdk_iam::primitives::DateTime;
use aws_sdk_iam::types::{PolicyScopeType, StatusType, Tag};
use jiff::{SignedDuration, Timestamp};
use percent_encoding::percent_decode_str;

use super::bound::Bound;
use super::{AccessKeyId, Account, Action, IamError, PolicyArn};
use crate::iam::policy::Partition;
use crate::iam::{PolicyName, UserName};

/// How many entries one page may have, which is the most that AWS gives.
const PAGE: i32 = 1000;

/// How long after it was made a new key is tried out at the most: a minute of tries, and what the
/// last of them takes.
const FIRST_MINUTES: SignedDuration = SignedDuration::from_mins(2);

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Caller {
    /// The account's number.
    pub(crate) account: String,
    /// The user or role.
    pub(crate) arn: String,
}

impl Caller {
    /// The part of AWS that the account is in, where its name says so.
    pub(crate) fn partition(&self) -> Option<Partition> {
        self.arn.split(':').nth(1)?.parse().ok()
    }
}

/// One version of a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Version {
    /// Such as `v3`.
    pub(crate) id: String,
    /// Whether it is the one that holds.
    pub(crate) is_default: bool,
}

impl Version {
    /// The place in the order in which versions were made: 3 for `v3`.
    pub(crate) fn number(&self) -> u64 {
        self.id.trim_start_matches('v').parse().unwrap_or(0)
    }
}

/// An access key as IAM lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Key {
    /// Its id.
    pub(crate) id: AccessKeyId,
    /// Whether it may be used.
    pub(crate) active: bool,
    /// When it was made, by IAM's clock.
    pub(crate) made: Option<Timestamp>,
}

/// Whether a key was ever used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LastUse {
    /// It was not, as far as IAM knows.
    Never,
    /// It was, with S3 alone and in the first minutes alone, as whoever tries a new key out does.
    AtFirst,
    /// It was.
    Used,
    /// The service has no request for it.
    Unknown,
}

impl LastUse {
    /// What a use says about a key that was made then.
    fn at(used: Option<&DateTime>, service: &str, made: Option<Timestamp>) -> Self {
        let Some(used) = used else { return Self::Never };
        let used = Timestamp::from_second(used.secs()).ok();
        let is_early = used.zip(made).is_some_and(|(used, made)| used <= made + FIRST_MINUTES);
        if is_early && service == "s3" { Self::AtFirst } else { Self::Used }
    }
}

/// Every entry of a listing, or an error where there are more than anybody has.
macro_rules! entries {
    ($account:expr, $action:expr, $request:expr, $of_page:ident) => {{
        let mut pages = $request.into_paginator().send();
        let mut bound = Bound::of($action);
        let mut entries = Vec::new();
        while let Some(page) = pages.next().await {
            let page = page.map_err($account.judge($action))?;
            bound.page(page.$of_page().len())?;
            entries.extend_from_slice(page.$of_page());
        }
        entries
    }};
}

impl Account {
    /// Who asks; nothing where the service has no STS.
    ///
    /// # Errors
    /// The key is not accepted.
    pub(crate) async fn caller(&self) -> Result<Option<Caller>, IamError> {
        let answer = self.sts.get_caller_identity().send().await;
        match answer.map_err(self.judge(Action::GetCallerIdentity)) {
            Ok(answer) => {
                Ok(answer.account.zip(answer.arn).map(|(account, arn)| Caller { account, arn }))
            }
            Err(error @ IamError::Credentials { .. }) => Err(error),
            Err(_) => Ok(None),
        }
    }

    /// The policy of the account's own with this name, and the id of its default version.
    ///
    /// # Errors
    /// IAM does not say.
    pub(crate) async fn policy(
        &self,
        name: &PolicyName,
    ) -> Result<Option<(PolicyArn, String)>, IamError> {
        let request = self.iam.list_policies().scope(PolicyScopeType::Local).max_items(PAGE);
        let policies = entries!(self, Action::ListPolicies, request, policies);
        let found = policies.into_iter().find(|policy| policy.policy_name() == Some(name.as_str()));
        let found = found.and_then(|policy| policy.arn.zip(policy.default_version_id));
        Ok(found.map(|(arn, version)| (PolicyArn::told(arn), version)))
    }

    /// The tags of a policy; [`IamError::NotSupported`] where policies have none.
    ///
    /// # Errors
    /// IAM does not say.
    pub(crate) async fn policy_tags(
        &self,
        arn: &PolicyArn,
    ) -> Result<Vec<(String, String)>, IamError> {
        let request = self.iam.list_policy_tags().policy_arn(arn.as_str());
        Ok(pairs(entries!(self, Action::ListPolicyTags, request, tags)))
    }

    /// The document of one version, as JSON.
    ///
    /// # Errors
    /// IAM does not say.
    pub(crate) async fn policy_document(
        &self,
        arn: &PolicyArn,
        version: &str,
    ) -> Result<String, IamError> {
        let request = self.iam.get_policy_version().policy_arn(arn.as_str()).version_id(version);
        let answer = request.send().await.map_err(self.judge(Action::GetPolicyVersion))?;
        let document = answer.policy_version.and_then(|version| version.document);
        // It comes as RFC 3986 escapes it:
        // <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetPolicyVersion.html>.
        let document = document.unwrap_or_default();
        Ok(percent_decode_str(&document).decode_utf8_lossy().into_owned())
    }

    /// Every version of a policy.
    ///
    /// # Errors
    /// IAM does not say.
    pub(crate) async fn policy_versions(&self, arn: &PolicyArn) -> Result<Vec<Version>, IamError> {
        let request = self.iam.list_policy_versions().policy_arn(arn.as_str());
        let versions = entries!(self, Action::ListPolicyVersions, request, versions).into_iter();
        let versions = versions.filter_map(|version| {
            let is_default = version.is_default_version;
            version.version_id.map(|id| Version { id, is_default })
        });
        Ok(versions.collect())
    }

    /// Who has a policy, such as `user tintype-pics`; nobody where the service does not say.
    ///
    /// # Errors
    /// IAM does not say, although it could.
    pub(crate) async fn policy_holders(&self, arn: &PolicyArn) -> Result<Vec<String>, IamError> {
        let request = || self.iam.list_entities_for_policy().policy_arn(arn.as_str());
        let mut marker = None;
        let mut holders = Vec::new();
        let mut bound = Bound::of(Action::ListEntitiesForPolicy);
        loop {
            let answer = request().set_marker(marker).send().await;
            let answer = match answer.map_err(self.judge(Action::ListEntitiesForPolicy)) {
                Ok(answer) => answer,
                Err(IamError::NotSupported { .. }) => return Ok(holders),
                Err(error) => return Err(error),
            };
            let before = holders.len();
            let users = answer.policy_users.into_iter().flatten().filter_map(|user| user.user_name);
            holders.extend(users.map(|name| format!("user {name}")));
            let groups = answer.policy_groups.into_iter().flatten();
            holders.extend(
                groups.filter_map(|group| group.group_name).map(|name| format!("group {name}")),
            );
            let roles = answer.policy_roles.into_iter().flatten();
            holders
                .extend(roles.filter_map(|role| role.role_name).map(|name| format!("role {name}")));
            bound.page(holders.len() - before)?;
            marker = answer.marker;
            if marker.is_none() {
                return Ok(holders);
            }
        }
    }

    /// The tags of a user; nothing where there is no such user.
    ///
    /// # Errors
    /// IAM does not say.
    pub(crate) async fn user_tags(
        &self,
        user: &UserName,
    ) -> Result<Option<Vec<(String, String)>>, IamError> {
        let tags = async {
            let request = self.iam.list_user_tags().user_name(user.as_str());
            Ok(pairs(entries!(self, Action::ListUserTags, request, tags)))
        };
        match tags.await {
            Ok(tags) => Ok(Some(tags)),
            Err(IamError::NoSuch { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The policies that are attached to a user, by name.
    ///
    /// # Errors
    /// IAM does not say.
    pub(crate) async fn attached(
        &self,
        user: &UserName,
    ) -> Result<Vec<(PolicyName, PolicyArn)>, IamError> {
        let request = self.iam.list_attached_user_policies().user_name(user.as_str());
        let attached = entries!(self, Action::ListAttachedUserPolicies, request, attached_policies)
            .into_iter();
        let attached = attached.filter_map(|policy| policy.policy_name.zip(policy.policy_arn));
        Ok(attached.map(|(name, arn)| (PolicyName::told(name), PolicyArn::told(arn))).collect())
    }

    /// The access keys of a user.
    ///
    /// # Errors
    /// IAM does not say.
    pub(crate) async fn keys(&self, user: &UserName) -> Result<Vec<Key>, IamError> {
        let request = self.iam.list_access_keys().user_name(user.as_str());
        let keys = entries!(self, Action::ListAccessKeys, request, access_key_metadata).into_iter();
        let keys = keys.filter_map(|key| {
            let active = key.status == Some(StatusType::Active);
            let made = key.create_date.and_then(|at| Timestamp::from_second(at.secs()).ok());
            key.access_key_id.map(|id| Key { id: AccessKeyId::told(id), active, made })
        });
        Ok(keys.collect())
    }

    /// Whose key it is; nothing where the service does not know or this administrator may not.
    ///
    /// # Errors
    /// IAM has no good answer.
    pub(crate) async fn owner(&self, key: &AccessKeyId) -> Result<Option<UserName>, IamError> {
        let request = self.iam.get_access_key_last_used().access_key_id(key.as_str());
        let answer = request.send().await.map_err(self.judge(Action::GetAccessKeyLastUsed));
        let answer = match answer {
            Ok(answer) => answer,
            Err(
                error @ (IamError::Unreachable { .. }
                | IamError::Unavailable { .. }
                | IamError::Credentials { .. }),
            ) => return Err(error),
            // Also of a key that is not of this account.
            Err(_) => return Ok(None),
        };
        Ok(answer.user_name.map(UserName::told))
    }

    /// Whether a key was used.
    ///
    /// # Errors
    /// IAM does not say, although it could. That is no sign of a key that nobody uses.
    pub(crate) async fn last_use(&self, key: &Key) -> Result<LastUse, IamError> {
        let request = self.iam.get_access_key_last_used().access_key_id(key.id.as_str());
        let answer = request.send().await.map_err(self.judge(Action::GetAccessKeyLastUsed));
        let last = match answer {
            Ok(answer) => answer.access_key_last_used,
            Err(IamError::NotSupported { .. }) => return Ok(LastUse::Unknown),
            Err(error) => return Err(error),
        };
        let Some(last) = last else { return Ok(LastUse::Never) };
        Ok(LastUse::at(last.last_used_date.as_ref(), &last.service_name, key.made))
    }

    /// What a user has beside access keys and attached policies, such as `group staff`. Amazon
    /// deletes no user that has any of it.
    ///
    /// # Errors
    /// IAM does not say, although it could.
    pub(crate) async fn belongings(&self, user: &UserName) -> Result<Vec<String>, IamError> {
        let mut all = Vec::new();
        for (kind, names) in [
            ("inline policy", known(self.inline_policies(user).await)?),
            ("membership of the group", known(self.groups(user).await)?),
            ("password for", known(self.password(user).await)?),
            ("MFA device", known(self.mfa_devices(user).await)?),
            ("SSH key", known(self.ssh_keys(user).await)?),
            ("signing certificate", known(self.certificates(user).await)?),
        ] {
            all.extend(names.into_iter().map(|name| format!("{kind} {name}")));
        }
        Ok(all)
    }

    async fn inline_policies(&self, user: &UserName) -> Result<Vec<String>, IamError> {
        let request = self.iam.list_user_policies().user_name(user.as_str());
        Ok(entries!(self, Action::ListUserPolicies, request, policy_names))
    }

    async fn groups(&self, user: &UserName) -> Result<Vec<String>, IamError> {
        let request = self.iam.list_groups_for_user().user_name(user.as_str());
        let groups = entries!(self, Action::ListGroupsForUser, request, groups);
        Ok(groups.into_iter().map(|group| group.group_name).collect())
    }

    async fn password(&self, user: &UserName) -> Result<Vec<String>, IamError> {
        let request = self.iam.get_login_profile().user_name(user.as_str());
        match request.send().await.map_err(self.judge(Action::GetLoginProfile)) {
            Ok(_) => Ok(vec!["the console".to_owned()]),
            Err(IamError::NoSuch { .. }) => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }

    async fn mfa_devices(&self, user: &UserName) -> Result<Vec<String>, IamError> {
        let request = self.iam.list_mfa_devices().user_name(user.as_str());
        let devices = entries!(self, Action::ListMfaDevices, request, mfa_devices);
        Ok(devices.into_iter().map(|device| device.serial_number).collect())
    }

    async fn ssh_keys(&self, user: &UserName) -> Result<Vec<String>, IamError> {
        let request = self.iam.list_ssh_public_keys().user_name(user.as_str());
        let keys = entries!(self, Action::ListSshPublicKeys, request, ssh_public_keys);
        Ok(keys.into_iter().map(|key| key.ssh_public_key_id).collect())
    }

    async fn certificates(&self, user: &UserName) -> Result<Vec<String>, IamError> {
        let request = self.iam.list_signing_certificates().user_name(user.as_str());
        let certificates = entries!(self, Action::ListSigningCertificates, request, certificates);
        Ok(certificates.into_iter().map(|certificate| certificate.certificate_id).collect())
    }
}

/// What the service has no request for, nobody has.
fn known(listed: Result<Vec<String>, IamError>) -> Result<Vec<String>, IamError> {
    match listed {
        Err(IamError::NotSupported { .. }) => Ok(Vec::new()),
        listed => listed,
    }
}

fn pairs(tags: Vec<Tag>) -> Vec<(String, String)> {
    tags.into_iter().map(|tag| (tag.key, tag.value)).collect()
}

#[cfg(test)]
mod tests {
    use aws_sdk_iam::primitives::DateTime;
    use jiff::Timestamp;

    use super::LastUse;

    #[test]
    fn a_key_is_in_use_after_its_first_minutes_or_outside_of_s3() {
        let made = Timestamp::from_second(1000).ok();
        for (used, service, made, expected) in [
            (None, "N/A", made, LastUse::Never),
            (Some(1000), "s3", made, LastUse::AtFirst),
            (Some(1120), "s3", made, LastUse::AtFirst),
            (Some(1121), "s3", made, LastUse::Used),
            (Some(1000), "sts", made, LastUse::Used),
            (Some(1000), "s3", None, LastUse::Used),
        ] {
            let used = used.map(DateTime::from_secs);
            assert_eq!(LastUse::at(used.as_ref(), service, made), expected, "{used:?} {service}");
        }
    }
}
