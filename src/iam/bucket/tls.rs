//! The statement of a bucket's policy that denies requests without TLS, and how it joins the
//! statements that are there:
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-bucket-policies.html#example-bucket-policies-HTTP-HTTPS>.
//! Pure.

use serde_json::{Value, json};

use crate::bucket::{BucketName, Partition, Prefix, bucket_arn, objects_arn};
use crate::iam::policy::VERSION;

/// How the statement is named.
pub(super) const STATEMENT: &str = "TintypeRequireTls";

/// The policy is none that can be added to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NotUnderstood;

/// A policy of a bucket.
#[derive(Debug)]
pub(super) struct BucketPolicy {
    document: Value,
    resources: [String; 2],
}

impl BucketPolicy {
    /// The policy that the service gave; nothing where there is none.
    pub(super) fn read(
        text: &str,
        bucket: &BucketName,
        partition: Partition,
    ) -> Result<Self, NotUnderstood> {
        let objects = objects_arn(bucket, &Prefix::default(), partition);
        let resources = [bucket_arn(bucket, partition), objects];
        let document = if text.trim().is_empty() {
            json!({"Version": VERSION, "Statement": []})
        } else {
            serde_json::from_str(text).map_err(|_| NotUnderstood)?
        };
        let policy = Self { document, resources };
        if policy.statements().is_empty() && !text.trim().is_empty() {
            return Err(NotUnderstood);
        }
        Ok(policy)
    }

    /// Whether requests without TLS are denied already.
    pub(super) fn requires_tls(&self) -> bool {
        self.statements().iter().any(|statement| {
            let is_ours = statement.get("Sid").and_then(Value::as_str) == Some(STATEMENT);
            is_ours || self.is_alike(statement)
        })
    }

    /// Whether a statement lets everybody in, whatever its conditions.
    pub(super) fn is_open(&self) -> bool {
        self.statements().iter().any(|statement| {
            texts(statement.get("Effect")) == ["Allow"] && means_everybody(statement)
        })
    }

    /// The policy with the statement at its end; the others are as they were.
    pub(super) fn with_statement(mut self) -> String {
        let mut statements = self.statements().to_vec();
        statements.push(json!({
            "Sid": STATEMENT,
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": self.resources,
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }));
        if let Some(document) = self.document.as_object_mut() {
            document.insert("Statement".to_owned(), statements.into());
        }
        self.document.to_string()
    }

    /// One statement may stand without a list around it.
    fn statements(&self) -> &[Value] {
        match self.document.get("Statement") {
            Some(Value::Array(statements)) => statements,
            Some(one @ Value::Object(_)) => std::slice::from_ref(one),
            Some(_) | None => &[],
        }
    }

    /// Whether a statement of the owner's has the same effect.
    fn is_alike(&self, statement: &Value) -> bool {
        let resources = texts(statement.get("Resource"));
        texts(statement.get("Effect")) == ["Deny"]
            && means_everybody(statement)
            && texts(statement.get("Action")).iter().any(|action| matches!(*action, "s3:*" | "*"))
            && (self.resources.iter().all(|ours| resources.contains(&ours.as_str()))
                || resources.contains(&"*"))
            && statement.get("Condition").is_some_and(is_about_tls_alone)
    }
}

fn is_about_tls_alone(condition: &Value) -> bool {
    [json!("false"), json!(["false"]), json!(false)]
        .into_iter()
        .any(|no| *condition == json!({"Bool": {"aws:SecureTransport": no}}))
}

fn means_everybody(statement: &Value) -> bool {
    let principal = statement.get("Principal");
    let of_aws = principal.and_then(|principal| principal.get("AWS"));
    texts(principal).contains(&"*") || texts(of_aws).contains(&"*")
}

/// A text, or each of a list of texts.
fn texts(value: Option<&Value>) -> Vec<&str> {
    match value {
        Some(Value::String(text)) => vec![text],
        Some(Value::Array(values)) => values.iter().filter_map(Value::as_str).collect(),
        Some(_) | None => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(text: &str) -> Result<BucketPolicy, NotUnderstood> {
        BucketPolicy::read(text, &"pics".parse().unwrap(), Partition::China)
    }

    fn open(sid: &str) -> Value {
        json!({"Sid": sid, "Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "s3:GetObject",
            "Resource": "arn:aws-cn:s3:::pics/public/*"})
    }

    #[test]
    fn a_bucket_without_a_policy_gets_the_statement_alone() {
        let made = policy("").unwrap();
        assert!(!made.requires_tls());
        let made: Value = serde_json::from_str(&made.with_statement()).unwrap();
        let statement = json!({"Sid": "TintypeRequireTls", "Effect": "Deny", "Principal": "*",
            "Action": "s3:*", "Resource": ["arn:aws-cn:s3:::pics", "arn:aws-cn:s3:::pics/*"],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}}});
        assert_eq!(made, json!({"Version": "2012-10-17", "Statement": [statement]}));
        assert!(policy(&made.to_string()).unwrap().requires_tls());
    }

    #[test]
    fn other_statements_are_kept() {
        let id =
            json!({"Version": "2008-10-17", "Id": "mine", "Statement": [open("a"), open("b")]});
        let one = json!({"Version": "2012-10-17", "Statement": open("a")});
        for (before, count) in [(id, 2), (one, 1)] {
            let found = policy(&before.to_string()).unwrap();
            assert!(!found.requires_tls() && found.is_open());
            let after: Value = serde_json::from_str(&found.with_statement()).unwrap();
            let statements = after["Statement"].as_array().unwrap();
            assert_eq!(statements.len(), count + 1);
            assert_eq!(statements[..count], [open("a"), open("b")][..count]);
            assert_eq!(after["Version"], before["Version"]);
            assert_eq!(after.get("Id"), before.get("Id"));
        }
    }

    #[test]
    fn a_statement_of_the_owner_with_the_same_effect_suffices() {
        let same = json!({"Effect": "Deny", "Principal": {"AWS": ["*"]}, "Action": ["s3:*"],
            "Resource": ["arn:aws-cn:s3:::pics/*", "arn:aws-cn:s3:::pics"],
            "Condition": {"Bool": {"aws:SecureTransport": false}}});
        let requires = |statement: &Value| {
            policy(&json!({"Statement": statement}).to_string()).unwrap().requires_tls()
        };
        assert!(requires(&same));
        for (part, value) in [
            ("Effect", json!("Allow")),
            ("Principal", json!({"AWS": "123456789012"})),
            ("Action", json!("s3:GetObject")),
            ("Resource", json!("arn:aws-cn:s3:::pics/*")),
            ("Condition", json!({"Bool": {"aws:SecureTransport": "true"}})),
        ] {
            let mut other = same.clone();
            other[part] = value;
            assert!(!requires(&other), "{part}");
        }
    }

    #[test]
    fn what_is_no_policy_is_not_replaced() {
        for text in ["<policy/>", "{", "[]", "{}", r#"{"Statement": "x"}"#, r#"{"Statement": []"#] {
            assert!(policy(text).is_err(), "{text}");
        }
    }
}
