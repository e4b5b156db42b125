//! Whether a service would have let the credentials do what they should not be able to do.

use super::cause::Seen;
use super::denial::Denial;
use super::facts::Facts;
use crate::doctor::{Advice, Expectation, Row};

/// What an answer says of the right to ask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::doctor) enum Permission {
    /// There is none.
    Denied,
    /// There is: the service did it, or did not for want of the object.
    Allowed,
    /// It cannot be told; why, in a few words.
    Unknown(String),
}

impl Permission {
    /// Reads it from an answer. 412, 404 and 409 come after the right was looked at.
    pub(in crate::doctor) fn of(seen: &Seen) -> Self {
        let Some(answer) = seen.answer() else { return Self::Unknown(seen.in_short()) };
        match (answer.status, answer.code.as_deref()) {
            (401 | 403, Some("AccessDenied") | None) => Self::Denied,
            (404, Some("NoSuchBucket")) => Self::Unknown("there is no such bucket".to_owned()),
            (200..300 | 404 | 409 | 412, _) => Self::Allowed,
            (_, _) => Self::Unknown(seen.in_short()),
        }
    }

    /// Reads the right to put from what a conditional PUT was answered. That needs the right to
    /// read as well, or to list where there is no object, and where Amazon names another right than
    /// that to put as missing, it says nothing of that one:
    /// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html>.
    pub(in crate::doctor) fn to_put(seen: &Seen) -> Self {
        let message = seen.answer().and_then(|answer| answer.message.as_deref());
        match (Self::of(seen), message.and_then(Denial::read)) {
            (Self::Denied, Some(denial)) if denial.action != "s3:PutObject" => {
                Self::Unknown(format!("only {} was denied", denial.action))
            }
            (permission, _) => permission,
        }
    }

    /// The row of a step that should be denied; `what` these credentials may do if it is not, as in
    /// `may list users`.
    pub(in crate::doctor) fn judge(self, row: Expectation, what: &str, facts: &Facts) -> Row {
        match self {
            Self::Denied => row.good("denied"),
            Self::Allowed => row.warning("allowed", too_much(what, facts)),
            Self::Unknown(got) => row.not_examined(got),
        }
    }
}

fn too_much(what: &str, facts: &Facts) -> Advice {
    Advice::new(
        format!("These credentials {what}. The service never does; who steals them can."),
        facts.least_key(),
    )
}

#[cfg(test)]
mod tests {
    use super::Permission;
    use crate::bucket::Answer;
    use crate::doctor::diagnosis::Seen;

    #[test]
    fn what_comes_after_the_right_was_looked_at_says_that_there_is_one() {
        let unknown = |text: &str| Permission::Unknown(text.to_owned());
        for (status, code, message, permission) in [
            (403, Some("AccessDenied"), "Access Denied", Permission::Denied),
            (403, None, "", Permission::Denied),
            (412, Some("PreconditionFailed"), "", Permission::Allowed),
            (404, Some("NoSuchKey"), "", Permission::Allowed),
            (404, Some("NoSuchBucketPolicy"), "", Permission::Allowed),
            (404, Some("NoSuchBucket"), "", unknown("there is no such bucket")),
            (501, Some("NotImplemented"), "", unknown("501 NotImplemented")),
            (405, Some("MethodNotAllowed"), "", unknown("405 MethodNotAllowed")),
            (403, Some("SignatureDoesNotMatch"), "", unknown("403 SignatureDoesNotMatch")),
            (503, None, "", unknown("503")),
        ] {
            let (code, message) = (code.map(str::to_owned), Some(message.to_owned()));
            let answer = Answer { status, code, message, ..Answer::default() };
            assert_eq!(Permission::of(&Seen::Refused(answer)), permission, "{status}");
        }
        assert_eq!(
            Permission::of(&Seen::Done(Some(Answer { status: 200, ..Answer::default() }))),
            Permission::Allowed
        );
        assert_eq!(
            Permission::of(&Seen::Silent("timed out".to_owned())),
            unknown("no answer in time")
        );
    }

    #[test]
    fn a_denial_of_another_right_says_nothing_of_the_right_to_put() {
        let words =
            |action| format!("User: u is not authorized to perform: {action} on resource: r");
        let unknown = |text: &str| Permission::Unknown(text.to_owned());
        for (message, permission) in [
            ("Access Denied".to_owned(), Permission::Denied),
            (words("s3:PutObject"), Permission::Denied),
            (words("s3:GetObject"), unknown("only s3:GetObject was denied")),
            (words("s3:ListBucket"), unknown("only s3:ListBucket was denied")),
        ] {
            let (code, message) = (Some("AccessDenied".to_owned()), Some(message));
            let answer = Answer { status: 403, code, message, ..Answer::default() };
            assert_eq!(Permission::to_put(&Seen::Refused(answer)), permission);
        }
    }
}
