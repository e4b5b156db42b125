//! The rules of a bucket's lifecycle configuration, as far as they end uploads in parts that nobody
//! finished:
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpu-abort-incomplete-mpu-lifecycle-config.html>.
//! Pure.

use serde::Deserialize;
use serde::de::IgnoredAny;

/// The text is no lifecycle configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct InvalidLifecycle;

/// The rules, in the order of the configuration.
#[derive(Debug, Deserialize)]
pub(crate) struct LifecycleRules {
    #[serde(rename = "Rule", default)]
    rules: Vec<Rule>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Rule {
    #[cfg(feature = "iam")]
    #[serde(rename = "ID")]
    id: Option<String>,
    status: Option<String>,
    /// Where rules said what they are about before there was a filter.
    prefix: Option<String>,
    filter: Option<Filter>,
    abort_incomplete_multipart_upload: Option<IgnoredAny>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Filter {
    prefix: Option<String>,
    and: Option<IgnoredAny>,
    tag: Option<IgnoredAny>,
    object_size_greater_than: Option<IgnoredAny>,
    object_size_less_than: Option<IgnoredAny>,
}

impl LifecycleRules {
    /// Reads a configuration, as the service gave it.
    ///
    /// # Errors
    /// It is none.
    pub(crate) fn read(text: &str) -> Result<Self, InvalidLifecycle> {
        quick_xml::de::from_str(text).map_err(|_| InvalidLifecycle)
    }

    /// Whether a rule that holds ends unfinished uploads in the whole bucket.
    pub(crate) fn abort_uploads(&self) -> bool {
        self.rules.iter().any(Rule::aborts_uploads)
    }

    /// Whether there is a rule with this name, whatever it says.
    #[cfg(feature = "iam")]
    pub(crate) fn have(&self, id: &str) -> bool {
        self.rules.iter().any(|rule| rule.id.as_deref() == Some(id))
    }

    /// Whether there are rules of before there was a filter. One configuration may not hold both,
    /// rules with a filter and rules without.
    #[cfg(feature = "iam")]
    pub(crate) fn are_old(&self) -> bool {
        self.rules.iter().any(|rule| rule.filter.is_none() && rule.prefix.is_some())
    }
}

impl Rule {
    fn aborts_uploads(&self) -> bool {
        let is_empty = |prefix: &Option<String>| prefix.as_deref().unwrap_or_default().is_empty();
        self.status.as_deref() == Some("Enabled")
            && self.abort_incomplete_multipart_upload.is_some()
            && is_empty(&self.prefix)
            && self
                .filter
                .as_ref()
                .is_none_or(|filter| is_empty(&filter.prefix) && filter.is_alone())
    }
}

impl Filter {
    /// Whether nothing but the prefix narrows it.
    fn is_alone(&self) -> bool {
        let Self { prefix: _, and, tag, object_size_greater_than, object_size_less_than } = self;
        [and, tag, object_size_greater_than, object_size_less_than]
            .iter()
            .all(|part| part.is_none())
    }
}

#[cfg(test)]
mod tests {
    use super::LifecycleRules;

    #[test]
    fn a_rule_for_a_part_of_the_bucket_does_not_clear_it() {
        for (about, aborts) in [
            ("<Status>Enabled</Status><Filter/>", true),
            ("<Status>Enabled</Status><Filter><Prefix>tmp/</Prefix></Filter>", false),
            ("<Status>Enabled</Status><Prefix>tmp/</Prefix>", false),
            ("<Status>Disabled</Status><Filter/>", false),
        ] {
            let text = format!(
                "<LifecycleConfiguration><Rule>{about}<AbortIncompleteMultipartUpload/></Rule>\
                 </LifecycleConfiguration>"
            );
            assert_eq!(LifecycleRules::read(&text).unwrap().abort_uploads(), aborts, "{about}");
        }
    }
}
