//! What can be seen of an access key without asking anybody, and without showing it.

use secrecy::{ExposeSecret as _, SecretString};

use crate::bucket::Keys;

/// Something about the key in the environment that no good key has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::doctor) enum KeyFlaw {
    /// White space or quotes around this variable's value. `docker run --env-file` and systemd's
    /// older releases keep quotes that a shell would take off.
    Wrapped(&'static str),
    /// A temporary key, which Amazon begins with `ASIA`, without its session token:
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html>.
    NoToken,
}

impl KeyFlaw {
    /// The first flaw of a key.
    pub(in crate::doctor) fn of(keys: &Keys) -> Option<Self> {
        let is_wrapped = |secret: &Option<SecretString>| {
            secret.as_ref().is_some_and(|secret| is_wrapped(secret.expose_secret()))
        };
        let id = keys.access_key_id.as_deref().unwrap_or_default();
        if is_wrapped(&keys.secret_access_key) {
            Some(Self::Wrapped("AWS_SECRET_ACCESS_KEY"))
        } else if self::is_wrapped(id) {
            Some(Self::Wrapped("AWS_ACCESS_KEY_ID"))
        } else if is_wrapped(&keys.session_token) {
            Some(Self::Wrapped("AWS_SESSION_TOKEN"))
        } else {
            (id.starts_with("ASIA") && keys.session_token.is_none()).then_some(Self::NoToken)
        }
    }
}

fn is_wrapped(text: &str) -> bool {
    text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\'')) != text
}

#[cfg(test)]
mod tests {
    use super::KeyFlaw;
    use crate::bucket::Keys;

    #[test]
    fn what_no_good_key_has_is_seen() {
        let wrapped = KeyFlaw::Wrapped;
        let secret = "AWS_SECRET_ACCESS_KEY";
        for (id, key, token, flaw) in [
            ("AKIA1", "abc/+=", None, None),
            ("ASIA1", "abc", Some("token"), None),
            ("ASIA1", "abc", None, Some(KeyFlaw::NoToken)),
            ("AKIA1", "\"abc\"", None, Some(wrapped(secret))),
            ("AKIA1", "'abc'", None, Some(wrapped(secret))),
            ("AKIA1", "abc\n", None, Some(wrapped(secret))),
            (" AKIA1", "abc", None, Some(wrapped("AWS_ACCESS_KEY_ID"))),
            ("ASIA1", "abc", Some("token "), Some(wrapped("AWS_SESSION_TOKEN"))),
        ] {
            let keys = Keys {
                access_key_id: Some(id.to_owned()),
                secret_access_key: Some(key.into()),
                session_token: token.map(Into::into),
            };
            assert_eq!(KeyFlaw::of(&keys), flaw, "{id} {key}");
        }
    }
}
