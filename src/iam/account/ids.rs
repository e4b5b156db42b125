//! What IAM itself names: keys, and policies in full.

use std::fmt;

use serde::Serialize;

macro_rules! ids {
    ($(#[$doc:meta] $name:ident;)*) => {$(
        #[$doc]
        #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
        pub(crate) struct $name(String);

        impl $name {
            /// As IAM, or who had it from there, told it.
            pub(crate) fn told(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// The text.
            pub(crate) fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

ids! {
    /// The full name of a policy, with its account.
    PolicyArn;
    /// The public half of an access key.
    AccessKeyId;
}

impl PolicyArn {
    /// Whether it is one of Amazon's own policies, which every account may use: the ARN then names
    /// `aws` where others have the number of an account
    /// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>).
    pub(crate) fn is_of_amazon(&self) -> bool {
        self.0.split(':').nth(4) == Some("aws")
    }
}

#[cfg(test)]
mod tests {
    use super::PolicyArn;

    #[test]
    fn amazons_own_policies_are_known_by_their_account() {
        for (arn, is_of_amazon) in [
            ("arn:aws:iam::aws:policy/ReadOnlyAccess", true),
            ("arn:aws-cn:iam::aws:policy/aws-service-role/X", true),
            ("arn:aws:iam::123456789012:policy/aws", false),
            ("arn:aws:iam:::policy/tintype-pics", false),
        ] {
            assert_eq!(PolicyArn::told(arn).is_of_amazon(), is_of_amazon, "{arn}");
        }
    }
}
