//! Why nothing is changed, and what would help.

use crate::iam::account::AccessKeyId;
use crate::iam::{PolicyName, UserName};

/// A reason to leave everything as it is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    /// There is a user of that name without our tags.
    #[error(
        "there is a user {0} that was not made by tintype: name another with --user, or remove \
         that one first"
    )]
    ForeignUser(UserName),
    /// The user serves another bucket.
    #[error("the user {user} was made for the bucket {bucket}: name another with --user")]
    UserOfBucket {
        /// The user.
        user: UserName,
        /// The bucket that it is for.
        bucket: String,
    },
    /// There is no such user.
    #[error("there is no user {0}: `tintype iam setup` makes one, --user names another")]
    NoUser(UserName),
    /// There is a policy of that name without our tags.
    #[error(
        "there is a policy {0} that was not made by tintype: name another with --policy-name, or \
         remove that one first"
    )]
    ForeignPolicy(PolicyName),
    /// The policy is for another bucket.
    #[error(
        "the policy {policy} was made for the bucket {bucket}: name another with --policy-name"
    )]
    PolicyOfBucket {
        /// The policy.
        policy: PolicyName,
        /// The bucket that it is for.
        bucket: String,
    },
    /// The user has a policy of ours already.
    #[error(
        "the user {user} has the policy {has} already: leave out --policy-name, or say \
         --policy-name {has}"
    )]
    OtherPolicy {
        /// The user.
        user: UserName,
        /// The policy that it has.
        has: PolicyName,
    },
    /// Somebody made the key in the file useless.
    #[error(
        "the key {key} in {file} is inactive: activate it (`aws iam update-access-key --user-name \
         {user} --access-key-id {key} --status Active`), or replace it with `tintype iam rotate`"
    )]
    InactiveKey {
        /// The user.
        user: UserName,
        /// The key.
        key: AccessKeyId,
        /// The file.
        file: String,
    },
    /// Half of the key is missing, and IAM shows it to nobody.
    #[error(
        "{file} names the key {key} without its secret (AWS_SECRET_ACCESS_KEY), which IAM shows \
         once: put it back, or make another key with --rotate"
    )]
    NoSecret {
        /// The key.
        key: AccessKeyId,
        /// The file.
        file: String,
    },
    /// The user's key is not here.
    #[error(
        "the user {user} has the key {key}, which is not in {file}: if another machine uses it, \
         copy its lines from there; otherwise make another key with --rotate"
    )]
    KeyElsewhere {
        /// The user.
        user: UserName,
        /// The key.
        key: AccessKeyId,
        /// The file.
        file: String,
    },
    /// There is no room for another key.
    #[error(
        "the user {user} has two keys already, {first} and {second}, and a user can have no more: \
         delete the one that nobody uses (`aws iam delete-access-key --user-name {user} \
         --access-key-id ID`)"
    )]
    TwoKeys {
        /// The user.
        user: UserName,
        /// One of them.
        first: AccessKeyId,
        /// Another.
        second: AccessKeyId,
    },
    /// What is to be replaced is not here, since there is no file.
    #[error(
        "there is no {file}, so there is no key to replace: name the file with --env-file, or make \
         a key for this machine with `tintype iam setup --rotate`"
    )]
    NoFile {
        /// The file.
        file: String,
    },
    /// What is to be replaced is not here.
    #[error(
        "{file} holds no key of the user {user}, so there is nothing to replace: `tintype iam \
         setup --rotate` makes a key for this machine, --user names another user"
    )]
    NotInEnv {
        /// The user.
        user: UserName,
        /// The file.
        file: String,
    },
    /// Somebody gave our user something.
    #[error(
        "the user {user} has what tintype did not give it: {}. Nothing was removed. Remove that, or \
         move it to a user of its own, and run this again", .things.join(", ")
    )]
    UserHasMore {
        /// The user.
        user: UserName,
        /// What it has.
        things: Vec<String>,
    },
    /// There is no such user, but a policy that somebody has.
    #[error(
        "there is no user {user}; the policy {policy} is attached to {}: {}",
        .holders.join(", "), name_them(.holders)
    )]
    NoHolder {
        /// The user.
        user: UserName,
        /// The policy.
        policy: PolicyName,
        /// Who has it.
        holders: Vec<String>,
    },
    /// Somebody gave our policy to others.
    #[error(
        "others have the policy {policy} too: {}. Nothing was removed. Detach it there, and run this \
         again", .holders.join(", ")
    )]
    PolicyHasMore {
        /// The policy.
        policy: PolicyName,
        /// Who has it.
        holders: Vec<String>,
    },
}

/// What to say in place of a user that is not there.
fn name_them(holders: &[String]) -> String {
    let mut users = holders.iter().filter_map(|holder| holder.strip_prefix("user "));
    match (users.next(), users.next()) {
        (Some(user), None) => format!("say --user {user}"),
        (Some(_), Some(_)) => "say which one with --user".to_owned(),
        (None, _) => "detach it there, and run this again".to_owned(),
    }
}
