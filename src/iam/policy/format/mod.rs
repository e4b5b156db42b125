//! The policy for the tools that people make it with. All of them carry the one document; all but
//! the bare document also make the user.

mod cloudformation;
mod prose;
mod script;
mod terraform;

use super::Policy;
use crate::iam::{PolicyName, Target, UserName};

/// How the policy is written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// The document alone, as IAM takes it.
    Json,
    /// Resources for Terraform or OpenTofu.
    Terraform,
    /// A template for CloudFormation.
    CloudFormation,
    /// A script for a POSIX shell with the AWS CLI.
    Cli,
}

/// A policy, and who is to have it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Naming<'a> {
    /// What the user may do.
    pub(crate) policy: &'a Policy,
    /// The bucket that it is about.
    pub(crate) target: &'a Target,
    /// The policy's name.
    pub(crate) policy_name: &'a PolicyName,
    /// The user's name.
    pub(crate) user: &'a UserName,
}

impl Format {
    /// All of them.
    pub(crate) const ALL: [Self; 4] =
        [Self::Json, Self::Terraform, Self::CloudFormation, Self::Cli];

    /// As it is typed.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Terraform => "terraform",
            Self::CloudFormation => "cloudformation",
            Self::Cli => "cli",
        }
    }

    /// The format that is typed like this.
    pub(crate) fn named(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.as_str() == text)
    }

    /// Whether it names the user and the policy.
    pub(crate) fn has_names(self) -> bool {
        self != Self::Json
    }

    /// The text, without a line break at its end.
    pub(crate) fn write(self, naming: Naming<'_>) -> String {
        match self {
            Self::Json => naming.policy.to_json(),
            Self::Terraform => terraform::write(naming),
            Self::CloudFormation => cloudformation::write(naming),
            Self::Cli => script::write(naming),
        }
    }
}
