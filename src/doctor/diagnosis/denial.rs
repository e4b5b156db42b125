//! Which right is missing: what Amazon says of it where it does, else what the step needs.

/// A right that is missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::doctor) struct Denial {
    /// Such as `s3:DeleteObject`.
    pub(in crate::doctor) action: String,
    /// The ARN that it is missing on.
    pub(in crate::doctor) resource: String,
    /// What stands in the way, where the service says so: `no identity-based policy allows the
    /// s3:DeleteObject action`, or `an explicit deny in a resource-based policy`.
    pub(in crate::doctor) because: Option<String>,
}

impl Denial {
    /// Reads `User: ARN is not authorized to perform: ACTION on resource: "ARN" because REASON`:
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html>. What it
    /// says of the resource names the one object that was asked for.
    pub(in crate::doctor) fn read(message: &str) -> Option<Self> {
        let (_, rest) = message.split_once("is not authorized to perform: ")?;
        let (action, rest) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
        let resource = rest.split_once("on resource: ").map_or("", |(_, rest)| rest);
        let resource = resource.split_whitespace().next().unwrap_or("").trim_matches('"');
        let because = ["because ", "with "].iter().find_map(|word| rest.split_once(word));
        Some(Self {
            action: action.trim_end_matches(['.', ',']).to_owned(),
            resource: resource.to_owned(),
            because: because.map(|(_, reason)| reason.trim_end_matches('.').to_owned()),
        })
    }

    /// Whether somebody says no in so many words, so that allowing it elsewhere changes nothing.
    pub(in crate::doctor) fn is_explicit(&self) -> bool {
        self.because.as_deref().is_some_and(|because| because.contains("explicit deny"))
    }
}

#[cfg(test)]
mod tests {
    use super::Denial;

    #[test]
    fn amazon_names_the_action_and_the_reason() {
        let user = "User: arn:aws:iam::123456789012:user/tintype is not authorized to perform: ";
        for (rest, action, resource, because, explicit) in [
            (
                "s3:DeleteObject on resource: \"arn:aws:s3:::pics/a\" because no identity-based \
                 policy allows the s3:DeleteObject action",
                "s3:DeleteObject",
                "arn:aws:s3:::pics/a",
                Some("no identity-based policy allows the s3:DeleteObject action"),
                false,
            ),
            (
                "s3:PutObject on resource: \"arn:aws:s3:::pics/a\" with an explicit deny in a \
                 resource-based policy",
                "s3:PutObject",
                "arn:aws:s3:::pics/a",
                Some("an explicit deny in a resource-based policy"),
                true,
            ),
            (
                "kms:GenerateDataKey on resource: arn:aws:kms:eu-west-1:123456789012:key/1-2 \
                 because no identity-based policy allows the kms:GenerateDataKey action.",
                "kms:GenerateDataKey",
                "arn:aws:kms:eu-west-1:123456789012:key/1-2",
                Some("no identity-based policy allows the kms:GenerateDataKey action"),
                false,
            ),
            ("s3:ListBucket", "s3:ListBucket", "", None, false),
        ] {
            let denial = Denial::read(&format!("{user}{rest}")).unwrap();
            assert_eq!(denial.action, action);
            assert_eq!(denial.resource, resource);
            assert_eq!(denial.because.as_deref(), because);
            assert_eq!(denial.is_explicit(), explicit);
        }
        assert_eq!(Denial::read("Access Denied"), None);
    }
}
