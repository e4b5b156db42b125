//! What is asked of IAM and STS, under the names that a policy of the administrator has for it.

use std::fmt;

macro_rules! actions {
    ($($variant:ident $name:literal;)*) => {
        /// One kind of request.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Action {
            $(#[doc = concat!("`", $name, "`.")] $variant,)*
        }

        impl Action {
            /// The name that allows or denies it in a policy.
            pub(crate) fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }
        }
    };
}

actions! {
    AttachUserPolicy "iam:AttachUserPolicy";
    CreateAccessKey "iam:CreateAccessKey";
    CreatePolicy "iam:CreatePolicy";
    CreatePolicyVersion "iam:CreatePolicyVersion";
    CreateUser "iam:CreateUser";
    DeleteAccessKey "iam:DeleteAccessKey";
    DeletePolicy "iam:DeletePolicy";
    DeletePolicyVersion "iam:DeletePolicyVersion";
    DeleteUser "iam:DeleteUser";
    DetachUserPolicy "iam:DetachUserPolicy";
    GetAccessKeyLastUsed "iam:GetAccessKeyLastUsed";
    GetCallerIdentity "sts:GetCallerIdentity";
    GetLoginProfile "iam:GetLoginProfile";
    GetPolicyVersion "iam:GetPolicyVersion";
    ListAccessKeys "iam:ListAccessKeys";
    ListAttachedUserPolicies "iam:ListAttachedUserPolicies";
    ListEntitiesForPolicy "iam:ListEntitiesForPolicy";
    ListGroupsForUser "iam:ListGroupsForUser";
    ListMfaDevices "iam:ListMFADevices";
    ListPolicies "iam:ListPolicies";
    ListPolicyTags "iam:ListPolicyTags";
    ListPolicyVersions "iam:ListPolicyVersions";
    ListSigningCertificates "iam:ListSigningCertificates";
    ListSshPublicKeys "iam:ListSSHPublicKeys";
    ListUserPolicies "iam:ListUserPolicies";
    ListUserTags "iam:ListUserTags";
    TagUser "iam:TagUser";
    UpdateAccessKey "iam:UpdateAccessKey";
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
