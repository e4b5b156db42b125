//! The rule of a bucket's lifecycle configuration that ends uploads in parts which nobody finished,
//! and how it joins the rules that are there. Tintype makes no such uploads, but their parts cost
//! money and no listing shows them:
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpu-abort-incomplete-mpu-lifecycle-config.html>.
//! Pure.

use crate::bucket::LifecycleRules;

/// How the rule is named.
pub(super) const RULE: &str = "tintype-abort-unfinished-uploads";

/// How long an upload may take. The slowest that is meant ends within a day; a week leaves time to
/// notice one that was not.
pub(super) const DAYS: u32 = 7;

const END: &str = "</LifecycleConfiguration>";

const EMPTY: &str = "<LifecycleConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\
                     </LifecycleConfiguration>";

/// The configuration is none that can be added to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NotUnderstood;

/// A lifecycle configuration, as the service gave it.
#[derive(Debug)]
pub(super) struct Lifecycle {
    text: String,
    rules: LifecycleRules,
}

impl Lifecycle {
    /// The configuration that the service gave; nothing where there is none.
    pub(super) fn read(text: &str) -> Result<Self, NotUnderstood> {
        let text = if text.trim().is_empty() { EMPTY } else { text }.to_owned();
        let rules = LifecycleRules::read(&text).map_err(|_| NotUnderstood)?;
        if !text.trim_end().ends_with(END) {
            return Err(NotUnderstood);
        }
        Ok(Self { text, rules })
    }

    /// Whether there is such a rule: ours, whatever became of it, or one of the owner's for the
    /// whole bucket.
    pub(super) fn aborts_uploads(&self) -> bool {
        self.rules.have(RULE) || self.rules.abort_uploads()
    }

    /// The configuration with the rule at its end; the others are as they were, letter for letter.
    pub(super) fn with_rule(&self) -> String {
        let everything =
            if self.rules.are_old() { "<Prefix/>" } else { "<Filter><Prefix/></Filter>" };
        let rule = format!(
            "<Rule><ID>{RULE}</ID>{everything}<Status>Enabled</Status>\
             <AbortIncompleteMultipartUpload><DaysAfterInitiation>{DAYS}</DaysAfterInitiation>\
             </AbortIncompleteMultipartUpload></Rule>"
        );
        let rules = self.text.trim_end().trim_end_matches(END);
        format!("{rules}{rule}{END}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ABORT: &str = "<AbortIncompleteMultipartUpload><DaysAfterInitiation>1\
        </DaysAfterInitiation></AbortIncompleteMultipartUpload>";

    fn configuration(rules: &str) -> String {
        format!("<?xml version=\"1.0\"?>\n<LifecycleConfiguration xmlns=\"x\">{rules}{END}\n")
    }

    #[test]
    fn a_bucket_without_rules_gets_this_one() {
        let made = Lifecycle::read("").unwrap();
        assert!(!made.aborts_uploads());
        let made = Lifecycle::read(&made.with_rule()).unwrap();
        assert!(made.aborts_uploads() && made.text.matches("<Rule>").count() == 1);
        assert!(made.text.contains("<DaysAfterInitiation>7</DaysAfterInitiation>"));
    }

    #[test]
    fn other_rules_are_kept_to_the_letter_and_in_their_dialect() {
        let new = "<Rule><Expiration><Days>3</Days></Expiration><ID>a&amp;b</ID>\
            <Filter><And><Prefix>x</Prefix><Tag><Key>k</Key></Tag></And></Filter>\
            <Status>Enabled</Status></Rule>";
        let old = "<Rule><ID>o</ID><Prefix>tmp/</Prefix><Status>Disabled</Status></Rule>";
        for (rules, everything) in
            [(new, "<Filter><Prefix/></Filter>"), (old, "</ID><Prefix/><Status>")]
        {
            let found = Lifecycle::read(&configuration(rules)).unwrap();
            assert!(!found.aborts_uploads());
            let made = found.with_rule();
            let added = made.strip_prefix(configuration(rules).trim_end().trim_end_matches(END));
            assert!(added.unwrap().contains(everything), "{made}");
            assert!(Lifecycle::read(&made).unwrap().aborts_uploads());
        }
    }

    #[test]
    fn a_rule_of_the_owner_for_the_whole_bucket_suffices() {
        let aborts = |rule: &str| {
            let rule = format!("<Rule>{rule}{ABORT}</Rule>");
            Lifecycle::read(&configuration(&rule)).unwrap().aborts_uploads()
        };
        for about in ["<Filter/>", "<Filter><Prefix/></Filter>", "<Prefix></Prefix>", ""] {
            assert!(aborts(&format!("<Status>Enabled</Status>{about}")), "{about}");
            assert!(!aborts(&format!("<Status>Disabled</Status>{about}")), "{about}");
        }
        for about in ["<Prefix>a</Prefix>", "<Filter><Prefix>a</Prefix></Filter>"] {
            assert!(!aborts(&format!("<Status>Enabled</Status>{about}")), "{about}");
        }
        let tag = "<Filter><Tag><Key>k</Key><Value>v</Value></Tag></Filter>";
        assert!(!aborts(&format!("<Status>Enabled</Status>{tag}")));
        assert!(aborts(&format!("<ID>{RULE}</ID><Status>Disabled</Status>")));
    }

    #[test]
    fn what_is_no_configuration_is_not_replaced() {
        let broken = configuration("<Rule>").replace(END, "");
        for text in ["{}", "<Error>", &broken, &configuration("<Rule></Rule>")[..60]] {
            assert!(Lifecycle::read(text).is_err(), "{text}");
        }
    }
}
