//! The tags that say what is ours: without them nothing is changed or deleted that somebody else
//! may have made.

use std::slice;

use serde_json::Value;

use super::policy::SIDS;
use crate::bucket::BucketName;

/// Says who made it.
const MADE_BY: &str = "tintype:made-by";

/// The value of [`MADE_BY`].
const TINTYPE: &str = "tintype";

/// Says for which bucket.
const BUCKET: &str = "tintype:bucket";

/// A tag: its name and its value.
pub(crate) type Tag = (String, String);

/// Whose a user or a policy is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    /// Tintype made it for this bucket.
    Ours,
    /// Tintype made it for another one.
    OfBucket(String),
    /// Somebody else made it.
    Missing,
}

impl Mark {
    /// What the tags of a user or of a policy say.
    pub(crate) fn of(tags: &[Tag], bucket: &BucketName) -> Self {
        let value = |name| tags.iter().find(|tag| tag.0 == name).map(|tag| tag.1.as_str());
        match (value(MADE_BY), value(BUCKET)) {
            (Some(TINTYPE), Some(name)) if name == bucket.as_str() => Self::Ours,
            (Some(TINTYPE), Some(name)) => Self::OfBucket(name.to_owned()),
            (_, _) => Self::Missing,
        }
    }

    /// What stands in for the tags where a service keeps none of policies: a document whose
    /// statements all have names of ours, and are about this bucket or a key of KMS.
    pub(crate) fn of_document(document: &Value, bucket: &BucketName) -> Self {
        let (objects, listing) = (format!(":s3:::{bucket}/"), format!(":s3:::{bucket}\""));
        let is_ours = |statement: &Value| {
            let sid = statement.get("Sid").and_then(Value::as_str).unwrap_or_default();
            let on = statement.get("Resource").map(Value::to_string).unwrap_or_default();
            SIDS.contains(&sid) && [&objects, &listing, ":kms:"].iter().any(|it| on.contains(*it))
        };
        let statements = document.get("Statement").unwrap_or(&Value::Null);
        let statements = statements.as_array().map_or(slice::from_ref(statements), Vec::as_slice);
        if !statements.is_empty() && statements.iter().all(is_ours) {
            Self::Ours
        } else {
            Self::Missing
        }
    }
}

/// The tags of what is made for this bucket.
pub(crate) fn tags(bucket: &BucketName) -> Vec<Tag> {
    let tag = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    vec![tag(MADE_BY, TINTYPE), tag(BUCKET, bucket.as_str())]
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Mark, tags};
    use crate::bucket::BucketName;
    use crate::iam::policy::{Partition, Policy};

    fn pics() -> BucketName {
        "pics".parse().unwrap()
    }

    #[test]
    fn tags_say_whose_it_is() {
        let other = |name: &str| vec![("team".to_owned(), name.to_owned())];
        assert_eq!(Mark::of(&tags(&pics()), &pics()), Mark::Ours);
        assert_eq!(Mark::of(&[tags(&pics()), other("web")].concat(), &pics()), Mark::Ours);
        let cats = Mark::of(&tags(&"cats".parse().unwrap()), &pics());
        assert_eq!(cats, Mark::OfBucket("cats".to_owned()));
        for tags in [vec![], other("tintype"), tags(&pics())[..1].to_vec()] {
            assert_eq!(Mark::of(&tags, &pics()), Mark::Missing, "{tags:?}");
        }
    }

    #[test]
    fn without_tags_the_document_says_it() {
        let key =
            "kms=arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
        let mut policy = Policy::least(&pics(), &"live".parse().unwrap(), Partition::Aws);
        for extra in ["list", "multipart", key] {
            policy = policy.with(&extra.parse().unwrap()).unwrap();
        }
        let ours: Value = serde_json::from_str(&policy.to_json()).unwrap();
        assert_eq!(Mark::of_document(&ours, &pics()), Mark::Ours);
        assert_eq!(Mark::of_document(&ours, &"pic".parse().unwrap()), Mark::Missing);
        let mut more = ours.clone();
        more["Statement"][0]["Sid"] = json!("Mine");
        for other in [more, json!({"Statement": []}), json!({}), json!(null)] {
            assert_eq!(Mark::of_document(&other, &pics()), Mark::Missing, "{other}");
        }
    }
}
