//! How things are in the account: what plans are made from. It is read with requests that change
//! nothing.

use serde_json::Value;

use super::account::{AccessKeyId, Account, Caller, IamError, LastUse, PolicyArn, Version};
use super::key_record::KeyRecord;
use super::mark::Mark;
use super::policy::Partition;
use super::{PolicyName, Target, UserName};
use crate::bucket::BucketName;

/// What is looked at.
#[derive(Clone, Debug)]
pub(crate) struct Subject {
    /// The bucket that everything is for.
    pub(crate) bucket: BucketName,
    /// The user.
    pub(crate) user: UserName,
    /// The policy, where somebody named one.
    pub(crate) policy: Option<PolicyName>,
    /// The policy, where nobody did and the user has none of ours.
    pub(crate) default_policy: PolicyName,
    /// The key that the file of settings holds.
    pub(crate) key: Option<AccessKeyId>,
}

impl Subject {
    /// What is looked at for a bucket or a prefix of it: this user, and the policy where one was
    /// named.
    pub(crate) fn of(target: &Target, user: UserName, policy: Option<PolicyName>) -> Self {
        let (bucket, default_policy) = (target.bucket.clone(), PolicyName::of(target));
        Self { bucket, user, policy, default_policy, key: None }
    }
}

/// How things are.
#[derive(Clone, Debug)]
pub(crate) struct State {
    /// Whether policies have tags.
    pub(crate) dialect: Dialect,
    /// The policy's name, whether there is one or not.
    pub(crate) policy_name: PolicyName,
    /// The policy's ARN; what it would be, if there is none.
    pub(crate) policy_arn: PolicyArn,
    /// The policy.
    pub(crate) policy: Option<PolicyState>,
    /// The user.
    pub(crate) user: Option<UserState>,
}

/// What a service keeps of tags.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// Those of users and policies, as Amazon does.
    Tags,
    /// None of policies, nor those that a user is made with: `SeaweedFS`.
    UserTagsOnly,
}

/// A policy.
#[derive(Clone, Debug)]
pub(crate) struct PolicyState {
    /// Whose it is.
    pub(crate) mark: Mark,
    /// What it says; null when that is no JSON.
    pub(crate) document: Value,
    /// Its versions.
    pub(crate) versions: Vec<Version>,
    /// Who has it.
    pub(crate) holders: Vec<String>,
}

/// A user.
#[derive(Clone, Debug)]
pub(crate) struct UserState {
    /// Whose it is.
    pub(crate) mark: Mark,
    /// What its tag says of its keys.
    pub(crate) record: KeyRecord,
    /// The policies that are attached to it.
    pub(crate) attached: Vec<Attached>,
    /// Its keys.
    pub(crate) keys: Vec<KeyState>,
    /// What it has beside keys and attached policies.
    pub(crate) belongings: Vec<String>,
}

/// A policy that is attached to the user.
#[derive(Clone, Debug)]
pub(crate) struct Attached {
    /// Its name.
    pub(crate) name: PolicyName,
    /// Its ARN.
    pub(crate) arn: PolicyArn,
    /// Whose it is.
    pub(crate) mark: Mark,
}

/// An access key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KeyState {
    /// Its id.
    pub(crate) id: AccessKeyId,
    /// Whether it may be used.
    pub(crate) active: bool,
    /// Whether it was, where that matters.
    pub(crate) last_use: LastUse,
}

impl State {
    /// Looks at everything that a plan may need.
    ///
    /// # Errors
    /// IAM does not say.
    pub(crate) async fn read(
        account: &Account,
        caller: Option<&Caller>,
        subject: &Subject,
    ) -> Result<Self, IamError> {
        let expected = |name: &PolicyName| expected_arn(caller, account.region(), name);
        let dialect = dialect(account, &expected(&subject.default_policy)).await?;
        let user = UserState::read(account, subject, dialect).await?;
        let attached = user.iter().flat_map(|user| &user.attached);
        let ours = attached.filter(|policy| policy.mark == Mark::Ours).map(|policy| &policy.name);
        let policy_name = subject.policy.as_ref().or(ours.into_iter().next());
        let policy_name = policy_name.unwrap_or(&subject.default_policy).clone();
        let found = account.policy(&policy_name).await?;
        let policy_arn =
            found.as_ref().map_or_else(|| expected(&policy_name), |(arn, _)| arn.clone());
        let policy = match found {
            Some((arn, version)) => {
                Some(PolicyState::read(account, subject, (&arn, &version), dialect).await?)
            }
            None => None,
        };
        Ok(Self { dialect, policy_name, policy_arn, policy, user })
    }
}

/// A service without tags of policies says so, whatever policy it is asked about.
async fn dialect(account: &Account, arn: &PolicyArn) -> Result<Dialect, IamError> {
    match account.policy_tags(arn).await {
        Ok(_) | Err(IamError::NoSuch { .. } | IamError::Refused { .. }) => Ok(Dialect::Tags),
        Err(IamError::NotSupported { .. }) => Ok(Dialect::UserTagsOnly),
        Err(error) => Err(error),
    }
}

/// What the ARN of a policy will be: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>.
fn expected_arn(caller: Option<&Caller>, region: &str, name: &PolicyName) -> PolicyArn {
    let partition = caller.and_then(Caller::partition).unwrap_or(Partition::of_region(region));
    let account = caller.map_or("", |caller| &caller.account);
    PolicyArn::told(format!("arn:{partition}:iam::{account}:policy/{name}"))
}

impl PolicyState {
    async fn read(
        account: &Account,
        subject: &Subject,
        (arn, version): (&PolicyArn, &str),
        dialect: Dialect,
    ) -> Result<Self, IamError> {
        let document = account.policy_document(arn, version).await?;
        let document = serde_json::from_str(&document).unwrap_or(Value::Null);
        let mark = match dialect {
            Dialect::Tags => Mark::of(&account.policy_tags(arn).await?, &subject.bucket),
            Dialect::UserTagsOnly => Mark::of_document(&document, &subject.bucket),
        };
        let versions = account.policy_versions(arn).await?;
        let holders = account.policy_holders(arn).await?;
        Ok(Self { mark, document, versions, holders })
    }
}

impl UserState {
    async fn read(
        account: &Account,
        subject: &Subject,
        dialect: Dialect,
    ) -> Result<Option<Self>, IamError> {
        let user = &subject.user;
        let Some(tags) = account.user_tags(user).await? else { return Ok(None) };
        let record = KeyRecord::of(&tags);
        let keys = keys(account, subject, &record).await?;
        let attached = attached(account, subject, dialect).await?;
        let belongings = account.belongings(user).await?;
        let mark = Mark::of(&tags, &subject.bucket);
        Ok(Some(Self { mark, record, attached, keys, belongings }))
    }
}

async fn attached(
    account: &Account,
    subject: &Subject,
    dialect: Dialect,
) -> Result<Vec<Attached>, IamError> {
    let mut attached = Vec::new();
    for (name, arn) in account.attached(&subject.user).await? {
        let mark = match dialect {
            // Amazon's own policies tell nobody their tags.
            Dialect::Tags if arn.is_of_amazon() => Mark::Missing,
            Dialect::Tags => Mark::of(&account.policy_tags(&arn).await?, &subject.bucket),
            Dialect::UserTagsOnly => Mark::Missing,
        };
        attached.push(Attached { name, arn, mark });
    }
    Ok(attached)
}

async fn keys(
    account: &Account,
    subject: &Subject,
    record: &KeyRecord,
) -> Result<Vec<KeyState>, IamError> {
    let mut keys = Vec::new();
    for key in account.keys(&subject.user).await? {
        let is_new = record.begun().is_some_and(|begun| !begun.beside.contains(&key.id));
        let may_be_lost = is_new && subject.key.as_ref() != Some(&key.id);
        let last_use = match may_be_lost {
            true => account.last_use(&key).await?,
            false => LastUse::Unknown,
        };
        keys.push(KeyState { id: key.id, active: key.active, last_use });
    }
    Ok(keys)
}
