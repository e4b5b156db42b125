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
