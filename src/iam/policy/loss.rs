//! What a policy that is there allows and the one in its place would not, in sentences. Pure.

use std::collections::BTreeSet;

use serde_json::Value;

use super::statement::{ENCRYPTION, LISTING, MULTIPART};
use super::{Policy, meaning};

impl Policy {
    /// What goes when this policy takes the place of `document`: one sentence for each statement
    /// that it has no more, or not whole.
    pub(crate) fn losses(&self, document: &Value) -> Vec<String> {
        let ours = serde_json::from_str(&self.to_json()).ok();
        let ours = ours.and_then(|ours: Value| meaning::of(&ours)).unwrap_or_default();
        let statements = document.get("Statement").map_or(&[][..], meaning::one_or_many);
        statements.iter().filter_map(|statement| self.loss(statement, &ours)).collect()
    }

    fn loss(&self, statement: &Value, ours: &BTreeSet<meaning::Grant>) -> Option<String> {
        let sid = statement.get("Sid").and_then(Value::as_str).unwrap_or_default();
        let lost = meaning::lost(statement, ours);
        if lost.as_ref().is_some_and(BTreeSet::is_empty) {
            return None;
        }
        let lost = lost.unwrap_or_default();
        let on = lost.iter().cloned().collect::<Vec<_>>().join(", ");
        let is_kept = !on.is_empty() && self.statements.iter().any(|ours| ours.sid == sid);
        let what = match sid {
            "" => "a statement without a name goes".to_owned(),
            _ if is_kept => format!("the statement {sid} allows less on {on}"),
            _ => format!("the statement {sid} goes"),
        };
        let keys = lost.iter().map(|key| format!("--with kms={key}")).collect::<Vec<_>>();
        Some(match sid {
            LISTING if !is_kept => format!("{what}: say --with list to keep it"),
            MULTIPART if !is_kept => format!("{what}: say --with multipart to keep it"),
            ENCRYPTION => format!("{what}: say {} to keep it", keys.join(" ")),
            _ => what,
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::Policy;
    use crate::bucket::Partition;

    const KEY: &str =
        "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

    fn policy(extras: &[&str]) -> Policy {
        let (bucket, prefix) = ("pics".parse().unwrap(), "".parse().unwrap());
        let least = Policy::least(&bucket, &prefix, Partition::Aws);
        extras.iter().fold(least, |policy, extra| policy.with(&extra.parse().unwrap()).unwrap())
    }

    #[test]
    fn each_statement_that_goes_is_named_with_what_keeps_it() {
        let (kms, other) = (format!("kms={KEY}"), KEY.replace("1234abcd", "9999abcd"));
        let kms2 = format!("kms={other}");
        let keep = |key: &str| format!("say --with kms={key} to keep it");
        for (before, now, losses) in [
            (&[][..], &["list"][..], vec![]),
            (&["list"], &["list", "multipart"], vec![]),
            (&["list"], &[], vec!["the statement Listing goes: say --with list to keep it".into()]),
            (
                &["list", "multipart"],
                &["list"],
                vec!["the statement Multipart goes: say --with multipart to keep it".into()],
            ),
            (&[&kms], &[], vec![format!("the statement Encryption goes: {}", keep(KEY))]),
            (
                &[&kms, &kms2],
                &[&kms],
                vec![format!("the statement Encryption allows less on {other}: {}", keep(&other))],
            ),
        ] {
            let document: Value = serde_json::from_str(&policy(before).to_json()).unwrap();
            assert_eq!(policy(now).losses(&document), losses as Vec<String>, "{before:?}");
        }
    }

    #[test]
    fn what_others_wrote_into_it_goes_too() {
        let mut document: Value = serde_json::from_str(&policy(&[]).to_json()).unwrap();
        let more = document["Statement"].as_array_mut().unwrap();
        more.push(json!({"Effect": "Deny", "Action": "s3:*", "Resource": "*"}));
        more.push(json!({"Sid": "Mine", "Effect": "Allow", "Action": "s3:*", "Resource": "*"}));
        let losses = ["a statement without a name goes", "the statement Mine goes"];
        assert_eq!(policy(&[]).losses(&document), losses);
        assert_eq!(policy(&[]).losses(&Value::Null), [""; 0]);
    }
}
